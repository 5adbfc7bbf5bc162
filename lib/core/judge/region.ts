/** Judges a Region by its Voice Connectors. */
import { pooled, without, type CallSeries } from './call-series.ts';
import { impairment, judgeCalls } from './calls.ts';
import type { ConnectorCalls, Measure } from './connector-calls.ts';
import { windowOf } from './evidence.ts';
import { finestMinutes, longestMinutes } from './likelihood.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import { lossOf, type Verdict } from '../model/verdict.ts';

/** One Voice Connector of the Region. */
export type RegionMember = {
  readonly calls: ConnectorCalls;
  /** Whether its metrics could be read. */
  readonly isRead: boolean;
  /** Judged by its own metrics only. */
  readonly alone: Verdict;
};

export type RegionJudgement = {
  readonly verdict: Verdict;
  /** Whether an unhealthy verdict is on all of the Region: the fault remains visible with any one Voice Connector left out. */
  readonly isShared: boolean;
};

/** The failures that no refusal explains, where that is known. */
function measureOf({ all, unrefused }: ConnectorCalls): Measure {
  return unrefused ?? all;
}

/**
 * Pools the Voice Connectors of a Region over all groups: pooled evidence can prove a Region unhealthy where no Voice Connector has
 * enough of its own. One Voice Connector whose own calls contradict the fault clears the Region.
 *
 * @param members at least one
 */
export function judgeRegion(members: readonly RegionMember[], policy: GroupPolicy): RegionJudgement {
  const [only] = members;
  const read = members.filter(({ isRead }) => isRead);
  if (only !== undefined && (read.length === 0 || members.length === 1))
    return { verdict: only.alone, isShared: false };
  const all = read.map(({ calls }) => measureOf(calls).series);
  const pool = poolOf(all);
  const together = judgeCalls({ calls: alone(pool, 'of the pool'), expectsCalls: false, policy });
  const healthy = members.filter(({ alone: { health } }) => health === 'healthy').length;
  const isCleared = all.some((series) => clears(series, policy));
  if (healthy === 0 || (together.health === 'unhealthy' && !isCleared)) {
    const verdict = { ...together, reason: `${together.reason}, pooled over ${read.length} Voice Connectors` };
    return { verdict, isShared: verdict.health === 'unhealthy' && isSeenWithoutAnyOne(pool, all, policy) };
  }
  const unhealthy = members.filter(({ alone: { health } }) => health === 'unhealthy').length;
  const reason = `${healthy} healthy and ${unhealthy} unhealthy of ${members.length} Voice Connectors`;
  return {
    verdict: unhealthy === 0 ? { health: 'healthy', reason } : { health: 'degraded', reason, loss: lossOf(together) },
    isShared: false,
  };
}

function poolOf(all: readonly CallSeries[]): CallSeries {
  // The older minutes count only if every Voice Connector has them.
  const minutes = all.every((series) => series.minutes > finestMinutes) ? longestMinutes : finestMinutes;
  return pooled(all, minutes);
}

function alone(series: CallSeries, source: string): ConnectorCalls {
  return { all: { series, source }, unrefused: undefined, usualSuccesses: undefined };
}

/** Log likelihood ratio, in nats, at which successful calls contradict a fault: by chance they do so one time in twenty. */
const clearingNats = 3;

/** Whether the newest calls of a Voice Connector succeed more often than in an unhealthy Region. Too few calls clear nothing. */
function clears(series: CallSeries, policy: GroupPolicy): boolean {
  const { attempts, failures, baseline } = newestCalls(series, policy);
  const faultyRatio = baseline + 2 * policy.minExcessRatio;
  const ofSuccesses = (attempts - failures) * Math.log((1 - baseline) / (1 - faultyRatio));
  const ofFailures = failures * Math.log(faultyRatio / baseline);
  return ofSuccesses - ofFailures > clearingNats;
}

/** The window is short, so that successful calls from before a fault do not hide its beginning. */
function newestCalls(series: CallSeries, policy: GroupPolicy): ReturnType<typeof windowOf> {
  return windowOf(series, 2 * policy.judgingMinutes);
}

function isSeenWithoutAnyOne(pool: CallSeries, all: readonly CallSeries[], policy: GroupPolicy): boolean {
  return all.every((one) => {
    const measure = { series: without(pool, one), source: 'of the pool' };
    return impairment(measure, finestMinutes, policy) !== undefined;
  });
}

/** In an unhealthy Region, a Voice Connector whose own calls fail too is unhealthy, even where they are too few to prove it. */
export function withRegion(
  verdict: Verdict,
  calls: ConnectorCalls,
  region: RegionJudgement | undefined,
  policy: GroupPolicy,
): Verdict {
  if (verdict.health === 'unhealthy' || region?.verdict.health !== 'unhealthy' || !region.isShared) return verdict;
  const { attempts, failures, baseline, windowMinutes } = newestCalls(measureOf(calls).series, policy);
  if (failures <= attempts * (baseline + policy.minExcessRatio)) return verdict;
  const reason = `${failures} of ${attempts} calls failed in ${windowMinutes} min; its Region is unhealthy: ${region.verdict.reason}`;
  return { health: 'unhealthy', reason, loss: region.verdict.loss };
}
