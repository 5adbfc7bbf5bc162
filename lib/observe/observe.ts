/** AWS → one {@link Observation}, and the evidence on candidates for a move. Decides nothing. */
import { audioDetailMetrics } from '../core/judge/audio.ts';
import { finestMinutes, longestMinutes } from '../core/judge/likelihood.ts';
import { historyDays, slotMs } from '../core/judge/past-calls.ts';
import type { Problem } from '../core/model/outcome.ts';
import type {
  Observation,
  VoiceConnectorObservation,
  StandbySignals,
  MetricsReading,
  Minute,
  MetricName,
} from '../core/model/observation.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { CandidateEvidence } from '../core/plan/plan-input.ts';
import type { Inventory, ListedConnector, MetricsRequest, OverridesReading, Ports } from '../ports.ts';

/** CloudWatch bills per metric requested, so every run requests only these; the others wait until a move is contemplated. */
export const inboundMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];
const callMetrics: readonly MetricName[] = ['InboundCallAttempts', 'InboundCallFailures'];
const outboundMetrics: readonly MetricName[] = ['OutboundCallAttempts', 'OutboundCallFailures'];
/** What tells a fault from a refusal: read by the hour for the past fortnight, and by the minute for the past hours. */
const failureMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'InboundCallsAnswered',
  'OutboundCallFailures',
  'Sip4xxCodes',
  'Sip6xxCodes',
];
const recentCallMetrics: readonly MetricName[] = [
  ...failureMetrics,
  'Throttles',
  'InboundCallsActive',
  'OutboundCallsActive',
];

const dayMinutes = 24 * 60;

/** Covers the longest `metricLagSeconds` that a policy may set. */
const lagAllowanceMinutes = 11;

/** Some groups' members, observed. */
export type MembersObservation = {
  readonly observation: Observation;
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly problems: readonly Problem[];
};

export type AccountObservation = MembersObservation & {
  readonly overrides: OverridesReading;
  /** Why the lists of groups and Voice Connectors may be incomplete; in `problems` too. */
  readonly listingProblems: readonly Problem[];
};

type Span = Pick<MetricsRequest, 'from' | 'until' | 'periodSeconds'>;

function lastMinutes(minutes: number, observedAt: EpochMs): Span {
  const until = Math.floor(observedAt / minuteMs) * minuteMs;
  return { from: until - (minutes + lagAllowanceMinutes) * minuteMs, until, periodSeconds: 60 };
}

function lastHour(observedAt: EpochMs): Span {
  return lastMinutes(finestMinutes, observedAt);
}

function lastFortnight(observedAt: EpochMs): Span {
  const until = Math.floor(observedAt / slotMs) * slotMs;
  return { from: until - historyDays * dayMinutes * minuteMs, until, periodSeconds: slotMs / 1000 };
}

