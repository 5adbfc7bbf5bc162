/** Outside input of any size, depth or content costs a function one short refusal, and its log, events and answer stay short. */
import { describe, expect, it } from 'vitest';
import { allEventText } from '../wire-support/account.ts';
import { seedHealthy } from '../wire-support/account-fixtures.ts';
import { deploy, type FunctionName } from '../wire-support/functions.ts';

const functionNames: readonly FunctionName[] = ['monitor', 'operate', 'preflight', 'sessions'];

function nested(levels: number): string {
  return `{"groupId":${'['.repeat(levels)}${']'.repeat(levels)}}`;
}

const signature = { group: 'main-line', by: 'anna', reason: 'x' };

async function refusalOf(name: FunctionName, payload: string) {
  const aws = await deploy();
  seedHealthy(aws);
  const { functionError, error } = await aws.invoke(name, payload);
  expect(functionError).toBe('Unhandled');
  expect(error.errorType).toBe('InvalidInputError');
  const outputs = [...aws.lines, allEventText(aws), JSON.stringify(error)];
  for (const text of outputs) expect(text.length).toBeLessThan(40_000);
  // eslint-disable-next-line no-control-regex -- nothing that reaches a terminal may control it
  for (const text of [error.errorMessage, ...outputs]) expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  return error.errorMessage;
}

describe.each(functionNames)('The function %s refuses', (name) => {
  it('an input nested in ten thousand levels, without overflowing its stack', async () => {
    expect(await refusalOf(name, nested(10_000))).toMatch(
      /: 1 problem\n {2}- the input: Expected at most 8 levels of nesting, got more$/,
    );
  });

  it('a list of 2 MB, with one problem', async () => {
    const order = Array.from({ length: 500_000 }, () => 'x');
    const message = await refusalOf(name, JSON.stringify({ action: 'pin', ...signature, until: '1h', order }));
    expect(message).toMatch(/: 1 problem\n {2}- the input: Expected at most 200 values, got more$/);
  });

  it('a text of 2 MB, with one problem', async () => {
    const message = await refusalOf(name, JSON.stringify({ groupId: 'x'.repeat(2_000_000) }));
    expect(message).toMatch(/: 1 problem\n {2}- the input: Expected at most 10000 characters, got more$/);
  });

  it('unknown keys with escape sequences and line feeds, which its message shows escaped and on one line', async () => {
    const message = await refusalOf(
      name,
      JSON.stringify({
        ...(name === 'operate' ? { action: 'status' } : {}),
        '\u001b[31mred\n  - fake': 1,
        ['k'.repeat(500)]: 1,
      }),
    );
    expect(message).toContain(String.raw`  - \u001b[31mred\u000a  - fake is not a known setting`);
    expect(message).toContain(`  - ${'k'.repeat(117)}... is not a known setting`);
  });

  it('more mistakes than a person reads, with the first fifty and the count of the others', async () => {
    const keys = Object.fromEntries(Array.from({ length: 150 }, (_, place) => [`key${place}`, place]));
    const message = await refusalOf(name, JSON.stringify({ action: 'status', ...keys }));
    const lines = message.split('\n');
    expect(lines).toHaveLength(52);
    expect(lines[0]).toMatch(/: 15[01] problems$/);
    expect(lines.at(-1)).toMatch(/^ {2}- and 10[01] more$/);
  });
});

describe('An AWS service event of any size', () => {
  it('starts a run, because its body never decides anything', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const detail = {
      service: 'CHIME',
      eventTypeCode: 'c'.repeat(100_000),
      eventRegion: 'us-east-1',
      affectedEntities: Array.from({ length: 10_000 }, (_, place) => ({ entityValue: `vc-${place}` })),
    };
    const { functionError, payload } = await aws.invoke('monitor', {
      'detail-type': 'AWS Health Event',
      source: 'aws.health',
      detail,
    });
    expect(functionError).toBeUndefined();
    expect(payload).toMatchObject({
      outcome: 'succeeded',
      trigger: { kind: 'health-event', eventTypeCode: `${'c'.repeat(252)}...`, region: 'us-east-1' },
    });
  });
});
