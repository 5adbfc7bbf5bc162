/** Judges a Voice Connector or a Region by its call attempts. */
import type { Baseline } from './baseline.ts';
import {
  finestMinutes,
  natsForBudget,
  strongestProof,
  windowsUntil,
  type CallCount,
  type Floors,
  type CallWindow,
} from './evidence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Verdict } from '../model/verdict.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatPercent, formatProof } from '../model/format.ts';

/** One bad minute never justifies a move: GitHub's automatic failover after 43 seconds in 2018 cost it 24 hours. */
const minFailingMinutes = 2;

/** A silence counts only where the earlier rate predicts at least this many calls in it. */
const silenceExpectedCalls = 5;

/** Metrics may arrive later than `metricLagSeconds`; for this long the newest ones still count as current. */
const lateLimitMinutes = 10;

/** Evidence of this size, against the assumed baseline, justifies reading the history. */
const screeningNats = 2;

/** All that call attempts are judged by. */
export type CallsInput = {
  /** One count per minute; several counts of the same minute are added up. */
  readonly minutes: readonly CallCount[];
  /** Five-minute counts of the past day; empty until they are requested. */
  readonly coarse: readonly CallCount[];
  readonly baseline: Baseline;
  /** End (exclusive) of the newest complete minute. */
  readonly until: EpochMs;
  /** Whether the absence of calls is suspicious: a primary should have some, a standby need not. */
  readonly expectsCalls: boolean;
  readonly policy: GroupPolicy;
};

function ratioOf({ failures, attempts }: CallWindow): number {
  return failures / attempts;
}

/** Leaves its parenthesis open for the baseline. */
function formatFailures(window: CallWindow): string {
  return `${window.failures} of ${window.attempts} calls failed in ${window.windowMinutes} min (${formatPercent(ratioOf(window))}`;
}

function floorsOf(policy: GroupPolicy): Floors {
  return {
    minFailures: policy.minFailures,
    minFailingMinutes,
    minExcessRatio: policy.minExcessRatio,
  };
}

export function judgeCalls(input: CallsInput): Verdict {
  const { baseline, policy } = input;
  const windows = windowsUntil(input.minutes, input.coarse, input.until, baseline.ratio + policy.minExcessRatio);
  const hour = windows[finestMinutes - 1];
  if (hour === undefined || hour.attempts === 0) {
    return { health: 'unknown', cause: 'idle', reason: `no calls in ${finestMinutes} min` };
  }
  const verdict = judgeFailures(input, windows);
  const silence = silenceOf(input, windows);
  if (silence === undefined) return verdict;
  if (silence.isPublished) return silence.isBroken && verdict.health !== 'healthy' ? verdict : silence.verdict;
  // The end of the data does not invalidate a proof made before it.
  return verdict.health === 'unhealthy'
    ? { ...verdict, reason: `${verdict.reason}; ${silence.verdict.reason}` }
    : silence.verdict;
}

/**
 * The minutes that show whether a fault continues: the newest ones, extended back to the last successful call within a limit. Otherwise
 * late data, or failures minutes apart, would look like the end of the fault.
 */
function newestWindow({ minutes, until, policy }: CallsInput, windows: readonly CallWindow[]): CallWindow | undefined {
  let lastSuccessEndsAt = 0;
  for (const { startsAt, attempts, failures } of minutes) {
    if (startsAt < until && attempts > failures) lastSuccessEndsAt = Math.max(lastSuccessEndsAt, startsAt + minuteMs);
  }
  const minutesSince = (until - lastSuccessEndsAt) / minuteMs;
  return windows[policy.judgingMinutes - 1 + (minutesSince <= lateLimitMinutes ? minutesSince : 0)];
}

function judgeFailures(input: CallsInput, windows: readonly CallWindow[]): Verdict {
  const { baseline, policy } = input;
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, floorsOf(policy));
  const newest = newestWindow(input, windows);
  // Half the excess that justifies a move: calls after the end of a fault must not count as the fault.
  const isOngoing =
    newest !== undefined && newest.failures > newest.attempts * (baseline.ratio + policy.minExcessRatio / 2);
  if (proof !== undefined && isOngoing) {
    const needed = natsForBudget(policy.falseMovesPerGroupYear);
    const reason = `${formatFailures(proof.window)}, ${baseline.text}; ${formatProof(proof.nats, needed)})`;
    if (proof.nats > needed) return { health: 'unhealthy', reason };
    return proof.nats > needed / 2
      ? { health: 'degraded', reason }
      : { health: 'unknown', cause: 'inconclusive', reason };
  }
  const judged = windows.find(
    (window) =>
      window.windowMinutes >= policy.judgingMinutes && window.attempts - window.failures >= policy.minAttempts,
  );
  if (judged === undefined) return tooFew(windows, policy);
  const reason = `${formatFailures(judged)}, ${baseline.text})`;
  return isOngoing || ratioOf(judged) > baseline.ratio + policy.minExcessRatio
    ? { health: 'unknown', cause: 'inconclusive', reason }
    : { health: 'healthy', reason };
}

