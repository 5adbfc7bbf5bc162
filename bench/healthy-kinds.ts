/** The kinds of healthy worlds. */
import type { FailurePeriodSpec, FaultKind, MachineCode, MachineSpec } from '../sim/world/spec.ts';
import type { HealthyWorld, Peculiarity } from './healthy-world.ts';
import { occasionsIn, type Occasion, type OccasionSetting } from './occasions.ts';
import { groupId, minutesPerDay, spikesIn, trafficName, type Traffic } from './worlds.ts';

const usualPromise = 1;
const walkPromise = 5;

/** A name, a volume, and the lowest usual ratio of first calls that fail. */
export type Base = {
  readonly name: string;
  readonly callsPerMinute: number;
  /** Default 2 %. */
  readonly baseline?: number;
};

const usualBaseline = 0.02;

function world(
  { name, callsPerMinute, baseline = usualBaseline }: Base,
  description: string,
  peculiarity: HealthyWorld['peculiarity'],
): HealthyWorld {
  return {
    name,
    description,
    traffic: { callsPerMinute, baseline },
    promisedPerYear: usualPromise,
    peculiarity,
  };
}

function percent(ratio: number): string {
  return `${Number((100 * ratio).toPrecision(3))} %`;
}

export function steady(traffic: Traffic): HealthyWorld {
  return world(
    { name: `steady ${trafficName(traffic)}`, ...traffic },
    'the same ratio at all hours; ten times the traffic for 5 to 30 minutes, once a week',
    (seed, minutes) => ({ group: { spikes: spikesIn(seed, minutes) } }),
  );
}

/** Another ratio at some hours of the week. */
export function hours(base: Base, period: FailurePeriodSpec): HealthyWorld {
  const { days, from, until, ratio } = period;
  const when = `${days === undefined ? 'every day' : days.join(', ')} ${from} to ${until}`;
  const codes = period.serverErrorShare === 0 ? ', all refusals' : '';
  return world(base, `${percent(ratio)} fail ${when}${codes}`, () => ({ group: { failurePeriods: [period] } }));
}

export function swing(base: Base, highest: number, days: number): HealthyWorld {
  const lowest = base.baseline ?? usualBaseline;
  const failureSwing = { lowest, highest, periodMinutes: days * minutesPerDay };
  const period = days === 1 ? 'a day' : `${days} days`;
  return world(base, `a sine from ${percent(lowest)} to ${percent(highest)} over ${period}`, () => ({
    group: { failureSwing },
  }));
}

export function walk(base: Base, highest: number, stepPerHour: number): HealthyWorld {
  const lowest = base.baseline ?? usualBaseline;
  const text = `a random walk between ${percent(lowest)} and ${percent(highest)}, ${percent(stepPerHour)} an hour`;
  const failureWalk = { lowest, highest, stepPerHour };
  return { ...world(base, text, () => ({ group: { failureWalk } })), promisedPerYear: walkPromise };
}

export function correlated(base: Base, minuteCorrelation: number): HealthyWorld {
  return world(base, `failures of a minute correlated by ${minuteCorrelation}`, () => ({
    group: { minuteCorrelation },
  }));
}

/** The baseline is what is refused at all times; a tenth of it is server errors. */
export function refusals(base: Required<Base>): HealthyWorld {
  return world(base, `${percent(base.baseline)} fail at all times, nine in ten of them refused`, () => ({}));
}

/** Each robot call is refused, half of them with 404 and half with 603. */
export function robocalls(base: Base, factor: number, minutes: number): HealthyWorld {
  const setting = { perWeek: 1, shortestMinutes: minutes, longestMinutes: minutes };
  const text = `${factor} times the traffic for ${minutes} minutes once a week, the additional calls refused with 404 or 603`;
  const everySeconds = 120 / ((factor - 1) * base.callsPerMinute);
  return world(base, text, (seed, until) => {
    const occasions = occasionsIn(seed, until, setting);
    const machines = occasions.flatMap(({ fromMinute, untilMinute }): readonly MachineSpec[] => [
      { fromMinute, untilMinute, everySeconds, code: 404 },
      { fromMinute: fromMinute + everySeconds / 120, untilMinute, everySeconds, code: 603 },
    ]);
    return { group: { machines }, occasions };
  });
}

export type MachineSetting = OccasionSetting & {
  readonly fastestSeconds: number;
  readonly slowestSeconds: number;
  readonly code: MachineCode;
};

/** One machine that redials by itself. Counts alone do not tell a 503 from a fault: one move is allowed each time. */
export function machine(base: Base, setting: MachineSetting): HealthyWorld {
  const { perWeek, shortestMinutes, longestMinutes, fastestSeconds, slowestSeconds, code } = setting;
  const text = `one machine redials every ${fastestSeconds} to ${slowestSeconds} s and gets ${code}, for ${shortestMinutes} to ${longestMinutes} minutes, ${perWeek} times a week`;
  const machineOf = ({ fromMinute, untilMinute, random }: Occasion): MachineSpec => ({
    fromMinute,
    untilMinute,
    everySeconds: fastestSeconds + random.uniform() * (slowestSeconds - fastestSeconds),
    code,
  });
  const built = world(base, text, (seed, until) => {
    const occasions = occasionsIn(seed, until, setting);
    return { group: { machines: occasions.map(machineOf) }, occasions };
  });
  return code === 503 ? { ...built, promisedPerYear: undefined } : built;
}

/** On every connector at once. */
function everywhere(occasions: readonly Occasion[], what: FaultKind): Peculiarity {
  const where = { voiceConnectorGroupId: groupId(0) };
  return {
    faults: occasions.map(({ fromMinute, untilMinute }) => ({ fromMinute, untilMinute, where, what })),
    occasions,
  };
}

/** Total failure, and over before it could be acted on. */
export function blips(base: Base, perWeek: number, [shortest, longest]: readonly [number, number]): HealthyWorld {
  const text = `every call fails for ${shortest} to ${longest} s, ${perWeek} times a week`;
  const setting = { perWeek, shortestMinutes: shortest / 60, longestMinutes: longest / 60 };
  return world(base, text, (seed, until) =>
    everywhere(occasionsIn(seed, until, setting), { kind: 'sip-5xx', ratio: 1 }),
  );
}

/** The failures are counted, and every call is answered. */
export function firstRouteDown(base: Base, ratio: number, setting: OccasionSetting): HealthyWorld {
  const { perWeek, shortestMinutes, longestMinutes } = setting;
  const text = `the first route fails for ${percent(ratio)} of the calls and the second one answers them, ${shortestMinutes} to ${longestMinutes} minutes, ${perWeek} times a week`;
  return world(base, text, (seed, until) =>
    everywhere(occasionsIn(seed, until, setting), { kind: 'first-route-down', ratio }),
  );
}
