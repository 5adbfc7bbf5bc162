import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownMetricUnits } from '../../lib/core/model/own-metrics.ts';
import { deploy, type Deployment, type FunctionName } from '../wire-support/functions.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import { seedMainLine, seedNewlyGreen, seedUnhealthy } from '../wire-support/account-fixtures.ts';
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

const ownNamespace = 'VoiceConnectorFailover';

function metricsOf({ properties }: (typeof alarms)[number]): readonly Metric[] {
  return properties.Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [properties as Metric];
}

/** A queue's name is an attribute of it, which the local AWS does not know of. */
function valueOf(value: unknown): unknown {
  const [id, attribute] = (value as { readonly 'Fn::GetAtt'?: readonly [string, string] })['Fn::GetAtt'] ?? [];
  return attribute === 'QueueName' ? resources[id!]!.Properties!['QueueName'] : resolved(value);
}

/** `Name{Dimension=value}`, as CloudWatch tells metrics apart. */
function printed(name: string, dimensions: readonly (readonly [string, unknown])[]): string {
  return `${name}{${dimensions.map(([key, value]) => `${key}=${String(value)}`).join(',')}}`;
}

const watched = alarms.flatMap(metricsOf).map(({ Namespace, MetricName, Dimensions }) => ({
  namespace: Namespace,
  metric: printed(
    MetricName,
    Dimensions.map(({ Name, Value }) => [Name, valueOf(Value)]),
  ),
}));

const refused = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;

/** Everything that a function publishes about itself, over turns in which everything happens. */
async function publishedBy(name: FunctionName): Promise<readonly string[]> {
  const { functionName } = functions.find((each) => each.name === name)!;
  const lines: string[] = [];
  const acts: readonly ((aws: Deployment) => void)[] = [
    seedUnhealthy,
    (aws) => {
      // The policy has another, and the number rings another.
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
  for (const act of acts) {
    const aws = await deploy({ env: { AWS_LAMBDA_FUNCTION_NAME: functionName } });
    act(aws);
    await aws.invoke(name, {});
    lines.push(...aws.lines);
  }
  const datapoints = datapointsIn(lines);
  expect(new Set(datapoints.map(({ namespace }) => namespace))).toEqual(new Set([ownNamespace]));
  return [...new Set(datapoints.map((each) => printed(each.name, Object.entries(each.dimensions))))];
}

describe('The alarms on own metrics', () => {
  let published: Promise<readonly string[]> | undefined;
  const everythingPublished = () =>
    (published ??= Promise.all((['monitor', 'operate', 'preflight', 'sessions'] as const).map(publishedBy)).then(
      (each) => each.flat(),
    ));

  it('each watch a metric that the code publishes, under the dimensions that it publishes', async () => {
    const own = watched.filter(({ namespace }) => namespace === ownNamespace).map(({ metric }) => metric);
    const everything = await everythingPublished();
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((metric) => !everything.includes(metric))).toEqual([]);
  });

  it('watch every metric that the code publishes, but for those that are for the dashboard', async () => {
    const everything = await everythingPublished();
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
    expect(new Set([...names(own), ...forTheDashboard])).toEqual(names(everything));
    expect(names(everything)).toEqual(new Set(Object.keys(ownMetricUnits)));
  });
});

describe('Every function', () => {
  it.each(functions.map((each) => [each.name, each] as const))(
    '%s has an alarm on errors, on throttles and on its duration, and on what it could not tell',
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

describe('Every alarm', () => {
  it.each(alarms.map((each) => [each.id, each] as const))(
    '%s tells the topic when it begins and when it is over, and has an entry in the runbook',
    (_id, { properties }) => {
      const topic = [{ Ref: 'AlertTopic' }];
      expect(properties).toMatchObject({ AlarmActions: topic, OKActions: topic });
      const entry = properties.AlarmName.replace(/^voice-connector-failover-dev-(\w+\/)?/, '');
      expect(properties.AlarmDescription).toMatch(new RegExp(`\\. What to do: docs/runbook\\.md#${entry}$`));
      expect(readFileSync('docs/runbook.md', 'utf8')).toContain(`\n### ${entry}\n`);
    },
  );

  it('takes missing data for well, but for the heartbeat, where missing is what it is about', () => {
    const missing = new Map(alarms.map(({ id, properties }) => [id, properties['TreatMissingData']]));
    const { NoHeartbeatAlarm: heartbeat, ...others } = Object.fromEntries(missing);
    expect(heartbeat).toBe('breaching');
    expect(new Set(Object.values(others))).toEqual(new Set(['notBreaching']));
  });

  it('has an entry of its chapter of the runbook, and the chapter no other', () => {
    const [, chapter = ''] = readFileSync('docs/runbook.md', 'utf8').split('\n## Alarms\n');
    const entries = [...chapter.split('\n## ')[0]!.matchAll(/^### (.+)$/gm)].map(([, entry]) => entry);
    const named = alarms.map(({ properties }) => properties.AlarmDescription.split('#')[1]);
    expect(entries.sort()).toEqual([...new Set(named)].sort());
  });
});

describe('The heartbeat', () => {
  it('is missed after five minutes without a turn over every group', () => {
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

describe('The queue of the record', () => {
  it('is too full while anything waits in it, also what the pipe took and could not publish', () => {
    const [queue] = alarms.filter(({ id }) => id === 'RecordQueueAlarm');
    expect(metricsOf(queue!).map(({ MetricName }) => MetricName)).toEqual([
      'ApproximateNumberOfMessagesVisible',
      'ApproximateNumberOfMessagesNotVisible',
    ]);
    expect(new Set(metricsOf(queue!).map(({ Dimensions }) => valueOf(Dimensions[0]?.Value)))).toEqual(
      new Set(['voice-connector-failover-dev-record']),
    );
  });
});
