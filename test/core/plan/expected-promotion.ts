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
  const { updatedAt, since = 0, record } = past;
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
  const { isOwn, since = 0, updatedAt } = state.past;
  return isOwn && !(updatedAt !== undefined && minutesSinceDemotion(state).some((at) => Math.abs(at - since) <= 2));
}

function expectedRescue(state: State, others: readonly string[]): string | undefined {
  const { since, isSpent, heldDown, updatedAt } = state.past;
  const isThirdAfterOurs = others.length > 1 && isOwnChange(state) && updatedAt !== undefined;
  if (isSpent || orderedByOperator(state) || (since !== undefined && since < 10 && !isThirdAfterOurs)) return undefined;
  for (const rank of ['first', 'last'] as const) {
    const equals = others.filter((id) => state.known.get(id)!.mayRescue === rank && !heldDown.includes(id));
    if (equals.length > 0) return equals.find((id) => id === preferredMember(state)) ?? equals[0];
  }
  return undefined;
}

/** Whether enough time passed, no operator changed the group recently, and the record allows another change. */
function mayGoBack(state: State): boolean {
  const { updatedAt, since = 0, isSpent, record } = state.past;
  const isRested = updatedAt !== undefined && since >= (isOwnChange(state) ? 30 : 60);
  return isRested && !isSpent && record.kind === 'read';
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
