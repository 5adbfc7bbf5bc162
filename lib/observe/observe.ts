/** AWS → one {@link Observation}, and the closer look at those that a move might promote. Decides nothing. */
import { audioDetailMetrics } from '../core/judge/audio.ts';
import { coarseIntervalMinutes, finestMinutes } from '../core/judge/evidence.ts';
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

/** Metrics are billed per metric asked for, so the standing question is short; the rest waits for a contemplated move. */
export const inboundMetrics: readonly MetricName[] = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
];
const outboundMetrics: readonly MetricName[] = ['OutboundCallAttempts', 'OutboundCallFailures'];
const historyMetrics: readonly MetricName[] = ['InboundCallAttempts', 'InboundCallFailures', 'Throttles'];

const dayMinutes = 24 * 60;

/** Room for the longest metric lag that a policy may name. */
const lagAllowanceMinutes = 11;

/** What was seen of some groups' members. */
export type MembersObservation = {
  readonly observation: Observation;
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly problems: readonly Problem[];
};

export type AccountObservation = MembersObservation & {
  readonly overrides: OverridesReading;
  /** What kept the lists of groups and Voice Connectors short; among `problems` too. */
  readonly listingProblems: readonly Problem[];
};

function lastHour(observedAt: EpochMs): Pick<MetricsRequest, 'from' | 'until' | 'periodSeconds'> {
  const until = Math.floor(observedAt / minuteMs) * minuteMs;
  return { from: until - (finestMinutes + lagAllowanceMinutes) * minuteMs, until, periodSeconds: 60 };
}

function lastDay(observedAt: EpochMs): Pick<MetricsRequest, 'from' | 'until' | 'periodSeconds'> {
  const interval = coarseIntervalMinutes * minuteMs;
  const until = Math.floor(observedAt / interval) * interval;
  return { from: until - dayMinutes * minuteMs, until, periodSeconds: interval / 1000 };
}

