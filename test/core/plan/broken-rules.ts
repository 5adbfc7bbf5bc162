/**
 * The rules that a decision of the planner breaks in a state.
 */
import { isUnobservable } from '../../../lib/core/judge/readings.ts';
import type { HoldCode } from '../../../lib/core/model/codes.ts';
import type { NeedEvidence, Plan, Move, MoveKind } from '../../../lib/core/model/plan.ts';
import type { VoiceConnectorItem } from '../../../lib/core/model/group.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { after, isMove } from '../../builders/plan.ts';
import { type State } from './planner-states.ts';
import { inPlace, expectedPromotion } from './expected-promotion.ts';

function brokenPermutation({ input }: State, move: Move): string | undefined {
  const names = (items: readonly VoiceConnectorItem[]) => items.map(({ voiceConnectorId }) => voiceConnectorId).join();
  const numbers = (items: readonly VoiceConnectorItem[]) =>
    items
      .map(({ priority }) => priority)
      .toSorted()
      .join();
  if (move.before !== input.group.items) return 'before differs from the observed items';
  if (names(move.after) !== names(move.before)) return 'members differ';
  return numbers(move.after) === numbers(move.before) ? undefined : 'priorities differ';
}

function unfitRise(state: State, move: Move): string | undefined {
  const [was, is] = [inPlace(move.before), inPlace(move.after)];
  for (const id of is) {
    const why = is.indexOf(id) < was.indexOf(id) ? unfitToRise(state, move, id) : undefined;
    if (why !== undefined) return `${id} rose, ${why}`;
  }
  return undefined;
}

function unfitToRise({ known, past }: State, move: Move, id: string): string | undefined {
  const { verdict, region } = known.get(id)!;
  if (verdict === undefined || isUnobservable(verdict)) return 'though it is unobservable';
  // The member that loses least may be unhealthy itself, or be in its hold-down.
  if (id === move.promoting && move.kind === 'failover') return undefined;
  if (verdict.health === 'unhealthy' || region.health === 'unhealthy') return 'being unhealthy';
  if (past.heldDown.includes(id)) return 'inside its hold-down';
  if (verdict.health === 'healthy') return undefined;
  return id === move.promoting ? undefined : 'though it is neither healthy nor promoted';
}

/** Plans again after the move, with and without a new timestamp from AWS. */
function brokenRest(state: State, move: Move, found: Findings): string | undefined {
  for (const isRecorded of [false, true]) {
    const seen = after(state.input, move, { updatedAt: state.input.observedAt, isRecorded });
    if (plan(seen).kind !== 'hold')
      return isRecorded ? 'moves again at once' : 'moves again at once where its change is not changedAgo yet';
  }
  const next = plan(after(state.input, move));
  if (!isMove(next)) return undefined;
  // The failover passed over a preferred member that is only alive; with the old timestamp a failback goes there.
  const wasPassedOver = move.kind === 'failover' && state.known.get(next.promoting)!.rank === 1;
  if (next.kind !== 'failback' || !wasPassedOver) return 'moves again where the stamp did not move';
  found.passedOver += 1;
  return plan(after(after(state.input, move), next)).kind === 'hold' ? undefined : 'never comes to rest';
}

/** Without candidate evidence the planner either requests it, for all others in their order, or decides the same. */
function brokenRequest({ input }: State, decision: Plan | NeedEvidence): string | undefined {
  const before = plan({ ...input, candidateEvidence: undefined });
  if (before.kind !== 'need-evidence') {
    return JSON.stringify(before) === JSON.stringify(decision) && !isMove(before)
      ? undefined
      : 'decides without the evidence';
  }
  const others = inPlace(input.group.items).slice(1);
  return before.voiceConnectorIds.join() === others.join()
    ? undefined
    : 'does not request evidence on all others in their order';
}

export type Findings = {
  states: number;
  moves: number;
  passedOver: number;
  readonly codes: Set<HoldCode | MoveKind>;
  readonly broken: string[];
};

function brokenMove(state: State, move: Move, found: Findings): readonly (string | undefined)[] {
  return [
    brokenPermutation(state, move),
    unfitRise(state, move),
    brokenRest(state, move, found),
    inPlace(move.after)[0] === move.promoting ? undefined : 'the promoted one is not the primary',
    inPlace(move.before)[0] === move.leaving ? undefined : 'the demoted one was not the primary',
  ];
}

export function inspect(state: State, found: Findings): void {
  const decision = plan(state.input);
  found.states += 1;
  found.moves += isMove(decision) ? 1 : 0;
  if (decision.kind === 'need-evidence') {
    found.broken.push('requests evidence twice');
    return;
  }
  found.codes.add(decision.kind === 'hold' ? decision.code : decision.kind);
  const promoting = isMove(decision) ? decision.promoting : undefined;
  const expected = expectedPromotion(state);
  const broken = [
    promoting === expected ? undefined : `promotes ${promoting ?? 'no member'} instead of ${expected ?? 'no member'}`,
    decision.reason === '' ? 'has no reason' : undefined,
    brokenRequest(state, decision),
    ...(isMove(decision) ? brokenMove(state, decision, found) : []),
  ].filter((problem) => problem !== undefined);
  if (broken.length === 0 || found.broken.length >= 3) return;
  const { group, override, policy } = state.input;
  const stateText = JSON.stringify({ group, override, policy, known: [...state.known], past: state.past, decision });
  found.broken.push(`${broken.join('; ')}: ${stateText}`);
}
