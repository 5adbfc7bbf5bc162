/** Compares a simulation with its scenario's expectations. */
import * as z from 'zod';
import type { Scenario } from './format/body.ts';
import type { Between, Expectations, Occurrence } from './format/expectations.ts';
import type { ScenarioRun, SimulatedMinute } from './run.ts';
import { callsSaved } from './tally.ts';
import { appliedMove, type Decision } from './turn.ts';

export type CheckResult = {
  /** The expectation as text. */
  readonly what: string;
  /** Why the expectation was not met; undefined if it was. */
  readonly failure: string | undefined;
};

export function check({ expect }: Scenario, run: ScenarioRun): readonly CheckResult[] {
  return [
    ...checkMoves(expect, run),
    ...Object.entries(expect.finalOrder).map(([group, order]) => checkOrder(group, order, run)),
    ...Object.entries(expect.finalNames).map(([group, name]) =>
      result(
        `${group} ends with the name ${name}`,
        run.finalNames.get(group) === name,
        `it is ${run.finalNames.get(group)}`,
      ),
    ),
    ...expect.holds.map(({ group, code, seen, between }) =>
      checkOccurrence(`hold ${code}`, { seen, between }, run, (minute) =>
        decisionsOf(minute, group).map((decision) => decision.code === code),
      ),
    ),
    ...expect.verdicts.map(({ connector, verdict, seen, between }) =>
      checkOccurrence(`${connector} ${verdict}`, { seen, between }, run, (minute) =>
        decisionsOf(minute).flatMap(({ connectors }) =>
          connectors
            .filter(({ voiceConnectorId }) => voiceConnectorId === connector)
            .map((each) => each.verdict?.health === verdict || each.verdict?.cause === verdict),
        ),
      ),
    ),
    checkFailedRuns(expect, run),
    ...expect.events.map((event) => checkEvents(event, run)),
    ...(expect.writes === undefined ? [] : [checkWrites(expect.writes, run)]),
    ...(expect.callsSaved === undefined ? [] : [checkCallsSaved(expect.callsSaved, run)]),
  ];
}

function decisionsOf({ turns }: SimulatedMinute, group?: string): readonly Decision[] {
  return turns.flatMap(({ decisions }) =>
    decisions.filter(({ voiceConnectorGroupId }) => group === undefined || voiceConnectorGroupId === group),
  );
}

function isIn(minute: number, [first, last]: Between): boolean {
  return minute >= first && minute <= last;
}

function rangeText([first, last]: Between): string {
  return first === last ? `in minute ${first}` : `in minutes ${first} to ${last}`;
}

function result(what: string, isMet: boolean, failure: string): CheckResult {
  return {
    what,
    failure: isMet ? undefined : failure,
  };
}

/** Every change that was applied. */
export function movesOf({ minutes }: Pick<ScenarioRun, 'minutes'>) {
  return minutes.flatMap((minute) =>
    decisionsOf(minute).flatMap((decision) => {
      const move = appliedMove(decision);
      if (move === undefined) return [];
      const { reason, voiceConnectorGroupId: group } = decision;
      return [{ ...move, minute: minute.minute, at: minute.turnAt, group, reason }];
    }),
  );
}

function checkMoves({ moves: expected }: Expectations, run: ScenarioRun): readonly CheckResult[] {
  const moves = movesOf(run);
  const texts = moves.map(({ kind, from, to, minute }) => `${kind} from ${from} to ${to} in minute ${minute}`);
  const all = `moves: ${texts.join(', ') || 'none'}`;
  if (expected.length === 0) return [result('no move', moves.length === 0, all)];
  return [
    ...expected.map((move, place) => {
      const made = moves[place];
      const isMet =
        made?.kind === move.kind &&
        made.from === move.from &&
        made.to === move.to &&
        made.group === (move.group ?? made.group) &&
        isIn(made.minute, move.between);
      return result(`${move.kind} from ${move.from} to ${move.to} ${rangeText(move.between)}`, isMet, all);
    }),
    result('no other move', moves.length <= expected.length, all),
  ];
}

function checkOrder(group: string, expected: readonly string[], { finalOrder }: ScenarioRun): CheckResult {
  const order = finalOrder.get(group) ?? [];
  return result(
    `${group} ends as ${expected.join(', ')}`,
    order.join() === expected.join(),
    `it is ${order.join(', ')}`,
  );
}

