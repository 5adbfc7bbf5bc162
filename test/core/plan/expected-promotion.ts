/**
 * The promotion that the documented rules require in a state, derived independently of the planner.
 */
import { isUnobservable } from '../../../lib/core/judge/readings.ts';
import type { VoiceConnectorItem } from '../../../lib/core/model/group.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import type { PlanInput } from '../../../lib/core/plan/plan-input.ts';
import { type State } from './planner-states.ts';

export function inPlace(items: readonly VoiceConnectorItem[]) {
  return items
    .toSorted((left, right) => left.priority! - right.priority!)
    .map(({ voiceConnectorId }) => voiceConnectorId);
}

/** Whether this group must not be changed at all. */
function untouchable({ group, override }: PlanInput): boolean {
  const priorities = group.items.map(({ priority }) => priority);
  return (
    override.kind === 'pause' ||
    override.kind === 'pin' ||
    override.kind === 'unparseable' ||
    (group.callDistributionType !== undefined && group.callDistributionType !== 'PriorityWeightedDistribution') ||
    priorities.length < 2 ||
    priorities.includes(undefined) ||
    new Set(priorities).size < priorities.length
  );
}

/** The first preferred Voice Connector that is a member. */
function preferredMember({ input, known }: State) {
  return input.policy.preferredOrder?.find((id) => known.has(id));
}

/** Whether an operator may have promoted the primary within the hour; false where the record cannot be read. */
function orderedByOperator(state: State): boolean {
  const { input, past } = state;
  const { updatedAt, record } = past;
  const since = sinceChange(state) ?? 0;
  const isUntouched = input.carriedBeforeChange === true && minutesSinceDemotion(state).length === 0;
  return !isUntouched && updatedAt !== undefined && !isOwnChange(state) && record.kind === 'read' && since < 60;
}

/** Minutes since the monitor failed over from the present primary. */
function minutesSinceDemotion({ input: { group, observedAt: now }, past: { record } }: State): readonly number[] {
  const times = record.kind === 'read' ? record.demotedAt.get(inPlace(group.items)[0]!) : undefined;
  return (times ?? []).map((at) => (now - at) / minuteMs);
}

/** The monitor made the last change, and did not demote the present primary in it. */
function isOwnChange(state: State): boolean {
  const { isOwn, updatedAt } = state.past;
  return isOwn && !(updatedAt !== undefined && isPutBack(state));
}

/** The newest own change demoted the present primary: it was put back since, or the change never took effect. */
function isPutBack(state: State): boolean {
  const { since = 0 } = state.past;
  return minutesSinceDemotion(state).some((at) => Math.abs(at - since) <= 2);
}

/** An own change that AWS does not show counts only if it made the present order. */
function sinceChange(state: State): number | undefined {
  const { since, shown } = state.past;
  return shown !== undefined && isPutBack(state) ? shown : since;
}

/** What staying loses at least. */
function stayingLoses(state: State): number {
  const { verdict } = state.known.get(inPlace(state.input.group.items)[0]!)!;
  return verdict?.health === 'unhealthy' ? verdict.loss.least : 0;
}

/** The share of the calls that a failover to a member must save. */
function gainNeeded({ known, past }: State, id: string): number {
  const { loss, rank } = known.get(id)!;
  if (past.heldDown.includes(id)) return 0.3;
  return rank === 3 || loss !== 0 ? 0.1 : 0.0125;
}

/** Infinite where it could take no calls. */
function lossOf({ known, past: { record }, input: { observedAt: now } }: State, id: string): number {
  const { loss = Infinity, lostLastAt } = known.get(id)!;
  if (lostLastAt === undefined) return loss;
  const demotions = record.kind === 'read' ? (record.demotedAt.get(id) ?? []) : [];
  const ofToday = demotions.filter((at) => now - at < 1440 * minuteMs).length;
  return loss * 2 ** -((now - lostLastAt) / ((ofToday < 2 ? 30 : 60) * minuteMs));
}

/** The members that a failover may go to, the best one first. */
function targets(state: State, others: readonly string[]): readonly string[] {
  const rankOf = (id: string): number => (state.past.heldDown.includes(id) ? 3 : state.known.get(id)!.rank);
  const isPreferred = (id: string): number => (id === preferredMember(state) ? 0 : 1);
  return others
    .filter((id) => isLossKnown(state, id) && stayingLoses(state) - lossOf(state, id) >= gainNeeded(state, id))
    .toSorted(
      (left, right) =>
        lossOf(state, left) - lossOf(state, right) ||
        rankOf(left) - rankOf(right) ||
        isPreferred(left) - isPreferred(right),
    );
}

/** In its hold-down, a member without calls must have shown by its last ones what it loses. */
function isLossKnown({ known, past }: State, id: string): boolean {
  const { verdict, region, loss } = known.get(id)!;
  const isIdle = verdict?.health === 'unknown' && region.health !== 'unhealthy';
  return !past.heldDown.includes(id) || !isIdle || loss !== 0;
}

function expectedRescue(state: State, others: readonly string[]): string | undefined {
  const [best] = targets(state, others);
  if (best === undefined || orderedByOperator(state)) return undefined;
  const isUrgent = stayingLoses(state) - lossOf(state, best) >= 0.3;
  const isSpent = state.past.isSpent && !isLastResort(state, best);
  return (isCooling(state, others) && !isUrgent) || isSpent ? undefined : best;
}

function isCooling(state: State, others: readonly string[]): boolean {
  const { updatedAt } = state.past;
  const since = sinceChange(state);
  const isThirdAfterOurs = others.length > 1 && isOwnChange(state) && updatedAt !== undefined;
  return since !== undefined && since < 10 && !isThirdAfterOurs;
}

function isLastResort(state: State, best: string): boolean {
  const { since = 0, heldDown } = state.past;
  const isSound = lossOf(state, best) === 0 && state.known.get(best)!.rank !== 3 && !heldDown.includes(best);
  return stayingLoses(state) >= 0.9 && isSound && since >= 30;
}

/** Enough time passed, no operator changed the group recently, and a failback leaves a change for a failover. */
function mayGoBack(state: State): boolean {
  const { isKept, record } = state.past;
  const since = sinceChange(state);
  const isRested = since !== undefined && since >= (isOwnChange(state) || isUnstamped(state) ? 30 : 60);
  return isRested && !isKept && record.kind === 'read';
}

/** AWS reports no time of the last change, so that it is unknown who made it. */
function isUnstamped({ past: { updatedAt } }: State): boolean {
  return updatedAt === undefined;
}

function expectedReturn(state: State, top: string): string | undefined {
  const { input, known, past } = state;
  const first = preferredMember(state);
  if (first === undefined || first === top || past.heldDown.includes(first)) return undefined;
  const { verdict } = known.get(top)!;
  const isSeen = verdict !== undefined && !isUnobservable(verdict);
  const isAllowed = input.policy.failback === 'auto' && input.override.kind === 'none';
  return isSeen && isAllowed && mayGoBack(state) && known.get(first)!.mayReturn ? first : undefined;
}

/** The member to promote by the documented rules; undefined where the group holds. */
export function expectedPromotion(state: State): string | undefined {
  if (untouchable(state.input)) return undefined;
  const [top, ...others] = inPlace(state.input.group.items);
  return state.known.get(top!)!.verdict?.health === 'unhealthy'
    ? expectedRescue(state, others)
    : expectedReturn(state, top!);
}
