/** What call attempts say of a Voice Connector or a Region. Pure. */
import type { Baseline } from './baseline.ts';
import {
  finestMinutes,
  natsForBudget,
  strongestProof,
  windowsUntil,
  type CallCount,
  type Floors,
  type Proof,
  type Window,
} from './evidence.ts';
import { minuteMs, type EpochMs, type Verdict } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { formatPercent, formatLikelihood } from '../model/format.ts';

/** A blip of one minute is shorter than anything worth a move: GitHub's 43 seconds of 2018 cost it 24 hours. */
const minFailingMinutes = 2;

/** Calls that a silence must have swallowed before it is more than a quiet moment. */
const silenceExpectedCalls = 5;

/** Metrics may come later than `metricLagSeconds`: for so long the newest that came still tell how things are. */
const lateLimitMinutes = 10;

/** Evidence of this size, against a baseline that nobody read yet, is worth reading it. */
const screeningNats = 2;

/** Everything that call attempts are judged by. */
export type CallsInput = {
  /** One count a minute; several of the same minute are pooled. */
  readonly minutes: readonly CallCount[];
  /** Five-minute counts of the past day; empty until somebody asked for them. */
  readonly coarse: readonly CallCount[];
  readonly baseline: Baseline;
  /** End (exclusive) of the newest complete minute. */
  readonly until: EpochMs;
  /** Whether calls are to be expected at all: only who should have some can be missed when they stop. */
  readonly expectsCalls: boolean;
  readonly policy: GroupPolicy;
};

function ratioOf({ failures, attempts }: Window): number {
  return failures / attempts;
}

function counted(window: Window): string {
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
  const verdict = weigh(input, windows);
  const silence = silenceOf(input, windows);
  if (silence === undefined) return verdict;
  if (silence.isPublished) return silence.isBroken && verdict.health !== 'healthy' ? verdict : silence.verdict;
  // What was proven until the data ended is not unproven by their end.
  return verdict.health === 'unhealthy'
    ? { ...verdict, reason: `${verdict.reason}; ${silence.verdict.reason}` }
    : silence.verdict;
}

/**
 * The minutes that tell whether a fault is going on: the newest, and those without a good call before them, within limits. Data that
 * are late, and failures that come one by one, must not look like its end.
 */
function newestOf({ minutes, until, policy }: CallsInput, windows: readonly Window[]): Window | undefined {
  let lastGoodEndsAt = 0;
  for (const { startsAt, attempts, failures } of minutes) {
    if (startsAt < until && attempts > failures) lastGoodEndsAt = Math.max(lastGoodEndsAt, startsAt + minuteMs);
  }
  const minutesSince = (until - lastGoodEndsAt) / minuteMs;
  return windows[policy.judgingMinutes - 1 + (minutesSince <= lateLimitMinutes ? minutesSince : 0)];
}

function weigh(input: CallsInput, windows: readonly Window[]): Verdict {
  const { baseline, policy } = input;
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, floorsOf(policy));
  const now = newestOf(input, windows);
  // Half the excess that is worth a move: calls since the fault's end must not pass for the fault.
  const isGoingOn = now !== undefined && now.failures > now.attempts * (baseline.ratio + policy.minExcessRatio / 2);
  if (proof !== undefined && isGoingOn) {
    const needed = natsForBudget(policy.falseMovesPerGroupYear);
    const compared = `${counted(proof.window)}, ${baseline.text}; chance ${formatLikelihood(Math.exp(-proof.nats))}`;
    const limit = formatLikelihood(Math.exp(-needed));
    if (proof.nats > needed) return { health: 'unhealthy', reason: `${compared} < ${limit})` };
    const reason = `${compared}, proof needs < ${limit})`;
    return proof.nats > needed / 2
      ? { health: 'degraded', reason }
      : { health: 'unknown', cause: 'inconclusive', reason };
  }
  const judged = windows.find(
    (window) =>
      window.windowMinutes >= policy.judgingMinutes && window.attempts - window.failures >= policy.minAttempts,
  );
  if (judged === undefined) return tooFew(windows, policy);
  const reason = `${counted(judged)}, ${baseline.text})`;
  return isGoingOn || ratioOf(judged) > baseline.ratio + policy.minExcessRatio
    ? { health: 'unknown', cause: 'inconclusive', reason }
    : { health: 'healthy', reason };
}

