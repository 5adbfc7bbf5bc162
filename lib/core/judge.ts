/** Observation → one verdict for every Voice Connector of a group, and one for every Region. Pure. */
import { isAudioSuspect, judgeAudio } from './audio.ts';
import { learnBaseline, unaskedBaseline, unreadableBaseline, type Baseline } from './baseline.ts';
import { isSuspect, judgeCalls, mayBeUnwell } from './calls.ts';
import { finestMinutes, windowsUntil, type CallCount } from './evidence.ts';
import {
  minuteMs,
  type ConnectorVerdicts,
  type EpochMs,
  type GroupPolicy,
  type MetricsReading,
  type Minute,
  type Observation,
  type RegionVerdicts,
  type Verdict,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from './model.ts';
import { inOrder } from './priorities.ts';
import { spillOver } from './spill-over.ts';
import { percent } from './words.ts';

/** The end (exclusive) of the newest minute whose metrics are complete. */
export const judgedUntil = (observedAt: EpochMs, policy: Pick<GroupPolicy, 'metricLagSeconds'>): EpochMs =>
  Math.floor((observedAt - policy.metricLagSeconds * 1000) / minuteMs) * minuteMs;

/**
 * Inbound calls, less those that the account's own call limit turned away: overload is not an outage.
 * A minute without that datapoint is absent, which is another thing than a minute of no calls.
 */
export const inboundCalls = (minutes: readonly Minute[]): readonly CallCount[] =>
  minutes.flatMap((minute) => {
    const attempts = minute.InboundCallAttempts;
    if (attempts === undefined) return [];
    const failures = Math.min(minute.InboundCallFailures ?? 0, attempts);
    const throttled = Math.min(minute.Throttles ?? 0, failures);
    return [{ startsAt: minute.startsAt, attempts: attempts - throttled, failures: failures - throttled }];
  });

const outboundCalls = (minutes: readonly Minute[]): readonly CallCount[] =>
  minutes.flatMap(({ startsAt, OutboundCallAttempts: attempts, OutboundCallFailures: failures = 0 }) =>
    attempts === undefined ? [] : [{ startsAt, attempts, failures: Math.min(failures, attempts) }],
  );

/** Nothing could be seen, which is another thing than seeing too little. */
export const isBlind = (verdict: Verdict): boolean =>
  verdict.health === 'unknown' &&
  (verdict.cause === 'stale' ||
    verdict.cause === 'fetch-error' ||
    verdict.cause === 'partial' ||
    verdict.cause === 'forbidden');

const blind = (reading: Exclude<MetricsReading, { readonly kind: 'read' }>): Verdict => ({
  health: 'unknown',
  cause: reading.kind,
  reason: `CloudWatch: ${reading.message}`,
});

/** One Voice Connector's calls, ready to be judged alone or with its Region's others. */
type Calls = {
  readonly minutes: readonly CallCount[];
  readonly coarse: readonly CallCount[];
  readonly baseline: Baseline;
};

const callsOf = ({ inbound, history }: VoiceConnectorObservation, until: EpochMs, policy: GroupPolicy): Calls => {
  const minutes = inbound.kind === 'read' ? inboundCalls(inbound.minutes) : [];
  if (history === undefined) return { minutes, coarse: [], baseline: unaskedBaseline };
  if (history.kind !== 'read') return { minutes, coarse: [], baseline: unreadableBaseline };
  const coarse = inboundCalls(history.minutes);
  return { minutes, coarse, baseline: learnBaseline(coarse, until, policy.dispersion) };
};

/** Whether a Voice Connector's past and the rest of its audio should be read before it is judged. */
export const needsCloserLook = (
  { inbound, history }: VoiceConnectorObservation,
  observedAt: EpochMs,
  policy: GroupPolicy,
): boolean => {
  if (inbound.kind !== 'read' || history !== undefined) return false;
  const until = judgedUntil(observedAt, policy);
  const minutes = inboundCalls(inbound.minutes);
  return (
    isSuspect({ minutes, until, baseline: unaskedBaseline, policy }) || isAudioSuspect(inbound.minutes, until, policy)
  );
};

const overload = (minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): string | undefined => {
  const from = until - policy.judgingMinutes * minuteMs;
  const judged = minutes.filter(({ startsAt }) => startsAt >= from && startsAt < until);
  const throttles = judged.reduce((sum, minute) => sum + (minute.Throttles ?? 0), 0);
  const good = judged.reduce(
    (sum, { InboundCallAttempts: attempts = 0, InboundCallFailures: failures = 0 }) =>
      sum + Math.max(0, attempts - failures),
    0,
  );
  return throttles > good * policy.minExcessRatio
    ? `${throttles} Throttles beside ${good} good calls in ${policy.judgingMinutes} min: a quota is too low, moving would move the overload`
    : undefined;
};

/** What a Voice Connector's own metrics say of it; `others` are what its audio is compared with. */
const judgeAlone = (
  connector: VoiceConnectorObservation,
  context: { readonly observedAt: EpochMs; readonly policy: GroupPolicy; readonly expectsCalls: boolean },
  others: readonly VoiceConnectorObservation[],
): Verdict => {
  const { observedAt, policy, expectsCalls } = context;
  if (connector.region === undefined) {
    return { health: 'unknown', cause: 'fetch-error', reason: 'AWS does not say in which Region it is' };
  }
  if (connector.inbound.kind !== 'read') return blind(connector.inbound);
  const until = judgedUntil(observedAt, policy);
  const verdict = judgeCalls({ ...callsOf(connector, until, policy), until, expectsCalls, policy });
  return withComplaints(verdict, connector.inbound.minutes, others, until, policy);
};

/** Bad audio convicts where it is not everybody's; poor audio and an overload are worth attention and never, by themselves, a move. */
const withComplaints = (
  verdict: Verdict,
  minutes: readonly Minute[],
  others: readonly VoiceConnectorObservation[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict => {
  if (verdict.health === 'unhealthy' || isBlind(verdict)) return verdict;
  const compared = others.map(({ inbound }) => (inbound.kind === 'read' ? inbound.minutes : []));
  // The audio of a lone call is no reason to think ill of a standby. Throttled calls are, even where they were all.
  const hasCalls = verdict.health !== 'unknown' || verdict.cause === 'inconclusive';
  const audio = hasCalls ? judgeAudio(minutes, compared, until, policy) : undefined;
  if (audio?.kind === 'bad') return { health: 'unhealthy', reason: audio.reason };
  if (verdict.health === 'degraded') return verdict;
  const attention = audio?.reason ?? overload(minutes, until, policy);
  return attention === undefined ? verdict : { health: 'degraded', reason: attention };
};

/** What outbound calls say of a Voice Connector that gets no inbound ones. */
export const judgeOutbound = (
  outbound: MetricsReading,
  observedAt: EpochMs,
  policy: GroupPolicy,
): { readonly verdict: Verdict; readonly unwell: string | undefined } => {
  if (outbound.kind !== 'read') return { verdict: blind(outbound), unwell: undefined };
  const input = {
    minutes: outboundCalls(outbound.minutes),
    coarse: [],
    baseline: unaskedBaseline,
    until: judgedUntil(observedAt, policy),
    expectsCalls: false,
    policy: { ...policy, judgingMinutes: policy.riseMinutes },
  };
  return {
    verdict: judgeCalls(input),
    unwell: mayBeUnwell(input, Math.min(policy.failbackHoldMinutes, finestMinutes)),
  };
};

/** Who gets the calls of a group as long as nothing is wrong. */
const topOf = ({ items }: VoiceConnectorGroup): string | undefined => inOrder(items)[0]?.voiceConnectorId;

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
      judgeAlone(
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
const withRegion = (
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

/** Calls that left the first choice for the others: only where an order exists, and only while nothing else is known of it. */
const withSpillOver = (
  verdict: Verdict,
  group: VoiceConnectorGroup,
  members: readonly VoiceConnectorObservation[],
  otherGroups: readonly VoiceConnectorGroup[],
  until: EpochMs,
  policy: GroupPolicy,
): Verdict => {
  const [top, ...rest] = members;
  if (verdict.health !== 'unknown' || top === undefined) return verdict;
  // Another group's first choice has calls of its own. Its standby gets calls when that group's first choice fails: where ours was
  // not seen to lose any, they prove nothing about it.
  const isSeenIdle = verdict.cause === 'idle';
  const elsewhere = new Set(
    otherGroups.flatMap((other) =>
      isSeenIdle ? topOf(other) : other.items.map(({ voiceConnectorId }) => voiceConnectorId),
    ),
  );
  const others = rest.filter(({ voiceConnectorId }) => !elsewhere.has(voiceConnectorId));
  const readings = others.flatMap(({ inbound }) => (inbound.kind === 'read' ? [inbound.minutes] : []));
  const reason = spillOver({
    top: top.inbound.kind === 'read' ? inboundCalls(top.inbound.minutes) : undefined,
    others: readings.flatMap(inboundCalls),
    changedAt: group.updatedAt,
    until,
    policy,
  });
  return reason === undefined ? verdict : { health: 'unhealthy', reason };
};

/** The verdicts on a group's members, by the group's own policy. A member that was not observed has none. */
export const judgeGroup = (
  group: VoiceConnectorGroup,
  observation: Observation,
  regions: RegionVerdicts,
  policy: GroupPolicy,
): ConnectorVerdicts => {
  const { observedAt } = observation;
  const until = judgedUntil(observedAt, policy);
  const members = inOrder(group.items).flatMap(
    ({ voiceConnectorId }) => observation.connectors.get(voiceConnectorId) ?? [],
  );
  const top = topOf(group);
  const otherGroups = observation.groups.filter((other) => other !== group);
  const verdicts = new Map<string, Verdict>();
  for (const connector of members) {
    const { voiceConnectorId } = connector;
    const isTop = voiceConnectorId === top;
    const others = members.filter((member) => member !== connector);
    const alone = judgeAlone(connector, { observedAt, policy, expectsCalls: isTop }, others);
    const region = connector.region === undefined ? undefined : regions.get(connector.region);
    const pooled = withRegion(alone, connector, region, until, policy);
    verdicts.set(voiceConnectorId, isTop ? withSpillOver(pooled, group, members, otherGroups, until, policy) : pooled);
  }
  return verdicts;
};

/** A Voice Connector whose health is another than a minute before. */
export type HealthEdge = { readonly voiceConnectorId: string; readonly before: Verdict; readonly after: Verdict };

export const healthEdges = (before: ConnectorVerdicts, after: ConnectorVerdicts): readonly HealthEdge[] =>
  [...after].flatMap(([voiceConnectorId, verdict]) => {
    const earlier = before.get(voiceConnectorId);
    return earlier === undefined || earlier.health === verdict.health
      ? []
      : [{ voiceConnectorId, before: earlier, after: verdict }];
  });

/**
 * Whether the group's first choice carried calls already before the group was last changed; undefined where that lies too far back
 * or cannot be seen. If it did not, the change was one of order.
 */
export const carriedBeforeChange = (group: VoiceConnectorGroup, observation: Observation): boolean | undefined => {
  const { updatedAt } = group;
  const inbound = observation.connectors.get(topOf(group) ?? '')?.inbound;
  if (updatedAt === undefined || inbound?.kind !== 'read') return undefined;
  const before = updatedAt - settlingBeforeMs;
  if (observation.observedAt - before > finestMinutes * minuteMs) return undefined;
  return inboundCalls(inbound.minutes).some(({ startsAt, attempts }) => attempts > 0 && startsAt + minuteMs <= before);
};

/** The minute in which a change is made may hold calls from both sides of it. */
const settlingBeforeMs = minuteMs;
