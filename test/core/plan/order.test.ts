import { describe, expect, it } from 'vitest';
import { planOrder, type Order } from '../../../lib/core/plan/order.ts';
import { type ForcibleRule, forcibleRules } from '../../../lib/core/model/codes.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { someStandbySignals, aPlanInput, aRecord, degraded, unhealthy, unknown } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

const idle = unknown('idle');
const inAnHour = observedAt + 60 * minuteMs;
const who = { by: 'anna', reason: 'works on the trunk' };

type Changes<Action extends Order['action']> = Partial<Omit<Extract<Order, { readonly action: Action }>, 'action'>>;
function switchover(changes: Changes<'switchover'> = {}): Order {
  return {
    action: 'switchover',
    ...who,
    to: 'west',
    force: [],
    ...changes,
  };
}
function failback(changes: Changes<'failback'> = {}): Order {
  return { action: 'failback', ...who, force: [], ...changes };
}
function pin(order: readonly string[], changes: Changes<'pin'> = {}): Order {
  return {
    action: 'pin',
    ...who,
    order,
    until: inAnHour,
    force: [],
    ...changes,
  };
}

const three = aGroup({ items: items({ east: 10, west: 20, tokyo: 30 }) });
const command = { ...who, forced: [] };

describe('a switchover', () => {
  it('puts the named Voice Connector first, with the operator’s command', () => {
    expect(planOrder(aPlanInput(), switchover())).toEqual({
      kind: 'move',
      move: {
        kind: 'switchover',
        reason: 'switchover by anna: works on the trunk',
        rejected: [],
        command,
        leaving: 'east',
        promoting: 'west',
        before: items({ east: 1, west: 2 }),
        after: items({ east: 2, west: 1 }),
      },
    });
  });

  it('keeps the priorities, and raises only the named and the healthy members', () => {
    const moved = (verdicts: Parameters<typeof aPlanInput>[0]) =>
      planOrder(aPlanInput({ group: three, ...verdicts }), switchover({ to: 'tokyo' }));
    expect(moved({})).toMatchObject({ move: { after: items({ east: 20, west: 30, tokyo: 10 }) } });
    expect(moved({ verdicts: { east: unhealthy } })).toMatchObject({
      move: { after: items({ east: 30, west: 20, tokyo: 10 }) },
    });
    // Healthy by its own calls, in an unhealthy Region.
    expect(moved({ verdicts: { east: idle }, regions: { 'us-west-2': unhealthy } })).toMatchObject({
      move: { after: items({ east: 20, west: 30, tokyo: 10 }) },
    });
  });

  it('requests evidence on all other members first', () => {
    expect(planOrder({ ...aPlanInput({ group: three }), candidateEvidence: undefined }, switchover())).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['west', 'tokyo'],
    });
  });

  it('has nothing to do where it is first already', () => {
    const input = { ...aPlanInput(), candidateEvidence: undefined };
    expect(planOrder(input, switchover({ to: 'east' }))).toEqual({ kind: 'unchanged', forced: [] });
  });

  it('has nothing to do where it is first already, whatever override is in force', () => {
    const override: OverrideState = { kind: 'unparseable', message: 'not JSON' };
    expect(planOrder(aPlanInput({ override }), switchover({ to: 'east' }))).toEqual({ kind: 'unchanged', forced: [] });
  });

  it('accepts an idle one with standby signals', () => {
    const alive = aPlanInput({ verdicts: { west: idle }, standbySignals: { west: someStandbySignals() } });
    expect(planOrder(alive, switchover()).kind).toBe('move');
  });

  it.each<{ rule: ForcibleRule; changes: Parameters<typeof aPlanInput>[0]; reason: string }>([
    { rule: 'unhealthy', changes: { verdicts: { west: unhealthy } }, reason: 'west (us-west-2): calls fail' },
    {
      rule: 'unhealthy-region',
      changes: { regions: { 'us-west-2': unhealthy } },
      reason: 'west (us-west-2): calls fail',
    },
    { rule: 'degraded', changes: { verdicts: { west: degraded } }, reason: 'west (us-west-2): MOS is low' },
    {
      rule: 'unobservable',
      changes: { verdicts: { west: unknown('forbidden') } },
      reason: 'west (us-west-2): unknown (forbidden): cannot tell: forbidden',
    },
    {
      rule: 'origination',
      changes: {
        verdicts: { west: idle },
        standbySignals: { west: someStandbySignals({ reachability: { origination: 'disabled' } }) },
      },
      reason: 'west (us-west-2): its origination is disabled: no inbound call would arrive',
    },
    {
      rule: 'hold-down',
      changes: { record: aRecord({ demotedAt: { west: [observedAt - 5 * minuteMs] } }) },
      reason: 'west (us-west-2): failed over from 5 min ago, once in 24 h: hold-down 30 min',
    },
    {
      rule: 'paused',
      changes: { override: { kind: 'pause', by: 'ben', reason: 'lunch', until: inAnHour } },
      reason: 'paused by ben, 60 min left: lunch',
    },
    {
      rule: 'pinned',
      changes: { override: { kind: 'pin', by: 'ben', reason: 'lunch', until: inAnHour } },
      reason: 'pinned by ben, 60 min left: lunch',
    },
    {
      rule: 'drill',
      changes: { override: { kind: 'drill', ...aDrill() } },
      reason: 'in a drill ordered by ops, 8 min left: does the standby work',
    },
    {
      rule: 'override-unparseable',
      changes: { override: { kind: 'unparseable', message: 'not JSON' } },
      reason: 'not JSON',
    },
    {
      rule: 'override-unreadable',
      changes: { override: { kind: 'unreadable', message: 'SSM said no' } },
      reason: 'an override may be in force: SSM said no',
    },
  ])('is refused by $rule, and proceeds where that is forced', ({ rule, changes, reason }) => {
    const input = aPlanInput(changes);
    expect(planOrder(input, switchover())).toEqual({
      kind: 'refused',
      obstacles: [{ rule, isForcible: true, reason }],
    });
    const others = forcibleRules.filter((other) => other !== rule);
    expect(planOrder(input, switchover({ force: others })).kind).toBe('refused');
    expect(planOrder(input, switchover({ force: [rule] }))).toMatchObject({
      kind: 'move',
      move: { after: items({ east: 2, west: 1 }), command: { ...who, forced: [{ rule, reason }] } },
    });
  });

  it('lists all obstacles at once', () => {
    const override: OverrideState = { kind: 'pause', by: 'ben', reason: 'lunch', until: inAnHour };
    const ordered = planOrder(aPlanInput({ override, verdicts: { west: unhealthy } }), switchover());
    expect(ordered).toMatchObject({ kind: 'refused', obstacles: [{ rule: 'paused' }, { rule: 'unhealthy' }] });
  });

  it('is not subject to cooldown, daily limit or stand-off, which guard the monitor only', () => {
    const group = aGroup({ updatedAt: observedAt - minuteMs });
    const changedAt = Array.from({ length: 9 }, (_, hours) => observedAt - hours * 60 * minuteMs);
    expect(planOrder(aPlanInput({ group, record: aRecord({ changedAt }) }), switchover()).kind).toBe('move');
  });

  it('proceeds without Parameter Store where the primary is unhealthy', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'SSM said no' };
    expect(planOrder(aPlanInput({ override, verdicts: { east: unhealthy } }), switchover()).kind).toBe('move');
  });

  it.each([
    ['load-balanced', { callDistributionType: 'LoadBalancedDistribution' }],
    ['unknown-distribution', { callDistributionType: 'RoundRobin' }],
    ['tied-priorities', { items: items({ east: 1, west: 1 }) }],
    ['missing-priority', { items: items({ east: 1, west: undefined }) }],
    ['fewer-than-two-members', { items: [] }],
  ])('cannot be forced past %s', (rule, changes) => {
    const ordered = planOrder(aPlanInput({ group: aGroup(changes) }), switchover({ force: forcibleRules }));
    expect(ordered).toMatchObject({ kind: 'refused', obstacles: [{ rule, isForcible: false }] });
  });

  it('of a group without members is refused for that', () => {
    expect(planOrder(aPlanInput({ group: aGroup({ items: [] }) }), switchover())).toEqual({
      kind: 'refused',
      obstacles: [{ rule: 'fewer-than-two-members', isForcible: false, reason: 'the group has no members' }],
    });
  });

  it('proceeds where the Region of another member is unknown', () => {
    const connectorRegions = new Map([['tokyo', 'ap-northeast-1']]);
    expect(planOrder(aPlanInput({ group: three, connectorRegions }), switchover({ to: 'tokyo' }))).toMatchObject({
      move: { after: items({ east: 20, west: 30, tokyo: 10 }) },
    });
  });

  it('to a Voice Connector that is not a member cannot be forced', () => {
    expect(planOrder(aPlanInput(), switchover({ to: 'paris', force: forcibleRules }))).toEqual({
      kind: 'refused',
      obstacles: [{ rule: 'not-a-member', isForcible: false, reason: 'paris is not among the members east, west' }],
    });
  });
});

