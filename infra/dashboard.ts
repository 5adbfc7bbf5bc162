/** The dashboard for an on-call person, from top to bottom: is anything wrong, what was done, and what happens to the calls. */
import { ownNamespace } from '../lib/core/model/own-metrics.ts';
import { loadPolicy } from './policy-text.ts';
import { alarms } from './alarms.ts';
import { functionsOf, logicalIdOf, textAt, type VariableContext } from './service.ts';

const columns = 24;
const stackRegion = '${AWS::Region}';
const monitor = `\${${logicalIdOf('monitor')}}`;
const preflight = `\${${logicalIdOf('preflight')}}`;
const operate = `\${${logicalIdOf('operate')}}`;

type Widget = {
  readonly type: 'alarm' | 'metric';
  readonly height: number;
  readonly width: number;
  readonly properties: object;
};

/** As the source of a dashboard has it: namespace, name and dimensions, or an expression. */
type Metric = readonly (string | object)[];

function graph(title: string, metrics: readonly Metric[], options: object = {}): Widget {
  return {
    type: 'metric',
    height: 6,
    // Two graphs share a row; CloudWatch places widgets without coordinates in their order.
    width: columns / 2,
    properties: { title, region: stackRegion, period: 60, stat: 'Sum', view: 'timeSeries', metrics, ...options },
  };
}

function ownMetric(name: string, options: object = {}): Metric {
  return [ownNamespace, name, 'FunctionName', monitor, options];
}

/** A search needs no ids: new groups and Voice Connectors appear by themselves, and deleted ones disappear. */
function search(dimensions: readonly string[], condition: string, stat: string, periodSeconds: number): string {
  return `SEARCH('{${dimensions.join(',')}} ${condition}', '${stat}', ${periodSeconds})`;
}

function byGroup(name: string, functionName: string, periodSeconds: number): Metric {
  const dimensions = [ownNamespace, 'FunctionName', 'VoiceConnectorGroupId'];
  const condition = `MetricName="${name}" FunctionName="${functionName}"`;
  return [{ expression: search(dimensions, condition, 'Maximum', periodSeconds) }];
}

/** CloudWatch matches a set of dimensions exactly, so it must be the one that the policy names. */
function callsIn(region: string, metricDimensions: readonly string[]): Widget {
  const callMetric = (id: string, name: string, label: string): Metric => {
    const expression = search(['AWS/ChimeVoiceConnector', ...metricDimensions], `MetricName="${name}"`, 'Sum', 60);
    return [{ expression, id, label: `\${!PROP('Dim.VoiceConnectorId')} ${label}`, region }];
  };
  return graph(
    `Inbound calls in ${region}, by Voice Connector`,
    [
      callMetric('attempts', 'InboundCallAttempts', 'attempts'),
      callMetric('failures', 'InboundCallFailures', 'failures'),
    ],
    { region },
  );
}

function queueDepth(logicalId: string, state: 'Visible' | 'NotVisible', label: string): Metric {
  const name = `ApproximateNumberOfMessages${state}`;
  return ['AWS/SQS', name, 'QueueName', `\${${logicalId}.QueueName}`, { stat: 'Maximum', label }];
}

const changes: Metric = [
  {
    expression: search([ownNamespace, 'VoiceConnectorGroupId'], 'MetricName="PriorityChange"', 'Sum', 60),
  },
];

const beforeCalls: readonly Widget[] = [
  graph('Completed monitor runs (one a minute; nothing is watched in a gap)', [ownMetric('RunCompleted')]),
  graph('Priority changes, by group', [changes]),
  graph('Unhealthy Voice Connectors, by group', [byGroup('UnhealthyVoiceConnectors', monitor, 60)], {
    stat: 'Maximum',
  }),
  graph('Groups held although their primary is unhealthy, and failovers that somebody undid', [
    ownMetric('FailoversHeld'),
    ownMetric('FailoversUndone'),
  ]),
  graph('Blocked changes, and events that reached neither bus nor outbox', [
    ownMetric('FailoverBlocked'),
    ownMetric('UndeliveredRecords'),
  ]),
  graph(
    'Failed readiness checks, by group and for the account, and failed weekly drills',
    [
      byGroup('ReadinessFailures', preflight, 1800),
      [ownNamespace, 'AccountReadinessFailures', 'FunctionName', preflight],
      [ownNamespace, 'WeeklyDrillFailures', 'FunctionName', operate],
    ],
    { stat: 'Maximum', period: 1800 },
  ),
];

const afterCalls: readonly Widget[] = [
  graph('Duration of a monitor run, and age of the evidence at a write (ms)', [
    ownMetric('RunDurationMilliseconds', { stat: 'Maximum' }),
    ownMetric('EvidenceAgeMilliseconds', { stat: 'Maximum' }),
  ]),
  graph(
    'Duration of failovers (minutes)',
    ['Detect', 'Write', 'Verify', 'Green'].map((step) => ownMetric(`MinutesTo${step}`)),
    { stat: 'Maximum' },
  ),
  graph('Requests to AWS', [ownMetric('ApiCalls')]),
  graph('Events waiting in the outbox', [
    queueDepth('OutboxQueue', 'Visible', 'waiting'),
    queueDepth('OutboxQueue', 'NotVisible', 'taken by the pipe'),
    queueDepth('OutboxDeadLetterQueue', 'Visible', 'dead letters'),
  ]),
];

/** scripts/serverless-plugin.ts lists the problems of an invalid policy before packaging; failing here would bury them in a stack trace. */
function metricDimensionsOf(policyFile: string): readonly string[] {
  try {
    return loadPolicy(policyFile).metricDimensions;
  } catch {
    return ['VoiceConnectorId'];
  }
}

export async function dashboardResources(context: VariableContext) {
  const alarmArns = Object.keys(alarms(await functionsOf(context))).map((id) => `\${${id}.Arn}`);
  const controlRegions = await textAt(context, 'provider', 'environment', 'CONTROL_REGIONS');
  const metricDimensions = metricDimensionsOf(await textAt(context, 'custom', 'policyFile'));
  const alarmStates: Widget = {
    type: 'alarm',
    height: 4,
    width: columns,
    properties: { title: 'Alarms', alarms: alarmArns, sortBy: 'stateUpdatedTimestamp' },
  };
  const calls = controlRegions.split(',').map((region) => callsIn(region.trim(), metricDimensions));
  const body = { start: '-PT3H', widgets: [alarmStates, ...beforeCalls, ...calls, ...afterCalls] };
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: {
          DashboardName: '${self:custom.busName}',
          DashboardBody: { 'Fn::Sub': JSON.stringify(body) },
        },
      },
    },
  };
}
