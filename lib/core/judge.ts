/** Observation → one verdict for every Voice Connector of a group, and one for every Region. Pure. */
import { binomialUpperTail, countWindows, type CallCount, type CallMinute } from './evidence.ts';
import {
  minuteMs,
  type ConnectorVerdicts,
  type EpochMs,
  type GroupPolicy,
  type MetricName,
  type MetricsReading,
  type Minute,
  type Observation,
  type RegionVerdicts,
  type Verdict,
  type VoiceConnectorGroup,
  type VoiceConnectorObservation,
} from './model.ts';
import { inOrder } from './priorities.ts';
import { percent, probability } from './words.ts';

/** History that is read, and the longest window that is judged. */
export const historyMinutes = 60;

/** An outage of one minute is shorter than anything worth a move: GitHub's 43 seconds of 2018 cost it 24 hours. */
const minFailingMinutes = 2;

/** Luck this small is worth an engineer's attention, though not yet a move. */
const degradedProbability = 1e-3;

/** Calls that a silence must have swallowed before it is more than a quiet moment. */
const silenceExpectedAttempts = 5;

/** The end (exclusive) of the newest minute whose metrics are complete. */
export const judgedUntil = (observedAt: EpochMs, policy: Pick<GroupPolicy, 'metricLagSeconds'>): EpochMs =>
  Math.floor((observedAt - policy.metricLagSeconds * 1000) / minuteMs) * minuteMs;

/**
 * Inbound calls, less those that the account's own call limit turned away: overload is not an outage.
 * A minute without that datapoint is absent, which is another thing than a minute of no calls.
 */
export const inboundCalls = (minutes: readonly Minute[]): readonly CallMinute[] =>
  minutes.flatMap((minute) => {
    const attempts = minute.InboundCallAttempts;
    if (attempts === undefined) return [];
    const failures = Math.min(minute.InboundCallFailures ?? 0, attempts);
    const throttled = Math.min(minute.Throttles ?? 0, failures);
    return [{ startsAt: minute.startsAt, attempts: attempts - throttled, failures: failures - throttled }];
  });

const outboundCalls = (minutes: readonly Minute[]): readonly CallMinute[] =>
  minutes.flatMap(({ startsAt, OutboundCallAttempts: attempts, OutboundCallFailures: failures = 0 }) =>
    attempts === undefined ? [] : [{ startsAt, attempts, failures: Math.min(failures, attempts) }],
  );

const failureRatio = (window: CallCount): number => (window.attempts === 0 ? 0 : window.failures / window.attempts);

const succeeded = (window: CallCount): number => window.attempts - window.failures;

const counted = (window: CallCount): string =>
  `${window.failures} of ${window.attempts} calls failed in ${window.windowMinutes} min (${percent(failureRatio(window))}`;

type Proof = { readonly window: CallCount; readonly chance: number };

/** The window that luck explains worst, among those that pass the floors. */
const strongestProof = (windows: readonly CallCount[], policy: GroupPolicy): Proof | undefined => {
  let strongest: Proof | undefined;
  for (const window of windows) {
    if (window.attempts < policy.minAttempts || window.failures < policy.minFailures) continue;
    if (window.failingMinutes < minFailingMinutes) continue;
    const chance = binomialUpperTail(window.failures, window.attempts, policy.tolerableFailureRatio);
    if (strongest === undefined || chance < strongest.chance) strongest = { window, chance };
  }
  return strongest;
};

