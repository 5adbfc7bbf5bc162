import { parseArgs } from 'node:util';

/** The size of the benchmark. */
export type Scale = {
  /** Numbers of healthy groups whose runs are compared with the critical path. */
  readonly healthyGroups: readonly number[];
  /** Runs of each; the median is reported. */
  readonly healthyRuns: number;
  /** All of these groups fail at once. */
  readonly failingGroups: number;
  /** Numbers of groups with quiet lines in a Region that fails some of their calls. */
  readonly quietFailingGroups: readonly number[];
  /** Groups whose requests are counted, and runs, a minute apart. */
  readonly countedGroups: number;
  readonly countedRuns: number;
  readonly quietGroups: number;
  /** Groups that are decided in shards, and the shards. */
  readonly shardedGroups: number;
  readonly shards: number;
  /** Sizes of the account, in groups, for the growth of the core. */
  readonly coreGroups: readonly number[];
};

const full: Scale = {
  healthyGroups: [10, 100, 1000],
  healthyRuns: 5,
  failingGroups: 100,
  quietFailingGroups: [60, 200, 1000],
  countedGroups: 100,
  countedRuns: 10,
  quietGroups: 3000,
  shardedGroups: 10_000,
  shards: 40,
  coreGroups: [100, 300, 1000, 3000],
};

const quick: Scale = {
  healthyGroups: [10, 100],
  healthyRuns: 2,
  failingGroups: 20,
  quietFailingGroups: [20],
  countedGroups: 20,
  countedRuns: 3,
  quietGroups: 200,
  shardedGroups: 400,
  shards: 4,
  coreGroups: [30, 100, 300],
};

/** What can be run alone. */
export const parts = ['healthy', 'failing', 'hanging', 'quiet-fault', 'counts', 'quiet', 'shards', 'core'] as const;
export type Part = (typeof parts)[number];

export type Options = {
  readonly seed: number;
  readonly isQuick: boolean;
  readonly scale: Scale;
  readonly only: readonly Part[];
  /** The folder for the results. */
  readonly directory: string;
};

const defaultSeed = 20_261_126;

/** @throws RangeError for a part that does not exist or a seed that is no whole number */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(defaultSeed) },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      out: { type: 'string' },
    },
  });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`--seed takes a whole number, not ${values.seed}`);
  const only = values.only.flatMap((names) => names.split(',')).map(partNamed);
  const isQuick = values.quick || only.length > 0;
  return {
    seed,
    isQuick: values.quick,
    scale: values.quick ? quick : full,
    only: only.length === 0 ? parts : only,
    directory: values.out ?? (isQuick ? 'bench/results/quick' : 'bench/results'),
  };
}

function partNamed(name: string): Part {
  const part = parts.find((known) => known === name);
  if (part === undefined) throw new RangeError(`--only takes ${parts.join(', ')}, not ${name}`);
  return part;
}
