/** Whether CloudWatch has what the monitor judges by: readable, under the policy's dimension set, and in time. Pure. */
import { minuteMs, type EpochMs, type MetricName, type MetricsReading } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { checkNamed, type CheckResult } from './check.ts';
import { formatDuration } from '../model/format.ts';

const on = {
  metrics: checkNamed('metrics'),
  metricNames: checkNamed('metric-names'),
  metricLag: checkNamed('metric-lag'),
};

/** A metric that CloudWatch has had data of within two weeks, which is as far back as ListMetrics looks. */
export type PublishedMetric = { readonly name: string; readonly dimensions: Readonly<Record<string, string>> };

export type PublishedReading =
  | { readonly kind: 'listed'; readonly metrics: readonly PublishedMetric[] }
  | { readonly kind: 'unreadable'; readonly message: string };

export type MetricFacts = {
  readonly observedAt: EpochMs;
  readonly policy: Pick<GroupPolicy, 'metricLagSeconds'>;
  readonly members: readonly { readonly voiceConnectorId: string; readonly region: string | undefined }[];
  /** By Voice Connector id, the past hour's inbound minutes. */
  readonly metrics: ReadonlyMap<string, MetricsReading>;
  /** By Region, every metric of `AWS/ChimeVoiceConnector`. */
  readonly published: ReadonlyMap<string, PublishedReading>;
  /** The names that every turn asks for. */
  readonly judgedBy: readonly MetricName[];
  /** The policy's `metricDimensions`. */
  readonly metricDimensions: readonly ('VoiceConnectorId' | 'Region')[];
};

type Member = MetricFacts['members'][number];

export function metricReadiness(facts: MetricFacts): readonly CheckResult[] {
  return [
    ...on.metrics.together(facts.members.map((member) => readable(member, facts))),
    ...on.metricNames.together(facts.members.map((member) => names(member, facts))),
    ...metricLag(facts),
  ];
}

function readable({ voiceConnectorId: id, region }: Member, { metrics }: MetricFacts): CheckResult {
  const reading = metrics.get(id);
  if (reading?.kind === 'read') return on.metrics.pass(`${id} readable, ${reading.minutes.length} minutes of data`);
  const why = reading === undefined ? 'not asked' : `${reading.kind}: ${reading.message}`;
  return on.metrics.fail(
    `${id} (${region ?? 'Region unknown'}) ${why}`,
    'A Voice Connector that cannot be seen is not judged: look at CloudWatch in its Region, and at permissions',
  );
}

/** As policy.yml has it: `[VoiceConnectorId, Region]`. */
function setOf(dimensions: Readonly<Record<string, string>>): string {
  return `[${Object.keys(dimensions).sort().toReversed().join(', ')}]`;
}

function names({ voiceConnectorId: id, region }: Member, facts: MetricFacts): CheckResult {
  if (region === undefined) return on.metricNames.unproven(`${id}: its Region is not known`);
  const published = facts.published.get(region) ?? { kind: 'unreadable', message: 'not asked' };
  if (published.kind === 'unreadable') return on.metricNames.unproven(`${id}: ${region}: ${published.message}`);
  const asked: Readonly<Record<string, string>> = Object.fromEntries(
    facts.metricDimensions.map((name) => [name, { VoiceConnectorId: id, Region: region }[name]]),
  );
  const own = published.metrics.filter(({ dimensions }) => dimensions['VoiceConnectorId'] === id);
  const found = new Set(own.filter(({ dimensions }) => isSame(dimensions, asked)).map(({ name }) => name));
  if (found.size === 0) return noneFound(id, region, setOf(asked), own, published.metrics);
  const missing = facts.judgedBy.filter((name) => !found.has(name));
  const had = `${id} had ${facts.judgedBy.length - missing.length} of ${facts.judgedBy.length} metrics under ${setOf(asked)}`;
  return missing.length === 0
    ? on.metricNames.pass(had)
    : on.metricNames.warn(
        `${had}, and in two weeks never ${missing.join(', ')}`,
        'A drill brings them, or any call; where calls were coming in: docs/runbook.md#metric-names',
      );
}

function isSame(left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean {
  return (
    Object.keys(left).length === Object.keys(right).length &&
    Object.entries(left).every(([name, value]) => right[name] === value)
  );
}

/** Idle is one thing, asked for under the wrong name another: then the monitor would see nothing for ever. */
function noneFound(
  id: string,
  region: string,
  asked: string,
  own: readonly PublishedMetric[],
  all: readonly PublishedMetric[],
): CheckResult {
  const namesNobody = all.every(({ dimensions }) => dimensions['VoiceConnectorId'] === undefined);
  const others = [...new Set((namesNobody ? all : own).map(({ dimensions }) => setOf(dimensions)))];
  if (others.length === 0) {
    return on.metricNames.warn(
      `${id} had no metric in ${region} in two weeks, under any dimension set: idle, or never called`,
      'A drill proves it: it sends calls there',
    );
  }
  // The set of the policy after all, with another Region in it than the Voice Connector's.
  const isSameSet = others.includes(asked);
  return on.metricNames.fail(
    `${id} has metrics in ${region} under ${others.join(' and ')} and none under ${asked}${isSameSet ? ' of its own Region' : ''}, by which the policy asks`,
    namesNobody || isSameSet
      ? 'No setting of the policy finds them: please report it'
      : `Set metricDimensions in policy.yml to ${others.join(' or ')} and deploy`,
  );
}

/** Of the last hour, this many minutes must have had calls for a missing one to say anything about the lag. */
const busyMinutes = 54;

/** As long as the monitor lets the newest minutes that came speak for those that are late. */
const lateLimitMs = 10 * minuteMs;

function metricLag(facts: MetricFacts): readonly CheckResult[] {
  const measured = facts.members.flatMap((member) => lagOf(member, facts) ?? []);
  return measured.length === 0
    ? [
        on.metricLag.unproven(
          `not measured: no member had calls in ${busyMinutes} of its last 60 minutes; metricLagSeconds ${facts.policy.metricLagSeconds}`,
        ),
      ]
    : on.metricLag.together(measured);
}

function lagOf(
  { voiceConnectorId: id }: Member,
  { metrics, observedAt, policy }: MetricFacts,
): CheckResult | undefined {
  const reading = metrics.get(id);
  if (reading?.kind !== 'read') return undefined;
  const startedAt = reading.minutes.flatMap(({ startsAt, InboundCallAttempts: calls }) =>
    calls === undefined ? [] : [startsAt],
  );
  const newest = Math.max(...startedAt);
  if (startedAt.filter((at) => at > newest - 60 * minuteMs).length < busyMinutes) return undefined;
  const atMostMs = observedAt - (newest + minuteMs);
  const atLeastMs = Math.max(0, atMostMs - minuteMs);
  const configured = `metricLagSeconds ${policy.metricLagSeconds}`;
  const sentence = `the newest minute of ${id} ended ${formatDuration(atMostMs)} ago; ${configured}`;
  if (atLeastMs <= policy.metricLagSeconds * 1000) return on.metricLag.pass(sentence);
  const late = `${sentence}: the next is more than ${formatDuration(atLeastMs)} late, or had no call`;
  const fix = `If calls were coming in: set metricLagSeconds in policy.yml above ${Math.ceil(atLeastMs / 1000)} and deploy`;
  return atLeastMs > policy.metricLagSeconds * 1000 + lateLimitMs
    ? on.metricLag.fail(late, 'If calls were coming in: CloudWatch is out in that Region, and nothing is judged')
    : on.metricLag.warn(late, fix);
}
