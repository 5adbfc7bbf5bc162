/**
 * The write: look, write, and once more where AWS said that it did not take it, or shows that it did not. Never blind, and never
 * for long.
 */
import type { EpochMs, GroupPolicy, Move, Outcome, VoiceConnectorGroup } from '../core/model/model.ts';
import { printed } from '../core/model/priorities.ts';
import { duration } from '../core/model/format.ts';
import { controlRegionsFrom, look, type Look } from './recheck.ts';
import type { Ports, UpdateAnswer } from '../ports.ts';
import { readBack, type ReadBack } from './read-back.ts';

/** So often, and for so long, a turn tries to write a group; then it leaves the rest to the next turn. */
const triesAtMost = 5;
const budgetMs = 20_000;
const firstPauseMs = 500;

export type WriteRequest = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  readonly policy: GroupPolicy;
  readonly observedAt: EpochMs;
};

/** `counts`: whether the group was changed, or may have been, so that it counts as one of the day's changes. */
export type Written = { readonly outcome: Outcome; readonly counts: boolean };

/** A write that AWS may have taken; where it went comes first. */
type Doubt = { readonly answered: string; readonly sentAt: EpochMs; readonly controlRegions: readonly string[] };

/** Whom to ask, one after the other, and what is in doubt already. */
type Try = { readonly controlRegions: readonly string[]; readonly doubt: Doubt | undefined };

type Step =
  /** Nothing was written this time, and nothing will be. */
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'written'; readonly written: Written }
  /** `otherwise`: what to say where there is no time for another try. */
  | { readonly kind: 'again'; readonly next: Try; readonly otherwise: Outcome };

export const write = async (request: WriteRequest, ports: Ports, signal: AbortSignal): Promise<Written> => {
  const mayTryAgain = patience(ports, signal);
  let next: Try = { controlRegions: controlRegionsFrom(request.group.controlRegion, ports.groups), doubt: undefined };
  for (;;) {
    const step = await tryOnce(request, next, ports, signal);
    if (step.kind === 'written') return step.written;
    if (step.kind === 'over') return settle(step.outcome, next.doubt, request, ports, signal);
    next = step.next;
    if (!(await mayTryAgain())) return settle(step.otherwise, next.doubt, request, ports, signal);
  }
};

/** Pauses between tries: doubling, half of each by chance. Answers false where there is to be no other try. */
const patience = ({ clock, sleep, random }: Ports, signal: AbortSignal): (() => Promise<boolean>) => {
  const startedAt = clock();
  let tries = 1;
  return async () => {
    const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + random() / 2);
    if (tries === triesAtMost || clock() + pauseMs - startedAt > budgetMs) return false;
    tries += 1;
    await sleep(pauseMs, signal);
    return true;
  };
};

const tryOnce = async (request: WriteRequest, current: Try, ports: Ports, signal: AbortSignal): Promise<Step> => {
  const { group, move, policy, observedAt } = request;
  const found = await lookAgain(group, current, ports, signal);
  if (found.kind === 'stop') {
    const { passes, outcome } = found;
    return passes ? { kind: 'again', next: current, otherwise: outcome } : { kind: 'over', outcome };
  }
  const expired = evidenceExpired(observedAt, ports.clock(), policy);
  if (expired !== undefined) return { kind: 'over', outcome: expired };
  const { controlRegion } = found;
  const sentAt = ports.clock();
  ports.numbers.publish({ EvidenceAgeMilliseconds: sentAt - observedAt });
  const answer = await ports.groups.update({ ...group, controlRegion }, move.after, signal);
  const asked = controlRegionsFrom(controlRegion, ports.groups);
  return afterAnswer(answer, { sentAt, controlRegions: asked }, request, current, ports, signal);
};

