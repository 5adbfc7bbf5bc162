/**
 * Writes a group's new order: recheck, write, read back. A write is repeated only when AWS refused it or shows that it did not take
 * effect, within a limited time, and never without a recheck (docs/adr/0003).
 */
import type { GroupPolicy } from '../core/model/group-policy.ts';
import type { Outcome, Problem } from '../core/model/outcome.ts';
import type { Move } from '../core/model/plan.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import { formatItems } from '../core/model/priorities.ts';
import { formatDuration } from '../core/model/format.ts';
import { controlRegionsFrom, recheckGroup, recheckOverride, type Recheck } from './recheck.ts';
import type { Ports, UpdateAnswer } from '../write-ports.ts';
import { readBack, type ReadBack } from './read-back.ts';

/** Limits for one group in one run; the next run starts from scratch. */
const maxAttempts = 5;
const budgetMs = 20_000;
const firstPauseMs = 500;

/** A move, and what it was decided from. */
type WriteRequest = Pick<PlanInput, 'group' | 'policy' | 'override' | 'hasSharedName' | 'observedAt'> & {
  readonly move: Move;
};

type WriteResult = {
  readonly outcome: Outcome;
  /** Whether the group was changed, or may have been: then it counts towards the daily limit. */
  readonly mayHaveChanged: boolean;
};

/** A write that AWS may have taken. The Region that it was sent to is the first of `controlRegions`. */
type UncertainWrite = {
  readonly answered: string;
  readonly sentAt: EpochMs;
  readonly controlRegions: readonly string[];
};

/** The Regions to write through, in order, and an earlier write whose result is unknown. */
type Attempt = { readonly controlRegions: readonly string[]; readonly uncertain: UncertainWrite | undefined };

type Step =
  /** This attempt wrote nothing, and no other attempt follows. */
  | { readonly kind: 'over'; readonly outcome: Outcome }
  | { readonly kind: 'written'; readonly written: WriteResult }
  /** `otherwise`: the outcome if no time is left for another attempt. */
  | { readonly kind: 'again'; readonly next: Attempt; readonly otherwise: Outcome };

/** `problems`: with reading the override again. */
export async function write(
  request: WriteRequest,
  ports: Ports,
  signal: AbortSignal,
): Promise<WriteResult & { readonly problems: readonly Problem[] }> {
  const problems: Problem[] = [];
  return { ...(await writeInAttempts({ ...request, problems }, ports, signal)), problems };
}

/** Collects the problems of all attempts. */
type AttemptedWrite = WriteRequest & { readonly problems: Problem[] };

async function writeInAttempts(request: AttemptedWrite, ports: Ports, signal: AbortSignal): Promise<WriteResult> {
  const pauseForNextAttempt = attemptLimiter(ports, signal);
  let next: Attempt = {
    controlRegions: controlRegionsFrom(request.group.controlRegion, ports.groups),
    uncertain: undefined,
  };
  for (;;) {
    const step = await attempt(request, next, ports, signal);
    if (step.kind === 'written') return step.written;
    if (step.kind === 'over') return resolveUncertain(step.outcome, next.uncertain, request, ports, signal);
    next = step.next;
    if (!(await pauseForNextAttempt())) return resolveUncertain(step.otherwise, next.uncertain, request, ports, signal);
  }
}

/** Exponential backoff with jitter over the upper half of each pause. Resolves to false when no attempt is left. */
function attemptLimiter({ clock, sleep, random }: Ports, signal: AbortSignal): () => Promise<boolean> {
  const startedAt = clock();
  let attempts = 1;
  return async () => {
    const pauseMs = firstPauseMs * 2 ** (attempts - 1) * (0.5 + random() / 2);
    if (attempts === maxAttempts || clock() + pauseMs - startedAt > budgetMs) return false;
    attempts += 1;
    await sleep(pauseMs, signal);
    return true;
  };
}

async function attempt(request: AttemptedWrite, current: Attempt, ports: Ports, signal: AbortSignal): Promise<Step> {
  const { group, move, policy, observedAt } = request;
  const overridden = await recheckOverride(ports, request, move, signal);
  request.problems.push(...overridden.problems);
  if (overridden.stopped !== undefined) return { kind: 'over', outcome: overridden.stopped };
  // The group comes last: a change of it after this read would be overwritten.
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
  const answer = await ports.groupWriter.update({ ...group, controlRegion }, move.after, signal);
  const asked = controlRegionsFrom(controlRegion, ports.groups);
  return afterAnswer(answer, { sentAt, controlRegions: asked }, request, current, ports, signal);
}

/** The Region that failed may still have taken the write, so it is asked before the Region that is tried next. */
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
  // A negative age means that the clock was set back, so the real age is unknown.
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
      // The write may still be in progress. Reading it back decides; it is repeated only if another Region shows the old order.
      const uncertain = { ...sent, answered: `AWS did not answer (${answer.message})` };
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

/** The next attempt goes to the other Regions first, and to this one if no other shows the group. */
function tryNextRegion(uncertain: UncertainWrite): Step {
  const [writtenTo = '', ...others] = uncertain.controlRegions;
  const reason = `no control Region takes the write; ${writtenTo}: ${uncertain.answered}`;
  return {
    kind: 'again',
    next: { controlRegions: [...others, writtenTo], uncertain },
    otherwise: { kind: 'blocked', code: 'failing', reason },
  };
}

/** Returns `outcome`, unless an earlier write whose result was unknown turns out to have taken effect. */
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
      return { kind: 'applied', reason: `${answered}, confirmed as ${formatItems(move.after)}`, sentAt };
    case 'old':
    case 'unknown':
      return { kind: 'unverified', reason: `${answered}, ${back.text}` };
    case 'old-elsewhere':
      return { kind: 'unverified', reason: `${answered}, but another control Region still shows the previous order` };
    default:
      return back satisfies never;
  }
}