/** When the fault began that the calls prove: the start of the window that proves it best. Absent where they prove none. */
export function faultBeganAt(input: Omit<CallsInput, 'expectsCalls'>): EpochMs | undefined {
  const { minutes, coarse, until, baseline, policy } = input;
  const windows = windowsUntil(minutes, coarse, until, baseline.ratio + policy.minExcessRatio);
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, floorsOf(policy));
  if (proof === undefined || proof.nats <= natsForBudget(policy.falseMovesPerGroupYear)) return undefined;
  return until - proof.window.windowMinutes * minuteMs;
}

function tooFew(windows: readonly Window[], policy: GroupPolicy): Verdict {
  const hour = windows[finestMinutes - 1];
  const good = hour === undefined ? 0 : hour.attempts - hour.failures;
  const reason = `${good} good calls of ${hour?.attempts ?? 0} in ${finestMinutes} min, minAttempts ${policy.minAttempts}`;
  return { health: 'unknown', cause: 'low-volume', reason };
}

/**
 * A silence that is too long for the traffic before it. It is measured from the last good call, and a failed one after that
 * breaks it only for the worse: failures must never make a line look merely quiet, nor well. Where nothing was published either,
 * the data may be lost.
 */
function silenceOf(
  { minutes, until, expectsCalls, policy }: CallsInput,
  windows: readonly Window[],
): { readonly verdict: Verdict; readonly isPublished: boolean; readonly isBroken: boolean } | undefined {
  const window = windows.find(
    ({ windowMinutes, attempts, failures }) =>
      windowMinutes >= policy.judgingMinutes && attempts - failures >= policy.minAttempts,
  );
  if (window === undefined) return undefined;
  const from = until - window.windowMinutes * minuteMs;
  let lastGoodEndsAt = from;
  let lastPublishedAt = from;
  let lastFailedAt = 0;
  for (const { startsAt, attempts, failures } of minutes) {
    if (startsAt >= until) continue;
    lastPublishedAt = Math.max(lastPublishedAt, startsAt);
    if (attempts > failures) lastGoodEndsAt = Math.max(lastGoodEndsAt, startsAt + minuteMs);
    if (failures > 0) lastFailedAt = Math.max(lastFailedAt, startsAt);
  }
  const silentMinutes = (until - lastGoodEndsAt) / minuteMs;
  const talkingMinutes = window.windowMinutes - silentMinutes;
  const good = window.attempts - window.failures;
  const expected = (good / talkingMinutes) * silentMinutes;
  if (expected < silenceExpectedCalls) return undefined;
  const isPublished = lastPublishedAt >= lastGoodEndsAt;
  const isBroken = lastFailedAt >= lastGoodEndsAt;
  const nothing = isBroken ? 'no good call' : isPublished ? 'no call' : 'no datapoint';
  const reason = `${nothing} for ${silentMinutes} min, about ${Math.round(expected)} calls at the rate before`;
  return {
    verdict: { health: 'unknown', cause: expectsCalls && !isPublished ? 'stale' : 'idle', reason },
    isPublished,
    isBroken,
  };
}

/** Whether there is enough to look at that the connector's past should be read before anything is said. */
export function isSuspect({ minutes, until, baseline, policy }: Omit<CallsInput, 'coarse' | 'expectsCalls'>): boolean {
  const windows = windowsUntil(minutes, [], until, baseline.ratio);
  const proof: Proof | undefined = strongestProof(windows, baseline.ratio, policy.dispersion, {
    minFailures: Math.min(2, policy.minFailures),
    minFailingMinutes: 1,
    minExcessRatio: 0,
  });
  return proof !== undefined && proof.nats > screeningNats;
}

/** Whether a fault may still be there, or was within so many minutes: a quarter of a proof is enough to wait. */
export function impairment(input: CallsInput, withinMinutes: number): string | undefined {
  const { minutes, until, baseline, policy } = input;
  const windows = windowsUntil(minutes, [], until, baseline.ratio).slice(0, withinMinutes);
  const proof = strongestProof(windows, baseline.ratio, policy.dispersion, {
    ...floorsOf(policy),
    minFailingMinutes: 1,
  });
  return proof !== undefined && proof.nats > natsForBudget(policy.falseMovesPerGroupYear) / 4
    ? `${counted(proof.window)}, ${baseline.text})`
    : undefined;
}
