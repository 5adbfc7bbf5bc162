/** A Region, by the Voice Connectors that it carries. Pure. */
import { judgeCalls } from './calls.ts';
import { judgeConnector } from './connector.ts';
import { windowsUntil } from './evidence.ts';
import type { EpochMs, GroupPolicy, Observation, RegionVerdicts, Verdict, VoiceConnectorObservation } from './model.ts';
import { topOf } from './priorities.ts';
import { callsOf, judgedUntil, type Calls } from './readings.ts';
import { percent } from './words.ts';

/**
 * Pools the Voice Connectors of each Region, whatever group they serve: a Region can be proven unhealthy by evidence too
 * thin for any one of them. One that is well on its own evidence clears the Region.
 */
export const judgeRegions = (observation: Observation, policy: GroupPolicy): RegionVerdicts => {
  const { observedAt } = observation;
  const tops = new Set(observation.groups.map(topOf));
  // Sorted: where a Region's verdict is that of one of its Voice Connectors, it is not a matter of who was listed first.
  const located = [...observation.connectors.values()].filter(({ region }) => region !== undefined).sort(byId);
  const verdicts = new Map<string, Verdict>();
  for (const [region, connectors] of Map.groupBy(located, (connector) => connector.region)) {
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
};

/** Everyone who shares a group, and with it the customer's network, with this one. */
const fellowsOf = (
  connector: VoiceConnectorObservation,
  { groups, connectors }: Observation,
): readonly VoiceConnectorObservation[] => {
  const shared = groups
    .map(({ items }) => items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []))
    .filter((members) => members.includes(connector));
  return [...new Set(shared.flat())].filter((other) => other !== connector);
};

const byId = (left: VoiceConnectorObservation, right: VoiceConnectorObservation): number =>
  left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;

const judgeRegion = (
  connectors: readonly VoiceConnectorObservation[],
  alone: readonly Verdict[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict => {
  const healthy = alone.filter((verdict) => verdict.health === 'healthy').length;
  const unhealthy = alone.filter((verdict) => verdict.health === 'unhealthy').length;
  const tally = `${healthy} healthy and ${unhealthy} unhealthy of ${alone.length} Voice Connectors`;
  if (healthy > 0)
    return unhealthy === 0 ? { health: 'healthy', reason: tally } : { health: 'degraded', reason: tally };
  const [only] = alone;
  const read = connectors.filter(({ inbound }) => inbound.kind === 'read');
  if (only !== undefined && (read.length === 0 || alone.length === 1)) return only;
  const pooled = judgeCalls({
    ...pool(read.map((one) => callsOf(one, until, policy))),
    until,
    expectsCalls: false,
    policy,
  });
  return { ...pooled, reason: `${pooled.reason}, pooled over ${read.length} Voice Connectors` };
};

/** The pooled baseline is the highest: who calls when is not the same in every window, and must not look like a fault. */
const pool = (all: readonly Calls[]): Calls => {
  const ratio = Math.max(...all.map(({ baseline }) => baseline.ratio));
  return {
    minutes: all.flatMap(({ minutes }) => minutes),
    coarse: all.every(({ coarse }) => coarse.length > 0) ? all.flatMap(({ coarse }) => coarse) : [],
    baseline: { ratio, words: `baseline ${percent(ratio)}` },
  };
};

/** What a sick Region adds: it convicts a Voice Connector whose own calls fail too, but are too few to prove it. */
export const withRegion = (
  verdict: Verdict,
  connector: VoiceConnectorObservation,
  region: Verdict | undefined,
  until: EpochMs,
  policy: GroupPolicy,
): Verdict => {
  if (verdict.health === 'healthy' || verdict.health === 'unhealthy') return verdict;
  if (region?.health !== 'unhealthy' || connector.inbound.kind !== 'read') return verdict;
  const { minutes, baseline } = callsOf(connector, until, policy);
  const tolerable = baseline.ratio + policy.minExcessRatio;
  const own = windowsUntil(minutes, [], until, tolerable)[2 * policy.judgingMinutes - 1];
  if (own === undefined || own.failures <= own.attempts * tolerable) return verdict;
  const words = `${own.failures} of ${own.attempts} calls failed in ${own.windowMinutes} min`;
  return { health: 'unhealthy', reason: `${words}; its Region is unhealthy: ${region.reason}` };
};
