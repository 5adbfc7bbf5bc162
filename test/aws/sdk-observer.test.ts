import { GetVoiceConnectorGroupCommand, GetVoiceConnectorOriginationCommand } from '@aws-sdk/client-chime-sdk-voice';
import { GetParametersByPathCommand } from '@aws-sdk/client-ssm';
import { describe, expect, it } from 'vitest';
import { Answers } from '../../lib/aws/sdk-observer.ts';
import { now, overridesPath, startAws, type TestAws } from '../wire-support/account.ts';
import { seedMainLine } from '../wire-support/account-fixtures.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

/** Listens in on the clients of preflight. */
function listening(aws: { readonly server: { readonly url: string } }, clock: () => number = () => now) {
  const clients = clientsOf(aws, { role: 'preflight' });
  const answers = new Answers({ clock });
  const chime = answers.of('chime', 'us-east-1', clients.chime('us-east-1'));
  const ssm = answers.of('ssm', 'us-west-2', clients.ssm('us-west-2'));
  return {
    answers,
    getGroup: () => chime.send(new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: 'main-line' })),
    getOrigination: () => chime.send(new GetVoiceConnectorOriginationCommand({ VoiceConnectorId: 'vc-nowhere' })),
    getOverrides: () => ssm.send(new GetParametersByPathCommand({ Path: overridesPath })),
  };
}

async function started(): Promise<TestAws> {
  const aws = await startAws();
  seedMainLine(aws);
  return aws;
}

describe('what AWS answers', () => {
  it('is noted by the permission it took and the Region it came from', async () => {
    const { answers, getGroup, getOverrides } = listening(await started());
    await getGroup();
    await getOverrides();
    expect(answers.take().answers).toEqual([
      { action: 'chime:GetVoiceConnectorGroup', region: 'us-east-1', outcome: 'answered', message: '' },
      { action: 'ssm:GetParametersByPath', region: 'us-west-2', outcome: 'answered', message: '' },
    ]);
  });

  it('is an answer also where there is nothing to be found', async () => {
    const { answers, getOrigination } = listening(await started());
    await expect(getOrigination()).rejects.toThrow();
    expect(answers.take().answers).toMatchObject([{ outcome: 'answered' }]);
  });

  it.each([
    { status: 403, code: 'ForbiddenException', outcome: 'forbidden', message: 'ForbiddenException: no (HTTP 403)' },
    { status: 401, code: 'Unauthorized', outcome: 'forbidden', message: 'Unauthorized: no (HTTP 401)' },
    { status: 500, code: 'ServiceFailure', outcome: 'failed', message: 'ServiceFailure: no (HTTP 500)' },
    { status: 429, code: 'Throttled', outcome: 'failed', message: 'Throttled: no (HTTP 429)' },
  ])('is $outcome at HTTP $status, once for all repetitions, and thrown all the same', async (refusal) => {
    const { status, code, outcome, message } = refusal;
    const aws = await started();
    aws.misbehave({ effect: { kind: 'error', status, code, message: 'no' } });
    const { answers, getGroup } = listening(aws);
    await expect(getGroup()).rejects.toThrow('no');
    expect(answers.take().answers).toEqual([
      { action: 'chime:GetVoiceConnectorGroup', region: 'us-east-1', outcome, message },
    ]);
  });

  it('is told once', async () => {
    const { answers, getGroup } = listening(await started());
    await getGroup();
    expect(answers.take().answers).toHaveLength(1);
    expect(answers.take()).toEqual({ answers: [], serverTimes: [] });
  });
});

describe('the time of AWS', () => {
  it('is the Date of each answer, a refusal included, between own times before and after', async () => {
    const aws = await started();
    const ticks = [now + 7000, now + 7100, now + 8000, now + 8300];
    const { answers, getGroup, getOrigination } = listening(aws, () => ticks.shift() ?? Number.NaN);
    await getGroup();
    await expect(getOrigination()).rejects.toThrow();
    expect(answers.take().serverTimes).toEqual([
      { region: 'us-east-1', date: now, sentAt: now + 7000, receivedAt: now + 7100 },
      { region: 'us-east-1', date: now, sentAt: now + 8000, receivedAt: now + 8300 },
    ]);
  });

  it('is not known from an answer without a Date that can be read, or without any answer', async () => {
    const script = await startScript([{ headers: { date: 'noon' }, body: { VoiceConnectorGroup: {} } }]);
    const { answers, getGroup } = listening(script);
    await getGroup();
    expect(answers.take().serverTimes).toEqual([]);

    const aws = await started();
    aws.misbehave({ effect: { kind: 'region-down' } });
    const silent = listening(aws);
    await expect(silent.getGroup()).rejects.toThrow();
    expect(silent.answers.take()).toMatchObject({ answers: [{ outcome: 'failed' }], serverTimes: [] });
  });
});
