/** A Region, by the Voice Connectors that it carries. Pure. */
import { judgeCalls, impairment, type CallsInput } from './calls.ts';
import { judgeConnector } from './connector.ts';
import { finestMinutes, windowsUntil, type CallCount, type Window } from './evidence.ts';
import type { EpochMs, Observation, RegionVerdicts, Verdict, VoiceConnectorObservation } from '../model/model.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import { primaryOf } from '../model/priorities.ts';
import { callsOf, judgedUntil } from './readings.ts';
import { formatPercent } from '../model/format.ts';

/**
 * Pools the Voice Connectors of each Region, whatever group they serve: a Region can be proven unhealthy by evidence too
 * thin for any one of them. One whose own calls speak against it clears the Region.
 */
export function judgeRegions(observation: Observation, policy: GroupPolicy): RegionVerdicts {
  const { observedAt } = observation;
  const tops = new Set(observation.groups.map(primaryOf));
  // Sorted: where a Region's verdict is that of one of its Voice Connectors, it is not a matter of who was listed first.
  const sorted = [...observation.connectors.values()].sort(byId);
  const verdicts = new Map<string, Verdict>();
  for (const [region, connectors] of Map.groupBy(sorted, (connector) => connector.region)) {
    if (region === undefined) continue;
    const alone = connectors.map((connector) =>
      judgeConnector(
        connector,
        { observedAt, policy, expectsCalls: tops.has(connector.voiceConnectorId) },
        fellowsOf(connector, observation),
      ),
    );
    verdicts.set(region, judgeRegion(connectors, alone, judgedUntil(observedAt, policy), policy));
  }
  return verdicts;
}

/** Everyone who shares a group, and with it the customer's network, with this one. */
function fellowsOf(
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

/** Log likelihood ratio, in nats, at which good calls speak against a fault; luck would do so one time in twenty. */
const clearingNats = 3;

/** Whether a Voice Connector's newest calls go through as they would not in a sick Region: too few of them say nothing. */
function clears(connector: VoiceConnectorObservation, until: EpochMs, policy: GroupPolicy): boolean {
  const { minutes, baseline } = callsOf(connector, until, policy);
  const own = newest(minutes, until, baseline.ratio, policy);
  const faulty = baseline.ratio + 2 * policy.minExcessRatio;
  const ofSuccesses = (own.attempts - own.failures) * Math.log((1 - baseline.ratio) / (1 - faulty));
  const ofFailures = own.failures * Math.log(faulty / baseline.ratio);
  return ofSuccesses - ofFailures > clearingNats;
}

/** What the newest minutes hold: few, lest a fault's beginning hide behind the good calls before it. */
function newest(minutes: readonly CallCount[], until: EpochMs, tolerable: number, policy: GroupPolicy): Window {
  const windowMinutes = 2 * policy.judgingMinutes;
  const none = { windowMinutes, attempts: 0, failures: 0, failingIntervals: 0 };
  return windowsUntil(minutes, [], until, tolerable)[windowMinutes - 1] ?? none;
}

/** The pooled baseline is the highest: who calls when is not the same in every window, and must not look like a fault. */
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

/** A Region's fault is not one Voice Connector's: whoever is left out, the others still show signs of it. */
function isShared(inRegion: readonly VoiceConnectorObservation[], until: EpochMs, policy: GroupPolicy): boolean {
  return inRegion.every((one) => {
    const others = inRegion.filter((other) => other !== one);
    return impairment(pool(others, until, policy), finestMinutes) !== undefined;
  });
}

/** What a sick Region adds: it convicts a Voice Connector whose own calls fail too, but are too few to prove it. */
export function withRegion(
  verdict: Verdict,
  connector: VoiceConnectorObservation,
  observation: Observation,
  regions: RegionVerdicts,
  policy: GroupPolicy,
): Verdict {
  const region = connector.region === undefined ? undefined : regions.get(connector.region);
  if (verdict.health === 'unhealthy' || region?.health !== 'unhealthy') return verdict;
  const until = judgedUntil(observation.observedAt, policy);
  const { minutes, baseline } = callsOf(connector, until, policy);
  const tolerable = baseline.ratio + policy.minExcessRatio;
  const own = newest(minutes, until, tolerable, policy);
  const inRegion = [...observation.connectors.values()].filter((other) => other.region === connector.region);
  if (own.failures <= own.attempts * tolerable || !isShared(inRegion, until, policy)) return verdict;
  const words = `${own.failures} of ${own.attempts} calls failed in ${own.windowMinutes} min`;
  return { health: 'unhealthy', reason: `${words}; its Region is unhealthy: ${region.reason}` };
}