describe("an operator's failback", () => {
  const policy = aPolicy({ preferredOrder: ['tokyo', 'east'] });

  it('restores the whole preferred order, with the other members behind it', () => {
    expect(planOrder(aPlanInput({ group: three, policy }), failback())).toMatchObject({
      move: {
        kind: 'failback',
        reason: 'failback by anna: works on the trunk',
        after: items({ east: 20, west: 30, tokyo: 10 }),
      },
    });
  });

  it('raises no unhealthy member to the second place, unless forced', () => {
    const group = aGroup({ items: items({ west: 1, tokyo: 2, east: 3 }) });
    const input = aPlanInput({
      group,
      policy: aPolicy({ preferredOrder: ['tokyo', 'east'] }),
      verdicts: { east: unhealthy },
    });
    expect(planOrder(input, failback())).toEqual({
      kind: 'refused',
      obstacles: [{ rule: 'unhealthy', isForcible: true, reason: 'east (us-east-1) would move up: calls fail' }],
    });
    expect(planOrder(input, failback({ force: ['unhealthy'] })).kind).toBe('move');
    const inBadRegion = { ...input, verdicts: aPlanInput().verdicts, regions: new Map([['us-east-1', unhealthy]]) };
    expect(planOrder(inBadRegion, failback())).toEqual({
      kind: 'refused',
      obstacles: [{ rule: 'unhealthy-region', isForcible: true, reason: 'east (us-east-1) would move up: calls fail' }],
    });
    const nowhere = {
      ...input,
      verdicts: aPlanInput().verdicts,
      connectorRegions: new Map([['tokyo', 'ap-northeast-1']]),
    };
    expect(planOrder(nowhere, failback()).kind).toBe('move');
  });

  it('needs the same proof as a failback by the monitor', () => {
    const input = aPlanInput({
      policy: aPolicy({ preferredOrder: ['west'] }),
      verdicts: { west: idle },
      standbySignals: { west: someStandbySignals({ outbound: { kind: 'read', minutes: [] } }) },
    });
    expect(planOrder(input, switchover()).kind).toBe('move');
    expect(planOrder(input, failback())).toMatchObject({ obstacles: [{ rule: 'outbound-not-proven' }] });
  });

  it('has nothing to do where that is the order, unless it ends a drill', () => {
    const input = aPlanInput({ policy: aPolicy({ preferredOrder: ['east', 'west'] }) });
    expect(planOrder(input, failback())).toEqual({ kind: 'unchanged', forced: [] });
    const inDrill = { ...input, override: { kind: 'drill', ...aDrill() } as const };
    expect(planOrder(inDrill, failback())).toMatchObject({ kind: 'refused', obstacles: [{ rule: 'drill' }] });
    expect(planOrder(inDrill, failback({ force: ['drill'] }))).toMatchObject({
      kind: 'unchanged',
      forced: [{ rule: 'drill' }],
    });
  });

  it.each([undefined, ['paris']])('cannot be done where the preferred order is %j', (preferredOrder) => {
    expect(planOrder(aPlanInput({ policy: aPolicy({ preferredOrder }) }), failback({ force: forcibleRules }))).toEqual({
      kind: 'refused',
      obstacles: [
        {
          rule: 'no-preferred-order',
          isForcible: false,
          reason: 'the policy names no preferredOrder with a member of the group in it',
        },
      ],
    });
  });
});

