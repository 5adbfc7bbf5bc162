/** Judges a Voice Connector or a Region by its call attempts. */
import { stretchOf, type CallSeries } from './call-series.ts';
import type { ConnectorCalls, Measure } from './connector-calls.ts';
import {
  passes,
  strongestProof,
  windowNats,
  windowOf,
  windowsOf,
  type CallWindow,
  type Floors,
  type Proof,
} from './evidence.ts';
import { factorFor } from './dispersion.ts';
import { evidenceAgainst, finestMinutes, natsForBudget } from './likelihood.ts';
import { lossIn } from './loss.ts';
import { findMissingSuccesses } from './missing-successes.ts';
import { silenceOf } from './silence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import { noLoss, type CallLoss, type Verdict } from '../model/verdict.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatPercent, formatProof } from '../model/format.ts';

/** Metrics may arrive later than `metricLagSeconds`; for this long the newest ones still count as current. */
const lateLimitMinutes = 10;

/** Evidence of this size, against the assumed baseline, justifies reading the history. */
const screeningNats = 2;

/** All that call attempts are judged by. */
export type CallsInput = {
  readonly calls: ConnectorCalls;
  /** Whether the absence of calls is suspicious: a primary should have some, a standby need not. */
  readonly expectsCalls: boolean;
  readonly policy: GroupPolicy;
};

/**
 * Judges by all failed calls, and by those that no refusal explains. Refused calls make a line degraded, not unhealthy, unless next to
 * nothing gets through.
 */
export function judgeCalls({ calls, expectsCalls, policy }: CallsInput): Verdict {
  const all = judgeMeasure({ measure: calls.all, expectsCalls, policy });
  if (calls.unrefused === undefined) return all;
  const unrefused = judgeMeasure({ measure: calls.unrefused, expectsCalls, policy });
  if (unrefused.health === 'unhealthy') return { ...unrefused, reason: `${unrefused.reason}; refused calls left out` };
  if (all.health !== 'unhealthy') return unrefused.health === 'degraded' ? unrefused : all;
  const missing = missingSuccesses(calls, policy);
  if (missing !== undefined) return { ...all, reason: `${all.reason}; refused, but ${missing}` };
  return {
    health: 'degraded',
    reason: `${all.reason}; ${formatRefusals(calls, policy)}`,
    loss: lossUnrefused(calls, policy),
  };
}

/** Refused calls are not lost to a fault. The others may be, also where they are too few or too old to prove it. */
function lossUnrefused({ all, unrefused }: ConnectorCalls, policy: GroupPolicy): CallLoss {
  const proof = proofOf(all.series, policy);
  if (proof === undefined || unrefused === undefined) return noLoss;
  return lossIn(unrefused.series, windowOf(unrefused.series, proof.window.windowMinutes), policy.judgingMinutes);
}

type MeasureInput = { readonly measure: Measure; readonly expectsCalls: boolean; readonly policy: GroupPolicy };

function judgeMeasure({ measure, expectsCalls, policy }: MeasureInput): Verdict {
  const { series } = measure;
  const hour = windowOf(series, finestMinutes);
  if (hour.attempts === 0) return { health: 'unknown', cause: 'idle', reason: `no calls in ${finestMinutes} min` };
  const verdict = judgeFailures(measure, policy);
  const silence = silenceOf(series, expectsCalls, policy);
  if (silence === undefined) return verdict;
  if (silence.isPublished) return silence.isBroken && verdict.health !== 'healthy' ? verdict : silence.verdict;
  // The end of the data does not invalidate a proof made before it.
  return verdict.health === 'unhealthy'
    ? { ...verdict, reason: `${verdict.reason}; ${silence.verdict.reason}` }
    : silence.verdict;
}

function floorsOf({ minFailures, minExcessRatio }: GroupPolicy): Floors {
  return { minFailures, minExcessRatio };
}

export function proofOf(series: CallSeries, policy: GroupPolicy): Proof | undefined {
  return strongestProof(series, floorsOf(policy), natsForBudget(policy.falseMovesPerGroupYear));
}

/**
 * The minutes that show whether a fault continues: the newest ones, extended back to the last successful call within a limit. Otherwise
 * late data, or failures minutes apart, would look like the end of the fault.
 */
function newestWindow(series: CallSeries, policy: GroupPolicy): CallWindow {
  let sinceSuccess = 0;
  while (sinceSuccess < series.minutes && !hasSuccess(series, series.minutes - 1 - sinceSuccess)) sinceSuccess += 1;
  return windowOf(series, policy.judgingMinutes + (sinceSuccess <= lateLimitMinutes ? sinceSuccess : 0));
}

function hasSuccess(series: CallSeries, index: number): boolean {
  const { attempts, failures } = stretchOf(series, index, index + 1);
  return attempts > failures;
}

function judgeFailures({ series, source }: Measure, policy: GroupPolicy): Verdict {
  const newest = newestWindow(series, policy);
  // Half the excess that justifies a move: calls after the end of a fault must not count as the fault.
  const isOngoing = newest.failures > newest.attempts * (newest.baseline + policy.minExcessRatio / 2);
  const proof = isOngoing ? proofOf(series, policy) : undefined;
  if (proof !== undefined) return judgeProof(proof, series, source, policy);
  const judged = firstWindow(series, policy);
  if (judged === undefined) return tooFew(windowOf(series, finestMinutes), policy);
  const reason = `${formatFailures(judged, source)})`;
  return isOngoing || judged.failures > judged.attempts * (judged.baseline + policy.minExcessRatio)
    ? { health: 'unknown', cause: 'inconclusive', reason, loss: lossIn(series, judged, policy.judgingMinutes) }
    : { health: 'healthy', reason };
}

