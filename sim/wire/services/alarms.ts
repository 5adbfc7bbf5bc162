/** The operations of CloudWatch alarms, by name. */
import * as z from 'zod';
import { accountId } from '../../account/account-id.ts';
import type { StoredAlarm } from '../../account/alarms/alarms.ts';
import {
  comparisonNames,
  missingDataTreatments,
  type Alarm,
  type CompositeAlarm,
  type MetricAlarm,
} from '../../account/alarms/definition.ts';
import { alarmStates } from '../../account/alarms/evaluation.ts';
import { validationError, type MetricDataQuery } from '../../account/cloudwatch/metric-query.ts';
import { clientError } from '../../account/errors.ts';
import { listingName, pageOf } from '../../account/paging.ts';
import { defined, operation, type Operation } from '../operation.ts';
import { dimensionsSchema, metricQuerySchema } from './metric-input.ts';

const refuse = validationError;

const arns = z.array(z.string().max(1024)).default([]);

const named = {
  AlarmName: z.string(),
  AlarmDescription: z.string().optional(),
  ActionsEnabled: z.boolean().default(true),
  AlarmActions: arns,
  OKActions: arns,
  InsufficientDataActions: arns,
};

const putMetricAlarm = z.object({
  ...named,
  MetricName: z.string().optional(),
  Namespace: z.string().optional(),
  Statistic: z.string().optional(),
  Dimensions: dimensionsSchema,
  Period: z.number().optional(),
  Metrics: z.array(metricQuerySchema).default([]),
  ComparisonOperator: z.enum(comparisonNames),
  Threshold: z.number({ error: 'Threshold is required: alarms on anomalies are not simulated' }),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  TreatMissingData: z.enum(missingDataTreatments).default('missing'),
  // Not simulated: to be refused, and not ignored.
  ExtendedStatistic: z.undefined({ error: 'percentiles are not simulated' }).optional(),
  ThresholdMetricId: z.undefined({ error: 'alarms on anomalies are not simulated' }).optional(),
});

const maxListed = 100;

const describeAlarms = z.object({
  AlarmNames: z.array(z.string()).max(maxListed).optional(),
  AlarmNamePrefix: z.string().optional(),
  StateValue: z.enum(alarmStates).optional(),
  AlarmTypes: z.array(z.enum(['MetricAlarm', 'CompositeAlarm'])).default(['MetricAlarm']),
  MaxRecords: z.number().int().min(1).max(maxListed).default(50),
  NextToken: z.string().optional(),
});

export const alarmOperations: Readonly<Record<string, Operation>> = {
  PutMetricAlarm: operation(putMetricAlarm, refuse, (input, { account, region }) => {
    account.alarms.put(region, metricAlarmOf(input));
  }),
  PutCompositeAlarm: operation(
    z.object({ ...named, AlarmRule: z.string().min(1).max(10_240) }),
    refuse,
    (input, { account, region }) => {
      const alarm: CompositeAlarm = { kind: 'composite', ...namedOf(input), rule: input.AlarmRule };
      account.alarms.put(region, alarm);
    },
  ),
  DescribeAlarms: operation(describeAlarms, refuse, (input, { account, region }) => {
    const { AlarmNames, AlarmNamePrefix, StateValue, AlarmTypes, MaxRecords, NextToken } = input;
    if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) {
      throw refuse('AlarmNames and AlarmNamePrefix cannot be specified together.');
    }
    const found = account.alarms.list(
      region,
      ({ name, kind }, state) =>
        (AlarmNames?.includes(name) ?? true) &&
        name.startsWith(AlarmNamePrefix ?? '') &&
        (StateValue ?? state) === state &&
        AlarmTypes.includes(kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm'),
    );
    const { items, nextToken } = pageOf(found, {
      listing: listingName('DescribeAlarms', region, AlarmNames, AlarmNamePrefix, StateValue, AlarmTypes),
      nextToken: NextToken,
      size: MaxRecords,
      refuse: () => clientError('InvalidNextToken', 'The next token specified is invalid.'),
    });
    return defined({
      MetricAlarms: items.flatMap((stored) =>
        stored.alarm.kind === 'metric' ? [metricView(stored, stored.alarm)] : [],
      ),
      CompositeAlarms: items.flatMap((stored) =>
        stored.alarm.kind === 'composite' ? [{ ...viewOf(stored), AlarmRule: stored.alarm.rule }] : [],
      ),
      NextToken: nextToken,
    });
  }),
  DeleteAlarms: operation(
    z.object({ AlarmNames: z.array(z.string()).max(100) }),
    refuse,
    (input, { account, region }) => {
      account.alarms.delete(region, input.AlarmNames);
    },
  ),
  SetAlarmState: operation(
    z.object({
      AlarmName: z.string(),
      StateValue: z.enum(alarmStates),
      StateReason: z.string().max(1023),
      StateReasonData: z.string().max(4000).optional(),
    }),
    refuse,
    ({ AlarmName, StateValue, StateReason }, { account, region }) => {
      account.alarms.setState(region, AlarmName, StateValue, StateReason);
    },
  ),
};