export async function observe(
  ports: Pick<Ports, 'groups' | 'metrics' | 'overrides'>,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<AccountObservation> {
  const [inventory, overrides] = await Promise.all([ports.groups.list(signal), ports.overrides.read(signal)]);
  const seen = await observeMembers(ports, inventory, inventory.groups, observedAt, signal);
  const listingProblems = inventory.problems;
  const problems = [...listingProblems, ...seen.problems, ...overrides.problems];
  return { ...seen, overrides, listingProblems, problems };
}

/** The members of these groups. That there are other groups is known all the same: whose calls are whose depends on it. */
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
  const question = { metrics: inboundMetrics, ...lastHour(observedAt) };
  const [readings, found] = await Promise.all([
    ports.metrics.read({ connectors: listed, ...question }, signal),
    locateUnlisted(ports, unlisted, listed, question, signal),
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
  message: 'no control Region lists it, and no CloudWatch that was asked gave a minute of it',
};

type Found = { readonly connector: ListedConnector; readonly reading: MetricsReading };

/**
 * A Voice Connector is listed by its own Region's endpoint, which may be gone with the calls. Its minutes, in whichever Region's
 * CloudWatch they are, say where it is: one that carries calls stays visible, one that is idle does not.
 */
async function locateUnlisted(
  { groups, metrics }: Pick<Ports, 'groups' | 'metrics'>,
  unlisted: readonly string[],
  listed: readonly ListedConnector[],
  question: Omit<MetricsRequest, 'connectors'>,
  signal: AbortSignal,
): Promise<readonly Found[]> {
  if (unlisted.length === 0) return [];
  const regions = [...new Set([...groups.controlRegions, ...listed.map(({ region }) => region)])];
  const found = await Promise.all(
    regions.map(async (region): Promise<readonly Found[]> => {
      const connectors = unlisted.map((voiceConnectorId) => ({ voiceConnectorId, region, controlRegion: region }));
      const readings = await metrics.read({ connectors, ...question }, signal);
      return connectors.flatMap((connector) => {
        const reading = readings.get(connector.voiceConnectorId);
        return reading?.kind === 'read' && reading.minutes.length > 0 ? [{ connector, reading }] : [];
      });
    }),
  );
  // In two Regions at once it cannot be: then nobody knows.
  const places = Map.groupBy(found.flat(), ({ connector }) => connector.voiceConnectorId);
  return [...places.values()].filter((each) => each.length === 1).flat();
}

/** One problem per Region and message, however many Voice Connectors it blinds us to. */
function unreadableRegions(
  connectors: MetricsRequest['connectors'],
  readings: ReadonlyMap<string, MetricsReading>,
): readonly Problem[] {
  const problems = new Map<string, Problem>();
  for (const { voiceConnectorId, region } of connectors) {
    const reading = readings.get(voiceConnectorId);
    if (reading === undefined || reading.kind === 'read') continue;
    const doing = `reading metrics in ${region}`;
    problems.set(`${doing}: ${reading.message}`, { doing, message: reading.message });
  }
  return [...problems.values()];
}

/** Reads a day of the suspects' calls and the rest of their audio. */
export async function readSuspectDetail<Seen extends MembersObservation>(
  ports: Pick<Ports, 'metrics'>,
  observed: Seen,
  suspects: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<Seen> {
  const { observation } = observed;
  const { observedAt } = observation;
  const connectors = [...suspects].flatMap((voiceConnectorId) => observed.connectors.get(voiceConnectorId) ?? []);
  if (connectors.length === 0) return observed;
  const [histories, audio] = await Promise.all([
    ports.metrics.read({ connectors, metrics: historyMetrics, ...lastDay(observedAt) }, signal),
    ports.metrics.read({ connectors, metrics: audioDetailMetrics, ...lastHour(observedAt) }, signal),
  ]);
  const examined = new Map(observation.connectors);
  for (const { voiceConnectorId } of connectors) {
    const connector = examined.get(voiceConnectorId);
    if (connector === undefined) continue;
    const inbound = merged(connector.inbound, audio.get(voiceConnectorId));
    examined.set(voiceConnectorId, { ...connector, inbound, history: histories.get(voiceConnectorId) ?? notRead });
  }
  return {
    ...observed,
    observation: { ...observation, connectors: examined },
    problems: [
      ...observed.problems,
      ...unreadableRegions(connectors, histories),
      ...unreadableRegions(connectors, audio),
    ],
  };
}

/** What calls say stands, whatever became of the question about audio. */
function merged(inbound: MetricsReading, audio: MetricsReading | undefined): MetricsReading {
  if (inbound.kind !== 'read' || audio?.kind !== 'read') return inbound;
  const minutes = new Map<EpochMs, Minute>(inbound.minutes.map((minute) => [minute.startsAt, minute]));
  for (const minute of audio.minutes) minutes.set(minute.startsAt, { ...minutes.get(minute.startsAt), ...minute });
  return { kind: 'read', minutes: [...minutes.values()] };
}

export type CandidateEvidenceReading = {
  readonly candidateEvidence: CandidateEvidence;
  /** One for each Region in which own changes could not be read; among `problems` too. */
  readonly unreadChanges: readonly Problem[];
  readonly problems: readonly Problem[];
};

/**
 * Reads what only a contemplated move needs: the candidates' signs of life, and the monitor's own changes of the past day. What
 * could not be read says so in the answer itself.
 */
export async function readCandidateEvidence(
  ports: Pick<Ports, 'groups' | 'metrics' | 'changes'>,
  group: VoiceConnectorGroup,
  candidates: readonly ListedConnector[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<CandidateEvidenceReading> {
  const [outbound, signs, changes] = await Promise.all([
    ports.metrics.read({ connectors: candidates, metrics: outboundMetrics, ...lastHour(observedAt) }, signal),
    Promise.all(
      candidates.map(async (connector) => ({
        connector,
        sign: await ports.groups.readReachability(connector, signal),
      })),
    ),
    ports.changes.read(group, observedAt - dayMinutes * minuteMs, observedAt, signal),
  ]);
  const standbySignals = new Map<string, StandbySignals>();
  const problems = [...unreadableRegions(candidates, outbound)];
  for (const { connector, sign } of signs) {
    const { voiceConnectorId } = connector;
    standbySignals.set(voiceConnectorId, { reachability: sign, outbound: outbound.get(voiceConnectorId) ?? notRead });
    if (sign.kind === 'unreadable') {
      problems.push({ doing: `looking closer at ${voiceConnectorId}`, message: sign.message });
    }
  }
  problems.push(...changes.problems);
  return {
    candidateEvidence: { standbySignals, changeRecord: changes.record },
    unreadChanges: changes.problems,
    problems,
  };
}