/** A silence that is too long for the traffic before it. Where nothing was published either, the data may be lost. */
const silence = (calls: readonly CallMinute[], until: EpochMs, window: CallCount): Silence | undefined => {
  const from = until - window.windowMinutes * minuteMs;
  let lastCallEndsAt = from;
  let lastPublishedAt = from;
  for (const { startsAt, attempts } of calls) {
    if (startsAt >= until) continue;
    lastPublishedAt = Math.max(lastPublishedAt, startsAt);
    if (attempts > 0) lastCallEndsAt = Math.max(lastCallEndsAt, startsAt + minuteMs);
  }
  const silentMinutes = (until - lastCallEndsAt) / minuteMs;
  const talkingMinutes = window.windowMinutes - silentMinutes;
  const expected = talkingMinutes <= 0 ? 0 : (window.attempts / talkingMinutes) * silentMinutes;
  if (expected < silenceExpectedAttempts) return undefined;
  const isPublished = lastPublishedAt >= lastCallEndsAt;
  const nothing = isPublished ? 'no call' : 'no datapoint';
  const reason = `${nothing} for ${silentMinutes} min, about ${Math.round(expected)} calls at the rate before`;
  return { isPublished, reason };
};

type Silence = { readonly isPublished: boolean; readonly reason: string };

/** Whose calls are judged: only who is expected to have some can be missed when they stop. */
type Expectation = 'has-calls' | 'may-be-idle';

/** What call attempts alone say, in windows that end at `until`. */
export const judgeCalls = (
  calls: readonly CallMinute[],
  until: EpochMs,
  policy: GroupPolicy,
  expectation: Expectation,
): Verdict => {
  const windows = countWindows(calls, until, historyMinutes, policy.tolerableFailureRatio);
  const whole = windows[historyMinutes - 1];
  if (whole === undefined || whole.attempts === 0) {
    return { health: 'unknown', cause: 'idle', reason: `no calls in ${historyMinutes} min` };
  }
  if (whole.attempts < policy.minAttempts) {
    const reason = `${whole.attempts} calls in ${historyMinutes} min, minAttempts ${policy.minAttempts}`;
    return { health: 'unknown', cause: 'low-volume', reason };
  }
  // Widened until enough calls went through: were failed ones counted too, one more of them could make a window long
  // enough to clear what a longer one convicts.
  const sufficient = windows.find(
    (window) => window.windowMinutes >= policy.judgingMinutes && succeeded(window) >= policy.minAttempts,
  );
  if (sufficient === undefined && failureRatio(whole) <= policy.tolerableFailureRatio) {
    const through = `${succeeded(whole)} of ${whole.attempts} calls went through`;
    const reason = `${through} in ${historyMinutes} min, minAttempts ${policy.minAttempts}`;
    return { health: 'unknown', cause: 'low-volume', reason };
  }
  const current = sufficient ?? whole;
  const silent = silence(calls, until, current);
  if (silent !== undefined) {
    const isMissed = expectation === 'has-calls' && !silent.isPublished;
    return { health: 'unknown', cause: isMissed ? 'stale' : 'idle', reason: silent.reason };
  }
  return weigh(current, strongestProof(windows, policy), policy);
};

/** `current` says whether it is still going on, `proof` whether it is more than luck. */
const weigh = (current: CallCount, proof: Proof | undefined, policy: GroupPolicy): Verdict => {
  const tolerable = `tolerable ${percent(policy.tolerableFailureRatio)}`;
  if (failureRatio(current) <= policy.tolerableFailureRatio) {
    return { health: 'healthy', reason: `${counted(current)}, ${tolerable})` };
  }
  if (proof === undefined) {
    const floors = `proof needs ${policy.minFailures} failures over ${minFailingMinutes} failing minutes`;
    return { health: 'unknown', cause: 'inconclusive', reason: `${counted(current)}, ${tolerable}; ${floors})` };
  }
  const chance = `chance ${probability(proof.chance)}`;
  const compared = `${counted(proof.window)}, ${tolerable}; ${chance}`;
  if (proof.chance < policy.falseAlarmProbability) {
    return { health: 'unhealthy', reason: `${compared} < ${probability(policy.falseAlarmProbability)})` };
  }
  const notProven = `${compared}, proof needs < ${probability(policy.falseAlarmProbability)})`;
  return proof.chance < degradedProbability
    ? { health: 'degraded', reason: notProven }
    : { health: 'unknown', cause: 'inconclusive', reason: notProven };
};

