import { type AccountFacts, type ApiCallOutcome, monitorReads } from '../../lib/core/readiness/account.ts';
import type { GroupFacts } from '../../lib/core/readiness/group.ts';
import type { PublishedReading } from '../../lib/core/readiness/metrics.ts';
import type { ReadinessCheck } from '../../lib/core/model/codes.ts';
import type { Finding, Readiness } from '../../lib/core/readiness/check.ts';
import type { CallHistory } from '../../lib/core/readiness/capacity.ts';
import { hourMs } from '../../lib/core/model/time.ts';
import type { MetricsReading } from '../../lib/core/model/observation.ts';
import type { PlanInput } from '../../lib/core/plan/plan-input.ts';
import { aGroup } from './group.ts';
import { inbound, observedAt, read } from './metrics.ts';
import { someStandbySignals, aPlanInput } from './plan.ts';
import { aPolicy } from './policy.ts';

export function answered(action: string, region = 'us-east-1'): ApiCallOutcome {
  return {
    action,
    region,
    outcome: 'answered',
    message: '',
  };
}

/** Both control Regions return their lists, every read was answered, the clock is right. */
export function anAccount(changes: Partial<AccountFacts> = {}): AccountFacts {
  return {
    controlRegions: ['us-east-1', 'us-west-2'],
    groups: [aGroup()],
    listedConnectors: 2,
    listingProblems: [],
    callOutcomes: monitorReads.map((action) => answered(action)),
    serverTimes: [{ region: 'us-east-1', date: observedAt, sentAt: observedAt - 20, receivedAt: observedAt + 20 }],
    policyEntries: ['main-line'],
    unmatchedOverrides: [],
    ...changes,
  };
}

export const requiredMetrics = [
  'InboundCallAttempts',
  'InboundCallFailures',
  'Throttles',
  'MOSBetweenVcAndCustomer',
  'MOSBetweenVcAndRemote',
] as const;

/** The metrics of one Voice Connector as CloudWatch in its Region lists them. */
export function listed(
  voiceConnectorId: string,
  names: readonly string[] = requiredMetrics,
  otherDimensions: Readonly<Record<string, string>> = {},
): PublishedReading {
  return {
    kind: 'listed',
    metrics: names.map((name) => ({ name, dimensions: { VoiceConnectorId: voiceConnectorId, ...otherDimensions } })),
  };
}

/** The hour in which {@link observedAt} lies. */
export const thisHour = Math.floor(observedAt / hourMs) * hourMs;

/** The most inbound calls of each hour, the newest hour last; without a number, CloudWatch has nothing for that hour. */
export function callHistory(
  calls: Readonly<Record<string, readonly (number | undefined)[] | MetricsReading>>,
  changedAt: CallHistory['changedAt'] = new Map(),
): CallHistory {
  const readingOf = (hours: readonly (number | undefined)[]): MetricsReading => ({
    kind: 'read',
    minutes: hours.flatMap((most, place) => {
      const startsAt = thisHour - (hours.length - 1 - place) * hourMs;
      return most === undefined ? [] : [{ startsAt, InboundCallsActive: most }];
    }),
  });
  const hours = Object.entries(calls).map(([id, each]) => [id, 'kind' in each ? each : readingOf(each)] as const);
  return { hours: new Map(hours), changedAt };
}

type GroupChanges = Partial<Omit<GroupFacts, 'input' | 'metrics' | 'published'>> & {
  readonly input?: Parameters<typeof aPlanInput>[0];
  readonly metrics?: Readonly<Record<string, MetricsReading>>;
  readonly published?: Readonly<Record<string, PublishedReading>>;
};

function withEvidence(input: PlanInput): GroupFacts['input'] {
  if (input.candidateEvidence === undefined) throw new Error('the plan input has no candidate evidence');
  return { ...input, candidateEvidence: input.candidateEvidence };
}

/** A group that passes every check: two members in two Regions with calls, pings and routes; mode enforce, phone numbers assigned. */
export function aReadyGroup({ input, metrics, published, ...changes }: GroupChanges = {}): GroupFacts {
  const standbySignals = { east: someStandbySignals(), west: someStandbySignals() };
  const planInput = withEvidence(aPlanInput({ policy: aPolicy({ mode: 'enforce' }), standbySignals, ...input }));
  return {
    input: planInput,
    metrics: new Map(Object.entries({ east: read(inbound(60, 10)), west: read(inbound(60, 10)), ...metrics })),
    wakeAlarms: undefined,
    published: new Map(Object.entries({ 'us-east-1': listed('east'), 'us-west-2': listed('west'), ...published })),
    requiredMetrics,
    metricDimensions: ['VoiceConnectorId'],
    metricsRegions: new Map(),
    groups: [planInput.group],
    callHistory: callHistory({ east: [40], west: [60] }),
    activeCallsQuota: new Map([
      ['us-east-1', 200],
      ['us-west-2', 200],
    ]),
    recheck: { kind: 'read', group: planInput.group },
    unreadChanges: [],
    phoneNumbers: { kind: 'counted', count: 3 },
    isListingComplete: true,
    ...changes,
  };
}

/** The finding of a check; undefined where it has none. */
export function findingOf({ findings }: Readiness, check: ReadinessCheck): Finding | undefined {
  return findings.find((finding) => finding.check === check);
}

/** `check level` of every finding that is not a pass. */
export function notPassed({ findings }: Readiness): readonly string[] {
  return findings.flatMap(({ check, level }) => (level === 'pass' ? [] : [`${check} ${level}`]));
}
