import { describe, expect, it } from 'vitest';
import type { HoldCode } from '../../../lib/core/model/codes.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import {
  someStandbySignals,
  aPlanInput,
  aRecord,
  degraded,
  healthy,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

const three = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }) });
const idle = unknown('idle');
function minutesAgo(minutes: number) {
  return observedAt - minutes * minuteMs;
}

describe('a closer look', () => {
  const movedAway = aGroup({ items: items({ tokyo: 1, west: 3, east: 2 }) });
  const auto = aPolicy({ failback: 'auto', preferredOrder: ['east'] });

  it('is taken before any failover, at all other members in their order', () => {
    const input = aPlanInput({ group: movedAway, verdicts: { tokyo: unhealthy } });
    expect(plan({ ...input, candidateEvidence: undefined })).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['east', 'west'],
    });
    expect(plan(input).kind).toBe('failover');
  });

  it('is taken before any failback, at all other members in their order', () => {
    const input = aPlanInput({ group: movedAway, policy: auto });
    expect(plan({ ...input, candidateEvidence: undefined })).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['east', 'west'],
    });
    expect(plan(input).kind).toBe('failback');
  });

  it.each<{ case: string; changes: Parameters<typeof aPlanInput>[0] }>([
    { case: 'nothing is wrong', changes: {} },
    { case: 'nobody may touch the group', changes: { group: aGroup({ items: [] }), verdicts: { east: unhealthy } } },
    {
      case: 'an operator said no',
      changes: { override: { kind: 'unparseable', message: 'not JSON' }, verdicts: { east: unhealthy } },
    },
    {
      case: 'the first choice cannot be seen',
      changes: { group: movedAway, policy: auto, verdicts: { tokyo: unknown('stale') } },
    },
    {
      case: 'a failback is still held',
      changes: { group: { ...movedAway, updatedAt: minutesAgo(5) }, policy: auto },
    },
    { case: 'a failback is for a person', changes: { group: movedAway, policy: { ...auto, failback: 'never' } } },
  ])('is not taken where $case', ({ changes }) => {
    expect(plan({ ...aPlanInput(changes), candidateEvidence: undefined }).kind).toBe('hold');
  });
});

