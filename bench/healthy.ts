/** Weeks without a fault: every move is a false one. */
import { createWorld } from '../sim/world/world.ts';
import { metricsOf } from './connector-metrics.ts';
import { lagMinutes } from './contender.ts';
import { keyOf, type ContenderSpec } from './contender-spec.ts';
import { createForHealthy } from './contenders.ts';
import { HealthyStatistics, noPeaks, type StatisticPeaks } from './healthy-statistics.ts';
import type { Peculiarity } from './healthy-world.ts';
import { worldNamed } from './healthy-worlds.ts';
import { historyDays } from './history.ts';
import { mostWithin } from './occasions.ts';
import { nothingRecorded, StreamRun, type RecordedMinute } from './stream-run.ts';
import { ProjectContender } from './this-project.ts';
import { attemptFailureRatio, minutesPerDay, routedToCarrier, worldSpec, type Traffic, withCarrier } from './worlds.ts';

export type HealthyJob = {
  readonly kind: 'healthy';
  /** Its name. */
  readonly world: string;
  readonly seed: number;
  readonly days: number;
  readonly contenders: readonly ContenderSpec[];
  /** Whether the statistics are recorded too, for the calibration. */
  readonly calibrates: boolean;
};

type Counts = Readonly<Record<string, number>>;

export type HealthyResult = StatisticPeaks & {
  readonly kind: 'healthy';
  readonly world: string;
  readonly traffic: Traffic;
  readonly days: number;
  readonly falseMoves: Counts;
  /** Of this project. */
  readonly falseVerdicts: Counts;
  /** The most false moves in one of the world's occasions and the hour after it. */
  readonly mostPerOccasion: Counts;
  readonly gate: { readonly audited: number; readonly failures: number };
};

/** Nothing is counted before the longest history is complete. */
const warmUpMinutes = historyDays * minutesPerDay;
const minutesPerYear = 365 * minutesPerDay;

export function runHealthy(job: HealthyJob): HealthyResult {
  const { traffic, peculiarity } = worldNamed(job.world);
  const minutes = warmUpMinutes + job.days * minutesPerDay;
  const peculiar = peculiarity(job.seed, minutes);
  const runs = job.contenders.map((spec) => new StreamRun(spec, createForHealthy(spec, attemptFailureRatio(traffic))));
  const statistics = job.calibrates ? new HealthyStatistics(traffic) : undefined;
  const next = recorder(job.seed, traffic, peculiar);
  for (let minute = 0; minute < minutes; minute += 1) {
    // This minute is visible at the start of minute + 2, lagMinutes after its end.
    const [visibleAt, recorded, acts] = [minute + 1 + lagMinutes, next(), minute >= warmUpMinutes];
    statistics?.add(visibleAt, recorded, acts);
    for (const run of runs) run.observe(visibleAt, recorded, acts);
  }
  return {
    kind: 'healthy',
    world: job.world,
    traffic,
    days: job.days,
    ...countsOf(runs, peculiar),
    ...(statistics?.peaks((job.days * minutesPerDay) / minutesPerYear) ?? noPeaks),
  };
}

/** Simulates the next minute at each call. */
export function recorder(seed: number, traffic: Traffic, { group, faults }: Peculiarity): () => RecordedMinute {
  const setting = { seed, traffic, ...(group && { group }), ...(faults && { faults }) };
  const world = createWorld(withCarrier(worldSpec(setting)));
  return () => {
    const [home, standby, inbound] = world.runMinute(routedToCarrier).connectors.map(metricsOf);
    return home && standby && inbound ? { inbound, home, standby } : nothingRecorded;
  };
}

function countsOf(
  runs: readonly StreamRun[],
  { occasions = [] }: Peculiarity,
): Pick<HealthyResult, 'falseMoves' | 'falseVerdicts' | 'mostPerOccasion' | 'gate'> {
  const own = runs.flatMap(({ contender }) => (contender instanceof ProjectContender ? [contender] : []));
  const ownRuns = runs.filter(({ contender }) => contender instanceof ProjectContender);
  const countBy = (some: readonly StreamRun[], count: (run: StreamRun) => number): Counts =>
    Object.fromEntries(some.map((run) => [keyOf(run.spec), count(run)]));
  return {
    falseMoves: countBy(runs, ({ falseMoves }) => falseMoves.length),
    falseVerdicts: countBy(ownRuns, ({ falseVerdicts }) => falseVerdicts),
    mostPerOccasion: countBy(runs, ({ falseMoves }) => mostWithin(falseMoves, occasions)),
    gate: {
      audited: own.reduce((sum, { audited }) => sum + audited, 0),
      failures: own.reduce((sum, { gateFailures }) => sum + gateFailures, 0),
    },
  };
}
