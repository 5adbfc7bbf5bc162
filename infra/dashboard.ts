/** The dashboard in the order of an on-call person: is anything wrong, who is first now and why, how many calls fail, and what runs. */
import { ownNamespace } from '../lib/core/model/own-metrics.ts';
import type { Policy } from '../lib/input/policy.ts';
import { loadPolicy, parsePolicy } from './policy-text.ts';
import { alarms } from './alarms.ts';
import { functionsOf, logicalIdOf, textAt, type VariableContext } from './service.ts';

const columns = 24;
const stackRegion = '${AWS::Region}';
const monitor = `\${${logicalIdOf('monitor')}}`;
const preflight = `\${${logicalIdOf('preflight')}}`;
const operate = `\${${logicalIdOf('operate')}}`;

type Widget = {
  readonly type: 'alarm' | 'log' | 'metric';
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

/** Lines of the monitor's log. A query of a dashboard costs by the bytes that it scans, and runs only while somebody looks at it. */
function logTable(title: string, query: readonly string[]): Widget {
  const source = "SOURCE '/aws/lambda/${self:service}-${sls:stage}-monitor'";
  return {
    type: 'log',
    height: 6,
    width: columns,
    properties: { title, region: stackRegion, view: 'table', query: [source, ...query].join(' | ') },
  };
}

const whoIsFirst = logTable('Who is first now: the last decision about each group', [
  'filter message = "decision"',
  'fields data.name as group, data.connectors.0.voiceConnectorId as primary, data.connectors.0.verdict.health as health',
  'fields data.connectors.1.voiceConnectorId as standby, data.connectors.1.verdict.health as standbyHealth',
  'fields data.decision as decision, data.code as code, data.reason as reason',
  'sort @timestamp desc',
  'dedup data.voiceConnectorGroupId',
  'display @timestamp, group, primary, health, standby, standbyHealth, decision, code, reason',
]);

const lastDecisions = logTable('The last decisions: moves, and holds that began', [
  'filter message like /^(Priority Change|Hold Changed|Drill|Operator Action|Run Failed)/',
  'fields data.data.name as group, data.data.decision as decision, coalesce(data.data.code, data.data.outcome.code) as code',
  'fields coalesce(data.data.outcome.reason, data.data.reason, data.data.summary) as reason',
  'sort @timestamp desc',
  'display @timestamp, message, group, decision, code, reason',
  'limit 30',
]);

/** CloudWatch matches a set of dimensions exactly, so it must be the one that the policy names. */
function callMetric(metricDimensions: readonly string[], name: string): string {
  return search(['AWS/ChimeVoiceConnector', ...metricDimensions], `MetricName="${name}"`, 'Sum', 60);
}

/** A search needs no ids, and CloudWatch divides no list by a list: so the rate is that of all Voice Connectors of the Region together. */
function failureRateIn(region: string, { metricDimensions, defaults }: Policy): Widget {
  const hidden = (id: string, name: string): Metric => [
    { expression: callMetric(metricDimensions, name), id, region, visible: false },
  ];
  const limit = defaults.minExcessRatio * 100;
  return graph(
    `Failed calls in ${region}, %, with the moves; the line is the smallest excess over normal that is worth a move`,
    [
      hidden('attempts', 'InboundCallAttempts'),
      hidden('failures', 'InboundCallFailures'),
      [{ expression: '100 * SUM(failures) / SUM(attempts)', id: 'rate', label: 'failed, %', region }],
      [{ ...changes, label: `moved: \${!PROP('Dim.VoiceConnectorGroupId')}`, region: stackRegion, yAxis: 'right' }],
    ],
    {
      region,
      yAxis: { left: { min: 0, max: 100 }, right: { min: 0 } },
      annotations: { horizontal: [{ label: 'minExcessRatio', value: limit }] },
    },
  );
}

function callsIn(region: string, { metricDimensions }: Policy): Widget {
  const byConnector = (id: string, name: string, label: string): Metric => [
    {
      expression: callMetric(metricDimensions, name),
      id,
      label: `\${!PROP('Dim.VoiceConnectorId')} ${label}`,
      region,
    },
  ];
  return graph(
    `Inbound calls in ${region}, by Voice Connector`,
    [
      byConnector('attempts', 'InboundCallAttempts', 'attempts'),
      byConnector('failures', 'InboundCallFailures', 'failures'),
    ],
    { region },
  );
}

function queueDepth(logicalId: string, state: 'Visible' | 'NotVisible', label: string): Metric {
  const name = `ApproximateNumberOfMessages${state}`;
  return ['AWS/SQS', name, 'QueueName', `\${${logicalId}.QueueName}`, { stat: 'Maximum', label }];
}

const changes = {
  expression: search([ownNamespace, 'VoiceConnectorGroupId'], 'MetricName="PriorityChange"', 'Sum', 60),
};

const afterCalls: readonly Widget[] = [
  graph('Completed monitor runs (nothing is watched in a gap that is longer than the schedule)', [
    ownMetric('RunCompleted'),
  ]),
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
function policyIn(policyFile: string): Policy {
  try {
    return loadPolicy(policyFile);
  } catch {
    return parsePolicy('version: 1', 'the default policy');
  }
}

/** Where there are metrics of calls: the Regions of the Voice Connectors, or those that the policy names instead. */
function regionsOfCalls(controlRegions: string, { metricsRegions }: Policy): readonly string[] {
  return [...new Set([...controlRegions.split(',').map((region) => region.trim()), ...metricsRegions.values()])];
}

/** No resource where the stage wants no dashboard. */
export async function dashboardResources(context: VariableContext) {
  const isWanted = await context.resolveConfigurationProperty(['custom', 'settings', 'dashboard']);
  const resources: { readonly Dashboard?: Dashboard } =
    isWanted === false ? {} : { Dashboard: await dashboard(context) };
  return { Resources: resources };
}

type Dashboard = Awaited<ReturnType<typeof dashboard>>;

async function dashboard(context: VariableContext) {
  const alarmArns = Object.keys(alarms(await functionsOf(context))).map((id) => `\${${id}.Arn}`);
  const controlRegions = await textAt(context, 'provider', 'environment', 'CONTROL_REGIONS');
  const policy = policyIn(await textAt(context, 'custom', 'policyFile'));
  const alarmStates: Widget = {
    type: 'alarm',
    height: 4,
    width: columns,
    properties: { title: 'Alarms', alarms: alarmArns, sortBy: 'stateUpdatedTimestamp' },
  };
  const calls = regionsOfCalls(controlRegions, policy).flatMap((region) => [
    failureRateIn(region, policy),
    callsIn(region, policy),
  ]);
  const body = { start: '-PT3H', widgets: [alarmStates, whoIsFirst, ...calls, lastDecisions, ...afterCalls] };
  return {
    Type: 'AWS::CloudWatch::Dashboard',
    Properties: { DashboardName: '${self:custom.busName}', DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
  };
}