describe('a drill', () => {
  it('is its own step, so that the plan of a turn holds, with what it is and for how long still', () => {
    expect(plan(aPlanInput({ override: { kind: 'drill', ...aDrill() }, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'drill',
      reason: 'drill by ops, 8 min left: west carries the calls of east; does the standby work',
      rejected: [],
    });
  });
});

describe('the first choice unhealthy', () => {
  it('fails over to a healthy second', () => {
    expect(plan(aPlanInput({ verdicts: { east: unhealthy } }))).toEqual({
      kind: 'failover',
      reason: 'east (us-east-1) unhealthy: calls fail; promoting west (us-west-2): calls go through',
      leaving: 'east',
      promoting: 'west',
      before: items({ east: 1, west: 2 }),
      after: items({ east: 2, west: 1 }),
      rejected: [],
    });
  });

  it('fails over to the third where the second is unhealthy too, which then stays before the first', () => {
    expect(plan(aPlanInput({ group: three, verdicts: { east: unhealthy, west: unhealthy } }))).toEqual({
      kind: 'failover',
      reason: 'east (us-east-1) unhealthy: calls fail; promoting tokyo (ap-northeast-1): calls go through',
      leaving: 'east',
      promoting: 'tokyo',
      before: items({ east: 1, west: 2, tokyo: 3 }),
      after: items({ east: 2, west: 3, tokyo: 1 }),
      rejected: [{ voiceConnectorId: 'west', code: 'unhealthy', reason: 'calls fail' }],
    });
  });

  it.each<{ case: string; west: Verdict; tokyo: Verdict; order: readonly string[] }>([
    { case: 'both others are well', west: healthy, tokyo: healthy, order: ['west', 'tokyo', 'east'] },
    { case: 'the third is idle: it does not rise', west: healthy, tokyo: idle, order: ['west', 'east', 'tokyo'] },
    { case: 'the third is degraded', west: healthy, tokyo: degraded, order: ['west', 'east', 'tokyo'] },
    { case: 'the second is idle', west: idle, tokyo: healthy, order: ['tokyo', 'east', 'west'] },
    { case: 'the second is degraded', west: degraded, tokyo: healthy, order: ['tokyo', 'east', 'west'] },
    { case: 'the second is blind', west: unknown('stale'), tokyo: healthy, order: ['tokyo', 'east', 'west'] },
  ])('orders three members where $case', ({ west, tokyo, order }) => {
    const decision = plan(aPlanInput({ group: three, verdicts: { east: unhealthy, west, tokyo } }));
    const places = Object.fromEntries(order.map((voiceConnectorId, place) => [voiceConnectorId, place + 1]));
    expect(decision).toMatchObject({ kind: 'failover', promoting: order[0] });
    expect(decision).toHaveProperty(
      'after',
      ['east', 'west', 'tokyo'].map((voiceConnectorId) => ({ voiceConnectorId, priority: places[voiceConnectorId] })),
    );
  });

  it('hands out the priorities that were there, and leaves the items where they stood in the list', () => {
    const group = aGroup({ items: items({ tokyo: 99, east: 7, west: 40 }) });
    const decision = plan(aPlanInput({ group, verdicts: { east: unhealthy } }));
    expect(decision).toHaveProperty('after', items({ tokyo: 40, east: 99, west: 7 }));
  });

  it('prefers the healthy third to a second that is merely alive', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: idle },
      standbySignals: { west: someStandbySignals() },
    });
    expect(plan(input)).toMatchObject({ kind: 'failover', promoting: 'tokyo', rejected: [] });
  });

  it('takes the group’s order among equals, but for the operator’s first choice', () => {
    const verdicts = { east: unhealthy };
    expect(plan(aPlanInput({ group: three, verdicts }))).toMatchObject({ promoting: 'west' });
    const policy = aPolicy({ preferredOrder: ['tokyo', 'west', 'east'] });
    expect(plan(aPlanInput({ group: three, verdicts, policy }))).toMatchObject({ promoting: 'tokyo' });
  });

  it('does not take the operator’s first choice while it is only alive and another is well', () => {
    const policy = aPolicy({ preferredOrder: ['tokyo'] });
    const verdicts = { east: unhealthy, tokyo: idle };
    expect(
      plan(aPlanInput({ group: three, verdicts, policy, standbySignals: { tokyo: someStandbySignals() } })),
    ).toMatchObject({
      promoting: 'west',
    });
  });

  it('moves to an idle second that shows signs of life, and to none that does not', () => {
    const verdicts = { east: unhealthy, west: idle };
    expect(plan(aPlanInput({ verdicts }))).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'east (us-east-1) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        {
          voiceConnectorId: 'west',
          code: 'unreadable',
          reason: 'its Region is unknown, so its standby signals cannot be read',
        },
      ],
    });
    expect(plan(aPlanInput({ verdicts, standbySignals: { west: someStandbySignals() } }))).toEqual({
      kind: 'failover',
      reason:
        'east (us-east-1) unhealthy: calls fail; promoting west (us-west-2): origination ready; ' +
        'last OPTIONS ping 30 s ago, fresh up to 5 min; ' +
        'outbound healthy: 0 of 100 calls failed in 10 min (0 %, history not read, baseline assumed 5 %)',
      leaving: 'east',
      promoting: 'west',
      before: items({ east: 1, west: 2 }),
      after: items({ east: 2, west: 1 }),
      rejected: [],
    });
  });

  it('holds where every member is unhealthy, or in an unhealthy Region, and names each', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: unhealthy, tokyo: idle },
      regions: { 'ap-northeast-1': { health: 'unhealthy', reason: 'all of it is down' } },
    });
    expect(plan(input)).toEqual({
      kind: 'hold',
      code: 'all-unhealthy',
      reason: 'east (us-east-1) unhealthy: calls fail; every other member is unhealthy too: the order stays',
      rejected: [
        { voiceConnectorId: 'west', code: 'unhealthy', reason: 'calls fail' },
        { voiceConnectorId: 'tokyo', code: 'unhealthy-region', reason: 'all of it is down' },
      ],
    });
  });

  it('holds where no member is fit, and says what each lacks', () => {
    const input = aPlanInput({
      group: three,
      verdicts: { east: unhealthy, west: degraded, tokyo: unknown('partial') },
    });
    expect(plan(input)).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'east (us-east-1) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        { voiceConnectorId: 'west', code: 'degraded', reason: 'MOS is low' },
        { voiceConnectorId: 'tokyo', code: 'unobservable', reason: 'unknown (partial): cannot tell: partial' },
      ],
    });
  });

  it('does not move to a healthy Voice Connector in an unhealthy Region', () => {
    expect(plan(aPlanInput({ verdicts: { east: unhealthy }, regions: { 'us-west-2': unhealthy } }))).toMatchObject({
      kind: 'hold',
      code: 'all-unhealthy',
      rejected: [{ voiceConnectorId: 'west', code: 'unhealthy-region', reason: 'calls fail' }],
    });
  });

  it('does not move to a member that AWS does not know', () => {
    const input = aPlanInput({ group: aGroup({ items: items({ east: 1, ghost: 2 }) }), verdicts: { east: unhealthy } });
    expect(plan(input)).toMatchObject({
      kind: 'hold',
      code: 'no-target',
      rejected: [
        {
          voiceConnectorId: 'ghost',
          code: 'unobservable',
          reason: 'unknown (fetch-error): AWS does not know this Voice Connector, or did not answer',
        },
      ],
    });
  });

  it('holds during the cooldown', () => {
    const group = aGroup({ updatedAt: minutesAgo(4) });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'cooldown',
      reason: 'east (us-east-1) unhealthy: calls fail; changed 4 min ago, cooldown 10 min',
      rejected: [],
    });
  });

  it('flees to the third within the cooldown of its own move, and to nobody else', () => {
    const group = aGroup({ items: items({ east: 3, west: 1, tokyo: 2 }), updatedAt: minutesAgo(4) });
    const record = aRecord({ changedAt: [minutesAgo(4)], demotedAt: { east: [minutesAgo(4)] } });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy } }))).toMatchObject({
      kind: 'failover',
      promoting: 'tokyo',
      rejected: [{ voiceConnectorId: 'east', code: 'hold-down' }],
    });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy, tokyo: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'no-target',
      reason: 'west (us-west-2) unhealthy: calls fail; no other member can take its calls',
      rejected: [
        { voiceConnectorId: 'tokyo', code: 'unhealthy', reason: 'calls fail' },
        {
          voiceConnectorId: 'east',
          code: 'hold-down',
          reason: 'failed over from 4 min ago, once in 24 h: hold-down 30 min',
        },
      ],
    });
  });

  it('does not let one that was left rise above one that was not, healthy as it may look', () => {
    const group = aGroup({ items: items({ west: 1, tokyo: 2, east: 3 }), updatedAt: minutesAgo(12) });
    const record = aRecord({ changedAt: [minutesAgo(12)], demotedAt: { east: [minutesAgo(12)] } });
    expect(plan(aPlanInput({ group, record, verdicts: { west: unhealthy } }))).toHaveProperty(
      'after',
      items({ west: 2, tokyo: 1, east: 3 }),
    );
  });

  it('does not return within the hold-down, and does once it is over', () => {
    const back = (ago: number) =>
      plan(
        aPlanInput({
          group: aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(ago) }),
          record: aRecord({ changedAt: [minutesAgo(ago)], demotedAt: { east: [minutesAgo(ago)] } }),
          verdicts: { west: unhealthy },
        }),
      );
    expect(back(29)).toMatchObject({ kind: 'hold', code: 'no-target', rejected: [{ code: 'hold-down' }] });
    expect(back(30)).toMatchObject({ kind: 'failover', promoting: 'east' });
  });

  it('holds once it moved as often as the policy allows in a day', () => {
    const record = aRecord({ changedAt: [100, 200, 300, 400, 500, 600].map(minutesAgo) });
    expect(plan(aPlanInput({ record, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'daily-limit',
      reason:
        'east (us-east-1) unhealthy: calls fail; 6 changes in 24 h, maxChangesPerDay 6: find out what keeps changing',
      rejected: [],
    });
  });

  it('moves where its own record cannot be read: a rescue does not wait for that', () => {
    expect(plan(aPlanInput({ record: unreadableRecord, verdicts: { east: unhealthy } }))).toMatchObject({
      kind: 'failover',
    });
  });

  it('moves as soon as the cooldown is over, and not a moment before', () => {
    const changedAgo = (ms: number) =>
      plan(
        aPlanInput({
          group: aGroup({ updatedAt: observedAt - ms }),
          carriedBeforeChange: true,
          verdicts: { east: unhealthy },
        }),
      ).kind;
    expect(changedAgo(10 * minuteMs - 1)).toBe('hold');
    expect(changedAgo(10 * minuteMs)).toBe('failover');
  });

  it('moves where AWS does not say when the group was changed: a rescue does not wait for that', () => {
    const group = aGroup({ updatedAt: undefined });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });

  it('holds where the group was changed in what is still the future', () => {
    const group = aGroup({ updatedAt: observedAt + minuteMs });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ code: 'cooldown' });
  });
});

