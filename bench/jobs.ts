/** The jobs of a benchmark, at a given scale. */
import {
  healthySpecs,
  looseSpecs,
  outageSpecs,
  sweptBudgets,
  sweptSpecs,
  tightSpecs,
  byYardstick,
  type ContenderSpec,
  type YardstickKind,
} from './contender-spec.ts';
import { limitKey, type LimitThresholds } from './contenders.ts';
import type { DelayJob } from './delays.ts';
import { sizesTried } from './fault-library.ts';
import type { HealthyJob } from './healthy.ts';
import { steady } from './healthy-kinds.ts';
import { heldOutWorlds, trainingWorlds } from './healthy-worlds.ts';
import type { Options } from './options.ts';
import type { OutageJob } from './outages.ts';
import { isSelected } from './parts.ts';
import type { RecoveryJob } from './recoveries.ts';
import { trafficName, trafficTried, type Traffic } from './worlds.ts';

type Chunk = Pick<HealthyJob, 'days' | 'contenders' | 'calibrates'>;

function chunksOf({ scale }: Options): readonly Chunk[] {
  const { daysPerChunk: days, looseDays } = scale;
  const shared = Array.from({ length: scale.chunksPerTraffic }, (_, chunk): Chunk => {
    const swept = chunk % scale.sweptChunkEvery === 0 ? tightSpecs : [];
    return { days, contenders: [...healthySpecs, ...swept], calibrates: true };
  });
  const own = Array.from({ length: scale.ownChunksPerTraffic }, (): Chunk => ({
    days,
    contenders: [{ kind: 'ours' }],
    calibrates: false,
  }));
  return [{ days: looseDays, contenders: looseSpecs, calibrates: false }, ...shared, ...own];
}

/** The longest jobs first, so that all threads finish at about the same time. */
export function healthyJobs(options: Options): readonly HealthyJob[] {
  return chunksOf(options).flatMap((chunk, number) =>
    trafficTried.toReversed().map((traffic, place): HealthyJob => ({
      kind: 'healthy',
      world: steady(traffic).name,
      seed: options.seed * 1009 + number * 31 + place,
      ...chunk,
    })),
  );
}

const longestChunkDays = 180;
/** One chunk of so many runs the other contenders too. */
const comparedChunkEvery = 8;
/** One chunk of so many runs this project with `failback: auto` too. */
const failbackChunkEvery = 4;

/** The selected ones of the worlds that are not steady. */
export function worldJobs({ seed, scale, only }: Options): readonly HealthyJob[] {
  const worlds = [...trainingWorlds, ...heldOutWorlds];
  const chunks = Math.ceil(scale.daysPerWorld / longestChunkDays);
  return range(chunks).flatMap((chunk) =>
    worlds.flatMap(({ name }, place): readonly HealthyJob[] => {
      if (!isSelected(only, `healthy:${name}`)) return [];
      const days = Math.ceil(scale.daysPerWorld / chunks);
      const contenders = contendersOf(chunk);
      return [
        {
          kind: 'healthy',
          world: name,
          seed: seed * 1013 + chunk * 97 + place,
          days,
          contenders,
          calibrates: false,
        },
      ];
    }),
  );
}

function contendersOf(chunk: number): readonly ContenderSpec[] {
  if (chunk % comparedChunkEvery === 0) return healthySpecs;
  return chunk % failbackChunkEvery === 0 ? [{ kind: 'ours' }, { kind: 'ours-failback' }] : [{ kind: 'ours' }];
}

function range(length: number): readonly number[] {
  return Array.from({ length }, (_, index) => index);
}

const outagesPerJob = 10;

export function outageJobs({ seed, scale }: Options, limits: LimitThresholds): readonly OutageJob[] {
  return Array.from({ length: Math.ceil(scale.outages / outagesPerJob) }, (_, job): OutageJob => {
    const from = job * outagesPerJob;
    const contenders = from < scale.sweptOutages ? [...outageSpecs, ...sweptSpecs(sweptBudgets)] : outageSpecs;
    const until = Math.min(from + outagesPerJob, scale.outages);
    return { kind: 'outages', library: 'faults', seed, from, until, contenders, limits };
  });
}

/** Faults that answer 4xx. */
export function refusalJobs({ seed, scale }: Options, limits: LimitThresholds): readonly OutageJob[] {
  return Array.from({ length: Math.ceil(scale.refusals / outagesPerJob) }, (_, job): OutageJob => {
    const from = job * outagesPerJob;
    const until = Math.min(from + outagesPerJob, scale.refusals);
    return { kind: 'outages', library: 'refusals', seed, from, until, contenders: outageSpecs, limits };
  });
}

const recoveriesPerJob = 15;

export function recoveryJobs({ seed, scale }: Options): readonly RecoveryJob[] {
  return Array.from({ length: Math.ceil(scale.recoveries / recoveriesPerJob) }, (_, job): RecoveryJob => {
    const from = job * recoveriesPerJob;
    return { kind: 'recoveries', seed, from, until: Math.min(from + recoveriesPerJob, scale.recoveries) };
  });
}

/** The thresholds at which the informed CUSUM and the yardsticks raise as many false alarms as this project's default budget allows. */
export type Calibration = {
  readonly ratePerYear: number;
  readonly limits: LimitThresholds;
  /** By traffic. */
  readonly yardsticks: Readonly<Record<YardstickKind, Readonly<Record<string, number>>>>;
};

export const delaySizes: readonly number[] = sizesTried.filter((size) => [0.15, 0.3, 0.5, 0.95].includes(size));

export function delayJobs({ seed, scale }: Options, calibration: Calibration): readonly DelayJob[] {
  return trafficTried.flatMap((traffic) =>
    delaySizes.map((size): DelayJob => ({
      kind: 'delays',
      seed,
      traffic,
      size,
      replicates: scale.replicates,
      connectors: 1,
      thresholds: thresholdsFor(traffic, size, calibration),
    })),
  );
}

/** Connectors in one Region, and the traffic whose calibration fits the sum of their calls. */
const pools = [
  { connectors: 1, callsPerMinute: 1, together: 1 },
  { connectors: 3, callsPerMinute: 1, together: 3 },
  { connectors: 9, callsPerMinute: 1, together: 10 },
  { connectors: 1, callsPerMinute: 3, together: 3 },
  { connectors: 3, callsPerMinute: 3, together: 10 },
  { connectors: 9, callsPerMinute: 3, together: 30 },
] as const;
const pooledBaseline = 0.02;
const pooledSizes = delaySizes.filter((size) => size < 0.9);

export function poolingJobs({ seed, scale }: Options, calibration: Calibration): readonly DelayJob[] {
  return pools.flatMap(({ connectors, callsPerMinute, together }) =>
    pooledSizes.map((size): DelayJob => ({
      kind: 'delays',
      seed: seed + 1,
      traffic: { callsPerMinute, baseline: pooledBaseline },
      size,
      replicates: Math.ceil(scale.replicates / 2),
      connectors,
      thresholds: thresholdsFor({ callsPerMinute: together, baseline: pooledBaseline }, size, calibration),
    })),
  );
}

function thresholdsFor(traffic: Traffic, size: number, { limits, yardsticks }: Calibration): DelayJob['thresholds'] {
  const of = (kind: YardstickKind): number => yardsticks[kind][trafficName(traffic)] ?? Infinity;
  return { limit: limits[limitKey(traffic, size)] ?? Infinity, ...byYardstick(of) };
}