/** When the proven fault began: the start of the window with the strongest proof. Undefined without a proven fault. */
export function faultBeganAt(input: Omit<CallsInput, 'expectsCalls'>): EpochMs | undefined {
  const { minutes, coarse, until, baseline, policy } = input;
  const windows = windowsUntil(minutes, coarse, until, baseline.ratio + policy.minExcessRatio);
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, floorsOf(policy));
  if (proof === undefined || proof.nats <= natsForBudget(policy.falseMovesPerGroupYear)) return undefined;
  return until - proof.window.windowMinutes * minuteMs;
}

function tooFew(windows: readonly CallWindow[], policy: GroupPolicy): Verdict {
  const hour = windows[finestMinutes - 1];
  const succeeded = hour === undefined ? 0 : hour.attempts - hour.failures;
  const reason = `${succeeded} of ${hour?.attempts ?? 0} calls succeeded in ${finestMinutes} min, minAttempts ${policy.minAttempts}`;
  return { health: 'unknown', cause: 'low-volume', reason };
}

/**
 * A silence that is too long for the traffic before it, measured from the last successful call. A failed call in it (`isBroken`) can
 * only worsen the verdict: failures must never make a line look quiet or healthy. Without any datapoint (not `isPublished`) the data
 * may be lost.
 */
function silenceOf(
  { minutes, until, expectsCalls, policy }: CallsInput,
  windows: readonly CallWindow[],
): { readonly verdict: Verdict; readonly isPublished: boolean; readonly isBroken: boolean } | undefined {
  const window = windows.find(
    ({ windowMinutes, attempts, failures }) =>
      windowMinutes >= policy.judgingMinutes && attempts - failures >= policy.minAttempts,
  );
  if (window === undefined) return undefined;
  const from = until - window.windowMinutes * minuteMs;
  let lastSuccessEndsAt = from;
  let lastPublishedAt = from;
  let lastFailedAt = 0;
  for (const { startsAt, attempts, failures } of minutes) {
    if (startsAt >= until) continue;
    lastPublishedAt = Math.max(lastPublishedAt, startsAt);
    if (attempts > failures) lastSuccessEndsAt = Math.max(lastSuccessEndsAt, startsAt + minuteMs);
    if (failures > 0) lastFailedAt = Math.max(lastFailedAt, startsAt);
  }
  const silentMinutes = (until - lastSuccessEndsAt) / minuteMs;
  const activeMinutes = window.windowMinutes - silentMinutes;
  const succeeded = window.attempts - window.failures;
  const expected = (succeeded / activeMinutes) * silentMinutes;
  if (expected < silenceExpectedCalls) return undefined;
  const isPublished = lastPublishedAt >= lastSuccessEndsAt;
  const isBroken = lastFailedAt >= lastSuccessEndsAt;
  const missing = isBroken ? 'no successful call' : isPublished ? 'no call' : 'no datapoint';
  const reason = `${missing} for ${silentMinutes} min, about ${Math.round(expected)} calls expected at the earlier rate`;
  return {
    verdict: { health: 'unknown', cause: expectsCalls && !isPublished ? 'stale' : 'idle', reason },
    isPublished,
    isBroken,
  };
}

/** Whether enough calls fail that the history should be read before the Voice Connector is judged. */
export function isSuspect({ minutes, until, baseline, policy }: Omit<CallsInput, 'coarse' | 'expectsCalls'>): boolean {
  const windows = windowsUntil(minutes, [], until, baseline.ratio);
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, {
    minFailures: Math.min(2, policy.minFailures),
    minFailingMinutes: 1,
    minExcessRatio: 0,
  });
  return proof !== undefined && proof.nats > screeningNats;
}

/** The reason to believe that a fault exists, or existed within `withinMinutes`: a quarter of a proof delays a failback. */
export function impairment(input: CallsInput, withinMinutes: number): string | undefined {
  const { minutes, until, baseline, policy } = input;
  const windows = windowsUntil(minutes, [], until, baseline.ratio).slice(0, withinMinutes);
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, {
    ...floorsOf(policy),
    minFailingMinutes: 1,
  });
  return proof !== undefined && proof.nats > natsForBudget(policy.falseMovesPerGroupYear) / 4
    ? `${formatFailures(proof.window)}, ${baseline.text})`
    : undefined;
}