describe('the first choice not unhealthy', () => {
  it.each<{ verdict: Verdict; code: HoldCode; words: string }>([
    { verdict: healthy, code: 'top-healthy', words: 'healthy: calls go through' },
    { verdict: degraded, code: 'top-degraded', words: 'degraded: MOS is low' },
    { verdict: idle, code: 'top-unknown', words: 'unknown (idle): cannot tell: idle' },
    { verdict: unknown('low-volume'), code: 'top-unknown', words: 'unknown (low-volume): cannot tell: low-volume' },
    { verdict: unknown('stale'), code: 'top-unknown', words: 'unknown (stale): cannot tell: stale' },
    { verdict: unknown('fetch-error'), code: 'top-unknown', words: 'unknown (fetch-error): cannot tell: fetch-error' },
    { verdict: unknown('partial'), code: 'top-unknown', words: 'unknown (partial): cannot tell: partial' },
    { verdict: unknown('forbidden'), code: 'top-unknown', words: 'unknown (forbidden): cannot tell: forbidden' },
    {
      verdict: unknown('inconclusive'),
      code: 'top-unknown',
      words: 'unknown (inconclusive): cannot tell: inconclusive',
    },
  ])('holds: $words', ({ verdict, code, words }) => {
    expect(plan(aPlanInput({ verdicts: { east: verdict } }))).toEqual({
      kind: 'hold',
      code,
      reason: `east (us-east-1) ${words}`,
      rejected: [],
    });
  });

  it('holds where AWS did not list the first choice at all', () => {
    expect(plan(aPlanInput({ group: aGroup({ items: items({ ghost: 1, west: 2 }) }) }))).toEqual({
      kind: 'hold',
      code: 'top-unknown',
      reason: 'ghost (Region unknown) unknown (fetch-error): AWS does not know this Voice Connector, or did not answer',
      rejected: [],
    });
  });

  it('holds where only its Region is unhealthy: its own calls decide', () => {
    expect(plan(aPlanInput({ regions: { 'us-east-1': unhealthy } }))).toMatchObject({ code: 'top-healthy' });
  });
});

