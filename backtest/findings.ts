/** What a replay shows: moves and how they look afterwards, what was held back, failed calls, and the rate of false moves. */
import { poissonInterval, type Interval } from '../bench/statistics.ts';
import { dayMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { Decided, ReplayedGroup, Stretch } from './group-trace.ts';
import type { Replay, ReplayedMove } from './replay.ts';
import { faultExcess } from './assumed-calls.ts';
import type { History } from './history.ts';

/** The calls that really arrived at the left Voice Connector in this time after a failover show whether it still failed. */
export const assessedMinutes = 30;
/** Fewer calls show nothing. */
export const leastAssessedCalls = 10;

const yearMs = 365 * dayMs;

/**
 * `borne-out`: the left Voice Connector went on failing. `unneeded`: it did not, so that the move would have saved nothing. `not-known`:
 * it had too few calls, as after a move that was really made. Of failovers only.
 */
export type Assessment = 'borne-out' | 'unneeded' | 'not-known';

export type AssessedMove = ReplayedMove & {
  /** Undefined for other moves than failovers. */
  readonly assessment: Assessment | undefined;
  /** The calls that really arrived at the left Voice Connector afterwards. */
  readonly afterwards: Calls;
};

export type Calls = { readonly attempts: number; readonly failures: number };

export type Held = Stretch<Decided> & {
  /** Calls of the group that really failed meanwhile. */
  readonly failures: number;
};

export type Rate = {
  readonly count: number;
  readonly groupYears: number;
  /** Per group and year, with the 95 % interval of the rate. */
  readonly perYear: number;
  readonly interval: Interval;
};

export type GroupFindings = {
  readonly group: ReplayedGroup;
  readonly moves: readonly AssessedMove[];
  readonly held: readonly Held[];
  /** As they were recorded. */
  readonly recorded: Calls;
  /** As the replay has them; as recorded until the first move that was not made. */
  readonly replayed: Calls;
  /** Minutes in which the replay has the calls elsewhere than they were: its numbers are assumed. */
  readonly assumedMinutes: number;
  /** Of unneeded failovers. */
  readonly falseMoves: Rate;
  /** Of unneeded failovers and those of which it is not known. */
  readonly falseMovesAtMost: Rate;
};

export function findingsOf(history: History, replayed: Replay): readonly GroupFindings[] {
  return replayed.groups.map((group) => findingsOn(group, history, replayed));
}

function findingsOn(group: ReplayedGroup, history: History, replayed: Replay): GroupFindings {
  const { from, until } = replayed;
  const ids = [...group.health.keys()];
  const moves = replayed.moves
    .filter(({ voiceConnectorGroupId }) => voiceConnectorGroupId === group.voiceConnectorGroupId)
    .map((move) => assess(move, history, replayed));
  const unneeded = moves.filter(({ assessment }) => assessment === 'unneeded').length;
  const unknown = moves.filter(({ assessment }) => assessment === 'not-known').length;
  const recordedIn = (start: EpochMs, end: EpochMs): Calls =>
    sumOf(ids.map((id) => recordedCalls(history, id, start, end)));
  return {
    group,
    moves,
    held: group.decisions
      .filter(({ value }) => isHeldBack(value))
      .map((stretch) => ({ ...stretch, failures: recordedIn(stretch.from, stretch.until).failures })),
    recorded: recordedIn(from, until),
    replayed: sumOf(ids.map((id) => callsIn((at) => replayed.callsOf(id, at), from, until))),
    assumedMinutes: minutesApart(group),
    falseMoves: rateOf(unneeded, until - from),
    falseMovesAtMost: rateOf(unneeded + unknown, until - from),
  };
}

/** A primary that is proven unhealthy stays, or a failback waits. */
function isHeldBack({ code, isFailoverHeld }: Decided): boolean {
  return isFailoverHeld || (code.startsWith('failback-') && code !== 'failback-never');
}

export function recordedCalls(history: History, voiceConnectorId: string, from: EpochMs, until: EpochMs): Calls {
  const value = (metric: 'InboundCallAttempts' | 'InboundCallFailures', at: EpochMs): number =>
    history.value('minute', voiceConnectorId, metric, at) ?? 0;
  return callsIn(
    (at) => ({ attempts: value('InboundCallAttempts', at), failures: value('InboundCallFailures', at) }),
    from,
    until,
  );
}

function callsIn(callsAt: (at: EpochMs) => Calls, from: EpochMs, until: EpochMs): Calls {
  let attempts = 0;
  let failures = 0;
  for (let at = from; at < until; at += minuteMs) {
    const calls = callsAt(at);
    attempts += calls.attempts;
    failures += calls.failures;
  }
  return { attempts, failures };
}

function sumOf(all: readonly Calls[]): Calls {
  return {
    attempts: all.reduce((sum, { attempts }) => sum + attempts, 0),
    failures: all.reduce((sum, { failures }) => sum + failures, 0),
  };
}

function assess(move: ReplayedMove, history: History, replayed: Replay): AssessedMove {
  const from = Math.ceil(move.at / minuteMs) * minuteMs;
  const afterwards = recordedCalls(history, move.leaving, from, from + assessedMinutes * minuteMs);
  const assessment =
    move.kind === 'failover' ? assessmentOf(afterwards, replayed.usualOf(move.leaving).ratio) : undefined;
  return { ...move, assessment, afterwards };
}

function assessmentOf({ attempts, failures }: Calls, usualRatio: number): Assessment {
  if (attempts < leastAssessedCalls) return 'not-known';
  return failures / attempts > usualRatio + faultExcess ? 'borne-out' : 'unneeded';
}

function minutesApart({ primary, recordedPrimary }: ReplayedGroup): number {
  let minutes = 0;
  for (const { from, until, value } of primary) {
    for (const recorded of recordedPrimary) {
      const overlapMs = Math.min(until, recorded.until) - Math.max(from, recorded.from);
      if (recorded.value !== value && overlapMs > 0) minutes += overlapMs / minuteMs;
    }
  }
  return minutes;
}

function rateOf(count: number, watchedMs: number): Rate {
  const groupYears = watchedMs / yearMs;
  const { lower, upper } = poissonInterval(count);
  return {
    count,
    groupYears,
    perYear: count / groupYears,
    interval: { lower: lower / groupYears, upper: upper / groupYears },
  };
}
