/** Looks whether each group could fail over right now, with everything that the monitor looks with. It changes nothing. */
import pMap from 'p-map';
import { auditEvent, runFailedEvent } from '../audit/event-builders.ts';
import { accountReadiness } from '../core/readiness/account.ts';
import { groupReadiness, type GroupFacts } from '../core/readiness/group.ts';
import type { PublishedReading } from '../core/readiness/metrics.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { readinessChange, type Readiness, type ReadinessChange } from '../core/readiness/check.ts';
import { inboundMetrics, readCandidateEvidence, observe, type AccountObservation } from '../observe/observe.ts';
import type { Policy } from '../input/policy.ts';
import type { PastReadiness, PreflightPorts, Signals } from '../ports.ts';
import { readinessTable, summaryOf, worstOf, type GroupReadiness, type ReadinessResult } from './result.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';
import { publishEvents } from '../audit/publish.ts';
import { RunFailedError, type RunRequest } from '../context.ts';
import { planInputOf, judgeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { requestedGroups } from '../input/trigger.ts';

const groupsAtOnce = 5;

/** The schedule's half hour, and room for one that comes late. */
const lastLookMinutes = 40;

/**
 * A check that fails is an answer: only what could not be told, or that no control Region lists anything, makes it fail.
 * @throws InvalidInputError when asked for a group that no control Region lists
 * @throws TurnFailedError where nothing could be listed at all
 */
export async function preflight(
  ports: PreflightPorts,
  policy: Policy,
  { trigger, ...who }: RunRequest,
  signals: Signals,
): Promise<ReadinessResult> {
  const observedAt = ports.clock();
  const identity: RunIdentity = { ...who, observedAt, policyHash: policy.hash };
  const observedCalls = ports.sdkObserver.start();
  const observed = await observe(ports, observedAt, signals.work);
  const { observation, listingProblems } = observed;
  if (observation.groups.length === 0 && listingProblems.length > 0) throw new RunFailedError(listingProblems);
  const wanted = requestedGroups(trigger, observation.groups, listingProblems);
  const [published, past] = await Promise.all([
    publishedMetrics(ports, observed, signals.work),
    readPast(ports, wanted, observedAt, signals.work),
  ]);
  const look = { policy, identity, seen: judgeSnapshot(observed, policy), published };
  const groups = await pMap(wanted, (group) => checkGroup(ports, look, group, signals.work), {
    concurrency: groupsAtOnce,
  });
  const { controlRegions } = ports.groups;
  const { callOutcomes, serverTimes } = observedCalls();
  const account = accountReadiness({
    answers: callOutcomes,
    serverTimes,
    controlRegions,
    groups: observation.groups,
    listedConnectors: observed.connectors.size,
    listingProblems: listingProblems.map(({ doing, message }) => `${doing}: ${message}`),
    policyEntries: [...policy.groups.keys()],
  });
  const problems = await publish(ports, identity, { account, groups, past, controlRegions }, signals);
  return {
    shape: 'readiness-result',
    version: 1,
    runId: who.runId,
    trigger,
    monitorRegion: who.monitorRegion,
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

/** Of every Region that a Voice Connector is in: a dimension set is the account's, whichever group shows it. */
async function publishedMetrics(
  { metricNames }: PreflightPorts,
  { connectors }: AccountObservation,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, PublishedReading>> {
  const regions = [...new Set([...connectors.values()].map(({ region }) => region))];
  return new Map(
    await Promise.all(regions.map(async (region) => [region, await metricNames.list(region, signal)] as const)),
  );
}

async function readPast(
  { past, log }: PreflightPorts,
  groups: readonly VoiceConnectorGroup[],
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<PastReadiness> {
  const ids = groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId);
  const found = await past.read(ids, observedAt - lastLookMinutes * minuteMs, observedAt, signal);
  if (found.kind === 'unreadable') log.error('the last look is not remembered', { message: found.message });
  return found;
}

type Look = {
  readonly policy: Policy;
  readonly identity: RunIdentity;
  readonly seen: Snapshot;
  readonly published: ReadonlyMap<string, PublishedReading>;
};

async function checkGroup(
  ports: PreflightPorts,
  { policy, identity, seen, published }: Look,
  group: VoiceConnectorGroup,
  signal: AbortSignal,
): Promise<GroupReadiness> {
  const { observation, connectors, listingProblems } = seen.observed;
  const members = group.items.flatMap(({ voiceConnectorId }) => connectors.get(voiceConnectorId) ?? []);
  const [{ candidateEvidence, unreadChanges }, reading, phoneNumbers] = await Promise.all([
    readCandidateEvidence(ports, group, members, observation.observedAt, signal),
    ports.groups.read(group, signal),
    ports.phoneNumbers.count(group, signal),
  ]);
  const facts: GroupFacts = {
    input: { ...planInputOf({ policy, identity }, seen, group), candidateEvidence },
    metrics: new Map([...observation.connectors].map(([id, { inbound }]) => [id, inbound])),
    published,
    judgedBy: inboundMetrics,
    metricDimensions: policy.metricDimensions,
    lookedAgain: reading.kind === 'read' ? reading : { kind: 'failed', message: reading.refusal.message },
    unreadChanges,
    phoneNumbers,
    isListingComplete: listingProblems.length === 0,
  };
  const { voiceConnectorGroupId, name, controlRegion } = group;
  return { voiceConnectorGroupId, name, controlRegion, ...groupReadiness(facts) };
}

type Checked = {
  readonly account: Readiness;
  readonly groups: readonly GroupReadiness[];
  readonly past: PastReadiness;
  readonly controlRegions: readonly string[];
};

function failuresIn({ findings }: Readiness): number {
  return findings.filter(({ level }) => level === 'fail').length;
}

/** Numbers, which the next look remembers this one by, and one event each. */
async function publish(
  ports: PreflightPorts,
  identity: RunIdentity,
  { account, groups, past, controlRegions }: Checked,
  signals: Signals,
): Promise<readonly Problem[]> {
  const before = past.kind === 'read' ? past : undefined;
  const ofAccount = failuresIn(account);
  if (ofAccount > 0) ports.telemetry.publish({ AccountReadinessFailures: ofAccount });
  const events: AuditEvent[] = [
    auditEvent(identity, ports.clock(), 'Account Readiness Checked', [account.outcome], {
      controlRegions,
      ...told(account, readinessChange(before?.account, ofAccount)),
    }),
  ];
  for (const group of groups) {
    const { voiceConnectorGroupId, name, controlRegion } = group;
    const failures = failuresIn(group);
    if (failures > 0) ports.telemetry.publish({ ReadinessFailures: failures }, voiceConnectorGroupId);
    const change = readinessChange(before?.groups.get(voiceConnectorGroupId), failures);
    const subject = [voiceConnectorGroupId, group.outcome];
    const data = { voiceConnectorGroupId, name, controlRegion, ...told(group, change) };
    events.push(auditEvent(identity, ports.clock(), 'Readiness Checked', subject, data));
  }
  const problems = await publishEvents(ports, events, signals);
  if (problems.length === 0) return [];
  return [...problems, ...(await publishEvents(ports, [runFailedEvent(identity, ports.clock(), problems)], signals))];
}

function told(readiness: Readiness, change: ReadinessChange) {
  return {
    outcome: readiness.outcome,
    change,
    findings: readiness.findings,
    summary: summaryOf(readiness),
    unproven: readiness.unproven,
  };
}