const blind = (reading: Exclude<MetricsReading, { readonly kind: 'read' }>): Verdict => ({
  health: 'unknown',
  cause: reading.kind,
  reason: `CloudWatch: ${reading.message}`,
});

const judgedMinutes = (minutes: readonly Minute[], until: EpochMs, policy: GroupPolicy): readonly Minute[] =>
  minutes.filter(({ startsAt }) => startsAt >= until - policy.judgingMinutes * minuteMs && startsAt < until);

const badAudio = (judged: readonly Minute[], policy: GroupPolicy): string | undefined => {
  const legs: readonly MetricName[] = ['MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote'];
  for (const leg of legs) {
    // Sorted, because a sum of fractions depends on their order.
    const scores = judged.flatMap((minute) => minute[leg] ?? []).sort((left, right) => left - right);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    if (scores.length * 2 > policy.judgingMinutes && mean < policy.degradedMos) {
      return `${leg} ${mean.toFixed(2)} on average over ${scores.length} min, degradedMos ${policy.degradedMos}`;
    }
  }
  return undefined;
};

const overload = (judged: readonly Minute[], policy: GroupPolicy): string | undefined => {
  const throttles = judged.reduce((sum, minute) => sum + (minute.Throttles ?? 0), 0);
  const through = judged.reduce(
    (sum, { InboundCallAttempts: attempts = 0, InboundCallFailures: failures = 0 }) =>
      sum + Math.max(0, attempts - failures),
    0,
  );
  return throttles > through * policy.tolerableFailureRatio
    ? `${throttles} Throttles beside ${through} good calls in ${policy.judgingMinutes} min: a quota is too low, moving would move the overload`
    : undefined;
};

/** Bad audio or an overload is worth attention and never, by itself, a move. */
const complaint = (
  verdict: Verdict,
  minutes: readonly Minute[],
  until: EpochMs,
  policy: GroupPolicy,
): string | undefined => {
  if (verdict.health === 'unhealthy' || verdict.health === 'degraded' || isBlind(verdict)) return undefined;
  const judged = judgedMinutes(minutes, until, policy);
  // The audio of a lone call is no reason to think ill of a standby. Throttled calls are, even where they were all.
  const hasCalls = verdict.health === 'healthy' || verdict.cause === 'inconclusive';
  return (hasCalls ? badAudio(judged, policy) : undefined) ?? overload(judged, policy);
};

/** Nothing could be seen, which is another thing than seeing too little. */
export const isBlind = (verdict: Verdict): boolean =>
  verdict.health === 'unknown' &&
  (verdict.cause === 'stale' ||
    verdict.cause === 'fetch-error' ||
    verdict.cause === 'partial' ||
    verdict.cause === 'forbidden');

/** What a Voice Connector's own metrics say of it. */
const judgeAlone = (
  connector: VoiceConnectorObservation,
  observedAt: EpochMs,
  policy: GroupPolicy,
  expectation: Expectation,
): Verdict => {
  if (connector.region === undefined) {
    return { health: 'unknown', cause: 'fetch-error', reason: 'AWS does not say in which Region it is' };
  }
  if (connector.inbound.kind !== 'read') return blind(connector.inbound);
  const until = judgedUntil(observedAt, policy);
  const verdict = judgeCalls(inboundCalls(connector.inbound.minutes), until, policy, expectation);
  const reason = complaint(verdict, connector.inbound.minutes, until, policy);
  return reason === undefined ? verdict : { health: 'degraded', reason };
};

