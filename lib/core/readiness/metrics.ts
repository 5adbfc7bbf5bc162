/** Checks whether CloudWatch has the metrics that the monitor judges: readable, under the policy's dimension set, and on time. Pure. */
import { minuteMs, type EpochMs } from '../model/time.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { type MetricName, type MetricsReading } from '../model/observation.ts';
import { checkOf, type CheckResult } from './check.ts';
import { formatDuration } from '../model/format.ts';

const on = {
  metrics: checkOf('metrics'),
  metricNames: checkOf('metric-names'),
  metricLag: checkOf('metric-lag'),
};

/** A metric with data in the past two weeks, which is as far back as ListMetrics goes. */
export type PublishedMetric = { readonly name: string; readonly dimensions: Readonly<Record<string, string>> };

export type PublishedReading =
  | { readonly kind: 'listed'; readonly metrics: readonly PublishedMetric[] }
  | { readonly kind: 'unreadable'; readonly message: string };

/** A member of the group under check. `region` is absent where it is unknown. */
export type CheckedMember = { readonly voiceConnectorId: string; readonly region: string | undefined };

export type MetricFacts = {
  readonly observedAt: EpochMs;
  readonly policy: Pick<GroupPolicy, 'metricLagSeconds'>;
  readonly members: readonly CheckedMember[];
  /** By Voice Connector id, the inbound minutes of the past hour. */
  readonly metrics: ReadonlyMap<string, MetricsReading>;
  /** By Region, every metric of `AWS/ChimeVoiceConnector`. */
  readonly published: ReadonlyMap<string, PublishedReading>;
  /** The metrics that the monitor reads in every run. */
  readonly requiredMetrics: readonly MetricName[];
  /** The policy's `metricDimensions`. */
  readonly metricDimensions: readonly ('VoiceConnectorId' | 'Region')[];
  /** The policy's `metricsRegions`. */
  readonly metricsRegions: ReadonlyMap<string, string>;
};

export function metricReadiness(facts: MetricFacts): readonly CheckResult[] {
  return [
    ...on.metrics.merge(facts.members.map((member) => readable(member, facts))),
    ...on.metricNames.merge(facts.members.map((member) => names(member, facts))),
    ...metricLag(facts),
  ];
}

function readable({ voiceConnectorId: id, region }: CheckedMember, { metrics }: MetricFacts): CheckResult {
  const reading = metrics.get(id);
  if (reading?.kind === 'read') return on.metrics.pass(`${id} readable, ${reading.minutes.length} minutes of data`);
  const why = reading === undefined ? 'not requested' : `${reading.kind}: ${reading.message}`;
  return on.metrics.fail(
    `${id} (${region ?? 'Region unknown'}) ${why}`,
    'The monitor cannot judge a Voice Connector without telemetry: check CloudWatch in its Region, and permissions',
  );
}

/** In the format of policy.yml: `[VoiceConnectorId, Region]`. */
function formatDimensions(dimensions: Readonly<Record<string, string>>): string {
  return `[${Object.keys(dimensions).sort().toReversed().join(', ')}]`;
}

function names({ voiceConnectorId: id, region: ownRegion }: CheckedMember, facts: MetricFacts): CheckResult {
  if (ownRegion === undefined) return on.metricNames.unproven(`${id}: its Region is unknown`);
  const region = facts.metricsRegions.get(id) ?? ownRegion;
  const published = facts.published.get(region) ?? { kind: 'unreadable', message: 'not requested' };
  if (published.kind === 'unreadable') return on.metricNames.unproven(`${id}: ${region}: ${published.message}`);
  const required: Readonly<Record<string, string>> = Object.fromEntries(
    facts.metricDimensions.map((name) => [name, { VoiceConnectorId: id, Region: ownRegion }[name]]),
  );
  const own = published.metrics.filter(({ dimensions }) => dimensions['VoiceConnectorId'] === id);
  const found = new Set(own.filter(({ dimensions }) => isSame(dimensions, required)).map(({ name }) => name));
  const elsewhere = own.length === 0 ? regionWithMetricsOf(id, facts) : undefined;
  if (elsewhere !== undefined) return inOtherRegion(id, region, elsewhere);
  if (found.size === 0) return noneFound(id, region, formatDimensions(required), own, published.metrics);
  const missing = facts.requiredMetrics.filter((name) => !found.has(name));
  const had = `${id} had ${facts.requiredMetrics.length - missing.length} of ${facts.requiredMetrics.length} metrics under ${formatDimensions(required)}`;
  return missing.length === 0
    ? on.metricNames.pass(had)
    : on.metricNames.warn(
        `${had}; no data in two weeks for ${missing.join(', ')}`,
        'A drill or any call publishes them. If there were calls: docs/runbook.md#metric-names',
      );
}

