import { parseArgs } from 'node:util';

/** The size of the benchmark. */
export type Scale = {
  readonly chunksPerTraffic: number;
  readonly daysPerChunk: number;
  /** Additional chunks for this project alone, because its false moves are the rarest and take longest to count. */
  readonly ownChunksPerTraffic: number;
  /** One of so many chunks also runs the swept budgets up to one false move a year. */
  readonly sweptChunkEvery: number;
  /** Days for the swept budgets above one false move a year: a few suffice. */
  readonly looseDays: number;
  readonly outages: number;
  /** The first so many outages also run with the swept budgets. */
  readonly sweptOutages: number;
  /** Outages whose fault answers 4xx. */
  readonly refusals: number;
  readonly replicates: number;
  readonly recoveries: number;
  /** Days in each healthy world that is not steady. */
  readonly daysPerWorld: number;
};

export type Options = {
  readonly seed: number;
  readonly threads: number;
  /** Whether this is the full size, for which the promises hold. */
  readonly isFullSize: boolean;
  readonly scale: Scale;
  /** The parts to run, as patterns; empty for all of them. */
  readonly only: readonly string[];
  /** The folder for the results. */
  readonly directory: string;
};

/** This project runs 5,040 days in every world: with at most six false moves the 95 % interval ends below one a year. */
const full: Scale = {
  chunksPerTraffic: 6,
  daysPerChunk: 90,
  ownChunksPerTraffic: 50,
  sweptChunkEvery: 5,
  looseDays: 15,
  outages: 2400,
  sweptOutages: 600,
  refusals: 600,
  replicates: 60,
  recoveries: 6000,
  daysPerWorld: 5040,
};
const quick: Scale = {
  chunksPerTraffic: 1,
  daysPerChunk: 12,
  ownChunksPerTraffic: 0,
  sweptChunkEvery: 1,
  looseDays: 3,
  outages: 150,
  sweptOutages: 150,
  refusals: 30,
  replicates: 6,
  recoveries: 75,
  daysPerWorld: 7,
};

const defaultSeed = 20_261_121;

export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(defaultSeed) },
      threads: { type: 'string', default: '2' },
      quick: { type: 'boolean', default: false },
      part: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
    },
  });
  const part = Number(values.part);
  if (!(part > 0 && part <= 1)) throw new RangeError(`--part takes a share of the full size, not ${values.part}`);
  const only = values.only.flatMap((patterns) => patterns.split(','));
  const isFullSize = !values.quick && part === 1 && only.length === 0;
  return {
    seed: wholeNumber('--seed', values.seed),
    threads: Math.max(1, wholeNumber('--threads', values.threads)),
    isFullSize,
    scale: values.quick ? quick : partOf(full, part),
    only,
    directory: values.out ?? (isFullSize ? 'bench/results' : 'bench/results/quick'),
  };
}

function partOf(scale: Scale, part: number): Scale {
  const share = (whole: number): number => Math.max(1, Math.round(whole * part));
  return {
    ...scale,
    chunksPerTraffic: share(scale.chunksPerTraffic),
    ownChunksPerTraffic: share(scale.ownChunksPerTraffic),
    outages: share(scale.outages),
    sweptOutages: share(scale.sweptOutages),
    refusals: share(scale.refusals),
    replicates: share(scale.replicates),
    recoveries: share(scale.recoveries),
    daysPerWorld: share(scale.daysPerWorld),
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} takes a whole number, not ${text}`);
  return value;
}
