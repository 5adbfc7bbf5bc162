import { GetVoiceConnectorGroupCommand, GetVoiceConnectorOriginationCommand } from '@aws-sdk/client-chime-sdk-voice';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { SdkObserver } from '../../lib/aws/sdk-observer.ts';
import { askedFor, now, startAws, type TestAws } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { seedMainLine } from '../wire-support/account-fixtures.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

/** Observes clients that have the role of preflight. */
function observed(aws: { readonly server: { readonly url: string } }, clock: () => number = () => now) {
  const clients = clientsOf(aws, { role: 'preflight' });
  const observer = new SdkObserver({ clock });
  const chime = observer.observe('chime', 'us-east-1', clients.chime('us-east-1'));
  const ssm = observer.observe('ssm', 'us-west-2', clients.ssm('us-west-2'));
  return {
    observer,
    getGroup: () => chime.send(new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: 'main-line' })),
    getOrigination: () => chime.send(new GetVoiceConnectorOriginationCommand({ VoiceConnectorId: 'vc-nowhere' })),
    getOverrides: () => ssm.send(new GetParametersByPathCommand({ Path: overridesPath })),
  };
}

async function startSeeded(): Promise<TestAws> {
  const aws = await startAws();
  seedMainLine(aws);
  return aws;
}

describe('the collected call outcomes', () => {
  it('have the IAM action and the Region of each call', async () => {
    const { observer, getGroup, getOverrides } = observed(await startSeeded());
    const calls = observer.start();
    await getGroup();
    await getOverrides();
    expect(calls().callOutcomes).toEqual([
      { action: 'chime:GetVoiceConnectorGroup', region: 'us-east-1', outcome: 'answered', message: '' },
      { action: 'ssm:GetParametersByPath', region: 'us-west-2', outcome: 'answered', message: '' },
    ]);
  });

  it('count NotFound as answered', async () => {
    const { observer, getOrigination } = observed(await startSeeded());
    const calls = observer.start();
    await expect(getOrigination()).rejects.toThrow();
    expect(calls().callOutcomes).toMatchObject([{ outcome: 'answered' }]);
  });

  it.each([
    { status: 403, code: 'ForbiddenException', outcome: 'forbidden', message: 'ForbiddenException: no (HTTP 403)' },
    { status: 401, code: 'Unauthorized', outcome: 'forbidden', message: 'Unauthorized: no (HTTP 401)' },
    { status: 500, code: 'ServiceFailure', outcome: 'failed', message: 'ServiceFailure: no (HTTP 500)' },
    { status: 429, code: 'Throttled', outcome: 'failed', message: 'Throttled: no (HTTP 429)' },
  ])('are $outcome for HTTP $status, once for all attempts, and the error is still thrown', async (refusal) => {
    const { status, code, outcome, message } = refusal;
    const aws = await startSeeded();
    aws.misbehave({ effect: { kind: 'error', status, code, message: 'no' } });
    const { observer, getGroup } = observed(aws);
    const calls = observer.start();
    await expect(getGroup()).rejects.toThrow('no');
    expect(calls().callOutcomes).toEqual([
      { action: 'chime:GetVoiceConnectorGroup', region: 'us-east-1', outcome, message },
    ]);
  });
});

describe('the number of API calls', () => {
  it('includes every attempt', async () => {
    const aws = await startSeeded();
    aws.misbehave({ effect: { kind: 'error', status: 500, code: 'ServiceFailure', message: 'no' }, times: 2 });
    const { observer, getGroup, getOverrides } = observed(aws);
    const calls = observer.start();
    await getGroup();
    await getOverrides();
    expect(calls().apiCalls).toBe(4);
    expect(askedFor(aws, 'GetVoiceConnectorGroup')).toHaveLength(3);
  });
});

describe('a collection', () => {
  it('can be read again, and grows until the next one starts', async () => {
    const { observer, getGroup } = observed(await startSeeded());
    const first = observer.start();
    await getGroup();
    const read = first();
    expect(read).toMatchObject({ apiCalls: 1, callOutcomes: [{}], serverTimes: [{}] });
    expect(first()).toEqual(read);
    await getGroup();
    expect(first().callOutcomes).toHaveLength(2);
    expect(read.callOutcomes).toHaveLength(1);

    const second = observer.start();
    expect(second()).toEqual({ apiCalls: 0, callOutcomes: [], serverTimes: [] });
    await getGroup();
    expect(second().apiCalls).toBe(1);
    expect(first().apiCalls).toBe(2);
  });

  it('does not contain calls made before it started', async () => {
    const { observer, getGroup } = observed(await startSeeded());
    await getGroup();
    expect(observer.start()()).toEqual({ apiCalls: 0, callOutcomes: [], serverTimes: [] });
  });
});

describe('the collected server times', () => {
  it('are the Date header of each response, errors included, with the local time before and after', async () => {
    const aws = await startSeeded();
    const ticks = [now + 7000, now + 7100, now + 8000, now + 8300];
    const { observer, getGroup, getOrigination } = observed(aws, () => ticks.shift() ?? Number.NaN);
    const calls = observer.start();
    await getGroup();
    await expect(getOrigination()).rejects.toThrow();
    expect(calls().serverTimes).toEqual([
      { region: 'us-east-1', date: now, sentAt: now + 7000, receivedAt: now + 7100 },
      { region: 'us-east-1', date: now, sentAt: now + 8000, receivedAt: now + 8300 },
    ]);
  });

  it('omit a response with an unreadable Date header, and a request without a response', async () => {
    const script = await startScript([{ headers: { date: 'noon' }, body: { VoiceConnectorGroup: {} } }]);
    const { observer, getGroup } = observed(script);
    const calls = observer.start();
    await getGroup();
    expect(calls().serverTimes).toEqual([]);

    const aws = await startSeeded();
    aws.misbehave({ effect: { kind: 'region-down' } });
    const silent = observed(aws);
    const silentCalls = silent.observer.start();
    await expect(silent.getGroup()).rejects.toThrow();
    expect(silentCalls()).toMatchObject({ callOutcomes: [{ outcome: 'failed' }], serverTimes: [] });
  });
});
