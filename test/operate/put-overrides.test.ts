/** No override is lost: whatever is stored under a key is replaced only by somebody who saw it, or it is named. */
import { describe, expect, it } from 'vitest';
import { askedFor, eventsOn, hour, minute, now, orderOf, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { advanceDrill, putOverride, seedHealthy } from '../wire-support/account-fixtures.ts';
import { both, deployed, refusal, run, storedOverrideIds } from '../wire-support/operator.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const weekly = `
version: 1
groups:
  - { group: main-line, mode: enforce, drill: { day: fri, from: '08:30', until: '10:00' } }
`;

const scheduled = { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' };

function override(action: string, changes: object = {}) {
  return { action, by: 'ben', reason: 'mine', until: new Date(now + 8 * hour).toISOString(), ...changes };
}

/** Somebody puts an override at the moment when the first PutParameter arrives. */
function putFirst(aws: TestAws, value: object, region = 'us-east-1'): void {
  aws.onFirst('PutParameter', () => {
    const name = `${overridesPath}/main-line`;
    aws.account.parameters.put(region, { name, value: JSON.stringify(value), type: 'String', overwrite: true });
  });
}

function drillEnds(aws: TestAws) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Drill Ended' ? [data] : []));
}

const kept = 'another override was put meanwhile and stays in force; status shows it';

describe('an override that somebody put at the same moment', () => {
  it.each([
    ['a pause', { action: 'pause', until: '1h' }],
    ['a pin', { action: 'pin', until: '1h', order: ['vc-east', 'vc-west'] }],
    ['a drill', { action: 'drill', minutes: 15 }],
  ])('is not replaced by %s: the command fails and nothing moves', async (_what, command) => {
    const aws = await deployed();
    putFirst(aws, override('pause'));
    expect((await refusal(aws, command)).errorMessage).toContain(`storing the override in us-east-1: ${kept}`);
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': override('pause') });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('is not replaced by a weekly drill', async () => {
    const aws = await deployed(seedHealthy, { policy: weekly });
    putFirst(aws, override('pause'));
    await aws.invoke('operate', scheduled);
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': override('pause') });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('in one Region removes the drill from the other', async () => {
    const aws = await deployed(seedHealthy, both);
    putFirst(aws, override('pause'), 'us-west-2');
    expect((await refusal(aws, { action: 'drill', minutes: 15 })).errorMessage).toContain('does not begin');
    expect(storedOverrideIds(aws)).toEqual({});
    expect(storedOverrideIds(aws, 'us-west-2')).toEqual({ 'main-line': override('pause') });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('is not replaced although the one that it replaced was read', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', override('pause', { until: new Date(now + hour).toISOString() }));
    aws.onFirst('GetParameter', () => {
      const name = `${overridesPath}/main-line`;
      aws.account.parameters.put('us-east-1', { name, value: JSON.stringify(override('pin')), overwrite: true });
    });
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain(kept);
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': override('pin') });
  });
});

describe('a pause in an emergency', () => {
  const denied = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;

  it('replaces what Parameter Store does not show, and reports that it may be lost', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', override('pin'));
    aws.misbehave({ operation: 'GetParametersByPath', effect: denied });
    aws.misbehave({ operation: 'GetParameter', effect: denied });
    const { outcome, warnings } = await run(aws, { action: 'pause', until: '2h' });
    expect({ outcome, warnings: warnings.slice(1) }).toEqual({
      outcome: 'done',
      warnings: ['an override in us-east-1 that could not be read was replaced, and is lost'],
    });
  });

  it('replaces a longer pause that turns up only now with force alone', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', override('pause'));
    aws.misbehave({ operation: 'GetParametersByPath', effect: denied });
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain(kept);
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': override('pause') });
    await run(aws, { action: 'pause', until: '2h', force: ['paused'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'anna' } });
  });

  it('loses nothing where nothing is stored', async () => {
    const aws = await deployed();
    aws.misbehave({ operation: 'GetParametersByPath', effect: denied });
    expect((await run(aws, { action: 'pause', until: '2h' })).warnings).toHaveLength(1);
    expect(askedFor(aws, 'PutParameter').map(({ input }) => input)).toMatchObject([{ Overwrite: false }]);
  });
});

it('a resume that cannot read the overrides does not claim that there is none', async () => {
  const aws = await deployed();
  putOverride(aws, 'main-line', override('pause'));
  const effect = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
  aws.misbehave({ operation: 'GetParametersByPath', effect });
  const { errorType, errorMessage } = await refusal(aws, { action: 'resume' });
  expect(errorType).toBe('CommandFailedError');
  expect(errorMessage).toContain('could not be read everywhere, and none was found');
  expect(storedOverrideIds(aws)).toEqual({ 'main-line': override('pause') });
});

it('an override that is replaced is named in the answer and in both events', async () => {
  const aws = await deployed();
  putOverride(aws, 'main-line', override('pin'));
  const { summary } = await run(aws, { action: 'pause', until: '2h', force: ['pinned'] });
  const replaced = '; it replaces pin by ben, 8 h left: mine';
  expect(summary.endsWith(replaced)).toBe(true);
  const actions = eventsOn(aws).filter(({ detailType }) => detailType === 'Operator Action');
  expect(actions.map(({ data }) => String(data['summary']).endsWith(replaced))).toEqual([true, true]);
});

it('a switchover past a pin says that the pin stays', async () => {
  const aws = await deployed();
  putOverride(aws, 'main-line', { ...override('pin'), order: ['vc-east', 'vc-west'] });
  const { table } = await run(aws, { action: 'switchover', to: 'vc-west', force: ['pinned'] });
  expect(table).toContain('The other order stays pinned (pin by ben, 8 h left: mine): resume removes it.');
  expect(Object.keys(storedOverrideIds(aws))).toEqual(['main-line']);
});

it('a pin past another one replaces it, and says nothing of it that stays', async () => {
  const aws = await deployed();
  putOverride(aws, 'main-line', { ...override('pin'), order: ['vc-east', 'vc-west'] });
  const order = ['vc-west', 'vc-east'];
  const { table } = await run(aws, { action: 'pin', until: '1h', order, force: ['pinned'] });
  expect(table.join('\n')).not.toContain('stays pinned');
  expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pin', by: 'anna' } });
});

describe('a drill in progress', () => {
  async function drilling() {
    const aws = await deployed();
    await run(aws, { action: 'drill', minutes: 15 });
    advanceDrill(aws, 4);
    return aws;
  }

  it('is kept beside a forced pause, and ends when that is over', async () => {
    const aws = await drilling();
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain('"force": ["drill"]');
    await run(aws, { action: 'pause', until: '20m', force: ['drill'] });
    expect(Object.keys(storedOverrideIds(aws))).toEqual(['main-line', 'main-line/pause']);
    advanceDrill(aws, 19);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'paused' });
    advanceDrill(aws, 1);
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'restore' });
    expect([orderOf(aws), storedOverrideIds(aws)]).toEqual(['vc-east 1, vc-west 2', {}]);
  });

  it('is ended by resume, which removes the pause beside it', async () => {
    const aws = await drilling();
    await run(aws, { action: 'pause', until: '1h', force: ['drill'] });
    await run(aws, { action: 'resume' });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'drill', stopped: { by: 'anna' } } });
    expect(Object.keys(storedOverrideIds(aws))).toEqual(['main-line']);
  });

  it('that is stopped under a pause of every group is restored when that is over, as the answer says', async () => {
    const aws = await drilling();
    putOverride(aws, 'all', override('pause'));
    const { summary } = await run(aws, { action: 'resume' });
    expect(summary).toBe(
      'the drill of main-line (Main line) is stopped; the monitor restores the group in the first run that nothing holds; the override of every group stays in force: pause by ben, 7.9 h left: mine',
    );
    expect(groupIn((await takeTurn(aws)).result)).toMatchObject({ decision: 'hold', code: 'paused' });
  });

  it.each([
    ['a switchover to the standby', { action: 'switchover', to: 'vc-west' }, false],
    ['a switchover to the previous primary', { action: 'switchover', to: 'vc-east' }, true],
    ['a pin of its order', { action: 'pin', until: '1h', order: ['vc-west', 'vc-east'] }, false],
  ])('ends with %s, whose order stays', async (_what, command, restored) => {
    const aws = await drilling();
    expect((await refusal(aws, command)).errorMessage).toContain('"force": ["drill"]');
    expect(drillEnds(aws)).toEqual([]);
    await run(aws, { ...command, force: ['drill'] });
    expect(drillEnds(aws)).toMatchObject([{ code: 'replaced', result: 'interrupted', restored }]);
    expect(storedOverrideIds(aws)).not.toMatchObject({ 'main-line': { action: 'drill' } });
    const order = orderOf(aws);
    aws.clock.jumpTo(now + 20 * minute);
    await takeTurn(aws);
    expect(orderOf(aws)).toBe(order);
    expect(order).toBe(restored ? 'vc-east 1, vc-west 2' : 'vc-west 1, vc-east 2');
  });
});

it('a drill whose override is removed while AWS makes its first move is undone at once', async () => {
  const aws = await deployed();
  aws.onFirst('UpdateVoiceConnectorGroup', () => {
    aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
  });
  await aws.invoke('operate', { action: 'drill', group: 'main-line', by: 'anna', reason: 'test', minutes: 15 });
  expect([orderOf(aws), storedOverrideIds(aws)]).toEqual(['vc-east 1, vc-west 2', {}]);
  expect(drillEnds(aws)).toMatchObject([{ code: 'stopped', restored: true }]);
});
