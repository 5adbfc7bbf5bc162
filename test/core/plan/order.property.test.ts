/** Properties of an operator's order for any group, health of the members and order. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOrder, type Order } from '../../../lib/core/plan/order.ts';
import { forcibleRules } from '../../../lib/core/model/codes.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import type { VoiceConnectorItem } from '../../../lib/core/model/group.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { inOrder } from '../../../lib/core/model/priorities.ts';
import { aGroup } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { someStandbySignals, aPlanInput, aRecord, degraded, healthy, unhealthy, unknown } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { runs, seed } from '../../builders/random.ts';

const ids = ['east', 'west', 'tokyo'] as const;
const inAnHour = observedAt + 60 * minuteMs;

const verdict = fc.constantFrom(healthy, healthy, degraded, unhealthy, unknown('idle'), unknown('stale'));
const override = fc.constantFrom<OverrideState>(
  { kind: 'none' },
  { kind: 'none' },
  { kind: 'pause', by: 'ben', reason: 'lunch', until: inAnHour },
  { kind: 'pin', by: 'ben', reason: 'lunch', until: inAnHour, order: ['east', 'west', 'tokyo'] },
  { kind: 'unparseable', message: 'not JSON' },
  { kind: 'unreadable', message: 'no answer' },
);
const items = fc
  .tuple(
    fc.shuffledSubarray([...ids], { minLength: 1 }),
    fc.shuffledSubarray([1, 7, 20, 99], { minLength: 3, maxLength: 3 }),
  )
  .map(([members, drawn]) =>
    members.map((voiceConnectorId, place): VoiceConnectorItem => ({ voiceConnectorId, priority: drawn[place] })),
  );

const input = fc
  .record({
    items,
    override,
    verdicts: fc.record({ east: verdict, west: verdict, tokyo: verdict }),
    regions: fc.record({ 'us-east-1': verdict, 'us-west-2': verdict, 'ap-northeast-1': verdict }),
    left: fc.constantFrom({}, { west: [observedAt - 5 * minuteMs] }),
    preferredOrder: fc.option(fc.shuffledSubarray([...ids], { minLength: 1 }), { nil: undefined }),
  })
  .map(({ items: drawn, left, preferredOrder, ...others }) =>
    aPlanInput({
      ...others,
      group: aGroup({ items: drawn }),
      policy: aPolicy({ preferredOrder }),
      record: aRecord({ demotedAt: left }),
      standbySignals: { east: someStandbySignals(), west: someStandbySignals(), tokyo: someStandbySignals() },
    }),
  );

const who = { by: 'anna', reason: 'works' };
const order = fc
  .record({
    to: fc.constantFrom(...ids),
    pinned: fc.shuffledSubarray([...ids], { minLength: 3 }),
    of: fc.nat(2),
    force: fc.subarray([...forcibleRules]),
  })
  .map(({ to, pinned, of, force }): Order => {
    if (of === 0) return { action: 'switchover', ...who, to, force };
    return of === 1
      ? { action: 'failback', ...who, force }
      : { action: 'pin', ...who, order: pinned, until: inAnHour, force };
  });

function multiset(all: readonly VoiceConnectorItem[]): readonly (number | undefined)[] {
  return all.map(({ priority }) => priority).sort((left = 0, right = 0) => left - right);
}
function members(all: readonly VoiceConnectorItem[]): readonly string[] {
  return inOrder(all).map(({ voiceConnectorId }) => voiceConnectorId);
}

describe(`an order (seed ${seed})`, () => {
  it('only reorders: the same members and the same priorities, whatever is forced', () => {
    let moves = 0;
    fc.assert(
      fc.property(input, order, (seen, ordered) => {
        const answer = planOrder(seen, ordered);
        if (answer.kind !== 'move') return;
        moves += 1;
        const { before, after } = answer.move;
        expect(before).toEqual(seen.group.items);
        expect(after.map(({ voiceConnectorId }) => voiceConnectorId)).toEqual(
          before.map(({ voiceConnectorId }) => voiceConnectorId),
        );
        expect(multiset(after)).toEqual(multiset(before));
        expect(members(after)).not.toEqual(members(before));
      }),
      runs(3000),
    );
    expect(moves).toBeGreaterThan(0);
  });

  it('raises no member that is unhealthy or in an unhealthy Region, unless forced', () => {
    fc.assert(
      fc.property(input, order, (seen, ordered) => {
        const answer = planOrder(seen, ordered);
        if (answer.kind !== 'move') return;
        const { before, after, command } = answer.move;
        const risen = members(after).filter((id, place) => place < members(before).indexOf(id));
        const forced = command?.forced.map(({ rule }) => rule) ?? [];
        expect(forced.every((rule) => ordered.force.some((each) => each === rule))).toBe(true);
        const isUnhealthy = risen.some((id) => seen.verdicts.get(id)?.health === 'unhealthy');
        const isRegionUnhealthy = risen.some(
          (id) => seen.regions.get(seen.connectorRegions.get(id) ?? '')?.health === 'unhealthy',
        );
        if (isUnhealthy) expect(forced).toContain('unhealthy');
        else if (isRegionUnhealthy) expect(forced).toContain('unhealthy-region');
      }),
      runs(3000),
    );
  });

  it('is idempotent: on the resulting group there is nothing to do', () => {
    fc.assert(
      fc.property(input, order, (seen, ordered) => {
        const answer = planOrder(seen, ordered);
        if (answer.kind !== 'move') return;
        const then = { ...seen, group: { ...seen.group, items: answer.move.after } };
        const again = planOrder(then, ordered);
        // A repeated pin may conflict with an override in force.
        if (ordered.action === 'pin') expect(again.kind).not.toBe('move');
        else expect(again).toEqual({ kind: 'unchanged', forced: [] });
      }),
      runs(3000),
    );
  });

  it('is refused for the same reasons in any listing of the members', () => {
    fc.assert(
      fc.property(input, order, (seen, ordered) => {
        const turned = { ...seen, group: { ...seen.group, items: seen.group.items.toReversed() } };
        const [one, other] = [planOrder(seen, ordered), planOrder(turned, ordered)];
        expect(other.kind).toBe(one.kind);
        if (one.kind === 'move' && other.kind === 'move')
          expect(members(other.move.after)).toEqual(members(one.move.after));
        if (one.kind === 'refused' && other.kind === 'refused') {
          const rules = (answer: typeof one) => answer.obstacles.map(({ rule }) => rule);
          expect(rules(other)).toEqual(rules(one));
        }
      }),
      runs(3000),
    );
  });
});
