/**
 * Random inputs to the four handlers, over the wire. FUZZ_INPUTS=10000 is the long form; FC_SEED=… repeats a run, and FUZZ_FROM=… begins at
 * one of its inputs.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactPhoneNumbers } from '../../lib/input/redact.ts';
import { seed } from '../builders/random.ts';
import { keepAlive, seedHealthy } from '../wire-support/account-fixtures.ts';
import { eventsOn, writes } from '../wire-support/account.ts';
import { deploy, type Answer, type Deployment, type FunctionName } from '../wire-support/functions.ts';
import { anyInput } from './inputs.ts';

const count = Number(process.env['FUZZ_INPUTS'] ?? 60);
const from = Number(process.env['FUZZ_FROM'] ?? 0);

/** How a function may fail: these say what is wrong with the input, or what could not be done. Any other error is a defect. */
const expectedErrors = ['InvalidInputError', 'RunFailedError', 'CommandFailedError'];

/** Lambda's limit of an answer is 6 MB; a person reads less. */
const maxLength = 60_000;

// eslint-disable-next-line no-control-regex -- what a terminal would obey
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/;

const moves = ['switchover', 'failback', 'pin', 'drill'];

/** The rules for texts that an output breaks. */
function brokenBy(text: string): readonly string[] {
  return [
    ...(text.length > maxLength ? [`an output of ${text.length} characters`] : []),
    ...(controls.test(text) ? [`a control character in ${JSON.stringify(text)}`] : []),
    ...(redactPhoneNumbers(text) === text ? [] : [`a phone number in ${text}`]),
  ];
}

function actionOf(payload: unknown): unknown {
  return typeof payload === 'object' && payload !== null && 'action' in payload ? payload.action : undefined;
}

/** The rules that an invocation broke, as text; empty if none. */
function broken(name: FunctionName, answer: Answer, aws: Deployment, writesBefore: number): readonly string[] {
  const { functionError, payload, error } = answer;
  const isDefect = functionError !== undefined && !expectedErrors.includes(error.errorType);
  const message = functionError === undefined ? '' : error.errorMessage;
  const event = JSON.stringify(eventsOn(aws).at(-1) ?? null);
  const isOrdered = functionError !== undefined || (name === 'operate' && moves.includes(String(actionOf(payload))));
  return [
    ...(isDefect ? [`a defect: ${error.errorType}: ${message}`] : []),
    ...[JSON.stringify(payload), message, event, ...aws.lines].flatMap(brokenBy),
    ...(writes(aws).length > writesBefore && !isOrdered ? ['a write that was not ordered'] : []),
  ];
}

/** Each input meets the same account: healthy, without overrides. */
function reset(aws: Deployment): void {
  for (const { name } of aws.account.parameters.all('us-east-1')) aws.account.parameters.delete('us-east-1', name);
  aws.lines.splice(0);
  keepAlive(aws);
}

describe.each<FunctionName>(['monitor', 'operate', 'preflight', 'sessions'])('The function %s', (name) => {
  it(
    `answers or refuses each of ${count} random inputs, in short texts without phone numbers, and moves nothing that was not ordered`,
    { timeout: 60_000 + count * 1000 },
    async () => {
      const aws = await deploy();
      seedHealthy(aws);
      const inputs = fc.sample(anyInput, { seed, numRuns: count });
      const outcomes = new Map<string, number>();
      for (const [place, input] of inputs.entries()) {
        if (place < from) continue;
        reset(aws);
        const before = writes(aws).length;
        const answer = await aws.invoke(name, JSON.stringify(input));
        const outcome = answer.functionError === undefined ? 'answered' : answer.error.errorType;
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        const replay = `FC_SEED=${seed} FUZZ_INPUTS=${count} FUZZ_FROM=${place}: ${JSON.stringify(input).slice(0, 2000)}`;
        expect(broken(name, answer, aws, before), replay).toEqual([]);
      }
      const summary = [...outcomes].map(([outcome, times]) => `${times} ${outcome}`).join(', ');
      process.stdout.write(`Fuzz of ${name}, FC_SEED=${seed}: ${summary}\n`);
      expect(outcomes.get('answered')).toBeGreaterThan(0);
      expect(outcomes.get('InvalidInputError')).toBeGreaterThan(0);
    },
  );
});
