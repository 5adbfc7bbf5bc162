/** Moving the calls back to the member that a drill took them from, but never to a worse place. Pure. */
import { commandOf } from './ending.ts';
import type { DrillEnd } from './end-codes.ts';
import { regionVerdictOn, type EvidencedInput } from './input.ts';
import { assessByStandbySignals } from './refusals.ts';
import { moveTo, displayName, orderOf, verdictOn, type RankedMember } from '../plan/members.ts';
import type { Drill } from '../model/override.ts';
import type { Move } from '../model/plan.ts';
import { inOrder } from '../model/priorities.ts';
import { isUnobservable } from '../judge/readings.ts';

/** The ends at which calls are being lost on the standby. */
const losingCalls: ReadonlySet<DrillEnd['code']> = new Set(['standby-impaired', 'standby-bypassed', 'throttled']);

/**
 * Whether to restore the previous primary now, to wait until it can be observed, or to leave the group as it is.
 *
 * During the drill the previous primary carried no calls, and those before the drill prove nothing about now. Standby signals decide; it
 * had them when the drill was ordered.
 */
export function decideReturn(
  input: EvidencedInput,
  { leaving }: Drill,
  { code }: DrillEnd,
): { readonly kind: 'restore' | 'wait' | 'leave'; readonly reason: string } {
  const verdict = verdictOn(leaving, input);
  const region = regionVerdictOn(leaving, input);
  const name = displayName(leaving, input);
  if (verdict.health === 'unhealthy') return { kind: 'leave', reason: `${name} unhealthy: ${verdict.reason}` };
  if (region?.health === 'unhealthy') {
    return { kind: 'leave', reason: `${name} in an unhealthy Region: ${region.reason}` };
  }
  // The previous primary cannot be observed. It was healthy at the start; the standby is not now, or an operator decided.
  const whenUnobservable = losingCalls.has(code) || code === 'stopped' ? 'restore' : 'wait';
  if (isUnobservable(verdict)) return { kind: whenUnobservable, reason: `${name} unknown: ${verdict.reason}` };
  const assessment = assessByStandbySignals(leaving, input);
  if (assessment.kind !== 'rejected') return { kind: 'restore', reason: assessment.reason };
  const reason = `${name} ${assessment.code}: ${assessment.reason}`;
  if (assessment.code === 'unreadable') return { kind: whenUnobservable, reason };
  return { kind: assessment.code === 'origination' || losingCalls.has(code) ? 'leave' : 'wait', reason };
}

/** Restores the order from before the drill; where that would raise another unhealthy member, it raises the previous primary alone. */
export function restoringMove(input: EvidencedInput, drill: Drill, end: DrillEnd): Move {
  const order = orderOf(input.group);
  const [top, ...others] = order.kind === 'order' ? order.members : [];
  if (top === undefined) throw new Error('the group of a running drill has no order');
  const members: readonly [RankedMember, ...RankedMember[]] = [top, ...others];
  const rankBefore = new Map(inOrder(drill.before).map(({ voiceConnectorId }, rank) => [voiceConnectorId, rank]));
  const orderBefore = members.toSorted(
    (left, right) => (rankBefore.get(left.voiceConnectorId) ?? 0) - (rankBefore.get(right.voiceConnectorId) ?? 0),
  );
  const isUnhealthy = ({ voiceConnectorId: id }: RankedMember): boolean =>
    verdictOn(id, input).health === 'unhealthy' || regionVerdictOn(id, input)?.health === 'unhealthy';
  const raisesUnhealthy = orderBefore.some((member, rank) => rank < members.indexOf(member) && isUnhealthy(member));
  const first = orderBefore[0] ?? top;
  const restored = raisesUnhealthy ? [first, ...members.filter((member) => member !== first)] : orderBefore;
  return moveTo({
    kind: 'restore',
    group: input.group,
    members,
    order: restored,
    reason: `${displayName(first.voiceConnectorId, input)} is put back (${end.code}): ${end.reason}`,
    rejected: [],
    command: commandOf(drill),
  });
}