/** What outbound calls say of a Voice Connector that gets no inbound ones, over the minutes it must have been well. */
export const judgeOutbound = (outbound: MetricsReading, observedAt: EpochMs, policy: GroupPolicy): Verdict =>
  outbound.kind === 'read'
    ? judgeCalls(
        outboundCalls(outbound.minutes),
        judgedUntil(observedAt, policy),
        { ...policy, judgingMinutes: policy.riseMinutes },
        'may-be-idle',
      )
    : blind(outbound);

/**
 * Pools the Voice Connectors of each Region, whatever group they serve: a Region can be proven unhealthy by evidence too
 * thin for any one of them. One that is well on its own evidence clears the Region.
 */
export const judgeRegions = (observation: Observation, policy: GroupPolicy): RegionVerdicts => {
  const until = judgedUntil(observation.observedAt, policy);
  const byRegion = new Map<string, VoiceConnectorObservation[]>();
  for (const connector of [...observation.connectors.values()].sort(byId)) {
    if (connector.region === undefined) continue;
    byRegion.set(connector.region, [...(byRegion.get(connector.region) ?? []), connector]);
  }
  const tops = new Set(observation.groups.map(topOf));
  const verdicts = new Map<string, Verdict>();
  for (const [region, connectors] of byRegion) {
    const alone = connectors.map((connector) =>
      judgeAlone(connector, observation.observedAt, policy, expectationOf(connector.voiceConnectorId, tops)),
    );
    verdicts.set(region, judgeRegion(connectors, alone, until, policy));
  }
  return verdicts;
};

/** Where a Region's verdict is that of one of its Voice Connectors, it is not a matter of who was listed first. */
const byId = (left: VoiceConnectorObservation, right: VoiceConnectorObservation): number =>
  left.voiceConnectorId < right.voiceConnectorId ? -1 : 1;

/** Who gets the calls of a group as long as nothing is wrong. */
const topOf = ({ items }: VoiceConnectorGroup): string | undefined => inOrder(items)[0]?.voiceConnectorId;

const expectationOf = (voiceConnectorId: string, tops: ReadonlySet<string | undefined>): Expectation =>
  tops.has(voiceConnectorId) ? 'has-calls' : 'may-be-idle';

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
  const readings = connectors.flatMap(({ inbound }) => (inbound.kind === 'read' ? [inbound] : []));
  const [only] = alone;
  if (readings.length === 0 || (alone.length === 1 && only !== undefined)) {
    return only ?? { health: 'unknown', cause: 'idle', reason: tally };
  }
  const pooled = judgeCalls(
    readings.flatMap(({ minutes }) => inboundCalls(minutes)),
    until,
    policy,
    'may-be-idle',
  );
  return { ...pooled, reason: `${pooled.reason}, pooled over ${readings.length} Voice Connectors` };
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
  const own = countWindows(
    inboundCalls(connector.inbound.minutes),
    until,
    policy.judgingMinutes,
    policy.tolerableFailureRatio,
  ).at(-1);
  if (own === undefined || failureRatio(own) <= policy.tolerableFailureRatio) return verdict;
  return { health: 'unhealthy', reason: `${counted(own)}); its Region is unhealthy: ${region.reason}` };
};

/** The verdicts on a group's members, by the group's own policy. A member that was not observed has none. */
export const judgeGroup = (
  group: VoiceConnectorGroup,
  observation: Observation,
  regions: RegionVerdicts,
  policy: GroupPolicy,
): ConnectorVerdicts => {
  const until = judgedUntil(observation.observedAt, policy);
  const top = new Set([topOf(group)]);
  const verdicts = new Map<string, Verdict>();
  for (const { voiceConnectorId } of group.items) {
    const connector = observation.connectors.get(voiceConnectorId);
    if (connector === undefined) continue;
    const alone = judgeAlone(connector, observation.observedAt, policy, expectationOf(voiceConnectorId, top));
    const region = connector.region === undefined ? undefined : regions.get(connector.region);
    verdicts.set(voiceConnectorId, withRegion(alone, connector, region, until, policy));
  }
  return verdicts;
};