/** Whoever failed may have taken the write all the same: its own word comes before that of the Region to be tried next. */
const lookAgain = async (
  group: VoiceConnectorGroup,
  { controlRegions, doubt }: Try,
  { groups }: Ports,
  signal: AbortSignal,
): Promise<Look> => {
  if (doubt !== undefined) {
    const own = await look(groups, group, doubt.controlRegions.slice(0, 1), signal);
    if (own.kind === 'stop' && own.outcome.kind === 'withheld') return own;
  }
  return look(groups, group, controlRegions, signal);
};

export const evidenceExpired = (observedAt: EpochMs, now: EpochMs, policy: GroupPolicy): Outcome | undefined => {
  const age = now - observedAt;
  const limit = policy.evidenceLimitSeconds;
  // A clock that ran backwards proves nothing about the age of anything.
  return age >= 0 && age <= limit * 1000
    ? undefined
    : {
        kind: 'withheld',
        code: 'evidence-expired',
        reason: `the evidence is ${duration(age)} old, evidenceLimitSeconds ${limit}`,
      };
};

const afterAnswer = async (
  answer: UpdateAnswer,
  sent: Omit<Doubt, 'answered'>,
  request: WriteRequest,
  current: Try,
  ports: Ports,
  signal: AbortSignal,
): Promise<Step> => {
  switch (answer.kind) {
    case 'accepted': {
      const doubt = { ...sent, answered: 'accepted by AWS' };
      const back = await readBack({ ...request, ...sent, isAccepted: true }, ports, signal);
      return { kind: 'written', written: { outcome: verified(doubt, back, request), counts: true } };
    }
    case 'refused': {
      const outcome: Outcome = { kind: 'rejected', code: answer.code, reason: answer.message };
      return answer.code === 'throttled'
        ? { kind: 'again', next: current, otherwise: outcome }
        : { kind: 'over', outcome };
    }
    case 'failed':
      return elsewhere({ ...sent, answered: `AWS failed (${answer.message})` });
    case 'unanswered': {
      // It may still be under way, so it is not repeated where it can be looked after.
      const doubt = { ...sent, answered: `without an answer from AWS (${answer.message})` };
      const back = await readBack({ ...request, ...sent, isAccepted: false }, ports, signal);
      if (back.kind === 'old-elsewhere') return elsewhere(doubt);
      return { kind: 'written', written: { outcome: verified(doubt, back, request), counts: back.kind !== 'old' } };
    }
    default:
      return answer satisfies never;
  }
};

/** The next try goes to another Region first, and back to this one where no other shows the group. */
const elsewhere = (doubt: Doubt): Step => {
  const [writtenTo = '', ...others] = doubt.controlRegions;
  const reason = `no control Region takes the write; ${writtenTo}: ${doubt.answered}`;
  return {
    kind: 'again',
    next: { controlRegions: [...others, writtenTo], doubt },
    otherwise: { kind: 'blocked', code: 'failing', reason },
  };
};

/** Says `outcome` of a turn that wrote nothing more; but first what became of the write that is in doubt. */
const settle = async (
  outcome: Outcome,
  doubt: Doubt | undefined,
  request: WriteRequest,
  ports: Ports,
  signal: AbortSignal,
): Promise<Written> => {
  if (doubt === undefined) return { outcome, counts: false };
  const { controlRegions } = doubt;
  const back = await readBack({ ...request, controlRegions, isAccepted: false }, ports, signal);
  return back.kind === 'old' || back.kind === 'old-elsewhere'
    ? { outcome, counts: false }
    : { outcome: verified(doubt, back, request), counts: true };
};

const verified = ({ answered, sentAt }: Doubt, back: ReadBack, { move }: WriteRequest): Outcome => {
  switch (back.kind) {
    case 'new':
      return { kind: 'applied', reason: `${answered}, seen as ${printed(move.after)}`, sentAt };
    case 'old':
    case 'unknown':
      return { kind: 'unverified', reason: `${answered}, ${back.words}` };
    case 'old-elsewhere':
      return { kind: 'unverified', reason: `${answered}, but another control Region shows the order of before` };
    default:
      return back satisfies never;
  }
};
