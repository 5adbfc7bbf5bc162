import { describe, expect, it } from 'vitest';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { findSuspects } from '../../../lib/core/judge/suspects.ts';
import { furtherReads, membersReadFirst, type GroupToRead } from '../../../lib/core/plan/reads.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, observedAt, read } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

const dayAgo = observedAt - 24 * 60 * minuteMs;
const threeMembers = items({ east: 1, west: 2, tokyo: 3 });

describe('before anything is known, a run reads', () => {
  function readFirst({ group = {}, ...state }: Partial<Omit<GroupToRead, 'group'>> & { group?: object } = {}) {
    return membersReadFirst(
      {
        group: aGroup({ items: threeMembers, updatedAt: dayAgo, ...group }),
        override: { kind: 'none' },
        policy: aPolicy(),
        ...state,
      },
      observedAt,
    );
  }

  it('the primary alone', () => {
    expect(readFirst()).toEqual(['east']);
  });

  it('the primary alone while Parameter Store does not answer, because that stops only failbacks', () => {
    expect(readFirst({ override: { kind: 'unreadable', message: 'no' } })).toEqual(['east']);
  });

  it.each<[string, Parameters<typeof readFirst>[0]]>([
    ['is not in its preferred order', { policy: aPolicy({ preferredOrder: ['west', 'east'] }) }],
    ['is overridden', { override: { kind: 'pause', by: 'anna', reason: 'test', until: observedAt + minuteMs } }],
    ['was changed within the hour that is read', { group: { updatedAt: observedAt - 64 * minuteMs } }],
    ['spreads its calls over all members', { group: { callDistributionType: 'LoadBalancedDistribution' } }],
    ['has two members of one priority', { group: { items: items({ east: 1, west: 1, tokyo: 3 }) } }],
  ])('every member of a group that %s', (_, state) => {
    expect(readFirst(state)).toEqual(['east', 'west', 'tokyo']);
  });

  it('the primary alone where the preferred member has left the group, or the change is longer ago', () => {
    expect(readFirst({ policy: aPolicy({ preferredOrder: ['paris', 'east'] }) })).toEqual(['east']);
    expect(readFirst({ group: { updatedAt: observedAt - 65 * minuteMs } })).toEqual(['east']);
    expect(readFirst({ group: { updatedAt: undefined } })).toEqual(['east']);
  });

  it('nothing of a group without members', () => {
    expect(readFirst({ group: { items: [] } })).toEqual([]);
  });
});

describe('after the primaries were read, a run reads', () => {
  const healthy = read(inbound(60, 10));
  const failing = read(inbound(58, 10), inbound(2, 10, 10));
  const regionOf = new Map([
    ['east', 'us-east-1'],
    ['west', 'us-west-2'],
    ['tokyo', 'ap-northeast-1'],
    ['other-east', 'us-east-1'],
    ['other-west', 'us-west-2'],
  ]);
  const groups = [
    aGroup({ items: threeMembers }),
    aGroup({ voiceConnectorGroupId: 'other', name: 'other', items: items({ 'other-west': 1, 'other-east': 2 }) }),
  ];

  function readNext(readings: Readonly<Record<string, MetricsReading>>, named?: ReadonlySet<string>) {
    const connectors = Object.entries(readings).map(([voiceConnectorId, reading]) =>
      aConnector({ voiceConnectorId, region: regionOf.get(voiceConnectorId), inbound: reading }),
    );
    const observation = anObservation({ groups, connectors });
    const suspects = named ?? findSuspects(observation, () => aPolicy());
    const { callsAndAudio, calls, detail } = furtherReads(observation, suspects, regionOf, () => aPolicy());
    return { callsAndAudio: [...callsAndAudio], calls: [...calls], detail: [...detail] };
  }

  it('nothing more while every primary is healthy', () => {
    expect(readNext({ east: healthy, 'other-west': healthy })).toEqual({ callsAndAudio: [], calls: [], detail: [] });
  });

  it.each<[string, MetricsReading]>([
    ['idle', read(nothing(60))],
    ['silent since a few minutes', read(inbound(55, 10), inbound(5, 0))],
    ['used too little to be judged', read(nothing(51), inbound(9, 1))],
    ['unreadable', { kind: 'fetch-error', message: 'no' }],
  ])('the calls of the members of a group whose primary is %s: AWS may be rerouting to them', (_, reading) => {
    expect(readNext({ east: reading, 'other-west': healthy })).toEqual({
      callsAndAudio: [],
      calls: ['east', 'west', 'tokyo'],
      detail: [],
    });
  });

  it('the calls of the members of a group whose primary AWS does not know', () => {
    expect(readNext({ 'other-west': healthy })).toEqual({
      callsAndAudio: [],
      calls: ['east', 'west', 'tokyo'],
      detail: [],
    });
  });

  it('everything of a group whose primary’s audio is bad, because the other members may have better', () => {
    const unintelligible = read({ ...inbound(60, 10), MOSBetweenVcAndCustomer: 1.5 });
    expect(readNext({ east: unintelligible, 'other-west': healthy })).toEqual({
      callsAndAudio: ['east', 'west', 'tokyo'],
      calls: ['other-west', 'other-east'],
      detail: ['east'],
    });
  });

  it('everything of a group of which the calls of its Region make one member suspect', () => {
    expect(readNext({ east: failing, 'other-west': healthy }, new Set(['east']))).toEqual({
      callsAndAudio: ['east', 'west', 'tokyo'],
      calls: ['other-east'],
      detail: ['east'],
    });
  });

  it('everything of a group with a suspect, and the calls of the others in the suspects’ Regions, which may clear them', () => {
    expect(readNext({ east: failing, 'other-west': healthy })).toEqual({
      callsAndAudio: ['east', 'west', 'tokyo'],
      calls: ['other-west', 'other-east'],
      detail: ['east'],
    });
  });

  it('the detail of a suspect’s standbys where they have calls too', () => {
    for (const idle of [read(nothing(60)), read(inbound(60, 0))]) {
      const { detail } = readNext({ east: failing, west: healthy, tokyo: idle, 'other-west': healthy });
      expect(detail).toEqual(['east', 'west']);
    }
  });

  it('the detail of every member where an idle primary’s calls seem to be rerouted', () => {
    const rerouted = read(inbound(30, 0), inbound(30, 10));
    const { detail } = readNext({ east: read(nothing(60)), west: rerouted, tokyo: failing, 'other-west': healthy });
    expect(detail.toSorted()).toEqual(['east', 'tokyo', 'west']);
  });
});
