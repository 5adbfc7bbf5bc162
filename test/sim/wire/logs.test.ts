import { CloudWatchLogsClient, FilterLogEventsCommand, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { describe, expect, it } from 'vitest';
import { localAws, startsAt } from './harness.ts';

const logGroupName = '/aws/lambda/monitor';

async function logs() {
  const aws = await localAws();
  const write = (message: string): void => {
    aws.account.logs.write('us-east-1', { logGroupName, message });
  };
  const client = aws.kept(new CloudWatchLogsClient(aws.config('us-east-1')));
  const filter = async (input: object = {}): Promise<readonly (string | undefined)[]> => {
    const { events = [] } = await client.send(new FilterLogEventsCommand({ logGroupName, ...input }));
    return events.map(({ message }) => message);
  };
  return { ...aws, client, write, filter };
}

describe('FilterLogEvents', () => {
  it('returns the lines of a time range, both ends included', async () => {
    const { write, filter, clock } = await logs();
    for (const line of ['first', 'second', 'third']) {
      write(line);
      clock.jumpTo(clock.now() + 1000);
    }
    expect(await filter()).toEqual(['first', 'second', 'third']);
    expect(await filter({ startTime: startsAt + 1000, endTime: startsAt + 2000 })).toEqual(['second', 'third']);
    expect(await filter({ endTime: startsAt })).toEqual(['first']);
  });

  it.each([
    ['{ $.message = "decision" }', ['decision main', 'decision other']],
    ['{ $.message = "decision" && $.data.group = "main" }', ['decision main']],
    ['{ ($.message = "run") || ($.data.group = "o*er") }', ['decision other', 'run ']],
    ['{ $.data.group != "main" }', ['decision other']],
    ['{ $.data.group = "*" }', ['decision main', 'decision other']],
  ])('returns the JSON lines that match %s', async (filterPattern, expected) => {
    const { write, filter } = await logs();
    write('START RequestId: 1');
    for (const [message, group] of [['decision', 'main'], ['decision', 'other'], ['run']]) {
      write(JSON.stringify({ message, data: { group } }));
    }
    const found = await filter({ filterPattern });
    const texts = found.map((line) => {
      const { message, data } = JSON.parse(line ?? '') as { message: string; data: { group?: string } };
      return `${message} ${data.group ?? ''}`;
    });
    expect(texts).toEqual(expected);
  });

  it('returns pages of at most the limit and of at most a megabyte', async () => {
    const { write, client } = await logs();
    for (let line = 0; line < 5; line += 1) write(String(line).repeat(400_000));
    const pagesOf = async (limit?: number): Promise<readonly number[]> => {
      const sizes: number[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName, limit })) {
        sizes.push(events.length);
      }
      return sizes;
    };
    expect(await pagesOf()).toEqual([2, 2, 1]);
    expect(await pagesOf(1)).toEqual([1, 1, 1, 1, 1]);
  });

  it.each([
    [{ logGroupName: '/aws/lambda/nobody' }, 'ResourceNotFoundException'],
    [{ limit: 0 }, 'InvalidParameterException'],
    [{ limit: 10_001 }, 'InvalidParameterException'],
    [{ nextToken: 'x' }, 'InvalidParameterException'],
    [{ filterPattern: '{ $.message = decision' }, 'InvalidParameterException'],
    [{ filterPattern: '{ $.message = "a" } "b"' }, 'InvalidParameterException'],
    [{ filterPattern: 'ERROR' }, 'InvalidParameterException'],
    [{ filterPattern: `{ $.a = "${'x'.repeat(1024)}" }` }, 'InvalidParameterException'],
  ])('refuses %j', async (input, name) => {
    const { write, filter } = await logs();
    write('a line');
    await expect(filter(input)).rejects.toMatchObject({ name });
  });
});
