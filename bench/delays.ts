/** How many minutes of a fault each detector needs, at the traffic of the busiest hour. */
import { createWorld } from '../sim/world/world.ts';
import { byYardstick, type YardstickKind } from './contender-spec.ts';
import { createYardstick } from './contenders.ts';
import { homeOf, lagMinutes, newestMinute, type Contender, type Turn } from './contender.ts';
import { CusumContender } from './contenders/cusum.ts';
import { firstStartMinute, historyBefore, startDays } from './history.ts';
import { defaultBudgetPerGroupYear, ProjectContender } from './this-project.ts';
import { metricsOf } from './connector-metrics.ts';
import { attemptFailureRatio, homeRegion, minutesPerDay, routingOf, worldSpec, type Traffic } from './worlds.ts';

export type Detector = 'limit' | YardstickKind | 'ours';

export type DelayJob = {
  readonly kind: 'delays';
  readonly seed: number;
  readonly traffic: Traffic;
  readonly size: number;
  readonly replicates: number;
  /** How many connectors are in the affected Region. */
  readonly connectors: number;
  readonly thresholds: Readonly<Record<'limit' | YardstickKind, number>>;
};

/** Minutes of the fault until the first alarm of any group; {@link longestDelayMinutes} if there was none by then. */
export type DelayResult = Omit<DelayJob, 'kind'> & {
  readonly kind: 'delays';
  readonly delays: Readonly<Record<Detector, readonly number[]>>;
};

/** An alarm that takes longer counts as this late. */
export const longestDelayMinutes = 480;
const leadMinutes = 60;

export function runDelays(job: DelayJob): DelayResult {
  const replicates = Array.from({ length: job.replicates }, (_, replicate) => delaysOf(job, replicate));
  const of = (detector: Detector): readonly number[] => replicates.map((delays) => delays[detector]);
  return { ...job, delays: { limit: of('limit'), ...byYardstick(of), ours: of('ours') } };
}

function delaysOf(job: DelayJob, replicate: number): Readonly<Record<Detector, number>> {
  const { traffic, size, connectors: groups } = job;
  const faults = [
    {
      fromMinute: leadMinutes,
      untilMinute: Infinity,
      where: { region: homeRegion },
      what: { kind: 'sip-5xx' as const, ratio: size },
    },
  ];
  const seed = job.seed * 1_000_003 + replicate;
  const startsAtMinute = startOf(replicate);
  const world = createWorld(worldSpec({ seed, traffic, groups, flat: true, faults, startsAtMinute }));
  const routing = routingOf(Array.from({ length: groups }, (_, group) => homeOf(group)));
  const stopwatches = startDetectors(job, startsAtMinute);
  const newest = (): Turn['newest'] => world.runMinute(routing).connectors.map(metricsOf);
  for (let minute = 0; minute < leadMinutes + longestDelayMinutes; minute += 1) {
    const turn = { minute: minute + 1 + lagMinutes, newest: newest(), tops: stopwatches.tops };
    for (const stopwatch of stopwatches.all) stopwatch.observe(turn);
    if (stopwatches.all.every(({ delay }) => delay !== undefined)) break;
  }
  const delayOf = (detector: Detector): number => stopwatches.by[detector].delay ?? longestDelayMinutes;
  return { limit: delayOf('limit'), ...byYardstick(delayOf), ours: delayOf('ours') };
}

/** Measures the time from the fault to a contender's first alarm. The contender's moves are not carried out. */
class Stopwatch {
  readonly contender: Contender;
  readonly #pooled: boolean;
  delay: number | undefined;

  constructor(contender: Contender, pooled: boolean) {
    this.contender = contender;
    this.#pooled = pooled;
  }

  observe(turn: Turn): void {
    if (this.delay !== undefined) return;
    const visible = this.#pooled ? pooled(turn) : turn;
    const lead = newestMinute(turn) < leadMinutes;
    if (lead && this.contender.learn !== undefined) {
      this.contender.learn(visible);
      return;
    }
    const alarms = this.contender.turn(visible).length > 0;
    if (alarms && !lead) this.delay = newestMinute(turn) + 1 - leadMinutes;
  }
}

/** The calls of all connectors of a Region as the calls of one. */
function pooled({ minute, newest }: Turn): Turn {
  const [first, second] = newest;
  if (first === undefined || second === undefined) return { minute, newest, tops: [] };
  const homes = newest.filter((_, connector) => connector % 2 === 0);
  const attempts = homes.reduce((sum, metrics) => sum + metrics.attempts, 0);
  const failures = homes.reduce((sum, metrics) => sum + metrics.failures, 0);
  return { minute, newest: [{ ...first, attempts, failures }, second], tops: [homeOf(0)] };
}

/** A different day for each replicate, so that the learned baselines differ too. */
function startOf(replicate: number): number {
  return firstStartMinute + ((replicate * 997) % (startDays * minutesPerDay));
}

function startDetectors({ traffic, size, connectors, thresholds }: DelayJob, startsAtMinute: number) {
  const baseline = attemptFailureRatio(traffic);
  const by: Readonly<Record<Detector, Stopwatch>> = {
    limit: new Stopwatch(new CusumContender({ baseline, size, threshold: thresholds.limit }), true),
    ...byYardstick((kind) => new Stopwatch(createYardstick(kind, thresholds[kind]), true)),
    ours: new Stopwatch(new ProjectContender({ budgetPerGroupYear: defaultBudgetPerGroupYear, startsAtMinute }), false),
  };
  const all = Object.values(by);
  const tops = Array.from({ length: connectors }, (_, group) => homeOf(group));
  for (const stopwatch of all) {
    const days = stopwatch.contender.historyDays ?? 1;
    for (const history of historyBefore({ traffic, startsAtMinute, groups: connectors, flat: true }, days)) {
      stopwatch.observe({ ...history, tops });
    }
  }
  return { all, by, tops };
}
