/**
 * Replays the monitor's judge and plan over a history, minute by minute.
 *
 * Threads replay the next ranges of time at once, each as if no move were made in those between. Moves are rare: where one is made after all,
 * the later ranges are replayed again with it, so that the result does not depend on the number of threads.
 */
import type { MoveKind } from '../lib/core/model/plan.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { Policy } from '../lib/input/policy.ts';
import type { UsualFailures } from './assumed-calls.ts';
import { GroupTrace, type ReplayedGroup } from './group-trace.ts';
import type { History } from './history.ts';
import { RangeReplay } from './replay-range.ts';
import { ReplayRun, type MadeMove, type ReplayedRange, type ReplaySetting } from './replay-run.ts';
import { ReplayThread } from './replay-thread.ts';

export type ReplayOptions = {
  /** The minute of the first run. */
  readonly from: EpochMs;
  /** Exclusive. */
  readonly until: EpochMs;
  /** How far into each minute its run begins, in ms. Default: 4 s. */
  readonly runDelayMs?: number;
  /** Default: 1, which is the thread of the caller. */
  readonly threads?: number;
  /** What a thread replays at once. Default: 6 h. */
  readonly rangeMinutes?: number;
  /** Called after each range with its end. */
  readonly onReplayed?: (until: EpochMs) => void;
};

export type ReplayedMove = {
  readonly at: EpochMs;
  readonly voiceConnectorGroupId: string;
  readonly kind: MoveKind;
  readonly leaving: string;
  readonly promoting: string;
  /** The judge's evidence and the planner's choice, with the numbers that were compared. */
  readonly reason: string;
  /** Whether the group really made this move within two minutes. */
  readonly wasMade: boolean;
};

export type Replay = {
  readonly from: EpochMs;
  readonly until: EpochMs;
  readonly groups: readonly ReplayedGroup[];
  readonly moves: readonly ReplayedMove[];
  /** The calls of a minute in the replay. */
  readonly callsOf: (voiceConnectorId: string, at: EpochMs) => { readonly attempts: number; readonly failures: number };
  readonly usualOf: (voiceConnectorId: string) => UsualFailures;
};

/** Longer ranges are replayed again for longer after a move; shorter ones let threads wait for each other more often. */
const usualRangeMinutes = 6 * 60;

export async function replay(history: History, policy: Policy, options: ReplayOptions): Promise<Replay> {
  const { from, until, runDelayMs = 4000, threads = 1 } = options;
  const setting: ReplaySetting = { policy, from, runDelayMs };
  const run = new ReplayRun(history, setting);
  const traces = await withThreads(history, setting, { run, threads }, (replayers) =>
    replayAll(history, run, replayers, options),
  );
  return {
    from,
    until,
    groups: traces.map((trace) => trace.result()),
    moves: run.moves.map(replayedMove),
    callsOf: (id, at) => run.callsOf(id, at),
    usualOf: (id) => run.usualOf(id),
  };
}

type Replayer = Pick<RangeReplay, 'replay'>;

async function withThreads<Result>(
  history: History,
  setting: ReplaySetting,
  { run, threads }: { readonly run: ReplayRun; readonly threads: number },
  act: (replayers: readonly Replayer[]) => Promise<Result>,
): Promise<Result> {
  if (threads === 1) return act([new RangeReplay(history, setting, run)]);
  const started = Array.from({ length: threads }, () => new ReplayThread(history, setting));
  try {
    return await act(started);
  } finally {
    await Promise.all(started.map((thread) => thread.end()));
  }
}

/** @param run has every move that is certain */
async function replayAll(
  { account }: History,
  run: ReplayRun,
  replayers: readonly Replayer[],
  { from, until, rangeMinutes = usualRangeMinutes, onReplayed }: ReplayOptions,
): Promise<readonly GroupTrace[]> {
  const traces = new Map(account.groups.map((group) => [group.voiceConnectorGroupId, new GroupTrace(group)]));
  let start = from;
  while (start < until) {
    const ranges = nextRanges(start, until, { count: replayers.length, rangeMs: rangeMinutes * minuteMs });
    const replayed = ranges.flatMap(
      (range, place) => replayers[place]?.replay({ ...range, movesBefore: run.moves }) ?? [],
    );
    for (const range of certainRanges(await Promise.all(replayed))) {
      run.skipTo(range.until, range.moves);
      for (const group of range.groups) traces.get(group.voiceConnectorGroupId)?.append(group);
      start = range.until;
      onReplayed?.(start);
    }
  }
  return [...traces.values()];
}

function nextRanges(
  start: EpochMs,
  until: EpochMs,
  { count, rangeMs }: { readonly count: number; readonly rangeMs: number },
): readonly { readonly from: EpochMs; readonly until: EpochMs }[] {
  const starts = Array.from({ length: count }, (_, place) => start + place * rangeMs).filter((from) => from < until);
  return starts.map((from) => ({ from, until: Math.min(from + rangeMs, until) }));
}

/** Up to the first one with a move: the later ones did not know of it. */
function certainRanges(ranges: readonly ReplayedRange[]): readonly ReplayedRange[] {
  const first = ranges.findIndex(({ moves }) => moves.length > 0);
  return first === -1 ? ranges : ranges.slice(0, first + 1);
}

function replayedMove({ at, voiceConnectorGroupId, move, wasMade }: MadeMove): ReplayedMove {
  const { kind, leaving, promoting, reason } = move;
  return { at, voiceConnectorGroupId, kind, leaving, promoting, reason, wasMade };
}
