/**
 * The write: look, write, and once more where AWS said that it did not take it, or shows that it did not. Never blind, and never
 * for long.
 */
import type { EpochMs, Move, Outcome, VoiceConnectorGroup } from '../core/model/model.ts';
import type { GroupPolicy } from '../core/model/group-policy.ts';
import { formatItems } from '../core/model/priorities.ts';
import { formatDuration } from '../core/model/format.ts';
import { controlRegionsFrom, recheckGroup, type Recheck } from './recheck.ts';
import type { Ports, UpdateAnswer } from '../ports.ts';
import { readBack, type ReadBack } from './read-back.ts';

/** So often, and for so long, a turn tries to write a group; then it leaves the rest to the next turn. */
const maxAttempts = 5;
const budgetMs = 20_000;
const firstPauseMs = 500;

export type WriteRequest = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  readonly policy: GroupPolicy;
  readonly observedAt: EpochMs;
};

/** `counts`: whether the group was changed, or may have been, so that it counts as one of the day's changes. */
export type WriteResult = { readonly outcome: Outcome; readonly mayHaveChanged: boolean };

/** A write that AWS may have taken; where it went comes first. */
type UncertainWrite = {
  readonly answered: string;
  readonly sentAt: EpochMs;
  readonly controlRegions: readonly string[];
};

/** Whom to ask, one after the other, and what is in doubt already. */
type Attempt = { readonly controlRegions: readonly string[]; readonly uncertain: UncertainWrite | undefined };

type Step =
  /** Nothing was written this time, and nothing will be. */
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'written'; readonly written: WriteResult }
  /** `otherwise`: what to say where there is no time for another try. */
  | { readonly kind: 'again'; readonly next: Attempt; readonly otherwise: Outcome };

export async function write(request: WriteRequest, ports: Ports, signal: AbortSignal): Promise<WriteResult> {
  const mayTryAgain = pauseBetweenAttempts(ports, signal);
  let next: Attempt = {
    controlRegions: controlRegionsFrom(request.group.controlRegion, ports.groups),
    uncertain: undefined,
  };
  for (;;) {
    const step = await attempt(request, next, ports, signal);
    if (step.kind === 'written') return step.written;
    if (step.kind === 'over') return resolveUncertain(step.outcome, next.uncertain, request, ports, signal);
    next = step.next;
    if (!(await mayTryAgain())) return resolveUncertain(step.otherwise, next.uncertain, request, ports, signal);
  }
}

/** Pauses between tries: doubling, half of each by chance. Answers false where there is to be no other try. */
function pauseBetweenAttempts({ clock, sleep, random }: Ports, signal: AbortSignal): () => Promise<boolean> {
  const startedAt = clock();
  let tries = 1;
  return async () => {
    const pauseMs = firstPauseMs * 2 ** (tries - 1) * (0.5 + random() / 2);
    if (tries === maxAttempts || clock() + pauseMs - startedAt > budgetMs) return false;
    tries += 1;
    await sleep(pauseMs, signal);
    return true;
  };
}

async function attempt(request: WriteRequest, current: Attempt, ports: Ports, signal: AbortSignal): Promise<Step> {
  const { group, move, policy, observedAt } = request;
  const found = await recheckBeforeWrite(group, current, ports, signal);
  if (found.kind === 'stop') {
    const { isTransient, outcome } = found;
    return isTransient ? { kind: 'again', next: current, otherwise: outcome } : { kind: 'over', outcome };
  }
  const expired = evidenceExpired(observedAt, ports.clock(), policy);
  if (expired !== undefined) return { kind: 'over', outcome: expired };
  const { controlRegion } = found;
  const sentAt = ports.clock();
  ports.telemetry.publish({ EvidenceAgeMilliseconds: sentAt - observedAt });
  const answer = await ports.groups.update({ ...group, controlRegion }, move.after, signal);
  const asked = controlRegionsFrom(controlRegion, ports.groups);
  return afterAnswer(answer, { sentAt, controlRegions: asked }, request, current, ports, signal);
}