describe('a group that does not go by priority alone', () => {
  it.each<{ case: string; group: Parameters<typeof aGroup>[0]; code: HoldCode; reason: string }>([
    {
      case: 'one member',
      group: { items: items({ east: 1 }) },
      code: 'fewer-than-two-members',
      reason: 'the group has 1 of the 2 members that a failover needs',
    },
    {
      case: 'no member',
      group: { items: [] },
      code: 'fewer-than-two-members',
      reason: 'the group has 0 of the 2 members that a failover needs',
    },
    {
      case: 'a tie at the top',
      group: { items: items({ east: 1, west: 1 }) },
      code: 'tied-priorities',
      reason: 'east and west share priority 1: AWS spreads calls over both (active/active)',
    },
    {
      case: 'a tie below the top',
      group: { items: items({ east: 1, west: 2, tokyo: 2 }) },
      code: 'tied-priorities',
      reason: 'west and tokyo share priority 2: AWS spreads calls over both (active/active)',
    },
    {
      case: 'a member without priority',
      group: { items: items({ east: 1, west: undefined }) },
      code: 'missing-priority',
      reason: 'west has no Priority',
    },
    {
      case: 'a member that stands in it twice',
      group: { items: [...items({ east: 1 }), ...items({ east: 2 })] },
      code: 'duplicate-members',
      reason: 'east is a member more than once',
    },
    {
      case: 'load balancing',
      group: { callDistributionType: 'LoadBalancedDistribution' },
      code: 'load-balanced',
      reason: 'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
    },
    {
      case: 'a distribution that is newer than this program',
      group: { callDistributionType: 'AstrologicalDistribution' },
      code: 'unknown-distribution',
      reason: 'CallDistributionType AstrologicalDistribution is unknown: it may not follow priorities',
    },
  ])('is left alone with $case', ({ group, code, reason }) => {
    const input = aPlanInput({ group: aGroup(group), verdicts: { east: unhealthy } });
    expect(plan(input)).toEqual({ kind: 'hold', code, reason, rejected: [] });
  });

  it('is taken to go by priority where AWS names no distribution', () => {
    const group = aGroup({ callDistributionType: undefined });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });
});

