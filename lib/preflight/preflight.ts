/** Checks whether each group could fail over right now, with the monitor's own reads, judging and planning. It changes nothing. */
import pMap from 'p-map';
import { RunFailedError, startRun, type RunContext, type RunRequest } from '../context.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { accountReadiness } from '../core/readiness/account.ts';
import { groupReadiness } from '../core/readiness/group.ts';
import type { CallHistory } from '../core/readiness/capacity.ts';
import type { PublishedReading } from '../core/readiness/metrics.ts';
import type { WakeAlarmsReading } from '../core/readiness/wake-alarms.ts';
import type { Policy } from '../input/policy.ts';
import { formatUnmatched } from '../observe/unmatched-overrides.ts';
import { requestedGroups } from '../input/trigger.ts';
import { readCallHistory } from '../observe/active-calls.ts';
import { readCandidateEvidence } from '../observe/candidate-evidence.ts';
import { inboundMetrics } from '../observe/members.ts';
import type { AccountObservation } from '../observe/observe.ts';
import { planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import type { PreflightPorts, Signals } from '../ports.ts';
import { publishReadiness, readPreviousReadiness } from './publish-readiness.ts';
import { readinessTable, worstOf, type GroupReadiness, type ReadinessResult } from './result.ts';

const groupsAtOnce = 5;

/**
 * A failing check is a result. The run fails only where an event cannot be published, or no control Region returns its list.
 *
 * @throws InvalidInputError when the trigger names a group that no control Region lists
 * @throws RunFailedError when no group could be listed
 */
export async function preflight(
  ports: PreflightPorts,
  policy: Policy,
  { trigger, ...request }: RunRequest,
  signals: Signals,
): Promise<ReadinessResult> {
  const context = startRun(ports, policy, request, signals);
  const { identity } = context;
  const { observedAt } = identity;
  const observedCalls = ports.sdkObserver.start();
  const snapshot = await takeSnapshot(context);
  const { observed } = snapshot;
  const { observation, listingProblems } = observed;
  if (observation.groups.length === 0 && listingProblems.length > 0) throw new RunFailedError(listingProblems);
  const requested = requestedGroups(trigger, observation.groups, listingProblems);
  const [ofMetricRegions, callHistory, previousReadiness] = await Promise.all([
    readMetricRegions(ports, policy, observed, signals.work),
    readCallHistory(ports, observed, signals.work),
    readPreviousReadiness(ports, requested, observedAt, signals.work),
  ]);
  const groups = await pMap(
    requested,
    (group) => checkGroup(context, snapshot, { ...ofMetricRegions, callHistory }, group),
    {
      concurrency: groupsAtOnce,
    },
  );
  const { controlRegions } = ports.groups;
  const account = accountReadiness({
    ...observedCalls(),
    controlRegions,
    groups: observation.groups,
    listedConnectors: observed.connectors.size,
    listingProblems: listingProblems.map(({ doing, message }) => `${doing}: ${message}`),
    policyEntries: [...policy.groups.keys()],
    unmatchedOverrides: formatUnmatched(observed),
  });
  const problems = await publishReadiness(
    ports,
    identity,
    { account, groups, previousReadiness, controlRegions },
    signals,
  );
  return {
    shape: 'readiness-result',
    version: 1,
    runId: request.runId,
    trigger,
    monitorRegion: request.monitorRegion,
    policyHash: policy.hash,
    observedAt: new Date(observedAt).toISOString(),
    outcome: problems.length === 0 ? 'succeeded' : 'failed',
    readiness: worstOf({ account, groups }),
    account,
    groups,
    problems,
    table: readinessTable({ account, groups }),
  };
}

/** Every Region that may have the metrics of a Voice Connector: the dimension sets are the account's, whichever group's metrics have them. */
function metricRegions(
  { groups: { controlRegions } }: Pick<PreflightPorts, 'groups'>,
  { metricsRegions }: Policy,
  { connectors }: AccountObservation,
): readonly string[] {
  const own = [...connectors.values()].map(({ region }) => region);
  return [...new Set([...own, ...controlRegions, ...metricsRegions.values()])];
}

async function readMetricRegions(
  ports: PreflightPorts,
  policy: Policy,
  observed: AccountObservation,
  signal: AbortSignal,
): Promise<Pick<AccountMetrics, 'published' | 'wakeAlarms'>> {
  const { publishedMetrics, wakeAlarms } = ports;
  const regions = metricRegions(ports, policy, observed);
  const [published, alarms] = await Promise.all([
    ofRegions(regions, (region) => publishedMetrics(region, signal)),
    wakeAlarms && ofRegions(regions, (region) => wakeAlarms(region, signal)),
  ]);
  return { published, wakeAlarms: alarms };
}

async function ofRegions<Reading>(
  regions: readonly string[],
  read: (region: string) => Promise<Reading>,
): Promise<ReadonlyMap<string, Reading>> {
  return new Map(await Promise.all(regions.map(async (region) => [region, await read(region)] as const)));
}

/** Read once for all groups. */
type AccountMetrics = {
  readonly published: ReadonlyMap<string, PublishedReading>;
  readonly wakeAlarms: ReadonlyMap<string, WakeAlarmsReading> | undefined;
  readonly callHistory: CallHistory;
};

async function checkGroup(
  { ports, policy, identity, signals: { work: signal } }: RunContext<PreflightPorts>,
  snapshot: Snapshot,
  account: AccountMetrics,
  group: VoiceConnectorGroup,
): Promise<GroupReadiness> {
  const { observation, connectors, listingProblems } = snapshot.observed;
  const members = group.items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
  const [{ candidateEvidence, unreadChanges }, reading, phoneNumbers] = await Promise.all([
    readCandidateEvidence(ports, group, members, observation.observedAt, signal),
    ports.groups.read(group, signal),
    ports.countPhoneNumbers(group, signal),
  ]);
  const readiness = groupReadiness({
    input: { ...planInputOf({ policy, identity }, snapshot, group), candidateEvidence },
    metrics: new Map([...observation.connectors].map(([id, { inbound }]) => [id, inbound])),
    ...account,
    requiredMetrics: inboundMetrics,
    metricDimensions: policy.metricDimensions,
    metricsRegions: policy.metricsRegions,
    activeCallsQuota: policy.activeCallsQuota,
    groups: observation.groups,
    recheck: reading.kind === 'read' ? reading : { kind: 'failed', message: reading.refusal.message },
    unreadChanges,
    phoneNumbers,
    isListingComplete: listingProblems.length === 0,
  });
  const { voiceConnectorGroupId, name, controlRegion } = group;
  return { voiceConnectorGroupId, name, controlRegion, ...readiness };
}
