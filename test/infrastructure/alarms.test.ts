import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fanOutAlarms } from '../../infra/alarms.ts';
import { alarmRoute, topicIds } from '../../infra/alert-routes.ts';
import { ownMetricUnits, shardMetrics } from '../../lib/core/model/own-metrics.ts';
import { deploy, type Deployment, type FunctionName } from '../wire-support/functions.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import { seedHealthy, seedMainLine, seedNewlyGreen, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { functions, ofType, resolved, resources, type Properties } from './template.ts';

type Metric = {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
};

type AlarmProperties = Properties &
  Partial<Metric> & {
    readonly AlarmName: string;
    readonly AlarmDescription: string;
    readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Metric } }[];
  };

const alarms = ofType('AWS::CloudWatch::Alarm').map(([id, properties]) => ({
  id,
  properties: properties as AlarmProperties,
}));

const composites = ofType('AWS::CloudWatch::CompositeAlarm').map(([id, properties]) => ({
  id,
  properties: properties as AlarmProperties,
}));

const ownNamespace = 'VoiceConnectorFailover';

function metricsOf({ properties }: (typeof alarms)[number]): readonly Metric[] {
  return properties.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [properties as Metric];
}

/** A queue's name is read with Fn::GetAtt, which `resolved` does not support for queues. */
function valueOf(value: unknown): unknown {
  const [id, attribute] = (value as { readonly 'Fn::GetAtt'?: readonly [string, string] })['Fn::GetAtt'] ?? [];
  return attribute === 'QueueName' ? resources[id!]!.Properties!['QueueName'] : resolved(value);
}

/** `Name{Dimension=value}`, which identifies a metric of CloudWatch. */
function formatMetric(name: string, dimensions: readonly (readonly [string, unknown])[]): string {
  return `${name}{${dimensions.map(([key, value]) => `${key}=${String(value)}`).join(',')}}`;
}

const watched = alarms.flatMap(metricsOf).map(({ Namespace, MetricName, Dimensions }) => ({
  namespace: Namespace,
  metric: formatMetric(
    MetricName,
    Dimensions.map(({ Name, Value }) => [Name, valueOf(Value)]),
  ),
}));

const weeklyDrill = `
version: 1
groups:
  - { group: main-line, mode: enforce, drill: { day: fri, from: '08:30', until: '10:00' } }
`;

const refused = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;

/** Somebody undoes the failover. */
function putBack({ account }: Deployment): void {
  const items = [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 2 },
  ];
  account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items });
}

/** Every metric that a function publishes about itself, in runs that together make it publish all of them. */
async function publishedBy(name: FunctionName): Promise<readonly string[]> {
  const { functionName } = functions.find((each) => each.name === name)!;
  const lines: string[] = [];
  const scenes: readonly ((aws: Deployment) => void)[] = [
    seedUnhealthy,
    (aws) => {
      // Fails readiness checks: the policy has an entry for another group, and the phone number belongs to another one too.
      seedMainLine(aws, { voiceConnectorGroupId: 'other-line', name: 'Other line' });
    },
    (aws) => {
      seedNewlyGreen(aws);
    },
    (aws) => {
      seedUnhealthy(aws);
      aws.account.chime.proxySessions.mode = 'served';
      aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: refused });
      aws.misbehave({ service: 'events', effect: refused });
      aws.misbehave({ service: 'sqs', effect: refused });
    },
  ];
  for (const seed of scenes) {
    const aws = await deploy({ env: { AWS_LAMBDA_FUNCTION_NAME: functionName } });
    seed(aws);
    await aws.invoke(name, {});
    lines.push(...aws.lines);
  }
  if (name === 'monitor') {
    const aws = await deploy({ env: { AWS_LAMBDA_FUNCTION_NAME: functionName } });
    seedUnhealthy(aws);
    await aws.invoke(name, {});
    putBack(aws);
    await aws.invoke(name, {});
    lines.push(...aws.lines);
  }
  if (name === 'operate') {
    const aws = await deploy({ env: { AWS_LAMBDA_FUNCTION_NAME: functionName }, policy: weeklyDrill });
    seedHealthy(aws);
    aws.misbehave({ operation: 'PutParameter', effect: refused });
    await aws.invoke(name, { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' });
    lines.push(...aws.lines);
  }
  const datapoints = datapointsIn(lines);
  expect(new Set(datapoints.map(({ namespace }) => namespace))).toEqual(new Set([ownNamespace]));
  return [...new Set(datapoints.map((each) => formatMetric(each.name, Object.entries(each.dimensions))))];
}

describe('The alarms on the metrics of the functions', () => {
  let runs: Promise<readonly string[]> | undefined;

  /** Runs everything once, in the first test: a local AWS is closed at the end of the test that starts it. */
  const everythingPublished = () =>
    (runs ??= Promise.all((['monitor', 'operate', 'preflight', 'sessions'] as const).map(publishedBy)).then((each) =>
      each.flat(),
    ));

  it('each watch a metric that the code publishes, with the same dimensions', { timeout: 120_000 }, async () => {
    const published = await everythingPublished();
    const own = watched.filter(({ namespace }) => namespace === ownNamespace).map(({ metric }) => metric);
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((metric) => !published.includes(metric))).toEqual([]);
  });

  it('watch every metric that the code publishes, except those that only the dashboard shows', async () => {
    const published = await everythingPublished();
    const names = (metrics: readonly string[]) => new Set(metrics.map((metric) => metric.split('{')[0]));
    const forTheDashboard = [
      'RunDurationMilliseconds',
      'ApiCalls',
      'EvidenceAgeMilliseconds',
      'MinutesToDetect',
      'MinutesToWrite',
      'MinutesToVerify',
      'MinutesToGreen',
    ];
    const own = watched.filter(({ namespace }) => namespace === ownNamespace).map(({ metric }) => metric);
    expect(new Set([...names(own), ...forTheDashboard])).toEqual(names(published));
    expect(names(published)).toEqual(new Set(Object.keys(ownMetricUnits)).difference(new Set<string>(shardMetrics)));
  });
});

