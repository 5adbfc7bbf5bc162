/** Every alarm of the stack. The last part of a name is its entry in docs/runbook.md. */
const ownNamespace = 'VoiceConnectorFailover';

const minute = 60;

/** Told when it begins and when it is over. */
const told = { AlarmActions: [{ Ref: 'AlertTopic' }], OKActions: [{ Ref: 'AlertTopic' }] };

const alarm = (name, what, properties) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Properties: {
    AlarmName: `\${self:service}-\${sls:stage}-${name}`,
    AlarmDescription: `${what} What to do: docs/runbook.md#${name.replace(/^.*\//, '')}`,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: 1,
    TreatMissingData: 'notBreaching',
    ...told,
    ...properties,
  },
});

const ofFunction = (logicalId) => [{ Name: 'FunctionName', Value: { Ref: logicalId } }];
const ofQueue = (logicalId) => [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [logicalId, 'QueueName'] } }];

const own = (MetricName, Statistic, Period, logicalId = 'MonitorLambdaFunction') => ({
  Namespace: ownNamespace,
  MetricName,
  Dimensions: ofFunction(logicalId),
  Statistic,
  Period,
});

const ownAlarms = {
  NoHeartbeatAlarm: alarm(
    'no-heartbeat',
    'The monitor came to the end of no turn for five minutes: nobody is watching.',
    {
      ...own('RunCompleted', 'Sum', minute),
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 5,
      // The dead man's switch: what is missing is what it is about.
      TreatMissingData: 'breaching',
    },
  ),
  // Published only when it happens: missing is well.
  FailoverBlockedAlarm: alarm(
    'failover-blocked',
    'A change of priorities was decided, and AWS did not take it: calls go on failing.',
    own('FailoverBlocked', 'Sum', minute),
  ),
  // Published only when it happens. Doubled turns make two samples of a minute, so not their sum.
  UnhealthyVoiceConnectorsAlarm: alarm(
    'unhealthy-voice-connectors',
    'A Voice Connector is proven unhealthy, whether its group could leave it or not.',
    own('UnhealthyVoiceConnectors', 'Maximum', minute),
  ),
  // Published only when it happens, every half hour at the longest: one of the last three quarters has it while it lasts.
  NotReadyAlarm: alarm('not-ready', 'A group could not be failed over, or not as its policy says.', {
    ...own('ReadinessFailures', 'Maximum', 15 * minute, 'PreflightLambdaFunction'),
    EvaluationPeriods: 3,
    DatapointsToAlarm: 1,
  }),
  AccountNotReadyAlarm: alarm('account-not-ready', 'Something that every failover depends on is not as it must be.', {
    ...own('AccountReadinessFailures', 'Maximum', 15 * minute, 'PreflightLambdaFunction'),
    EvaluationPeriods: 3,
    DatapointsToAlarm: 1,
  }),
  // What the pipe failed to publish is invisible until its next try, so both are counted. An age would not do: of a message received
  // three times SQS takes no age any more. A queue idle for hours has no datapoints.
  RecordQueueAlarm: alarm(
    'record-queue',
    'Events have waited for a quarter of an hour: the pipe does not drain its queue.',
    {
      EvaluationPeriods: 3,
      Metrics: [
        { Id: 'waiting', Expression: 'visible + invisible', Label: 'events that wait', ReturnData: true },
        ...Object.entries({ visible: 'Visible', invisible: 'NotVisible' }).map(([Id, state]) => ({
          Id,
          ReturnData: false,
          MetricStat: {
            Metric: {
              Namespace: 'AWS/SQS',
              MetricName: `ApproximateNumberOfMessages${state}`,
              Dimensions: ofQueue('RecordQueue'),
            },
            Stat: 'Maximum',
            Period: 5 * minute,
          },
        })),
      ],
    },
  ),
  RecordDeadLetterAlarm: alarm('record-dead-letter', 'The pipe gave up on an event; SQS forgets it in 14 days.', {
    Namespace: 'AWS/SQS',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Dimensions: ofQueue('RecordDeadLetterQueue'),
    Statistic: 'Maximum',
    Period: 5 * minute,
  }),
};

/** One bad turn may be a slow answer; most of the last few are not. As often as the function is woken. */
const paces = {
  monitor: { Period: minute, EvaluationPeriods: 5, DatapointsToAlarm: 3 },
  preflight: { Period: 30 * minute, EvaluationPeriods: 2, DatapointsToAlarm: 2 },
};
const paceOfOthers = { Period: 5 * minute, EvaluationPeriods: 2, DatapointsToAlarm: 2 };

/** Missing is well in each: a function that is not woken is the heartbeat's matter. Lambda counts a timeout as an error. */
const alarmsOf = ([name, { timeout }]) => {
  const id = `${name[0].toUpperCase()}${name.slice(1)}`;
  const of = (MetricName, Statistic) => ({
    Namespace: 'AWS/Lambda',
    MetricName,
    Dimensions: ofFunction(`${id}LambdaFunction`),
    Statistic,
    ...(paces[name] ?? paceOfOthers),
  });
  return {
    [`${id}ErrorsAlarm`]: alarm(`${name}/errors`, `The function ${name} fails again and again.`, of('Errors', 'Sum')),
    [`${id}ThrottlesAlarm`]: alarm(
      `${name}/throttles`,
      `The function ${name} is woken and may not run.`,
      of('Throttles', 'Sum'),
    ),
    [`${id}DurationAlarm`]: alarm(`${name}/duration`, `The function ${name} takes nearly as long as it may.`, {
      ...of('Duration', 'Maximum'),
      Threshold: timeout * 1000 * 0.9,
    }),
    // Published only when it happens.
    [`${id}UndeliveredRecordsAlarm`]: alarm(
      `${name}/undelivered-records`,
      `Neither the bus nor its queue took an event of the function ${name}: its log alone has it.`,
      own('UndeliveredRecords', 'Sum', 5 * minute, `${id}LambdaFunction`),
    ),
  };
};

/** By logical id. */
module.exports.alarms = (functions) => Object.assign({ ...ownAlarms }, ...Object.entries(functions).map(alarmsOf));

module.exports.template = async ({ resolveConfigurationProperty }) => ({
  Resources: module.exports.alarms(await resolveConfigurationProperty(['functions'])),
});
