import { describe, expect, it } from 'vitest';
import { isSuspectConnector } from '../../../lib/core/judge/connector.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { comparedNow, findSuspects } from '../../../lib/core/judge/suspects.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, observedAt, past, read, readPast } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

const policy = aPolicy();
const well = read(inbound(60, 10));
const failing = read(inbound(58, 10), inbound(2, 10, 3));
function inRegion(voiceConnectorId: string, region: string, reading: MetricsReading) {
  return aConnector({ voiceConnectorId, region, inbound: reading });
}
function found(...args: Parameters<typeof anObservation>) {
  return [...findSuspects(anObservation(...args), () => policy)].toSorted();
}

describe('reading the history', () => {
  const look = (reading: MetricsReading, history?: MetricsReading) =>
    isSuspectConnector(aConnector({ inbound: reading, history }), observedAt, policy);

  it('is justified where a few more calls fail than the assumption predicts', () => {
    expect(look(failing)).toBe(true);
    expect(look(read(inbound(59, 0), inbound(1, 2, 2)))).toBe(true);
    expect(look(read(inbound(58, 10), { ...inbound(2, 10), MOSBetweenVcAndRemote: 1.2 }))).toBe(false);
    expect(look(read(inbound(55, 10), { ...inbound(5, 10), MOSBetweenVcAndRemote: 1.2 }))).toBe(true);
  });

  it('is not justified where all calls succeed, one call failed, or there are none', () => {
    expect(look(well)).toBe(false);
    expect(look(read(inbound(59, 0), inbound(1, 1, 1)))).toBe(false);
    expect(look(read(nothing(60)))).toBe(false);
    const independent = aPolicy({ dispersion: 1 });
    const once = aConnector({ inbound: read(inbound(59, 0), inbound(1, 1, 1)) });
    expect(isSuspectConnector(once, observedAt, independent)).toBe(false);
  });

  it('is not requested twice, nor where nothing could be read', () => {
    expect(look(failing, readPast(past(24, 50)))).toBe(false);
    expect(look(failing, { kind: 'forbidden', message: 'no' })).toBe(false);
    expect(look({ kind: 'forbidden', message: 'no' })).toBe(false);
  });

  it('ignores incomplete minutes', () => {
    const newest = { startsAt: observedAt - 90_000, InboundCallAttempts: 50, InboundCallFailures: 50 };
    expect(look({ kind: 'read', minutes: well.kind === 'read' ? [...well.minutes, newest] : [] })).toBe(false);
  });
});

describe('the Voice Connectors whose history is read', () => {
  it('are none without a suspicion', () => {
    expect(found({ connectors: [inRegion('east', 'us-east-1', well), inRegion('west', 'us-west-2', well)] })).toEqual(
      [],
    );
  });

  it('are a suspect and all others of its group, read or not', () => {
    const connectors = [
      inRegion('east', 'us-east-1', well),
      inRegion('west', 'us-west-2', failing),
      inRegion('tokyo', 'ap-northeast-1', well),
    ];
    const groups = [
      aGroup({ items: items({ east: 1, west: 2, ghost: 3 }) }),
      aGroup({ voiceConnectorGroupId: 'back-line-id', items: items({ tokyo: 1, east: 2 }) }),
    ];
    expect(found({ groups, connectors })).toEqual(['east', 'ghost', 'west']);
  });

  it('depend on each group’s own policy', () => {
    const groups = [aGroup({ name: 'strict' }), aGroup({ name: 'lax', items: items({ tokyo: 1, west: 2 }) })];
    const seen = anObservation({
      groups,
      connectors: [
        inRegion('east', 'us-east-1', read(inbound(60, 10))),
        inRegion('tokyo', 'ap-northeast-1', failing),
        inRegion('west', 'us-west-2', well),
      ],
    });
    const lax = aPolicy({ dispersion: 10 });
    expect([...findSuspects(seen, (group) => (group?.name === 'lax' ? lax : policy))]).toEqual([]);
    expect([...findSuspects(seen, () => policy)].toSorted()).toEqual(['tokyo', 'west']);
  });

  it('are all of a Region whose pooled calls are suspect', () => {
    const one = read(inbound(59, 0), inbound(1, 1, 1));
    const connectors = [
      inRegion('east', 'us-east-1', one),
      inRegion('east-too', 'us-east-1', one),
      inRegion('west', 'us-west-2', well),
    ];
    expect(found({ groups: [], connectors })).toEqual(['east', 'east-too']);
    expect(found({ groups: [], connectors: connectors.slice(1) })).toEqual([]);
  });

  it('do not depend on one of the Region that cannot be read', () => {
    const one = read(inbound(59, 0), inbound(1, 1, 1));
    const unread = inRegion('east-too', 'us-east-1', { kind: 'forbidden', message: 'no' });
    expect(found({ groups: [], connectors: [inRegion('east', 'us-east-1', one), unread] })).toEqual([]);
  });

  it('are not selected by a Region with one Voice Connector', () => {
    expect(found({ groups: [], connectors: [inRegion('east', 'us-east-1', failing)] })).toEqual([]);
  });
});

describe('more suspects than a run can compare with their past', () => {
  const names = Array.from({ length: 10 }, (_, place) => `line-${place}`);
  const connectors = names.map((voiceConnectorId, place) =>
    inRegion(voiceConnectorId, 'us-east-1', read(inbound(55, 10), inbound(5, 10, place))),
  );
  const compared = (at: number, most: number) =>
    [
      ...comparedNow(new Set(names), most, { ...anObservation({ connectors }), observedAt: at }, () => policy),
    ].toSorted();

  it('are all compared where there is room for them', () => {
    expect(compared(observedAt, 10)).toEqual(names);
  });

  it('are compared the most suspect ones every minute, and the others in turn', () => {
    const minutes = [0, 1, 2].map((minute) => compared(observedAt + minute * minuteMs, 6));
    for (const minute of minutes) {
      expect(minute).toHaveLength(6);
      expect(minute).toEqual(expect.arrayContaining(['line-7', 'line-8', 'line-9']));
    }
    expect(new Set(minutes.flat())).toEqual(new Set(names));
  });
});