describe('Every function', () => {
  it.each(functions.map((each) => [each.name, each] as const))(
    '%s has an alarm on errors, throttles, duration and undelivered events',
    (_name, { functionName, timeoutSeconds }) => {
      const own = alarms.filter((each) =>
        metricsOf(each).some(({ Dimensions }) => Dimensions.some(({ Value }) => valueOf(Value) === functionName)),
      );
      const on = (metric: string) => own.filter(({ properties }) => properties.MetricName === metric);
      expect(on('Errors')).toMatchObject([{ properties: { Namespace: 'AWS/Lambda', Statistic: 'Sum', Threshold: 1 } }]);
      expect(on('Throttles')).toMatchObject([{ properties: { Namespace: 'AWS/Lambda', Statistic: 'Sum' } }]);
      expect(on('UndeliveredRecords')).toMatchObject([{ properties: { Namespace: ownNamespace, Threshold: 1 } }]);
      const [duration, ...others] = on('Duration');
      expect(others).toEqual([]);
      expect(duration!.properties['Threshold']).toBeGreaterThan(timeoutSeconds * 800);
      expect(duration!.properties['Threshold']).toBeLessThan(timeoutSeconds * 1000);
    },
  );
});

const everyAlarm = [...alarms, ...composites];

describe('Every alarm', () => {
  it.each(everyAlarm.map((each) => [each.id, each] as const))(
    '%s notifies its topic when it begins and when it ends, and links to its entry of the runbook',
    (_id, { properties }) => {
      const { topic, because } = alarmRoute(properties.AlarmName.replace('voice-connector-failover-dev-', ''));
      const actions = [{ Ref: topicIds[topic] }];
      expect(properties).toMatchObject({ AlarmActions: actions, OKActions: actions });
      expect(because).toMatch(/^[A-Z`].*\.$/);
      const entry = properties.AlarmName.replace(/^voice-connector-failover-dev-(\w+\/)?/, '');
      expect(properties.AlarmDescription).toMatch(
        new RegExp(`^[A-Z][^\\n]*\\.\\n(To [^\\n]*\\n)?What to do: docs/runbook\\.md#${entry}$`),
      );
      expect(readFileSync('docs/runbook.md', 'utf8')).toContain(`\n### ${entry}\n`);
    },
  );

  it('does not treat missing data as breaching, except for the heartbeat, which detects missing data', () => {
    const missing = new Map(alarms.map(({ id, properties }) => [id, properties['TreatMissingData']]));
    const { NoHeartbeatAlarm: heartbeat, ...others } = Object.fromEntries(missing);
    expect(heartbeat).toBe('breaching');
    expect(new Set(Object.values(others))).toEqual(new Set(['notBreaching']));
  });

  it('has an entry in the chapter on alarms of the runbook, and the chapter has no other', () => {
    const [, chapter = ''] = readFileSync('docs/runbook.md', 'utf8').split('\n## Alarms\n');
    const entries = [...chapter.split('\n## ')[0]!.matchAll(/^### (.+)$/gm)].map(([, entry]) => entry);
    const ofShards = Object.values(fanOutAlarms(1)).map(({ Properties }) => String(Properties['AlarmDescription']));
    const descriptions = [...everyAlarm.map(({ properties }) => properties.AlarmDescription), ...ofShards];
    const named = descriptions.map((description) => description.split('#')[1]);
    expect(entries.sort()).toEqual([...new Set(named)].sort());
  });
});

describe('The heartbeat', () => {
  it('is missing after five minutes without a complete run', () => {
    expect(resources['NoHeartbeatAlarm']!.Properties).toMatchObject({
      MetricName: 'RunCompleted',
      Statistic: 'Sum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      Period: 60,
      EvaluationPeriods: 5,
    });
  });
});

describe('The alarm calls-at-risk', () => {
  it('begins with any of the three ways in which calls fail and nothing moves them, each of which leaves the paging to it', () => {
    const [{ properties }, ...others] = composites as [(typeof composites)[0]];
    expect(others).toEqual([]);
    const { 'Fn::Sub': rule } = properties['AlarmRule'] as { readonly 'Fn::Sub': string };
    const causes = rule.split(' OR ').map((term) => /^ALARM\("\$\{(\w+)\.Arn\}"\)$/.exec(term)?.[1]);
    expect(causes).toEqual(['FailoverBlockedAlarm', 'FailoverHeldAlarm', 'FailoverUndoneAlarm']);
    for (const cause of causes) {
      expect(alarms.find(({ id }) => id === cause)?.properties).toMatchObject({
        AlarmActions: [{ Ref: 'TicketTopic' }],
      });
    }
  });
});

describe('The alarm on the outbox queue', () => {
  it('counts waiting events and events that the pipe received and could not publish', () => {
    const [queue] = alarms.filter(({ id }) => id === 'OutboxWaitingAlarm');
    expect(metricsOf(queue!).map(({ MetricName }) => MetricName)).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ]);
    expect(new Set(metricsOf(queue!).map(({ Dimensions }) => valueOf(Dimensions[0]?.Value)))).toEqual(
      new Set(['voice-connector-failover-dev-outbox']),
    );
  });
});
