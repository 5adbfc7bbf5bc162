/**
 * What CloudWatch sends when an alarm changes its state: the event of the default bus, and the payload of an alarm action.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
import type { EpochMs } from '../../clock.ts';
import type { MetricDataQuery } from '../cloudwatch/metric-query.ts';
import type { StateChange, StateOfAlarm } from './alarms.ts';
import type { Alarm } from './definition.ts';

export const stateChangeType = 'CloudWatch Alarm State Change';

/** The `detail` of the event. */
export function stateChangeDetail({ alarm, state, previous }: StateChange): object {
  return {
    alarmName: alarm.name,
    configuration: configurationOf(alarm),
    previousState: stateView(previous, alarm),
    state: stateView(state, alarm),
  };
}

/** The payload with which an alarm action invokes a Lambda function. */
export function actionPayload(
  change: StateChange,
  place: { readonly alarmArn: string; readonly accountId: string },
): object {
  return {
    source: 'aws.cloudwatch',
    ...place,
    time: timeOf(change.state.since),
    region: change.region,
    alarmData: stateChangeDetail(change),
  };
}

function timeOf(at: EpochMs): string {
  return new Date(at).toISOString().replace('Z', '+0000');
}

function stateView({ state, reason, since, datapoints }: StateOfAlarm, alarm: Alarm) {
  const view = { value: state, reason, timestamp: timeOf(since) };
  if (alarm.kind === 'composite') return view;
  const [newest] = datapoints;
  const reasonData = {
    version: '1.0',
    queryDate: timeOf(since),
    ...(newest === undefined ? {} : { startDate: timeOf(newest.at) }),
    period: alarm.periodSeconds,
    recentDatapoints: datapoints.map(({ value }) => value).toReversed(),
    threshold: alarm.threshold,
  };
  return { ...view, reasonData: JSON.stringify(reasonData) };
}

function configurationOf(alarm: Alarm): object {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  return alarm.kind === 'composite'
    ? { ...description, alarmRule: alarm.rule }
    : { ...description, metrics: alarm.queries.map(queryView) };
}

function queryView({ id, expression, label, returnData = true, metricStat }: MetricDataQuery): object {
  if (metricStat === undefined) return { id, expression, ...(label === undefined ? {} : { label }), returnData };
  const { metric, period, stat } = metricStat;
  return {
    id,
    metricStat: {
      metric: { namespace: metric.namespace, name: metric.metricName, dimensions: metric.dimensions },
      period,
      stat,
    },
    returnData,
  };
}
