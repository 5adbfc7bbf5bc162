/** What an on-call person looks at: top to bottom, is anything wrong, what was done, and with which calls. */
const { alarms } = require('./alarms.cjs');

const region = '${AWS::Region}';
const monitor = '${MonitorLambdaFunction}';
const preflight = '${PreflightLambdaFunction}';
const width = 24;

const own = (name, options = {}) => ['VoiceConnectorFailover', name, 'FunctionName', monitor, options];

const graph = (title, metrics, options = {}) => ({
  type: 'metric',
  height: 6,
  properties: { title, region, period: 60, stat: 'Sum', view: 'timeSeries', metrics, ...options },
});

const calls = (callRegion) => {
  const label = (what) => `\${!PROP('Dim.VoiceConnectorId')} ${what}`;
  // By search, so that it needs no ids: what is new is in it, and what is gone drops out.
  const search = (name) => `SEARCH('{AWS/ChimeVoiceConnector,VoiceConnectorId} MetricName="${name}"', 'Sum', 60)`;
  return graph(
    `Inbound calls in ${callRegion}, by Voice Connector`,
    [
      [{ expression: search('InboundCallAttempts'), id: 'attempts', label: label('tried'), region: callRegion }],
      [{ expression: search('InboundCallFailures'), id: 'failures', label: label('failed'), region: callRegion }],
    ],
    { region: callRegion },
  );
};

const readiness = graph(
  'Checks of readiness that fail, by group and of the account',
  [
    [
      {
        expression: `SEARCH('{VoiceConnectorFailover,FunctionName,VoiceConnectorGroupId} MetricName="ReadinessFailures" FunctionName="${preflight}"', 'Maximum', 1800)`,
      },
    ],
    ['VoiceConnectorFailover', 'AccountReadinessFailures', 'FunctionName', preflight],
  ],
  { stat: 'Maximum', period: 1800 },
);

const widgets = (alarmIds, callRegions) => [
  {
    type: 'alarm',
    height: 4,
    width,
    properties: { title: 'Alarms', alarms: alarmIds.map((id) => `\${${id}.Arn}`), sortBy: 'stateUpdatedTimestamp' },
  },
  graph('Turns (one a minute; a gap is a minute nobody watched)', [own('RunCompleted')]),
  graph('Changes of priorities, by group', [
    [
      {
        expression: "SEARCH('{VoiceConnectorFailover,VoiceConnectorGroupId} MetricName=\"PriorityChange\"', 'Sum', 60)",
      },
    ],
  ]),
  graph(
    'Unhealthy Voice Connectors, by group',
    [
      [
        {
          expression: `SEARCH('{VoiceConnectorFailover,FunctionName,VoiceConnectorGroupId} MetricName="UnhealthyVoiceConnectors" FunctionName="${monitor}"', 'Maximum', 60)`,
        },
      ],
    ],
    { stat: 'Maximum' },
  ),
  graph('Blocked changes, and events that nobody took', [own('FailoverBlocked'), own('UndeliveredRecords')]),
  readiness,
  ...callRegions.map(calls),
  graph('Duration of a turn, and age of the evidence at a write (ms)', [
    own('RunDurationMilliseconds', { stat: 'Maximum' }),
    own('EvidenceAgeMilliseconds', { stat: 'Maximum' }),
  ]),
  graph(
    'How long rescues took (minutes)',
    ['Detect', 'Write', 'Verify', 'Green'].map((step) => own(`MinutesTo${step}`)),
    {
      stat: 'Maximum',
    },
  ),
  graph('Requests to AWS', [own('ApiCalls')]),
  graph('Events that wait for EventBridge', [
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', '${RecordQueue.QueueName}', { stat: 'Maximum' }],
    ['AWS/SQS', 'ApproximateNumberOfMessagesNotVisible', 'QueueName', '${RecordQueue.QueueName}', { stat: 'Maximum' }],
    [
      'AWS/SQS',
      'ApproximateNumberOfMessagesVisible',
      'QueueName',
      '${RecordDeadLetterQueue.QueueName}',
      { stat: 'Maximum', label: 'dead letters' },
    ],
  ]),
];

/** Two graphs beside each other; CloudWatch lays widgets without a place out in their order. */
const laidOut = (widget) => ({ width: width / 2, ...widget });

module.exports = async ({ resolveConfigurationProperty }) => {
  const alarmIds = Object.keys(alarms(await resolveConfigurationProperty(['functions'])));
  const controlRegions = await resolveConfigurationProperty(['provider', 'environment', 'CONTROL_REGIONS']);
  const callRegions = controlRegions.split(',').map((each) => each.trim());
  const body = { start: '-PT3H', widgets: widgets(alarmIds, callRegions).map(laidOut) };
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
};