/** The Region whose CloudWatch has metrics of the Voice Connector. */
function regionWithMetricsOf(id: string, { published }: MetricFacts): string | undefined {
  const regions = [...published].filter(
    ([, reading]) =>
      reading.kind === 'listed' && reading.metrics.some(({ dimensions }) => dimensions['VoiceConnectorId'] === id),
  );
  return regions[0]?.[0];
}

function inOtherRegion(id: string, region: string, other: string): CheckResult {
  return on.metricNames.fail(
    `${id} has no metrics in ${region}, where the monitor reads them, and has some in ${other}`,
    `Set metricsRegions in policy.yml to { ${id}: ${other} } and deploy`,
  );
}

function isSame(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(left).length === Object.keys(right).length &&
    Object.entries(left).every(([name, value]) => right[name] === value)
  );
}

/** Distinguishes an idle Voice Connector from a wrong dimension set, under which the monitor would never get any data. */
function noneFound(
  id: string,
  region: string,
  required: string,
  own: readonly PublishedMetric[],
  all: readonly PublishedMetric[],
): CheckResult {
  const namesNoConnector = all.every(({ dimensions }) => dimensions['VoiceConnectorId'] === undefined);
  const others = [...new Set((namesNoConnector ? all : own).map(({ dimensions }) => formatDimensions(dimensions)))];
  if (others.length === 0) {
    return on.metricNames.warn(
      `${id} had no metric in ${region} in two weeks, under any dimension set: idle, or never called`,
      'A drill proves it, because it sends calls there',
    );
  }
  // The policy's dimension set, but with another Region than the Voice Connector's.
  const isSameSet = others.includes(required);
  return on.metricNames.fail(
    `${id} has metrics in ${region} under ${others.join(' and ')} and none under ${required}${isSameSet ? ' of its own Region' : ''}, which the policy uses`,
    namesNoConnector || isSameSet
      ? 'No policy setting matches them: please report this'
      : `Set metricDimensions in policy.yml to ${others.join(' or ')} and deploy`,
  );
}

/** Calls in this many of the last 60 minutes: below it, a missing minute may be a minute without calls. */
const busyMinutes = 54;

/** The monitor judges by the newest minutes that have arrived for this long, then not at all. */
const lateLimitMs = 10 * minuteMs;

function metricLag(facts: MetricFacts): readonly CheckResult[] {
  const measured = facts.members.flatMap((member) => lagOf(member, facts) ?? []);
  return measured.length === 0
    ? [
        on.metricLag.unproven(
          `not measured: no member had calls in ${busyMinutes} of its last 60 minutes; metricLagSeconds ${facts.policy.metricLagSeconds}`,
        ),
      ]
    : on.metricLag.merge(measured);
}

function lagOf(
  { voiceConnectorId: id }: CheckedMember,
  { metrics, observedAt, policy }: MetricFacts,
): CheckResult | undefined {
  const reading = metrics.get(id);
  if (reading?.kind !== 'read') return undefined;
  const startsAtOfCalls = reading.minutes.flatMap(({ startsAt, InboundCallAttempts: calls }) =>
    calls === undefined ? [] : [startsAt],
  );
  const newest = Math.max(...startsAtOfCalls);
  if (startsAtOfCalls.filter((at) => at > newest - 60 * minuteMs).length < busyMinutes) return undefined;
  const ageMs = observedAt - (newest + minuteMs);
  const delayMs = Math.max(0, ageMs - minuteMs);
  const configured = `metricLagSeconds ${policy.metricLagSeconds}`;
  const sentence = `the newest minute of ${id} ended ${formatDuration(ageMs)} ago; ${configured}`;
  if (delayMs <= policy.metricLagSeconds * 1000) return on.metricLag.pass(sentence);
  const late = `${sentence}: the next minute is more than ${formatDuration(delayMs)} late, or had no call`;
  const fix = `If there were calls: set metricLagSeconds in policy.yml above ${Math.ceil(delayMs / 1000)} and deploy`;
  return delayMs > policy.metricLagSeconds * 1000 + lateLimitMs
    ? on.metricLag.fail(
        late,
        'If there were calls: CloudWatch is impaired in that Region, and the monitor cannot judge',
      )
    : on.metricLag.warn(late, fix);
}
