/** What a fault cost and what a move saved: the impact ledger. docs/events.md has the definitions. */
import { proofOf } from './calls.ts';
import { stretchOf, type CallSeries, type Stretch } from './call-series.ts';
import { callsInGroup } from './calls-in-group.ts';
import { callsOf, type ConnectorCalls } from './connector-calls.ts';
import { factorFor } from './dispersion.ts';
import { windowOf, type CallWindow } from './evidence.ts';
import { finestMinutes } from './likelihood.ts';
import { highestRatio, lowestRatio, shareLost } from './loss.ts';
import { judgedUntil } from './readings.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { Impact, Interval, Saved } from '../model/impact.ts';
import type { Observation, VoiceConnectorObservation } from '../model/observation.ts';
import { primaryOf } from '../model/priorities.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';

/** An interval of so many standard deviations contains the truth nineteen times out of twenty. */
const deviations = 2;

/** Undefined where failed calls do not prove the fault: neither its beginning nor its failures can then be counted. */
export function impactOf({ all, unrefused }: ConnectorCalls, policy: GroupPolicy): Impact | undefined {
  const { series } = unrefused ?? all;
  const proof = proofOf(series, policy);
  if (proof === undefined) return undefined;
  const { window, beganMinutesAgo } = proof;
  // The fault may have begun late in the minute before the longest window that explains it.
  const possible = [beganMinutesAgo.least, window.windowMinutes, beganMinutesAgo.most + 1];
  const counted = possible.map((minutes) => failedBeyondUsual(windowOf(series, minutes), series));
  const newest = windowOf(series, Math.min(policy.judgingMinutes, window.windowMinutes));
  return {
    firstBadMinuteAt: series.until - window.windowMinutes * minuteMs,
    countedUntil: series.until,
    callsFailed: {
      least: Math.min(...counted.map(({ least }) => least)),
      likely: counted[1]?.likely ?? 0,
      most: Math.max(...counted.map(({ most }) => most)),
    },
    callsPerMinuteAtRisk: Number((newest.attempts / newest.windowMinutes).toFixed(1)),
    lossShare: lossShareIn(wholeMinutesOf(window, series), series),
  };
}

/** In whole calls: the failures less those that the baseline predicts, give or take how much those vary. */
function failedBeyondUsual({ windowMinutes, attempts, failures, baseline }: CallWindow, series: CallSeries): Interval {
  const usual = attempts * baseline;
  const margin = deviations * Math.sqrt(usual * (1 - baseline) * factorFor(series.dispersion, windowMinutes));
  const most = Math.min(failures, failures - usual + margin);
  return wholeCalls({ least: failures - usual - margin, likely: failures - usual, most });
}

/** A fault begins within its first minute, whose other calls would hide a part of it. */
function wholeMinutesOf(window: CallWindow, series: CallSeries): CallWindow {
  const whole = windowOf(series, window.windowMinutes - 1);
  return whole.failures > 0 ? whole : window;
}

function lossShareIn(window: CallWindow, series: CallSeries): Interval {
  const factor = factorFor(series.dispersion, window.windowMinutes);
  const share = (ratio: number): number => Number(shareLost(ratio, window.baseline).toFixed(3));
  return {
    least: share(lowestRatio(window, factor)),
    likely: share(window.failures / window.attempts),
    most: share(highestRatio(window, factor)),
  };
}

/**
 * What the last change of the group has saved, as if the fault had gone on at the rate that was proved before it. Undefined where the
 * change is over an hour ago, left a primary without a proven fault, or the calls of either member were not read.
 */
export function savedSinceChange(
  group: VoiceConnectorGroup,
  { observedAt, connectors }: Observation,
  policy: GroupPolicy,
): Saved | undefined {
  const { updatedAt } = group;
  const primary = connectors.get(primaryOf(group) ?? '');
  const until = judgedUntil(observedAt, policy);
  if (updatedAt === undefined || primary?.inbound.kind !== 'read') return undefined;
  const changeMinute = Math.floor(updatedAt / minuteMs) * minuteMs;
  const minutesSince = (until - changeMinute) / minuteMs;
  if (minutesSince < 1 || minutesSince > finestMinutes) return undefined;
  const previous = previousPrimary(group, connectors, changeMinute + minuteMs, policy);
  if (previous === undefined) return undefined;
  const series = callsOf(primary, until, policy).all.series;
  const since = movedCalls(series, minutesSince);
  return {
    voiceConnectorId: previous.voiceConnectorId,
    movedAt: updatedAt,
    countedUntil: until,
    callsSince: Math.round(since.attempts),
    callsSaved: callsSaved(since, previous.impact.lossShare, factorFor(series.dispersion, minutesSince)),
    before: previous.impact,
  };
}

/** The other member with the worst proven fault up to the change. */
function previousPrimary(
  group: VoiceConnectorGroup,
  connectors: ReadonlyMap<string, VoiceConnectorObservation>,
  until: EpochMs,
  policy: GroupPolicy,
): { readonly voiceConnectorId: string; readonly impact: Impact } | undefined {
  const primary = primaryOf(group);
  return group.items
    .flatMap(({ voiceConnectorId }) => {
      const connector = voiceConnectorId === primary ? undefined : connectors.get(voiceConnectorId);
      if (connector?.inbound.kind !== 'read') return [];
      const impact = impactOf(callsInGroup(connector, { group, connectors }, until, policy), policy);
      return impact === undefined ? [] : [{ voiceConnectorId, impact }];
    })
    .sort((left, right) => right.impact.callsFailed.likely - left.impact.callsFailed.likely)[0];
}

/** The calls of the new primary since the change, without those that it had of its own before. */
function movedCalls(series: CallSeries, minutesSince: number): Stretch {
  const from = series.minutes - minutesSince;
  const since = stretchOf(series, from, series.minutes);
  const before = stretchOf(series, Math.max(0, from - finestMinutes), from);
  const own = from === 0 ? 0 : (before.attempts / Math.min(from, finestMinutes)) * minutesSince;
  return { ...since, attempts: Math.max(0, since.attempts - own) };
}

function callsSaved({ attempts, failures, baseline }: Stretch, share: Interval, dispersion: number): Interval {
  const exposed = attempts * (1 - baseline);
  const failed = Math.max(0, failures - attempts * baseline);
  const chance = deviations * Math.sqrt(exposed * share.likely * (1 - share.likely) * dispersion);
  const likely = exposed * share.likely;
  return wholeCalls({
    least: likely - Math.hypot(exposed * (share.likely - share.least), chance) - failed,
    likely: likely - failed,
    most: Math.min(exposed, likely + Math.hypot(exposed * (share.most - share.likely), chance)) - failed,
  });
}

function wholeCalls({ least, likely, most }: Interval): Interval {
  const whole = (calls: number): number => Math.max(0, Math.round(calls));
  return { least: whole(least), likely: whole(likely), most: whole(Math.max(likely, most)) };
}