type NamedInput = z.output<z.ZodObject<typeof named>>;

function namedOf(input: NamedInput): Pick<Alarm, 'name' | 'description' | 'actions'> {
  return {
    name: input.AlarmName,
    description: input.AlarmDescription,
    actions: {
      isEnabled: input.ActionsEnabled,
      onAlarm: input.AlarmActions,
      onOk: input.OKActions,
      onInsufficientData: input.InsufficientDataActions,
    },
  };
}

/** @throws ValidationError for a mixture of the two ways to name what the alarm watches */
function metricAlarmOf(input: z.output<typeof putMetricAlarm>): MetricAlarm {
  const { MetricName, Namespace, Statistic, Dimensions, Period, Metrics } = input;
  const isMath = Metrics.length > 0;
  if (isMath === (MetricName !== undefined)) {
    throw refuse('The alarm must be of one metric (MetricName) or of Metrics.');
  }
  const single = { id: 'm1', stat: Statistic, namespace: Namespace, metricName: MetricName, dimensions: Dimensions };
  const queries = isMath ? Metrics : [singleQuery(single, Period)];
  const [periodSeconds = Number.NaN] = queries.flatMap(({ metricStat }) => metricStat?.period ?? []);
  return {
    kind: 'metric',
    ...namedOf(input),
    queries,
    isMath,
    comparison: input.ComparisonOperator,
    threshold: input.Threshold,
    periodSeconds,
    evaluationPeriods: input.EvaluationPeriods,
    datapointsToAlarm: input.DatapointsToAlarm ?? input.EvaluationPeriods,
    treatMissingData: input.TreatMissingData,
  };
}

function singleQuery(
  {
    id,
    stat,
    namespace,
    metricName,
    dimensions,
  }: {
    readonly id: string;
    readonly stat: string | undefined;
    readonly namespace: string | undefined;
    readonly metricName: string | undefined;
    readonly dimensions: Readonly<Record<string, string>>;
  },
  period: number | undefined,
): MetricDataQuery {
  if (stat === undefined || namespace === undefined || metricName === undefined || period === undefined) {
    throw refuse('MetricName, Namespace, Period and Statistic must be specified together.');
  }
  return { id, metricStat: { metric: { namespace, metricName, dimensions }, period, stat } };
}

function viewOf({ region, alarm, state }: StoredAlarm) {
  const { name, description, actions } = alarm;
  return defined({
    AlarmName: name,
    AlarmArn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`,
    AlarmDescription: description,
    ActionsEnabled: actions.isEnabled,
    AlarmActions: actions.onAlarm,
    OKActions: actions.onOk,
    InsufficientDataActions: actions.onInsufficientData,
    StateValue: state.state,
    StateReason: state.reason,
    StateUpdatedTimestamp: new Date(state.since),
  });
}

function metricView(stored: StoredAlarm, alarm: MetricAlarm) {
  const [single] = alarm.queries;
  const metrics = alarm.isMath
    ? { Metrics: alarm.queries.map(queryView) }
    : {
        MetricName: single?.metricStat?.metric.metricName,
        Namespace: single?.metricStat?.metric.namespace,
        Statistic: single?.metricStat?.stat,
        Dimensions: dimensionsView(single?.metricStat?.metric.dimensions ?? {}),
        Period: alarm.periodSeconds,
      };
  return {
    ...viewOf(stored),
    ...metrics,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    TreatMissingData: alarm.treatMissingData,
  };
}

function dimensionsView(dimensions: Readonly<Record<string, string>>) {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function queryView({ id, expression, label, returnData, metricStat }: MetricDataQuery) {
  return defined({
    Id: id,
    Expression: expression,
    Label: label,
    ReturnData: returnData,
    MetricStat: metricStat && {
      Metric: {
        Namespace: metricStat.metric.namespace,
        MetricName: metricStat.metric.metricName,
        Dimensions: dimensionsView(metricStat.metric.dimensions),
      },
      Period: metricStat.period,
      Stat: metricStat.stat,
    },
  });
}
