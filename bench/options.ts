import { parseArgs } from 'node:util';

/** How much is run. */
export type Scale = {
  readonly chunksPerTraffic: number;
  readonly daysPerChunk: number;
  /** More of them for ours alone, whose few false moves take longest to count. */
  readonly ownChunksPerTraffic: number;
  /** In one of so many chunks our budget is swept as well, down from one a year; looser budgets take but a few days. */
  readonly sweptChunkEvery: number;
  readonly looseDays: number;
  readonly outages: number;
  /** The first so many outages are also played under the swept budgets. */
  readonly sweptOutages: number;
  readonly replicates: number;
};

export type Options = {
  readonly seed: number;
  readonly threads: number;
  /** Whether it is the full size, on which the promises are judged. */
  readonly isWhole: boolean;
  readonly scale: Scale;
  /** Where the results go. */
  readonly directory: string;
};

/** 3,870 days of ours in every world: up to four false moves in them bound the rate, at 95 %, below one a year. */
const full: Scale = {
  chunksPerTraffic: 15,
  daysPerChunk: 90,
  ownChunksPerTraffic: 28,
  sweptChunkEvery: 5,
  looseDays: 15,
  outages: 2400,
  sweptOutages: 600,
  replicates: 60,
};
const quick: Scale = {
  chunksPerTraffic: 1,
  daysPerChunk: 12,
  ownChunksPerTraffic: 0,
  sweptChunkEvery: 1,
  looseDays: 3,
  outages: 150,
  sweptOutages: 150,
  replicates: 6,
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
      out: { type: 'string' },
    },
  });
  const part = Number(values.part);
  if (!(part > 0 && part <= 1)) throw new RangeError(`--part takes a share of the full size, not ${values.part}`);
  const isWhole = !values.quick && part === 1;
  return {
    seed: wholeNumber('--seed', values.seed),
    threads: Math.max(1, wholeNumber('--threads', values.threads)),
    isWhole,
    scale: values.quick ? quick : partOf(full, part),
    directory: values.out ?? (isWhole ? 'bench/results' : 'bench/results/quick'),
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
    replicates: share(scale.replicates),
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${name} takes a whole number, not ${text}`);
  return value;
}
