/** Every alarm of the stack. The last part of an alarm's name is its entry in docs/runbook.md. */
import { ownNamespace } from '../lib/core/model/own-metrics.ts';
import { alarmRoute, topicIds } from './alert-routes.ts';
import { runMonitorOnce, vcfCommand } from './commands.ts';
import { runbook } from './runbook.ts';
import { scheduleMinutes, type WakeMode } from '../lib/core/model/wake.ts';
import { functionsOf, logicalIdOf, wakeModeOf, type Functions, type VariableContext } from './service.ts';

const minuteSeconds = 60;

type Dimension = { readonly Name: string; readonly Value: object | string };

type Resource = {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>> & { readonly AlarmName: string };
};

type AlarmText = {
  /** What happened, with its numbers: a sentence. */
  readonly what: string;
  /** `To …: <command line>`, for the first thing to type. */
  readonly firstStep?: string;
};

const status = `To see every group: ${vcfCommand(['status'])}`;

const readiness = `To see every check: ${vcfCommand(['preflight'])}`;

/** CloudWatch notifies the alarm's topic when it begins and when it ends. */
function notifying(name: string, { what, firstStep }: AlarmText) {
  const whatToDo = `What to do: ${runbook}#${name.replace(/^.*\//, '')}`;
  const topic = [{ Ref: topicIds[alarmRoute(name).topic] }];
  return {
    AlarmName: `\${self:service}-\${sls:stage}-${name}`,
    AlarmDescription: [what, ...(firstStep === undefined ? [] : [firstStep]), whatToDo].join('\n'),
    AlarmActions: topic,
    OKActions: topic,
  };
}

function alarm(name: string, text: AlarmText, properties: object): Resource {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ...notifying(name, text),
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
      ...properties,
    },
  };
}

function functionDimension(functionName: string): readonly Dimension[] {
  return [{ Name: 'FunctionName', Value: { Ref: logicalIdOf(functionName) } }];
}

function queueDimension(logicalId: string): readonly Dimension[] {
  return [{ Name: 'QueueName', Value: { 'Fn::GetAtt': [logicalId, 'QueueName'] } }];
}

function ownMetric(MetricName: string, Statistic: string, Period: number, functionName = 'monitor') {
  return { Namespace: ownNamespace, MetricName, Dimensions: functionDimension(functionName), Statistic, Period };
}

/** Three runs on schedule at least, or five of a schedule that runs the monitor every minute. */
const heartbeatMinutes: Readonly<Record<WakeMode, number>> = { schedule: 5, alarms: 15 };

function monitorAlarms(wake: WakeMode) {
  return {
    NoHeartbeatAlarm: alarm(
      'no-heartbeat',
      {
        what: `No monitor run completed in the last ${heartbeatMinutes[wake]} minutes: nothing is watched, and no group would be moved.`,
        firstStep: `To run the monitor once now: ${runMonitorOnce}`,
      },
      {
        ...ownMetric('RunCompleted', 'Sum', minuteSeconds),
        ComparisonOperator: 'LessThanThreshold',
        EvaluationPeriods: heartbeatMinutes[wake],
        // A dead man's switch: missing data is what it detects.
        TreatMissingData: 'breaching',
      },
    ),
    // The metric is published only when it happens, so missing data is the normal state.
    FailoverBlockedAlarm: alarm(
      'failover-blocked',
      {
        what: 'A change of priorities was needed in the last minute and AWS did not accept it: calls continue to fail.',
        firstStep: status,
      },
      ownMetric('FailoverBlocked', 'Sum', minuteSeconds),
    ),
    // Published only when it happens. A duplicate run adds a second sample to a minute: the maximum counts each Voice Connector once.
    UnhealthyVoiceConnectorsAlarm: alarm(
      'unhealthy-voice-connectors',
      {
        what: 'At least one Voice Connector was proven unhealthy in the last minute, whether its group was moved or not.',
        firstStep: status,
      },
      ownMetric('UnhealthyVoiceConnectors', 'Maximum', minuteSeconds),
    ),
  };
}

const heldMinutes = 15;

/** In periods in which a run on schedule is certain: the rule that runs the monitor every minute may be disabled against its will. */
function heldAlarms(wake: WakeMode) {
  return {
    FailoverHeldAlarm: alarm(
      'failover-held',
      {
        what: `The primary of a group has been proven unhealthy for ${heldMinutes} minutes, and the group was not moved: the status has the reason.`,
        firstStep: status,
      },
      {
        ...ownMetric('FailoversHeld', 'Maximum', scheduleMinutes[wake] * minuteSeconds),
        EvaluationPeriods: heldMinutes / scheduleMinutes[wake],
      },
    ),
    FailoverUndoneAlarm: alarm(
      'failover-undone',
      {
        what: 'Somebody put back the primary that the monitor had failed over from, and it is still unhealthy: another controller or a pipeline may own the order.',
        firstStep: status,
      },
      ownMetric('FailoversUndone', 'Maximum', minuteSeconds),
    ),
  };
}