describe('a pin', () => {
  it('moves the group to its order', () => {
    expect(planOrder(aPlanInput({ group: three }), pin(['west', 'tokyo', 'east']))).toMatchObject({
      move: {
        kind: 'switchover',
        reason: 'pin by anna: works on the trunk',
        after: items({ east: 30, west: 10, tokyo: 20 }),
      },
    });
  });

  it('of the present order moves nothing, even with an unhealthy primary', () => {
    const input = { ...aPlanInput({ verdicts: { east: unhealthy } }), candidateEvidence: undefined };
    expect(planOrder(input, pin(['east', 'west']))).toEqual({ kind: 'unchanged', forced: [] });
  });

  it('that keeps the primary needs no candidate evidence', () => {
    const input = { ...aPlanInput({ group: three }), candidateEvidence: undefined };
    expect(planOrder(input, pin(['east', 'tokyo', 'west'])).kind).toBe('move');
  });

  it.each([
    ['missing-member', ['tokyo', 'east'], 'west is a member of the group but not in the order tokyo, east'],
    ['not-a-member', ['east', 'paris', 'west', 'tokyo'], 'paris is not among the members east, west, tokyo'],
  ])('is refused by %s', (rule, order, reason) => {
    expect(planOrder(aPlanInput({ group: three }), pin(order, { force: forcibleRules }))).toEqual({
      kind: 'refused',
      obstacles: [{ rule, isForcible: false, reason }],
    });
  });

  it.each<[string, OverrideState, 'unchanged' | 'refused']>([
    ['for as long', { kind: 'pin', by: 'ben', reason: 'x', until: inAnHour, order: ['east', 'west'] }, 'unchanged'],
    ['without an order', { kind: 'pin', by: 'ben', reason: 'x', until: inAnHour }, 'unchanged'],
    ['for longer', { kind: 'pin', by: 'ben', reason: 'x', until: inAnHour + 1, order: ['east', 'west'] }, 'refused'],
    ['to another order', { kind: 'pin', by: 'ben', reason: 'x', until: inAnHour, order: ['west', 'east'] }, 'refused'],
  ])('on top of one that was made %s', (_, override, kind) => {
    expect(planOrder(aPlanInput({ override }), pin(['east', 'west'])).kind).toBe(kind);
  });

  it('of the present order can be forced past a pause, and lists it', () => {
    const override: OverrideState = { kind: 'pause', by: 'ben', reason: 'lunch', until: inAnHour };
    const reason = 'paused by ben, 60 min left: lunch';
    expect(planOrder(aPlanInput({ override }), pin(['east', 'west'], { force: ['paused'] }))).toEqual({
      kind: 'unchanged',
      forced: [{ rule: 'paused', reason }],
    });
  });
});
