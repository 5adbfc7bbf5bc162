/**
 * The state of an alarm by its datapoints.
 *
 * CloudWatch reads more periods than it evaluates, so that late data does not count as missing: five for three, in the examples that it
 * documents. It uses values for missing periods only where there are fewer datapoints than it evaluates.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
import type { EpochMs } from '../../clock.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import { comparisons, sourcesOf, type MetricAlarm, type Source } from './definition.ts';

export const alarmStates = ['OK', 'ALARM', 'INSUFFICIENT_DATA'] as const;
export type AlarmState = (typeof alarmStates)[number];

export type Evaluated = {
  readonly state: AlarmState;
  readonly reason: string;
  /** Of the datapoints that were evaluated, newest first. */
  readonly datapoints: readonly { readonly at: EpochMs; readonly value: number }[];
};

const furtherPeriods = 2;

type Datapoint = Evaluated['datapoints'][number];

export function evaluated(
  alarm: MetricAlarm,
  {
    cloudWatch,
    region,
    now,
    before,
  }: {
    readonly cloudWatch: CloudWatch;
    readonly region: string;
    readonly now: EpochMs;
    /** What it was in before, which missing data may leave as it is. */
    readonly before: AlarmState;
  },
): Evaluated {
  const range = datapointsIn(alarm, cloudWatch, region, now);
  const { evaluationPeriods, datapointsToAlarm, treatMissingData, comparison, threshold } = alarm;
  const datapoints = range.slice(0, evaluationPeriods);
  const breaching = datapoints.filter(({ value }) => comparisons[comparison](value, threshold)).length;
  const missing = evaluationPeriods - datapoints.length;
  const reason = reasonOf(alarm, datapoints, breaching);
  const found = (state: AlarmState): Evaluated => ({ state, reason, datapoints });
  if (breaching >= datapointsToAlarm) return found('ALARM');
  if (missing === 0) return found('OK');
  switch (treatMissingData) {
    case 'breaching':
      return found(breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK');
    case 'notBreaching':
      return found('OK');
    case 'ignore':
      return found(datapoints.length === 0 ? before : 'OK');
    case 'missing':
      if (datapoints.length === 0) return found('INSUFFICIENT_DATA');
      return found(breaching === datapoints.length ? 'ALARM' : 'OK');
    default:
      return treatMissingData satisfies never;
  }
}

/** The datapoints of the whole periods of the evaluation range, newest first. */
function datapointsIn(alarm: MetricAlarm, cloudWatch: CloudWatch, region: string, now: EpochMs): readonly Datapoint[] {
  const periodMs = alarm.periodSeconds * 1000;
  const to = Math.floor(now / periodMs) * periodMs;
  const from = to - (alarm.evaluationPeriods + furtherPeriods) * periodMs;
  const sources = sourcesOf(alarm);
  const series = new Map(
    [...sources].flatMap(([id, source]) =>
      source.kind === 'metric'
        ? [
            [
              id,
              cloudWatch.valuesOf(region, source.metric, { from, to, periodMs, statistic: source.statistic }),
            ] as const,
          ]
        : [],
    ),
  );
  const returned = alarm.queries.find(({ returnData = true }) => returnData)?.id ?? '';
  const datapoints: Datapoint[] = [];
  for (let at = to - periodMs; at >= from; at -= periodMs) {
    const value = valueAt(returned, at, sources, series);
    if (value !== undefined) datapoints.push({ at, value });
  }
  return datapoints;
}

function valueAt(
  id: string,
  at: EpochMs,
  sources: ReadonlyMap<string, Source>,
  series: ReadonlyMap<string, ReadonlyMap<EpochMs, number>>,
): number | undefined {
  const source = sources.get(id);
  if (source === undefined) return undefined;
  return source.kind === 'metric'
    ? series.get(id)?.get(at)
    : source.expression.evaluate((other) => valueAt(other, at, sources, series));
}

function reasonOf(
  { threshold, evaluationPeriods }: MetricAlarm,
  datapoints: readonly Datapoint[],
  breaching: number,
): string {
  if (datapoints.length === 0) return `no datapoints were received for ${evaluationPeriods} periods`;
  const values = datapoints.map(({ value }) => value.toFixed(2)).join(', ');
  return `Threshold Crossed: ${breaching} of the ${datapoints.length} newest datapoints [${values}] breach the threshold (${threshold}).`;
}