/**
 * One page for one incident, which goes through several of these alarms. `no-heartbeat` is not among them: as long as this one lasts, it would
 * hide that nothing is watched any more.
 */
const callsAtRisk = {
  Type: 'AWS::CloudWatch::CompositeAlarm',
  Properties: {
    ...notifying('calls-at-risk', {
      what: 'Calls fail and nothing moves them: a failover is blocked, held or undone. The alarms failover-blocked, failover-held and failover-undone show which.',
      firstStep: status,
    }),
    AlarmRule: {
      'Fn::Sub': ['FailoverBlockedAlarm', 'FailoverHeldAlarm', 'FailoverUndoneAlarm']
        .map((id) => `ALARM("\${${id}.Arn}")`)
        .join(' OR '),
    },
  },
};

/** Published only when a check fails, at most 30 minutes apart: while the failure lasts, one of the last three quarters of an hour has it. */
const readinessPeriods = { EvaluationPeriods: 3, DatapointsToAlarm: 1 };

const readinessAlarms = {
  NotReadyAlarm: alarm(
    'not-ready',
    {
      what: 'A readiness check of at least one group failed in the last 45 minutes: it could not be failed over, or not as its policy says.',
      firstStep: readiness,
    },
    { ...ownMetric('ReadinessFailures', 'Maximum', 15 * minuteSeconds, 'preflight'), ...readinessPeriods },
  ),
  AccountNotReadyAlarm: alarm(
    'account-not-ready',
    {
      what: 'A readiness check that every failover depends on failed in the last 45 minutes.',
      firstStep: readiness,
    },
    { ...ownMetric('AccountReadinessFailures', 'Maximum', 15 * minuteSeconds, 'preflight'), ...readinessPeriods },
  ),
};

const drillAlarms = {
  WeeklyDrillFailedAlarm: alarm(
    'weekly-drill-failed',
    {
      what: 'A weekly drill was due in the last 30 minutes, and something failed: whether the standby takes the calls is not known.',
      firstStep: status,
    },
    ownMetric('WeeklyDrillFailures', 'Sum', 30 * minuteSeconds, 'operate'),
  ),
};

function queueDepth(queue: string, state: 'Visible' | 'NotVisible') {
  return {
    Namespace: 'AWS/SQS',
    MetricName: `ApproximateNumberOfMessages${state}`,
    Dimensions: queueDimension(queue),
  };
}

const outboxAlarms = {
  // A message that the pipe failed to publish is invisible until the next attempt, so both states count. The age of the oldest message
  // would not do: SQS leaves out messages that were received three times. A queue that is idle for hours has no datapoints.
  OutboxWaitingAlarm: alarm(
    'outbox-waiting',
    { what: 'Events have been waiting in the outbox queue for 15 minutes: its pipe does not publish them.' },
    {
      EvaluationPeriods: 3,
      Metrics: [
        { Id: 'waiting', Expression: 'visible + invisible', Label: 'events in the outbox', ReturnData: true },
        ...Object.entries({ visible: 'Visible', invisible: 'NotVisible' } as const).map(([Id, state]) => ({
          Id,
          ReturnData: false,
          MetricStat: { Metric: queueDepth('OutboxQueue', state), Stat: 'Maximum', Period: 5 * minuteSeconds },
        })),
      ],
    },
  ),
  OutboxDeadLetterAlarm: alarm(
    'outbox-dead-letter',
    { what: 'The pipe of the outbox gave up on at least one event. SQS deletes it 14 days after it was queued.' },
    { ...queueDepth('OutboxDeadLetterQueue', 'Visible'), Statistic: 'Maximum', Period: 5 * minuteSeconds },
  ),
};

function shardAlarm(shard: number): Resource {
  const { Dimensions, ...metric } = ownMetric('ShardCompleted', 'Sum', minuteSeconds);
  return alarm(
    `shard${shard}/no-shard-heartbeat`,
    {
      what: `No run over shard ${shard} completed in the last 5 minutes: its groups are not watched, and none of them would be moved.`,
      firstStep: status,
    },
    {
      ...metric,
      Dimensions: [...Dimensions, { Name: 'Shard', Value: String(shard) }],
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 5,
      TreatMissingData: 'breaching',
    },
  );
}