/** A minute without a decision neither meets nor violates the expectation. */
function checkOccurrence(
  subject: string,
  { seen, between }: { readonly seen: Occurrence; readonly between: Between },
  { minutes }: ScenarioRun,
  matchesOf: (minute: SimulatedMinute) => readonly boolean[],
): CheckResult {
  const observations = minutes
    .filter(({ minute }) => isIn(minute, between))
    .flatMap((minute) => matchesOf(minute).map((matches) => ({ minute: minute.minute, matches })));
  const matching = observations.filter(({ matches }) => matches).map(({ minute }) => minute);
  const others = observations.filter(({ matches }) => !matches).map(({ minute }) => minute);
  const text = `${subject} ${seen} ${rangeText(between)}`;
  if (observations.length === 0) return result(text, seen === 'never', 'no decision was made in these minutes');
  if (seen === 'never') return result(text, matching.length === 0, `it occurred in ${minuteList(matching)}`);
  return seen === 'once'
    ? result(text, matching.length > 0, 'it did not occur')
    : result(text, others.length === 0, `it was different in ${minuteList(others)}`);
}

function minuteList(minutes: readonly number[]): string {
  const unique = [...new Set(minutes)];
  const shown = unique.slice(0, 10).join(', ');
  return `minute ${shown}${unique.length > 10 ? ` and ${unique.length - 10} more` : ''}`;
}

function checkFailedRuns({ failedTurns: { must, may } }: Expectations, { minutes }: ScenarioRun): CheckResult {
  const withRuns = minutes.filter(({ turns }) => turns.length > 0);
  const failed = withRuns
    .filter(({ turns }) => turns.some(({ error }) => error !== undefined))
    .map(({ minute }) => minute);
  const missing = withRuns
    .map(({ minute }) => minute)
    .filter((minute) => must.some((range) => isIn(minute, range)) && !failed.includes(minute));
  const unexpected = failed.filter((minute) => ![...must, ...may].some((range) => isIn(minute, range)));
  const required = must.length === 0 ? 'every run succeeds' : `runs fail ${must.map(rangeText).join(', ')}`;
  const allowed = may.length === 0 ? '' : `; runs may fail ${may.map(rangeText).join(', ')}`;
  return result(
    `${required}${allowed}`,
    missing.length + unexpected.length === 0,
    [
      ...(missing.length === 0 ? [] : [`succeeded in ${minuteList(missing)}`]),
      ...(unexpected.length === 0 ? [] : [`failed in ${minuteList(unexpected)}`]),
    ].join('; '),
  );
}

function checkEvents(expected: Expectations['events'][number], { minutes }: ScenarioRun): CheckResult {
  const { type, between, times, saying } = expected;
  const conditions = Object.entries(saying);
  const count = minutes
    .filter(({ minute }) => isIn(minute, between))
    .flatMap(({ events }) => events)
    .filter(({ detailType }) => detailType === type)
    .map(({ detail }) => dataOf(detail))
    .filter((data) => conditions.every(([key, value]) => data[key] === value)).length;
  const wanted = times === undefined ? 'at least once' : `${times} times`;
  const isMet = times === undefined ? count > 0 : count === times;
  const conditionText = conditions.map(([key, value]) => `, ${key} ${value}`).join('');
  return result(`event ${type}${conditionText} ${wanted} ${rangeText(between)}`, isMet, `it occurred ${count} times`);
}

function dataOf(detail: unknown): Readonly<Record<string, unknown>> {
  return z.object({ data: z.record(z.string(), z.unknown()) }).parse(detail).data;
}

function checkWrites(expected: number, { minutes }: ScenarioRun): CheckResult {
  const writes = minutes.reduce((sum, minute) => sum + minute.writes, 0);
  return result(`${expected} UpdateVoiceConnectorGroup requests`, writes === expected, `there were ${writes}`);
}

function checkCallsSaved({ atLeast, atMost }: NonNullable<Expectations['callsSaved']>, run: ScenarioRun): CheckResult {
  const saved = callsSaved(run);
  const wanted = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
  ];
  const isMet = saved >= (atLeast ?? -Infinity) && saved <= (atMost ?? Infinity);
  return result(`${wanted.join(' and ')} calls saved`, isMet, `${saved} were saved`);
}
