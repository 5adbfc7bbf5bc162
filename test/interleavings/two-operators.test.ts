/**
 * Two people who command the same group at the same time, with their requests in every order in which one waits for
 * the other at most `PREEMPTIONS` times. An override that was put is in force at the end, or somebody was answered or informed that it is not.
 */
import { describe, expect, it } from 'vitest';
import { eventsOn, minute, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { advanceDrill, keepAlive, publishCalls, putOverride, seedHealthy } from '../wire-support/account-fixtures.ts';
import { giveCommand, takeTurn } from '../wire-support/turns.ts';
import type { OperateResult } from '../../lib/operate/result.ts';
import { runEveryOrder, type Choose, type Step } from './schedule.ts';
import { WireSchedule } from './wire-schedule.ts';

const original = 'vc-east 1, vc-west 2';
const moved = 'vc-west 1, vc-east 2';
const people = ['anna', 'ben'];
const drillMinutes = 5;
/** How often a person who could go on waits for the other: `PREEMPTIONS=2` tries about three times as many orders. */
const preemptions = Number(process.env['PREEMPTIONS'] ?? 1);

type Command = { readonly action: string } & Readonly<Record<string, unknown>>;

const commands: readonly Command[] = [
  { action: 'pause', until: 60 },
  { action: 'pin', order: ['vc-east', 'vc-west'], until: 60 },
  { action: 'drill', minutes: drillMinutes },
  { action: 'switchover', to: 'vc-west' },
  { action: 'resume' },
];
/** Against a pause of somebody else that is in force. */
const replacing: readonly Command[] = [
  { action: 'pause', until: 60 },
  { action: 'pin', order: ['vc-east', 'vc-west'], until: 60, force: ['paused'] },
  { action: 'resume' },
];
const puttingOverrides = new Set(['pause', 'pin', 'drill']);

function commandOf(aws: TestAws, by: string, { until, ...command }: Command): object {
  const time = typeof until === 'number' ? { until: new Date(aws.clock.now() + until * minute).toISOString() } : {};
  return { ...command, ...time, group: 'main-line', by, reason: `works of ${by}` };
}

function storedBy(aws: TestAws): readonly string[] {
  return aws.account.parameters
    .all('us-east-1')
    .filter(({ name }) => name.startsWith(overridesPath))
    .map(({ value }) => (JSON.parse(value) as { by: string }).by);
}

type Given = {
  readonly by: string;
  readonly command: Command;
  readonly result: OperateResult;
  readonly problems: readonly string[];
};

async function give(aws: TestAws, schedule: WireSchedule, by: string, command: Command): Promise<Given> {
  const options = { runId: `command-of-${by}`, onClient: schedule.holding(by) };
  return { by, command, ...(await giveCommand(aws, commandOf(aws, by, command), options)) };
}

/** Whether another answer, or an event of another command, explains an override that is not stored any more. */
function isExplained(aws: TestAws, { by }: Given, others: readonly Given[]): boolean {
  const answers = others.map(({ result, problems }) => JSON.stringify([result, problems]));
  const events = eventsOn(aws)
    .map(({ data }) => JSON.stringify(data))
    .filter((text) => !text.includes(`"by":"${by}"`));
  return [...answers, ...events].some((text) => text.includes(`by ${by}`));
}

/** Parameter Store has no conditional delete: what is put between the last read of a `resume` and its delete is lost. */
function isInDelete(trace: readonly Step[], { by }: Given): boolean {
  const putAt = trace.findLastIndex(({ actor, call }) => actor === by && call === 'PutParameterCommand');
  const before = trace.slice(0, putAt).findLast(({ actor }) => actor !== by);
  const after = trace.slice(putAt).find(({ actor }) => actor !== by);
  return before?.call === 'GetParameterCommand' && after?.call === 'DeleteParameterCommand';
}

function pairsOf(all: readonly Command[]): readonly { readonly one: Command; readonly other: Command }[] {
  return all.flatMap((one, place) => all.slice(place).map((other) => ({ one, other })));
}

type At = {
  readonly trace: readonly string[];
  readonly answers: readonly string[];
  readonly stored: readonly string[];
};

type Interleaved = {
  readonly aws: TestAws;
  readonly given: readonly Given[];
  readonly steps: readonly Step[];
  readonly at: At;
};

async function interleave(pair: readonly Command[], isPaused: boolean, choose: Choose): Promise<Interleaved> {
  const aws = await startAws();
  seedHealthy(aws);
  if (isPaused)
    putOverride(aws, 'main-line', {
      action: 'pause',
      by: 'clara',
      reason: 'earlier',
      until: new Date(aws.clock.now() + 30 * minute).toISOString(),
    });
  const schedule = new WireSchedule();
  const given: Given[] = [];
  const actors = pair.map((command, place) => async () => {
    given.push(await give(aws, schedule, people[place] ?? '', command));
  });
  await schedule.run(actors, choose);
  const trace = schedule.trace.map(({ actor, call }) => `${actor} ${call.replace('Command', '')}`);
  const answers = given.map(({ by, result, problems }) =>
    [`${by}: ${result.outcome}: ${result.summary}`, ...problems].join('; '),
  );
  return { aws, given, steps: schedule.trace, at: { trace, answers, stored: storedBy(aws) } };
}

/** @returns how many overrides were lost in the one place where Parameter Store allows it */
function checkOverrides({ aws, given, steps, at }: Interleaved): number {
  let lost = 0;
  const stored = storedBy(aws);
  for (const one of given) {
    const others = given.filter(({ by }) => by !== one.by);
    const isKept = stored.includes(one.by);
    const isDone = one.result.outcome === 'done' && puttingOverrides.has(one.command.action);
    const isLost = isDone && !isKept && !isExplained(aws, one, others);
    if (isLost && isInDelete(steps, one)) lost += 1;
    const isRight = isDone ? !isLost || isInDelete(steps, one) : !isKept || one.result.outcome === 'failed';
    expect({ ...at, who: one.by, isRight }).toEqual({ ...at, who: one.by, isRight: true });
  }
  return lost;
}

/** Runs until the drill is over, and twice after it. The calls go to the primary, whichever it is. */
async function runBeyondDrill(aws: TestAws): Promise<void> {
  for (const minutes of [1, drillMinutes - 1, 1, 1]) {
    if (orderOf(aws) === moved) advanceDrill(aws, minutes);
    else {
      aws.clock.jumpTo(aws.clock.now() + minutes * minute);
      keepAlive(aws);
      publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    }
    await takeTurn(aws, { runId: `after-${minutes}` });
  }
}

/** Nothing but a switchover may leave the group on its standby, and no drill may be forgotten. */
function checkEnd({ aws, given, at }: Interleaved): void {
  const hasMessage = eventsOn(aws).some(
    ({ detailType, data }) => detailType === 'Drill Ended' && data['restored'] === false,
  );
  const isOrdered = given.some(({ command, result }) => command.action === 'switchover' && result.outcome === 'done');
  const order = orderOf(aws);
  const isRight = order === original || (order === moved && (isOrdered || hasMessage));
  const drills = aws.account.parameters.all('us-east-1').filter(({ value }) => value.includes('"drill"'));
  expect({ ...at, order, isRight, drills }).toEqual({ ...at, order, isRight: true, drills: [] });
}

async function tryEveryOrder(pair: readonly Command[], isPaused: boolean): Promise<void> {
  const seen = new Map<string, number>();
  const states = new Set<string>();
  let lost = 0;
  const orders = await runEveryOrder(async (choose) => {
    const interleaved = await interleave(pair, isPaused, choose);
    lost += checkOverrides(interleaved);
    const state = JSON.stringify([interleaved.at.answers, interleaved.at.stored, orderOf(interleaved.aws)]);
    // Orders that lead to the same state go on alike.
    if (!states.has(state)) {
      states.add(state);
      await runBeyondDrill(interleaved.aws);
      checkEnd(interleaved);
    }
    const outcomes = interleaved.given
      .map(({ by, result }) => `${by} ${result.outcome}`)
      .sort()
      .join(', ');
    seen.set(outcomes, (seen.get(outcomes) ?? 0) + 1);
  }, preemptions);
  const actions = pair.map(({ action }) => action).join(' and ');
  process.stdout.write(
    `${actions}: ${orders} orders, ${states.size} states, ${lost} lost in a delete: ${JSON.stringify([...seen])}\n`,
  );
  expect(orders).toBeGreaterThan(1);
  const hasDelete = isPaused && pair.some(({ action }) => action === 'resume');
  expect(lost > 0).toBe(hasDelete && pair.some(({ action }) => action !== 'resume'));
}

describe('two people who command one group at the same time', { timeout: 300_000 }, () => {
  it.each(pairsOf(commands))(
    '$one.action and $other.action: each override is in force, refused or named as replaced, and the group ends on an order that somebody meant',
    async ({ one, other }) => {
      await tryEveryOrder([one, other], false);
    },
  );

  it.each(pairsOf(replacing))(
    '$one.action and $other.action against a pause of somebody else: the same, and the pause is replaced by one of them',
    async ({ one, other }) => {
      await tryEveryOrder([one, other], true);
    },
  );
});
