/** Stopping works while everything else is down, and status never shows an unreachable account as an empty one. */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { hour, minute, writes } from '../wire-support/account.ts';
import { putOverride, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deployed, operator, refusal, run, storedOverrideIds, until } from '../wire-support/operator.ts';

const chimeDown: MisbehaviourRule = { service: 'chime', effect: { kind: 'region-down' } };
const expired: MisbehaviourRule = {
  service: 'chime',
  effect: { kind: 'error', status: 403, code: 'ExpiredTokenException', message: 'the security token has expired' },
};

const statusOfAll = { action: 'status', group: undefined, by: undefined, reason: undefined };

describe('while Chime SDK Voice does not answer', () => {
  it('a pause of one group is stored, and its warning reports that the id could not be checked', async () => {
    const aws = await deployed(seedUnhealthy);
    const heal = aws.server.misbehave(chimeDown);
    const { summary, warnings } = await run(aws, { action: 'pause', until: '2h' });
    expect(summary).toBe(`main-line is paused until ${until} by anna: works on the trunk; stored in us-east-1`);
    expect(warnings).toEqual([
      expect.stringMatching(
        /^it could not be checked that main-line is the id or the name of a group: listing .*us-east-1/,
      ),
    ]);
    heal();
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'paused' }] } });
    expect(writes(aws)).toEqual([]);
  });

  it('a group is resumed by its id or its name', async () => {
    const aws = await deployed();
    for (const key of ['main-line', 'sales']) {
      putOverride(aws, key, { action: 'pause', ...operator, until });
    }
    aws.misbehave(chimeDown);
    for (const group of ['main-line', 'sales']) {
      expect(await run(aws, { action: 'resume', group })).toMatchObject({ outcome: 'done' });
    }
    expect(storedOverrideIds(aws)).toEqual({});
  });

  it('a name that no parameter can have is refused', async () => {
    const aws = await deployed();
    aws.misbehave(chimeDown);
    const { errorMessage } = await refusal(aws, { action: 'pause', group: 'Main line', until: '2h' });
    expect(errorMessage).toContain('nothing is changed');
    expect(storedOverrideIds(aws)).toEqual({});
  });

  it('status shows the order that a run has seen last, and when', async () => {
    const aws = await deployed(seedUnhealthy);
    await aws.invoke('monitor', {}); // It fails over.
    aws.clock.jumpTo(aws.clock.now() + minute);
    await aws.invoke('monitor', {}); // It sees the new order.
    aws.clock.jumpTo(aws.clock.now() + 2 * hour);
    aws.misbehave(chimeDown);
    const { errorMessage } = await refusal(aws, statusOfAll);
    expect(errorMessage).toMatch(
      /orders that were seen last, and may have changed since:\n {2}main-line: vc-west 1, vc-east 2, seen 2 h(?: \d+ min)? ago$/,
    );
  });

  it('status says that the orders seen last cannot be read either', async () => {
    const aws = await deployed();
    aws.misbehave(chimeDown);
    aws.misbehave({
      operation: 'ListMetrics',
      effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, statusOfAll);
    expect(errorMessage).toMatch(
      /the orders that were seen last cannot be read either: AccessDenied: no \(HTTP 400\)$/,
    );
  });

  it.each([
    ['cannot be reached', chimeDown, /us-east-1: .*; |us-east-1: /],
    ['refuses expired credentials', expired, /us-east-1.*ExpiredTokenException: the security token has expired/],
  ])('status fails and names Region and error: it %s', async (_what, rule, error) => {
    const aws = await deployed();
    aws.misbehave(rule);
    const { errorType, errorMessage } = await refusal(aws, statusOfAll);
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(/^no group can be shown: Chime SDK Voice did not return its lists\n/);
    expect(errorMessage).toMatch(error);
    expect(errorMessage).toContain('us-west-2');
  });
});

it('a name that no group has is still refused while every list is complete', async () => {
  const aws = await deployed();
  expect((await refusal(aws, { action: 'pause', group: 'main-lin', until: '2h' })).errorMessage).toContain(
    'Expected one of main-line (Main line), got "main-lin"',
  );
});

it('an override under a mistyped key can be removed by resume', async () => {
  const aws = await deployed(seedHealthy);
  putOverride(aws, 'Main-Line', { action: 'pause', ...operator, until });
  expect((await run(aws, { action: 'resume', group: 'Main-Line' })).summary).toBe(
    'removed from Main-Line: pause by anna, 2 h left: works on the trunk',
  );
  expect(storedOverrideIds(aws)).toEqual({});
});
