/** Holds a run to what its scenario expects. */
import { z } from 'zod';
import { callsFailedByFaults, type MinuteOfWorld } from '../world/minute.ts';
import type { Scenario } from './format/body.ts';
import type { Between, Expectations, Seen } from './format/expectations.ts';
import type { Played, PlayedMinute } from './run.ts';
import { appliedMove, type Decision } from './turn.ts';

export type Checked = {
  /** What was expected, in words. */
  readonly what: string;
  /** Why it is not so; absent where it is. */
  readonly failure: string | undefined;
};

export function check({ expect }: Scenario, played: Played): readonly Checked[] {
  return [
    ...checkMoves(expect, played),
    ...Object.entries(expect.finalOrder).map(([group, order]) => checkOrder(group, order, played)),
    ...Object.entries(expect.finalNames).map(([group, name]) =>
      result(
        `${group} ends with the name ${name}`,
        played.finalNames.get(group) === name,
        `it is ${played.finalNames.get(group)}`,
      ),
    ),
    ...expect.holds.map(({ group, code, seen, between }) =>
      checkSeen(`hold ${code}`, seen, between, played, (minute) =>
        decisionsOf(minute, group).map((decision) => decision.code === code),
      ),
    ),
    ...expect.verdicts.map(({ connector, verdict, seen, between }) =>
      checkSeen(`${connector} ${verdict}`, seen, between, played, (minute) =>
        decisionsOf(minute).flatMap(({ connectors }) =>
          connectors
            .filter(({ voiceConnectorId }) => voiceConnectorId === connector)
            .map((one) => one.verdict?.health === verdict || one.verdict?.cause === verdict),
        ),
      ),
    ),
    checkFailedTurns(expect, played),
    ...expect.events.map((event) => checkEvents(event, played)),
    ...(expect.writes === undefined ? [] : [checkWrites(expect.writes, played)]),
    ...(expect.callsSaved === undefined ? [] : [checkSaved(expect.callsSaved, played)]),
  ];
}

function decisionsOf({ turns }: PlayedMinute, group?: string): readonly Decision[] {
  return turns.flatMap(({ decisions }) =>
    decisions.filter(({ voiceConnectorGroupId }) => group === undefined || voiceConnectorGroupId === group),
  );
}

function isIn(minute: number, [first, last]: Between): boolean {
  return minute >= first && minute <= last;
}

function range([first, last]: Between): string {
  return first === last ? `in minute ${first}` : `in minutes ${first} to ${last}`;
}

function result(what: string, isSo: boolean, failure: string): Checked {
  return {
    what,
    failure: isSo ? undefined : failure,
  };
}

/** Every change that was applied. */
export function movesOf({ minutes }: Pick<Played, 'minutes'>) {
  return minutes.flatMap((minute) =>
    decisionsOf(minute).flatMap((decision) => {
      const move = appliedMove(decision);
      return move === undefined
        ? []
        : [{ ...move, minute: minute.minute, at: minute.turnAt, group: decision.voiceConnectorGroupId }];
    }),
  );
}

function checkMoves({ moves: expected }: Expectations, played: Played): readonly Checked[] {
  const moves = movesOf(played);
  const seen = moves.map(({ kind, from, to, minute }) => `${kind} from ${from} to ${to} in minute ${minute}`);
  const all = `moves: ${seen.join(', ') || 'none'}`;
  if (expected.length === 0) return [result('no move', moves.length === 0, all)];
  return [
    ...expected.map((move, place) => {
      const made = moves[place];
      const isSo =
        made?.kind === move.kind &&
        made.from === move.from &&
        made.to === move.to &&
        made.group === (move.group ?? made.group) &&
        isIn(made.minute, move.between);
      return result(`${move.kind} from ${move.from} to ${move.to} ${range(move.between)}`, isSo, all);
    }),
    result('no other move', moves.length <= expected.length, all),
  ];
}

function checkOrder(group: string, expected: readonly string[], { finalOrder }: Played): Checked {
  const order = finalOrder.get(group) ?? [];
  return result(
    `${group} ends as ${expected.join(', ')}`,
    order.join() === expected.join(),
    `it is ${order.join(', ')}`,
  );
}

