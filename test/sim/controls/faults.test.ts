import { describe, expect, it } from 'vitest';
import { faultNames, partsOf } from '../../../sim/controls/catalogue.ts';
import { callsFailedByFaults, type MinuteOfWorld } from '../../../sim/world/minute.ts';
import { runningAws, startsAt } from './running.ts';

function failedByFaults(minutes: readonly MinuteOfWorld[]): number {
  return minutes.flatMap(({ groups }) => groups).reduce((sum, group) => sum + callsFailedByFaults(group), 0);
}

const grayFailure = { fault: 'gray-failure', region: 'us-east-1' };

describe('/_sim/faults', () => {
  it('adds a fault, lists it, and ends it', async () => {
    const { send, simulate } = await runningAws();
    const added = { id: 'fault-1', fault: 'gray-failure', at: 'us-east-1', beganAt: new Date(startsAt).toISOString() };
    expect(await send('POST', '/_sim/faults', grayFailure)).toEqual({ status: 201, value: added });
    expect(await send('GET', '/_sim/faults')).toMatchObject({ status: 200, value: { inForce: [added] } });
    expect(failedByFaults(simulate(10))).toBeGreaterThan(20);
    expect(await send('DELETE', '/_sim/faults/fault-1')).toMatchObject({ status: 200, value: { inForce: [] } });
    expect(failedByFaults(simulate(10))).toBe(0);
  });

  it('ends every fault', async () => {
    const { send, simulate } = await runningAws();
    await send('POST', '/_sim/faults', grayFailure);
    await send('POST', '/_sim/faults', { fault: 'robocall-flood', group: 'main-line' });
    expect(await send('DELETE', '/_sim/faults')).toMatchObject({ status: 200, value: { inForce: [] } });
    const minutes = simulate(10);
    expect(failedByFaults(minutes)).toBe(0);
    expect(Math.max(...minutes.map(({ groups }) => groups[0]!.callsOffered))).toBeLessThan(60);
  });

  it('ends a fault when its time is over', async () => {
    const { send, simulate } = await runningAws();
    await send('POST', '/_sim/faults', { ...grayFailure, ratio: 1, forMinutes: 3 });
    const minutes = simulate(5);
    expect(minutes.map((minute) => failedByFaults([minute]) > 0)).toEqual([true, true, true, false, false]);
    expect(await send('GET', '/_sim/faults')).toMatchObject({ value: { inForce: [] } });
  });

  it('makes the control plane of a Region unusable until it is healed, and no other', async () => {
    const { aws, send } = await runningAws();
    const moved = async () => {
      const { payload } = await aws.invoke('operate', JSON.stringify({ action: 'status' }));
      return payload;
    };
    aws.simulateUntil(startsAt + 3_600_000);
    await send('POST', '/_sim/faults', { fault: 'control-plane-down', region: 'us-west-2' });
    expect(await moved()).toContain('main-line');
    await send('POST', '/_sim/faults', { fault: 'control-plane-down', region: 'us-east-1' });
    expect(await moved()).toContain('Chime SDK Voice did not return its lists');
    await send('DELETE', '/_sim/faults');
    expect(await moved()).toContain('vc-east');
  });

  it.each(faultNames)('has %s, which changes something', (fault) => {
    const { calls, rules, callsFactor } = partsOf({ fault, at: 'any', ratio: undefined, forMinutes: undefined });
    expect(calls.length + rules.length + callsFactor).toBeGreaterThan(1);
  });

  it('offers every fault with its places', async () => {
    const { send } = await runningAws();
    const { value } = await send('GET', '/_sim/faults');
    const { canBeAdded } = value as { readonly canBeAdded: readonly { readonly fault: string }[] };
    expect(canBeAdded.map(({ fault }) => fault)).toEqual(faultNames);
    expect(canBeAdded).toContainEqual({
      fault: 'robocall-flood',
      effect: expect.any(String) as string,
      group: ['main-line'],
    });
  });

  it('refuses a wrong fault with every problem, the value and what is allowed', async () => {
    const { send } = await runningAws();
    const wrong = { fault: 'gray-failure', region: 'eu-west-1', ratio: 2, forMinutes: 'long', extra: 1 };
    expect(await send('POST', '/_sim/faults', wrong)).toEqual({
      status: 400,
      value: {
        error: 'no fault was added',
        problems: [
          'region: Expected one of us-east-1, us-west-2, got "eu-west-1"',
          'ratio: Expected a number from 0 to 1, got 2',
          'forMinutes: Expected a number from 0.1 to 10080, got "long"',
          'extra is not a known setting',
        ],
      },
    });
    expect(await send('GET', '/_sim/faults')).toMatchObject({ value: { inForce: [] } });
  });

  it.each(['{fault', '[]', '"gray-failure"', '{}'])('refuses %s and names the faults', async (body) => {
    const { send } = await runningAws();
    const { status, value } = await send('POST', '/_sim/faults', body);
    expect({ status, text: JSON.stringify(value) }).toEqual({
      status: 400,
      text: expect.stringContaining('Expected one of region-outage, gray-failure') as string,
    });
  });

  it('lists what is in force where a fault to end is not', async () => {
    const { send } = await runningAws();
    await send('POST', '/_sim/faults', grayFailure);
    expect(await send('DELETE', '/_sim/faults/fault-2')).toEqual({
      status: 404,
      value: { error: 'no such fault is in force', inForce: ['fault-1'] },
    });
  });
});