/** Of a stage with shards. A failed run over a shard is no error of the function, for which the queue would deliver it again. */
export function fanOutAlarms(shards: number): Readonly<Record<string, Resource>> {
  return {
    ...Object.fromEntries(
      Array.from({ length: shards }, (_, shard) => [`Shard${shard}NoHeartbeatAlarm`, shardAlarm(shard)]),
    ),
    ShardFailedAlarm: alarm(
      'shard-failed',
      {
        what: 'Runs over shards had problems in 3 of the last 5 minutes: groups may be neither judged nor moved.',
        firstStep: status,
      },
      { ...ownMetric('ShardFailed', 'Sum', minuteSeconds), EvaluationPeriods: 5, DatapointsToAlarm: 3 },
    ),
    ShardDeadLetterAlarm: alarm(
      'shard-dead-letter',
      { what: 'The monitor could not read at least one message of the lister, and SQS gave up on it.' },
      { ...queueDepth('ShardDeadLetterQueue', 'Visible'), Statistic: 'Maximum', Period: 5 * minuteSeconds },
    ),
  };
}

/** One failed run may be a slow answer of AWS; the alarms need several. Each period is at least the function's schedule. */
function evaluationOf(functionName: string, wake: WakeMode) {
  switch (functionName) {
    case 'monitor':
    case 'lister':
      return { Period: minuteSeconds, EvaluationPeriods: heartbeatMinutes[wake], DatapointsToAlarm: 3 };
    case 'report':
      // Lambda repeats a failed invocation after one and two minutes more. All three failed: there is no report.
      return { Period: minuteSeconds, EvaluationPeriods: 15, DatapointsToAlarm: 3 };
    case 'operate':
      // Two scheduled runs, half an hour apart, or two commands of a person.
      return { Period: 5 * minuteSeconds, EvaluationPeriods: 12, DatapointsToAlarm: 2 };
    case 'preflight':
      return { Period: 30 * minuteSeconds, EvaluationPeriods: 2, DatapointsToAlarm: 2 };
    default:
      return { Period: 5 * minuteSeconds, EvaluationPeriods: 2, DatapointsToAlarm: 2 };
  }
}

/** Missing data does not breach: no-heartbeat detects a function that is not invoked. Lambda counts a timeout as an error. */
function functionAlarms(
  [name, { timeout }]: readonly [string, Functions[string]],
  wake: WakeMode,
): Readonly<Record<string, Resource>> {
  const id = logicalIdOf(name).replace('LambdaFunction', '');
  const evaluation = evaluationOf(name, wake);
  const inPeriods = `in ${evaluation.DatapointsToAlarm} of the last ${evaluation.EvaluationPeriods} periods of ${evaluation.Period / minuteSeconds} min`;
  const lambdaMetric = (MetricName: string, Statistic: string) => ({
    Namespace: 'AWS/Lambda',
    MetricName,
    Dimensions: functionDimension(name),
    Statistic,
    ...evaluation,
  });
  return {
    [`${id}ErrorsAlarm`]: alarm(
      `${name}/errors`,
      { what: `The function ${name} failed or timed out ${inPeriods}.` },
      lambdaMetric('Errors', 'Sum'),
    ),
    [`${id}ThrottlesAlarm`]: alarm(
      `${name}/throttles`,
      { what: `Lambda throttled invocations of the function ${name} ${inPeriods}.` },
      lambdaMetric('Throttles', 'Sum'),
    ),
    [`${id}DurationAlarm`]: alarm(
      `${name}/duration`,
      { what: `The function ${name} took more than 90 % of its timeout of ${timeout} s ${inPeriods}.` },
      { ...lambdaMetric('Duration', 'Maximum'), Threshold: timeout * 1000 * 0.9 },
    ),
    // Published only when it happens.
    [`${id}UndeliveredRecordsAlarm`]: alarm(
      `${name}/undelivered-records`,
      {
        what: `An event of the function ${name} reached neither the event bus nor the outbox queue in the last 5 minutes: only its log has it.`,
      },
      ownMetric('UndeliveredRecords', 'Sum', 5 * minuteSeconds, name),
    ),
  };
}

/** By logical id. */
export function alarms(functions: Functions, wake: WakeMode = 'schedule'): Readonly<Record<string, Resource>> {
  const ofFunctions = Object.entries(functions).flatMap((each) => Object.entries(functionAlarms(each, wake)));
  return {
    ...monitorAlarms(wake),
    ...heldAlarms(wake),
    CallsAtRiskAlarm: callsAtRisk,
    ...readinessAlarms,
    ...drillAlarms,
    ...outboxAlarms,
    ...Object.fromEntries(ofFunctions),
  };
}

export async function alarmResources(context: VariableContext) {
  return { Resources: alarms(await functionsOf(context), await wakeModeOf(context)) };
}