export async function observe(
  ports: Pick<Ports, 'groups' | 'metrics' | 'overrides'>,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<AccountObservation> {
  const [inventory, overrides] = await Promise.all([ports.groups.list(signal), ports.overrides.read(signal)]);
  const members = await observeMembers(ports, inventory, inventory.groups, observedAt, signal);
  const listingProblems = inventory.problems;
  const problems = [...listingProblems, ...members.problems, ...overrides.problems];
  return { ...members, overrides, listingProblems, problems };
}

/** Observes the members of `groups`. The observation lists all groups, because a member shared with another group carries its calls too. */
export async function observeMembers(
  ports: Pick<Ports, 'groups' | 'metrics'>,
  inventory: Inventory,
  groups: readonly VoiceConnectorGroup[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<MembersObservation> {
  const memberIds = [...new Set(groups.flatMap(({ items }) => items.map((item) => item.voiceConnectorId)))];
  const listed = memberIds.flatMap((voiceConnectorId) => inventory.connectors.get(voiceConnectorId) ?? []);
  const unlisted = memberIds.filter((voiceConnectorId) => !inventory.connectors.has(voiceConnectorId));
  const request = { metrics: inboundMetrics, ...lastHour(observedAt) };
  const [readings, found] = await Promise.all([
    ports.metrics.read({ connectors: listed, ...request }, signal),
    locateUnlisted(ports, unlisted, listed, request, signal),
  ]);
  const connectors = new Map(inventory.connectors);
  for (const { connector } of found) connectors.set(connector.voiceConnectorId, connector);
  const unlistedReadings = new Map(found.map(({ connector, reading }) => [connector.voiceConnectorId, reading]));
  const observations = memberIds.map((voiceConnectorId): [string, VoiceConnectorObservation] => [
    voiceConnectorId,
    {
      voiceConnectorId,
      region: connectors.get(voiceConnectorId)?.region,
      inbound: readings.get(voiceConnectorId) ?? unlistedReadings.get(voiceConnectorId) ?? notRead,
      history: undefined,
    },
  ]);
  return {
    observation: { observedAt, groups: inventory.groups, connectors: new Map(observations) },
    connectors,
    problems: unreadableRegions(listed, readings),
  };
}

const notRead: MetricsReading = {
  kind: 'fetch-error',
  message: 'no control Region lists it, and no Region that was asked has metrics of it',
};

type Found = { readonly connector: ListedConnector; readonly reading: MetricsReading };

/**
 * A Voice Connector is listed only by its own Region's endpoint, which may fail together with the calls. The Region whose CloudWatch has
 * its metrics is then its Region: a Voice Connector with calls stays observable, an idle one does not.
 */
async function locateUnlisted(
  { groups, metrics }: Pick<Ports, 'groups' | 'metrics'>,
  unlisted: readonly string[],
  listed: readonly ListedConnector[],
  request: Omit<MetricsRequest, 'connectors'>,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  if (unlisted.length === 0) return [];
  const regions = [...new Set([...groups.controlRegions, ...listed.map(({ region }) => region)])];
  const found = await Promise.all(
    regions.map(async (region): Promise<readonly Found[]> => {
      const connectors = unlisted.map((voiceConnectorId) => ({ voiceConnectorId, region, controlRegion: region }));
      const readings = await metrics.read({ connectors, ...request }, signal);
      return connectors.flatMap((connector) => {
        const reading = readings.get(connector.voiceConnectorId);
        return reading?.kind === 'read' && reading.minutes.length > 0 ? [{ connector, reading }] : [];
      });
    }),
  );
  // Metrics in two Regions leave its Region unknown.
  const places = Map.groupBy(found.flat(), ({ connector }) => connector.voiceConnectorId);
  return [...places.values()].filter((each) => each.length === 1).flat();
}

/** One problem per Region and message, however many Voice Connectors are unobservable because of it. */
function unreadableRegions(
  connectors: MetricsRequest['connectors'],
  readings: ReadonlyMap<string, MetricsReading>,
): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { voiceConnectorId, region } of connectors) {
    const reading = readings.get(voiceConnectorId);
    const message = reading?.kind === 'read' ? reading.ignored : reading?.message;
    if (message === undefined) continue;
    const doing = `reading metrics in ${region}`;
    problems.set(`${doing}: ${message}`, { doing, message });
  }
  return [...problems.values()];
}

/** Reads the suspects' calls of the past fortnight and of the past hours, and the remaining audio metrics. */
export async function readSuspectDetail<Observed extends MembersObservation>(
  ports: Pick<Ports, 'metrics'>,
  observed: Observed,
  suspects: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Observed> {
  const { observation } = observed;
  const { observedAt } = observation;
  const connectors = [...suspects].flatMap((voiceConnectorId) => observed.connectors.get(voiceConnectorId) ?? []);
  if (connectors.length === 0) return observed;
  const [histories, calls, audio] = await Promise.all([
    ports.metrics.read({ connectors, metrics: failureMetrics, ...lastFortnight(observedAt) }, signal),
    ports.metrics.read({ connectors, metrics: recentCallMetrics, ...lastMinutes(longestMinutes, observedAt) }, signal),
    ports.metrics.read({ connectors, metrics: audioDetailMetrics, ...lastHour(observedAt) }, signal),
  ]);
  const detailed = new Map(observation.connectors);
  for (const { voiceConnectorId } of connectors) {
    const connector = detailed.get(voiceConnectorId);
    if (connector === undefined) continue;
    const inbound = merged(merged(connector.inbound, calls.get(voiceConnectorId)), audio.get(voiceConnectorId));
    detailed.set(voiceConnectorId, { ...connector, inbound, history: histories.get(voiceConnectorId) ?? notRead });
  }
  return {
    ...observed,
    observation: { ...observation, connectors: detailed },
    problems: [
      ...observed.problems,
      ...unreadableRegions(connectors, histories),
      ...unreadableRegions(connectors, calls),
      ...unreadableRegions(connectors, audio),
    ],
  };
}

/** The first reading is judged even if the detail could not be read. */
function merged(inbound: MetricsReading, detail: MetricsReading | undefined): MetricsReading {
  if (inbound.kind !== 'read' || detail?.kind !== 'read') return inbound;
  const minutes = new Map<EpochMs, Minute>(inbound.minutes.map((minute) => [minute.startsAt, minute]));
  for (const minute of detail.minutes) minutes.set(minute.startsAt, { ...minutes.get(minute.startsAt), ...minute });
  return { kind: 'read', minutes: [...minutes.values()] };
}

export type CandidateEvidenceReading = {
  readonly candidateEvidence: CandidateEvidence;
  /** One for each Region whose record of changes could not be read; in `problems` too. */
  readonly unreadChanges: readonly Problem[];
  readonly problems: readonly Problem[];
};

/**
 * Reads what only a contemplated move needs: the candidates' standby signals, and the monitor's own changes of the past day. A part that
 * could not be read is marked as such.
 */
export async function readCandidateEvidence(
  ports: Pick<Ports, 'groups' | 'metrics' | 'changes'>,
  group: VoiceConnectorGroup,
  candidates: readonly ListedConnector[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<CandidateEvidenceReading> {
  const [outbound, outboundHistories, lastCalls, reachabilities, changes] = await Promise.all([
    ports.metrics.read({ connectors: candidates, metrics: outboundMetrics, ...lastHour(observedAt) }, signal),
    ports.metrics.read({ connectors: candidates, metrics: outboundMetrics, ...lastFortnight(observedAt) }, signal),
    ports.metrics.read(
      { connectors: candidates, metrics: callMetrics, ...lastMinutes(dayMinutes, observedAt) },
      signal,
    ),
    Promise.all(
      candidates.map(async (connector) => ({
        connector,
        reachability: await ports.groups.readReachability(connector, signal),
      })),
    ),
    ports.changes.read(group, observedAt - dayMinutes * minuteMs, observedAt, signal),
  ]);
  const standbySignals = new Map<string, StandbySignals>();
  const problems = [outbound, outboundHistories, lastCalls].flatMap((readings) =>
    unreadableRegions(candidates, readings),
  );
  for (const { connector, reachability } of reachabilities) {
    const { voiceConnectorId } = connector;
    standbySignals.set(voiceConnectorId, {
      reachability,
      outbound: outbound.get(voiceConnectorId) ?? notRead,
      outboundHistory: outboundHistories.get(voiceConnectorId) ?? notRead,
      lastCalls: lastCalls.get(voiceConnectorId) ?? notRead,
    });
    const message = reachability.kind === 'read' ? reachability.ignored : reachability.message;
    if (message !== undefined) problems.push({ doing: `reading whether ${voiceConnectorId} is reachable`, message });
  }
  problems.push(...changes.problems);
  return {
    candidateEvidence: { standbySignals, changeRecord: changes.record },
    unreadChanges: changes.problems,
    problems,
  };
}
