/** Pausing and resuming, by the unmodified handler against the local AWS. */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { minute, now, writes } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { putOverride, seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import {
  operator,
  until,
  both,
  deployed,
  run,
  refusal,
  storedOverrideIds,
  actionsOn,
} from '../wire-support/operator.ts';

describe('a pause', () => {
  it('of a group is stored in Parameter Store and holds the group in the monitor', async () => {
    const aws = await deployed(seedUnhealthy);
    expect(await run(aws, { action: 'pause', until: '2h' })).toEqual({
      shape: 'operate-result',
      version: 1,
      runId: expect.any(String) as string,
      action: 'pause',
      outcome: 'done',
      summary: `main-line (Main line) is paused until ${until} by anna: works on the trunk; stored in us-east-1`,
      table: [],
      warnings: [],
    });
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': { version: 1, action: 'pause', ...operator, until } });
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'paused' }] } });
    expect(writes(aws)).toEqual([]);
  });

  it('is published before and after it is stored, with the whole command', async () => {
    const aws = await deployed();
    aws.onFirst('PutParameter', () => {
      expect(actionsOn(aws)).toMatchObject([{ stage: 'requested', summary: 'pause main-line (Main line) for 2 h' }]);
    });
    await run(aws, { action: 'pause', until: '2h' });
    const command = { action: 'pause', group: 'main-line', ...operator, until, force: [] };
    expect(actionsOn(aws)).toEqual([
      { stage: 'requested', command, summary: 'pause main-line (Main line) for 2 h', problems: [] },
      { stage: 'done', command, summary: expect.stringContaining('is paused until') as string, problems: [] },
    ]);
  });

  it.each<[string, MisbehaviourRule]>([
    ['the control planes', { service: 'chime', effect: { kind: 'region-down' } }],
    ['CloudWatch', { service: 'monitoring', effect: { kind: 'region-down' } }],
  ])('of all groups does not need %s', async (_, rule) => {
    const aws = await deployed(seedUnhealthy);
    aws.misbehave(rule);
    expect(await run(aws, { action: 'pause', group: 'all', until: '1h' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toMatchObject({ all: { action: 'pause' } });
  });

  it('is stored in every Region that a monitor runs in', async () => {
    const aws = await deployed(seedHealthy, both);
    expect((await run(aws, { action: 'pause', until: '2h' })).summary).toContain('stored in us-east-1, us-west-2');
    expect(storedOverrideIds(aws, 'us-west-2')).toEqual(storedOverrideIds(aws));
  });

  it('that could not be stored in one Region is in force in the other, and the command fails with both facts', async () => {
    const aws = await deployed(seedHealthy, both);
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is paused until .* stored in us-east-1\n {2}- storing the override in us-west-2: /,
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('is stored without reading the present override if that fails, with a warning', async () => {
    const aws = await deployed();
    const refused = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'GetParametersByPath', effect: refused });
    expect(await run(aws, { action: 'pause', until: '2h' })).toMatchObject({
      outcome: 'done',
      warnings: [expect.stringMatching(/^reading the overrides in us-east-1: AccessDeniedException: no/)],
    });
  });

  it('that no Region stored fails the command', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'PutParameter',
      effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is not paused\n {2}- storing the override in us-east-1: AccessDenied: no/,
    );
    expect(actionsOn(aws)).toMatchObject([{ stage: 'requested' }, { stage: 'failed' }]);
  });

  it('can be extended by any operator, and shortened only with force', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    await run(aws, { action: 'pause', until: '3h', by: 'ben' });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '1h' });
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage).toContain(
      '  - paused: in us-east-1 there is: pause by ben, 3 h left: works on the trunk. To replace it: "force": ["paused"]',
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'ben' } });
    await run(aws, { action: 'pause', until: '1h', force: ['paused'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'anna' } });
  });

  it('replaces a pin only with force', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pin', order: ['vc-east', 'vc-west'], until: '1h' });
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain('"force": ["pinned"]');
    await run(aws, { action: 'pause', until: '2h', force: ['pinned'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('replaces an unparseable override only with force, and an expired one without', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pin', ...operator, until: new Date(now - minute).toISOString() });
    await run(aws, { action: 'pause', until: '1h' });
    aws.account.parameters.put('us-east-1', { name: `${overridesPath}/main-line`, value: 'not JSON', overwrite: true });
    expect((await refusal(aws, { action: 'pause', until: '1h' })).errorMessage).toContain(
      '"force": ["override-unparseable"]',
    );
    await run(aws, { action: 'pause', until: '1h', force: ['override-unparseable'] });
  });
});

describe('resuming', () => {
  it('removes the override of the group in every Region', async () => {
    const aws = await deployed(seedHealthy, both);
    await run(aws, { action: 'pause', until: '2h' });
    const { outcome, summary } = await run(aws, { action: 'resume', by: 'ben' });
    expect({ outcome, summary }).toEqual({
      outcome: 'done',
      summary: 'removed from main-line (Main line): pause by anna, 2 h left: works on the trunk',
    });
    expect([storedOverrideIds(aws), storedOverrideIds(aws, 'us-west-2')]).toEqual([{}, {}]);
  });

  it('reports how long ago a removed pause expired', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pause', ...operator, until: new Date(now - 5 * minute).toISOString() });
    expect((await run(aws, { action: 'resume' })).summary).toBe(
      'removed from main-line (Main line): pause by anna, expired 5 min ago: works on the trunk',
    );
  });

  it('keeps the override of every group and reports it', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', group: 'all', until: '1h' });
    await run(aws, { action: 'pause', until: '2h' });
    expect((await run(aws, { action: 'resume' })).summary).toMatch(
      /; the override of every group stays in force: pause by anna, 60 min left/,
    );
    expect(await run(aws, { action: 'resume' })).toMatchObject({ outcome: 'unchanged' });
    expect(await run(aws, { action: 'resume', group: 'all' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toEqual({});
  });

  it('does not remove an override that someone put at the same moment', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    const later = { action: 'pause', by: 'ben', reason: 'mine', until };
    aws.onFirst('GetParameter', () => {
      const name = `${overridesPath}/main-line`;
      aws.account.parameters.put('us-east-1', { name, value: JSON.stringify(later), overwrite: true });
    });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('the override was replaced meanwhile');
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': later });
  });

  it('succeeds when someone else removed the override at the same moment', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    aws.onFirst('GetParameter', () => {
      aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
    });
    expect(await run(aws, { action: 'resume' })).toMatchObject({ outcome: 'done' });
  });

  it('fails when a Region cannot be read, because an override may still be in force there', async () => {
    const aws = await deployed(seedHealthy, both);
    await run(aws, { action: 'pause', until: '2h' });
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('reading the overrides in us-west-2');
  });
});