/** Whoever failed may have taken the write all the same: its own word comes before that of the Region to be tried next. */
async function recheckBeforeWrite(
  group: VoiceConnectorGroup,
  { controlRegions, uncertain }: Attempt,
  { groups }: Ports,
  signal: AbortSignal,
): Promise<Recheck> {
  if (uncertain !== undefined) {
    const own = await recheckGroup(groups, group, uncertain.controlRegions.slice(0, 1), signal);
    if (own.kind === 'stop' && own.outcome.kind === 'withheld') return own;
  }
  return recheckGroup(groups, group, controlRegions, signal);
}

export function evidenceExpired(observedAt: EpochMs, now: EpochMs, policy: GroupPolicy): Outcome | undefined {
  const age = now - observedAt;
  const limit = policy.evidenceLimitSeconds;
  // A clock that ran backwards proves nothing about the age of anything.
  return age >= 0 && age <= limit * 1000
    ? undefined
    : {
        kind: 'withheld',
        code: 'evidence-expired',
        reason: `the evidence is ${formatDuration(age)} old, evidenceLimitSeconds ${limit}`,
      };
}

async function afterAnswer(
  answer: UpdateAnswer,
  sent: Omit<UncertainWrite, 'answered'>,
  request: WriteRequest,
  current: Attempt,
  ports: Ports,
  signal: AbortSignal,
): Promise<Step> {
  switch (answer.kind) {
    case 'accepted': {
      const uncertain = { ...sent, answered: 'accepted by AWS' };
      const back = await readBack({ ...request, ...sent, isAccepted: true }, ports, signal);
      return {
        kind: 'written',
        written: { outcome: outcomeOfReadBack(uncertain, back, request), mayHaveChanged: true },
      };
    }
    case 'refused': {
      const outcome: Outcome = { kind: 'rejected', code: answer.code, reason: answer.message };
      return answer.code === 'throttled'
        ? { kind: 'again', next: current, otherwise: outcome }
        : { kind: 'over', outcome };
    }
    case 'failed':
      return tryNextRegion({ ...sent, answered: `AWS failed (${answer.message})` });
    case 'unanswered': {
      // It may still be under way, so it is not repeated where it can be looked after.
      const uncertain = { ...sent, answered: `without an answer from AWS (${answer.message})` };
      const back = await readBack({ ...request, ...sent, isAccepted: false }, ports, signal);
      if (back.kind === 'old-elsewhere') return tryNextRegion(uncertain);
      return {
        kind: 'written',
        written: { outcome: outcomeOfReadBack(uncertain, back, request), mayHaveChanged: back.kind !== 'old' },
      };
    }
    default:
      return answer satisfies never;
  }
}

/** The next try goes to another Region first, and back to this one where no other shows the group. */
function tryNextRegion(uncertain: UncertainWrite): Step {
  const [writtenTo = '', ...others] = uncertain.controlRegions;
  const reason = `no control Region takes the write; ${writtenTo}: ${uncertain.answered}`;
  return {
    kind: 'again',
    next: { controlRegions: [...others, writtenTo], uncertain },
    otherwise: { kind: 'blocked', code: 'failing', reason },
  };
}

/** Says `outcome` of a turn that wrote nothing more; but first what became of the write that is in doubt. */
async function resolveUncertain(
  outcome: Outcome,
  uncertain: UncertainWrite | undefined,
  request: WriteRequest,
  ports: Ports,
  signal: AbortSignal,
): Promise<WriteResult> {
  if (uncertain === undefined) return { outcome, mayHaveChanged: false };
  const { controlRegions } = uncertain;
  const back = await readBack({ ...request, controlRegions, isAccepted: false }, ports, signal);
  return back.kind === 'old' || back.kind === 'old-elsewhere'
    ? { outcome, mayHaveChanged: false }
    : { outcome: outcomeOfReadBack(uncertain, back, request), mayHaveChanged: true };
}

function outcomeOfReadBack({ answered, sentAt }: UncertainWrite, back: ReadBack, { move }: WriteRequest): Outcome {
  switch (back.kind) {
    case 'new':
      return { kind: 'applied', reason: `${answered}, seen as ${formatItems(move.after)}`, sentAt };
    case 'old':
    case 'unknown':
      return { kind: 'unverified', reason: `${answered}, ${back.words}` };
    case 'old-elsewhere':
      return { kind: 'unverified', reason: `${answered}, but another control Region shows the order of before` };
    default:
      return back satisfies never;
  }
}
