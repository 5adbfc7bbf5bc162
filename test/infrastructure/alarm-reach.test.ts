/** Every alarm goes off for what it is about, at the rate at which that is measured, and does not for less. */
import { describe, expect, it } from 'vitest';
import { goesOff, type Datapoint, type Datapoints } from './alarm-evaluation.ts';
import { functionAt, functions, ofType, type Properties } from './template.ts';

type Case = { readonly what: string; readonly datapoints: Datapoints };
type Cases = { readonly firing: readonly Case[]; readonly quiet: readonly Case[] };

const minutes = 180;

function every(period: number, value: number, from = 0, until = minutes): readonly Datapoint[] {
  return Array.from({ length: Math.floor((until - from) / period) }, (_, place) => ({
    minute: from + place * period,
    value,
  }));
}

function once(value: number): readonly Datapoint[] {
  return [{ minute: 31, value }];
}

/** How often the schedule invokes a function, in minutes. */
function scheduleOf(name: string): number {
  const [rate = Number.NaN] = ofType('AWS::Scheduler::Schedule').flatMap(([, properties]) => {
    const { Arn } = properties['Target'] as { readonly Arn: unknown };
    if (functionAt(Arn)?.name !== name) return [];
    return Number(/^rate\((\d+) minutes?\)$/.exec(String(properties['ScheduleExpression']))?.[1]);
  });
  return rate;
}

const nothing: Case = { what: 'nothing happens', datapoints: {} };

function onceOrNever(metric: string): Cases {
  return { firing: [{ what: 'it happens once', datapoints: { [metric]: once(1) } }], quiet: [nothing] };
}

/** A fault of a function that lasts for hours, as its schedule meets it; and one that meets a single run. */
function ofFunction(name: string, metric: string, value: number, others: number): Cases {
  const rate = scheduleOf(name);
  const background = every(rate, others).filter(({ minute }) => minute !== 30);
  return {
    firing: [{ what: 'every scheduled run is affected', datapoints: { [metric]: every(rate, value) } }],
    quiet: [
      nothing,
      { what: 'no run is affected', datapoints: { [metric]: every(rate, others) } },
      { what: 'a single run is affected', datapoints: { [metric]: [...background, { minute: 30, value }] } },
    ],
  };
}

const visible = 'ApproximateNumberOfMessagesVisible';
const notVisible = 'ApproximateNumberOfMessagesNotVisible';

/** By the alarm's name without the stage. */
const cases: Readonly<Record<string, Cases>> = {
  'no-heartbeat': {
    firing: [
      { what: 'no run completes', datapoints: {} },
      { what: 'runs stop for five minutes', datapoints: { RunCompleted: [...every(1, 1, 0, 60), ...every(1, 1, 65)] } },
    ],
    quiet: [
      { what: 'a run completes every minute', datapoints: { RunCompleted: every(1, 1) } },
      { what: 'one run in five minutes completes', datapoints: { RunCompleted: every(5, 1) } },
    ],
  },
  'failover-blocked': onceOrNever('FailoverBlocked'),
  'unhealthy-voice-connectors': onceOrNever('UnhealthyVoiceConnectors'),
  'failover-held': {
    firing: [{ what: 'an unhealthy primary is kept for 15 min', datapoints: { FailoversHeld: every(1, 1, 30, 45) } }],
    quiet: [nothing, { what: 'it is kept for 14 min', datapoints: { FailoversHeld: every(1, 1, 30, 44) } }],
  },
  'failover-undone': onceOrNever('FailoversUndone'),
  'not-ready': onceOrNever('ReadinessFailures'),
  'account-not-ready': onceOrNever('AccountReadinessFailures'),
  'weekly-drill-failed': onceOrNever('WeeklyDrillFailures'),
  'outbox-waiting': {
    firing: [
      { what: 'an event waits for 20 min', datapoints: { [visible]: every(1, 1, 0, 20), [notVisible]: every(1, 0) } },
      {
        what: 'the pipe takes it and fails again and again',
        datapoints: { [visible]: every(1, 0), [notVisible]: every(1, 1, 0, 20) },
      },
    ],
    quiet: [
      nothing,
      { what: 'an event waits for 5 min', datapoints: { [visible]: every(1, 1, 0, 5), [notVisible]: every(1, 0) } },
    ],
  },
  'outbox-dead-letter': onceOrNever(visible),
  ...Object.fromEntries(
    functions.flatMap(({ name, timeoutSeconds }) => [
      [`${name}/errors`, ofFunction(name, 'Errors', 1, 0)],
      [`${name}/throttles`, ofFunction(name, 'Throttles', 1, 0)],
      [`${name}/duration`, ofFunction(name, 'Duration', timeoutSeconds * 950, timeoutSeconds * 850)],
      [`${name}/undelivered-records`, onceOrNever('UndeliveredRecords')],
    ]),
  ),
};

const alarms: readonly (readonly [string, Properties])[] = ofType('AWS::CloudWatch::Alarm').map(([, properties]) => [
  String(properties['AlarmName']).replace('voice-connector-failover-dev-', ''),
  properties,
]);

describe.each(alarms)('The alarm %s', (name, properties) => {
  const { firing, quiet } = cases[name] ?? { firing: [], quiet: [] };

  it('has something that makes it go off, and something that does not', () => {
    expect(firing).not.toEqual([]);
    expect(quiet).not.toEqual([]);
  });

  it.each(firing)('goes off if $what', ({ datapoints }) => {
    expect(goesOff(properties, datapoints, minutes)).toBe(true);
  });

  it.each(quiet)('does not go off if $what', ({ datapoints }) => {
    expect(goesOff(properties, datapoints, minutes)).toBe(false);
  });
});

describe('The evaluation of alarms', () => {
  it('finds the former alarm on a function that the schedule invokes every 30 min: it could not go off', () => {
    const [, properties = {}] = alarms.find(([name]) => name === 'operate/errors') ?? [];
    const former = { ...properties, EvaluationPeriods: 2, DatapointsToAlarm: 2 };
    expect(goesOff(former, { Errors: every(30, 1) }, minutes)).toBe(false);
  });
});