describe('the operator’s word', () => {
  const until = observedAt + 90 * minuteMs;

  it.each<{ override: OverrideState; code: HoldCode; reason: string }>([
    {
      override: { kind: 'pause', by: 'ana', reason: 'carrier maintenance', until },
      code: 'paused',
      reason: 'paused by ana, 90 min left: carrier maintenance',
    },
    {
      override: { kind: 'pin', by: 'ana', reason: 'audit day', until },
      code: 'pinned',
      reason: 'pinned by ana, 90 min left: audit day',
    },
    {
      override: { kind: 'unparseable', message: '/overrides/all: not JSON' },
      code: 'override-unparseable',
      reason: 'counts as a pause until it is corrected: /overrides/all: not JSON',
    },
  ])('holds a rescue: $code', ({ override, code, reason }) => {
    expect(plan(aPlanInput({ override, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code,
      reason,
      rejected: [],
    });
  });

  it('comes before any other reason to hold', () => {
    const override: OverrideState = { kind: 'pause', by: 'ana', reason: 'maintenance', until };
    expect(plan(aPlanInput({ override, group: aGroup({ items: [] }) }))).toMatchObject({ code: 'paused' });
  });

  it('does not stop a rescue where Parameter Store cannot be read', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'AccessDenied' };
    expect(plan(aPlanInput({ override, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });
});

describe('failback', () => {
  const auto = aPolicy({ failback: 'auto', preferredOrder: ['east', 'west'] });
  const movedAway = aGroup({ items: items({ east: 2, west: 1 }) });

  it('returns to the preferred Voice Connector that is healthy again', () => {
    expect(plan(aPlanInput({ group: movedAway, policy: auto }))).toEqual({
      kind: 'failback',
      reason: 'failback to east (us-east-1): calls go through',
      leaving: 'west',
      promoting: 'east',
      before: items({ east: 2, west: 1 }),
      after: items({ east: 1, west: 2 }),
      rejected: [],
    });
  });

  it('holds with the healthy first choice where no order is preferred, or it is first already', () => {
    const nowhere = aPolicy({ failback: 'auto', preferredOrder: undefined });
    expect(plan(aPlanInput({ group: movedAway, policy: nowhere }))).toMatchObject({ code: 'top-healthy' });
    expect(plan(aPlanInput({ policy: auto }))).toMatchObject({ code: 'top-healthy' });
  });

  it('goes by the first of the preferred order that is a member', () => {
    const policy = aPolicy({ failback: 'auto', preferredOrder: ['removed', 'east', 'west'] });
    expect(plan(aPlanInput({ group: movedAway, policy }))).toMatchObject({ kind: 'failback', promoting: 'east' });
    const stranger = aPolicy({ failback: 'auto', preferredOrder: ['removed'] });
    expect(plan(aPlanInput({ group: movedAway, policy: stranger }))).toMatchObject({ code: 'top-healthy' });
  });

  it('does not settle for the second of the preferred order', () => {
    const group = aGroup({ items: items({ tokyo: 1, west: 2, east: 3 }) });
    const policy = aPolicy({ failback: 'auto', preferredOrder: ['east', 'west', 'tokyo'] });
    expect(plan(aPlanInput({ group, policy, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'failback-not-proven',
      reason: 'failback to east (us-east-1): calls fail',
      rejected: [{ voiceConnectorId: 'east', code: 'unhealthy', reason: 'calls fail' }],
    });
  });

  it('puts the one it leaves before others that are not proven well', () => {
    const group = aGroup({ items: items({ west: 1, tokyo: 2, east: 3 }) });
    expect(plan(aPlanInput({ group, policy: auto, verdicts: { tokyo: idle } }))).toHaveProperty(
      'after',
      items({ west: 2, tokyo: 3, east: 1 }),
    );
    expect(plan(aPlanInput({ group, policy: auto, verdicts: { west: degraded } }))).toHaveProperty(
      'after',
      items({ west: 3, tokyo: 2, east: 1 }),
    );
  });

  it('returns to an idle one that proves itself by outbound calls, and to none that nobody could look at', () => {
    const input = { group: movedAway, policy: auto, verdicts: { east: idle } };
    expect(plan(aPlanInput(input))).toEqual({
      kind: 'hold',
      code: 'failback-not-proven',
      reason: 'failback to east (us-east-1): its Region is unknown, so its standby signals cannot be read',
      rejected: [
        {
          voiceConnectorId: 'east',
          code: 'unreadable',
          reason: 'its Region is unknown, so its standby signals cannot be read',
        },
      ],
    });
    expect(plan(aPlanInput({ ...input, standbySignals: { east: someStandbySignals() } }))).toMatchObject({
      kind: 'failback',
      promoting: 'east',
      rejected: [],
    });
  });

  it('waits while its own record cannot be read', () => {
    expect(plan(aPlanInput({ group: movedAway, policy: auto, record: unreadableRecord }))).toEqual({
      kind: 'hold',
      code: 'record-unreadable',
      reason:
        "failback to east (us-east-1) waits: the record of the monitor's changes is unreadable: CloudWatch: it said no",
      rejected: [],
    });
  });

  it('leaves alone for a while what somebody changed by hand, and not what it changed itself', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(45) };
    expect(plan(aPlanInput({ group, policy: auto }))).toEqual({
      kind: 'hold',
      code: 'operator-stand-off',
      reason: 'failback to east (us-east-1) waits: changed by someone else 45 min ago, operatorStandOffMinutes 60',
      rejected: [],
    });
    const record = aRecord({ changedAt: [minutesAgo(45)], demotedAt: { east: [minutesAgo(45)] } });
    expect(plan(aPlanInput({ group, policy: auto, record }))).toMatchObject({ kind: 'failback' });
  });

  it('waits out the hold-down of the one it would return to', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(45) };
    const record = aRecord({ changedAt: [minutesAgo(45)], demotedAt: { east: [minutesAgo(900), minutesAgo(45)] } });
    expect(plan(aPlanInput({ group, policy: auto, record }))).toMatchObject({
      kind: 'hold',
      code: 'failback-not-proven',
      rejected: [
        {
          voiceConnectorId: 'east',
          code: 'hold-down',
          reason: 'failed over from 45 min ago, 2 times in 24 h: hold-down 60 min',
        },
      ],
    });
  });

  it('counts against the changes of a day', () => {
    const record = aRecord({ changedAt: [100, 200, 300, 400, 500, 600].map(minutesAgo) });
    expect(plan(aPlanInput({ group: movedAway, policy: auto, record }))).toMatchObject({ code: 'daily-limit' });
  });

  it('never happens on the absence of bad news', () => {
    const standbySignals = { east: someStandbySignals({ outbound: read(nothing(60)) }) };
    expect(
      plan(aPlanInput({ group: movedAway, policy: auto, verdicts: { east: idle }, standbySignals })),
    ).toMatchObject({
      code: 'failback-not-proven',
      rejected: [{ voiceConnectorId: 'east', code: 'outbound-not-proven' }],
    });
  });

  it.each(['stale', 'fetch-error', 'partial', 'forbidden'] as const)(
    'waits while the first choice cannot be seen (%s)',
    (cause) => {
      const input = aPlanInput({ group: movedAway, policy: auto, verdicts: { west: unknown(cause) } });
      expect(plan(input)).toMatchObject({ kind: 'hold', code: 'top-unknown' });
    },
  );

  it.each(['idle', 'low-volume', 'inconclusive'] as const)(
    'does not wait for a first choice with too few calls to judge (%s)',
    (cause) => {
      const input = aPlanInput({ group: movedAway, policy: auto, verdicts: { west: unknown(cause) } });
      expect(plan(input)).toMatchObject({ kind: 'failback' });
    },
  );

  it('is a rescue, and no longer a failback, where the first choice is unhealthy', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(15) };
    expect(
      plan(aPlanInput({ group, carriedBeforeChange: true, policy: auto, verdicts: { west: unhealthy } })),
    ).toMatchObject({
      kind: 'failover',
      promoting: 'east',
    });
  });

  it('is for a person where the policy says never', () => {
    const policy = aPolicy({ failback: 'never', preferredOrder: ['east'] });
    expect(plan(aPlanInput({ group: movedAway, policy, verdicts: { east: idle } }))).toEqual({
      kind: 'hold',
      code: 'failback-never',
      reason: 'failback to east (us-east-1) is left to the operator (failback: never)',
      rejected: [],
    });
  });

  it('awaits approval where the policy says so, once it is proven', () => {
    const policy = aPolicy({ failback: 'approve', preferredOrder: ['east'] });
    expect(plan(aPlanInput({ group: movedAway, policy }))).toEqual({
      kind: 'hold',
      code: 'failback-awaits-approval',
      reason: 'failback to east (us-east-1) is ready: calls go through',
      rejected: [],
    });
    expect(plan(aPlanInput({ group: movedAway, policy, verdicts: { east: degraded } }))).toMatchObject({
      code: 'failback-not-proven',
    });
  });

  it('waits while Parameter Store cannot be read', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'AccessDenied' };
    expect(plan(aPlanInput({ group: movedAway, policy: auto, override }))).toEqual({
      kind: 'hold',
      code: 'override-unreadable',
      reason: 'failback to east (us-east-1) waits until Parameter Store answers: AccessDenied',
      rejected: [],
    });
  });

  it('waits for its hold, to the millisecond', () => {
    const changedAgo = (ms: number) =>
      plan(
        aPlanInput({
          group: { ...movedAway, updatedAt: observedAt - ms },
          policy: auto,
          record: aRecord({ changedAt: [observedAt - ms] }),
        }),
      );
    expect(changedAgo(12 * minuteMs)).toEqual({
      kind: 'hold',
      code: 'failback-hold',
      reason: 'failback to east (us-east-1): changed 12 min ago, hold 30 min',
      rejected: [],
    });
    expect(changedAgo(30 * minuteMs - 1)).toMatchObject({ code: 'failback-hold' });
    expect(changedAgo(30 * minuteMs)).toMatchObject({ kind: 'failback' });
  });

  it('waits where AWS does not say when the group was changed', () => {
    expect(plan(aPlanInput({ group: { ...movedAway, updatedAt: undefined }, policy: auto }))).toEqual({
      kind: 'hold',
      code: 'failback-hold',
      reason: 'failback to east (us-east-1) waits: AWS does not report when the group was last changed',
      rejected: [],
    });
  });

  it('does not return to an unhealthy Region, whatever the Voice Connector itself shows', () => {
    const input = aPlanInput({ group: movedAway, policy: auto, regions: { 'us-east-1': unhealthy } });
    expect(plan(input)).toMatchObject({
      code: 'failback-not-proven',
      rejected: [{ voiceConnectorId: 'east', code: 'unhealthy-region' }],
    });
  });

  it('does not trust inbound metrics under an outbound name', () => {
    const standbySignals = { east: someStandbySignals({ outbound: read(inbound(60, 10)) }) };
    const input = { group: movedAway, policy: auto, verdicts: { east: idle } };
    expect(plan(aPlanInput({ ...input, standbySignals }))).toMatchObject({ code: 'failback-not-proven' });
    const real = { east: someStandbySignals({ outbound: read(outbound(60, 10)) }) };
    expect(plan(aPlanInput({ ...input, standbySignals: real }))).toMatchObject({ kind: 'failback' });
  });
});
