/** Judges a Region by its Voice Connectors. */
import { judgeCalls, impairment, type CallsInput } from './calls.ts';
import { judgeConnector } from './connector.ts';
import { finestMinutes, windowsUntil, type CallCount, type CallWindow } from './evidence.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { RegionVerdicts, Verdict } from '../model/verdict.ts';
import type { Observation, VoiceConnectorObservation } from '../model/observation.ts';
import type { EpochMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';
import { callsOf, judgedUntil } from './readings.ts';
import { formatPercent } from '../model/format.ts';

/**
 * Pools the Voice Connectors of each Region over all groups: pooled evidence can prove a Region unhealthy where no Voice Connector has
 * enough of its own. One Voice Connector whose own calls contradict the fault clears the Region.
 */
export function judgeRegions(observation: Observation, policy: GroupPolicy): RegionVerdicts {
  const { observedAt } = observation;
  const primaries = new Set(observation.groups.map(primaryOf));
  // Sorted, so that a verdict taken from one Voice Connector does not depend on the order of the listing.
  const sorted = [...observation.connectors.values()].sort(byId);
  const verdicts = new Map<string, Verdict>();
  for (const [region, connectors] of Map.groupBy(sorted, (connector) => connector.region)) {
    if (region === undefined) continue;
    const alone = connectors.map((connector) =>
      judgeConnector(
        connector,
        { observedAt, policy, expectsCalls: primaries.has(connector.voiceConnectorId) },
        sharedMembersOf(connector, observation),
      ),
    );
    verdicts.set(region, judgeRegion(connectors, alone, judgedUntil(observedAt, policy), policy));
  }
  return verdicts;
}

/** The Voice Connectors that share a group, and thus the customer's network, with this one. */
function sharedMembersOf(
  connector: VoiceConnectorObservation,
  { groups, connectors }: Observation,
): readonly VoiceConnectorObservation[] {
  const shared = groups
    .map(({ items }) => items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []))
    .filter((members) => members.includes(connector));
  return [...new Set(shared.flat())].filter((other) => other !== connector);
}

function byId(left: VoiceConnectorObservation, right: VoiceConnectorObservation): number {
  return left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;
}

function judgeRegion(
  connectors: readonly VoiceConnectorObservation[],
  alone: readonly Verdict[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict {
  const [only] = alone;
  const read = connectors.filter(({ inbound }) => inbound.kind === 'read');
  if (only !== undefined && (read.length === 0 || alone.length === 1)) return only;
  const pooled = judgeCalls(pool(read, until, policy));
  const isCleared = read.some((one) => clears(one, until, policy));
  const healthy = alone.filter((verdict) => verdict.health === 'healthy').length;
  if (healthy === 0 || (pooled.health === 'unhealthy' && !isCleared)) {
    return { ...pooled, reason: `${pooled.reason}, pooled over ${read.length} Voice Connectors` };
  }
  const unhealthy = alone.filter((verdict) => verdict.health === 'unhealthy').length;
  const reason = `${healthy} healthy and ${unhealthy} unhealthy of ${alone.length} Voice Connectors`;
  return unhealthy === 0 ? { health: 'healthy', reason } : { health: 'degraded', reason };
}

/** Log likelihood ratio, in nats, at which successful calls contradict a fault: by chance they do so one time in twenty. */
const clearingNats = 3;

/** Whether the newest calls of a Voice Connector succeed more often than in an unhealthy Region. Too few calls clear nothing. */
function clears(connector: VoiceConnectorObservation, until: EpochMs, policy: GroupPolicy): boolean {
  const { minutes, baseline } = callsOf(connector, until, policy);
  const own = newestWindow(minutes, until, baseline.ratio, policy);
  const faultyRatio = baseline.ratio + 2 * policy.minExcessRatio;
  const ofSuccesses = (own.attempts - own.failures) * Math.log((1 - baseline.ratio) / (1 - faultyRatio));
  const ofFailures = own.failures * Math.log(faultyRatio / baseline.ratio);
  return ofSuccesses - ofFailures > clearingNats;
}

/** The window is short, so that successful calls from before a fault do not hide its beginning. */
function newestWindow(
  minutes: readonly CallCount[],
  until: EpochMs,
  tolerableRatio: number,
  policy: GroupPolicy,
): CallWindow {
  const windowMinutes = 2 * policy.judgingMinutes;
  const empty = { windowMinutes, attempts: 0, failures: 0, failingIntervals: 0 };
  return windowsUntil(minutes, [], until, tolerableRatio)[windowMinutes - 1] ?? empty;
}

/** The pooled baseline is the highest one: otherwise a changed mix of traffic between the Voice Connectors would look like a fault. */
function pool(connectors: readonly VoiceConnectorObservation[], until: EpochMs, policy: GroupPolicy): CallsInput {
  const all = connectors.map((one) => callsOf(one, until, policy));
  const ratio = Math.max(...all.map(({ baseline }) => baseline.ratio));
  return {
    minutes: all.flatMap(({ minutes }) => minutes),
    coarse: all.every(({ coarse }) => coarse.length > 0) ? all.flatMap(({ coarse }) => coarse) : [],
    baseline: { ratio, text: `baseline ${formatPercent(ratio)}` },
    until,
    expectsCalls: false,
    policy,
  };
}

/** Whether the fault is the Region's: it must remain visible with any one Voice Connector left out. */
function isShared(inRegion: readonly VoiceConnectorObservation[], until: EpochMs, policy: GroupPolicy): boolean {
  return inRegion.every((one) => {
    const others = inRegion.filter((other) => other !== one);
    return impairment(pool(others, until, policy), finestMinutes) !== undefined;
  });
}

export type RegionContext = {
  readonly connector: VoiceConnectorObservation;
  readonly observation: Observation;
  readonly regions: RegionVerdicts;
  readonly policy: GroupPolicy;
};

/** In an unhealthy Region, a Voice Connector whose own calls fail too is unhealthy, even where they are too few to prove it. */
export function withRegion(verdict: Verdict, { connector, observation, regions, policy }: RegionContext): Verdict {
  const region = connector.region === undefined ? undefined : regions.get(connector.region);
  if (verdict.health === 'unhealthy' || region?.health !== 'unhealthy') return verdict;
  const until = judgedUntil(observation.observedAt, policy);
  const { minutes, baseline } = callsOf(connector, until, policy);
  const tolerableRatio = baseline.ratio + policy.minExcessRatio;
  const own = newestWindow(minutes, until, tolerableRatio, policy);
  const inRegion = [...observation.connectors.values()].filter((other) => other.region === connector.region);
  if (own.failures <= own.attempts * tolerableRatio || !isShared(inRegion, until, policy)) return verdict;
  const failures = `${own.failures} of ${own.attempts} calls failed in ${own.windowMinutes} min`;
  return { health: 'unhealthy', reason: `${failures}; its Region is unhealthy: ${region.reason}` };
}