/** The shortest window with enough successful calls to call the line healthy. */
function firstWindow(series: CallSeries, policy: GroupPolicy): CallWindow | undefined {
  for (let length = policy.judgingMinutes; length <= finestMinutes; length += 1) {
    const window = windowOf(series, length);
    if (window.attempts - window.failures >= policy.minAttempts) return window;
  }
  return undefined;
}

function judgeProof(proof: Proof, series: CallSeries, source: string, policy: GroupPolicy): Verdict {
  const needed = natsForBudget(policy.falseMovesPerGroupYear);
  const reason = `${formatFailures(proof.window, source)}; ${formatProof(proof.nats, needed)}; ${formatBeginning(proof)})`;
  const loss = lossIn(series, proof.window, policy.judgingMinutes);
  if (proof.nats <= needed / 2) return { health: 'unknown', cause: 'inconclusive', reason, loss };
  if (proof.nats <= needed) {
    return {
      health: 'degraded',
      loss,
      reason: `${reason}; ${formatMissing(proof.window, factorFor(series.dispersion, proof.window.windowMinutes), needed)}`,
    };
  }
  return proof.isLasting
    ? { health: 'unhealthy', reason, loss }
    : { health: 'degraded', loss, reason: `${reason}; perhaps a disturbance of less than a minute` };
}

/** When the proven fault began: the start of the window with the strongest proof. Undefined without a proven fault. */
export function faultBeganAt({ all, unrefused }: ConnectorCalls, policy: GroupPolicy): EpochMs | undefined {
  const { series } = unrefused ?? all;
  const proof = proofOf(series, policy);
  if (proof === undefined || proof.nats <= natsForBudget(policy.falseMovesPerGroupYear)) return undefined;
  return series.until - proof.window.windowMinutes * minuteMs;
}

function tooFew({ attempts, failures }: CallWindow, { minAttempts }: GroupPolicy): Verdict {
  const reason = `${attempts - failures} of ${attempts} calls succeeded in ${finestMinutes} min, minAttempts ${minAttempts}`;
  return { health: 'unknown', cause: 'low-volume', reason };
}

/** Refusals that no caller or called party explains, because the calls that usually succeed are missing. */
function missingSuccesses(calls: ConnectorCalls, policy: GroupPolicy): string | undefined {
  const proof = proofOf(calls.all.series, policy);
  if (proof === undefined || calls.usualSuccesses === undefined) return undefined;
  // A few refusals after a fault of another kind are no such refusals.
  if (refusedIn(proof.window, calls) < policy.minFailures) return undefined;
  return findMissingSuccesses(calls.all.series, proof.window, calls.usualSuccesses, policy);
}

function refusedIn({ failures, windowMinutes }: CallWindow, { unrefused }: ConnectorCalls): number {
  return unrefused === undefined ? 0 : failures - windowOf(unrefused.series, windowMinutes).failures;
}

/** The most evidence in nats, against the assumed baseline, in any window up to now. */
export function suspicionOf({ series }: Measure): number {
  return Math.max(0, ...windowsOf(series).map((window) => windowNats(series, window)));
}

/** Whether enough calls fail that the history should be read before the Voice Connector is judged. */
export function isSuspect({ series }: Measure, policy: GroupPolicy): boolean {
  const floors = { minFailures: Math.min(2, policy.minFailures), minExcessRatio: 0 };
  return impairedWindow(series, { nats: screeningNats, within: series.minutes, floors }) !== undefined;
}

/** The reason to believe that a fault exists, or existed within these minutes: a quarter of a proof delays a failback. */
export function impairment({ series, source }: Measure, within: number, policy: GroupPolicy): string | undefined {
  const nats = natsForBudget(policy.falseMovesPerGroupYear) / 4;
  const window = impairedWindow(series, { nats, within, floors: floorsOf(policy) });
  return window === undefined ? undefined : `${formatFailures(window, source)})`;
}

/** The newest window with this much evidence, wherever a fault ended since: a fault that is over is still a blemish. */
function impairedWindow(
  series: CallSeries,
  { nats, within, floors }: { readonly nats: number; readonly within: number; readonly floors: Floors },
): CallWindow | undefined {
  return windowsOf(series).find(
    (window) => window.windowMinutes <= within && passes(window, floors) && windowNats(series, window) > nats,
  );
}

/** Leaves its parenthesis open. */
function formatFailures(window: CallWindow, source: string): string {
  const { failures, attempts, windowMinutes, baseline } = window;
  return `${failures} of ${attempts} calls failed in ${windowMinutes} min (${formatPercent(failures / attempts)}, baseline ${formatPercent(baseline)} ${source}`;
}

function formatBeginning({ beganMinutesAgo: { least, most } }: Proof): string {
  return least === most ? `began ${most} min ago` : `began ${least} to ${most} min ago`;
}

/** How many more failed calls would complete the proof. */
function formatMissing({ failures, attempts, baseline }: CallWindow, dispersion: number, needed: number): string {
  let more = 1;
  while (evidenceAgainst(failures + more, attempts + more, baseline, dispersion) <= needed) more += 1;
  return `at least ${more} more failed ${more === 1 ? 'call' : 'calls'} would make it unhealthy`;
}

function formatRefusals(calls: ConnectorCalls, policy: GroupPolicy): string {
  const proof = proofOf(calls.all.series, policy);
  const share = proof === undefined ? 'they' : `${refusedIn(proof.window, calls)} of these ${proof.window.failures}`;
  return `${share} were refused by the called party or the callers (SIP 4xx, 6xx), which is no fault of a Region`;
}