/** A minute without a decision shows nothing: it is neither a witness nor an exception. */
function checkSeen(
  what: string,
  seen: Seen,
  between: Between,
  { minutes }: Played,
  sightings: (minute: PlayedMinute) => readonly boolean[],
): Checked {
  const looked = minutes
    .filter(({ minute }) => isIn(minute, between))
    .flatMap((minute) => sightings(minute).map((isSeen) => ({ minute: minute.minute, isSeen })));
  const withIt = looked.filter(({ isSeen }) => isSeen).map(({ minute }) => minute);
  const without = looked.filter(({ isSeen }) => !isSeen).map(({ minute }) => minute);
  const words = `${what} ${seen} ${range(between)}`;
  if (looked.length === 0) return result(words, seen === 'never', 'no decision was made in these minutes');
  if (seen === 'never') return result(words, withIt.length === 0, `seen in ${listed(withIt)}`);
  return seen === 'once'
    ? result(words, withIt.length > 0, 'it was not')
    : result(words, without.length === 0, `not so in ${listed(without)}`);
}

function listed(minutes: readonly number[]): string {
  const different = [...new Set(minutes)];
  const shown = different.slice(0, 10).join(', ');
  return `minute ${shown}${different.length > 10 ? ` and ${different.length - 10} more` : ''}`;
}

function checkFailedTurns({ failedTurns: { must, may } }: Expectations, { minutes }: Played): Checked {
  const taken = minutes.filter(({ turns }) => turns.length > 0);
  const failed = taken
    .filter(({ turns }) => turns.some(({ error }) => error !== undefined))
    .map(({ minute }) => minute);
  const missing = taken
    .map(({ minute }) => minute)
    .filter((minute) => must.some((range) => isIn(minute, range)) && !failed.includes(minute));
  const unexpected = failed.filter((minute) => ![...must, ...may].some((range) => isIn(minute, range)));
  const allowed = must.length === 0 ? 'every turn succeeds' : `turns fail ${must.map(range).join(', ')}`;
  const besides = may.length === 0 ? '' : `, and may ${may.map(range).join(', ')}`;
  return result(
    `${allowed}${besides}`,
    missing.length + unexpected.length === 0,
    [
      ...(missing.length === 0 ? [] : [`succeeded in ${listed(missing)}`]),
      ...(unexpected.length === 0 ? [] : [`failed in ${listed(unexpected)}`]),
    ].join('; '),
  );
}

function checkEvents(expected: Expectations['events'][number], { minutes }: Played): Checked {
  const { type, between, times, saying } = expected;
  const told = Object.entries(saying);
  const count = minutes
    .filter(({ minute }) => isIn(minute, between))
    .flatMap(({ events }) => events)
    .filter(({ detailType }) => detailType === type)
    .map(({ detail }) => dataOf(detail))
    .filter((data) => told.every(([key, value]) => data[key] === value)).length;
  const wanted = times === undefined ? 'at least once' : `${times} times`;
  const isSo = times === undefined ? count > 0 : count === times;
  const words = told.map(([key, value]) => `, ${key} ${value}`).join('');
  return result(`event ${type}${words} ${wanted} ${range(between)}`, isSo, `${count} times`);
}

function dataOf(detail: unknown): Readonly<Record<string, unknown>> {
  return z.object({ data: z.record(z.string(), z.unknown()) }).parse(detail).data;
}

function checkWrites(expected: number, { minutes }: Played): Checked {
  const writes = minutes.reduce((sum, minute) => sum + minute.writes, 0);
  return result(`${expected} UpdateVoiceConnectorGroup requests`, writes === expected, `there were ${writes}`);
}

export type Tally = { readonly offered: number; readonly failed: number; readonly byFaults: number };

export function tally(minutes: readonly MinuteOfWorld[]): Tally {
  const groups = minutes.flatMap((minute) => minute.groups);
  return {
    offered: groups.reduce((sum, { callsOffered }) => sum + callsOffered, 0),
    failed: groups.reduce((sum, { callsFailed }) => sum + callsFailed, 0),
    byFaults: groups.reduce((sum, group) => sum + callsFailedByFaults(group), 0),
  };
}

/** Calls that the monitor kept from failing; negative where it made more of them fail. */
export function callsSaved({ minutes, alone }: Played): number {
  return tally(alone).byFaults - tally(minutes.map(({ calls }) => calls)).byFaults;
}

function checkSaved({ atLeast, atMost }: NonNullable<Expectations['callsSaved']>, played: Played): Checked {
  const saved = callsSaved(played);
  const wanted = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  const isSo = saved >= (atLeast ?? -Infinity) && saved <= (atMost ?? Infinity);
  return result(`${wanted.join(' and ')} calls saved`, isSo, `${saved} were`);
}
