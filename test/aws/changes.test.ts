import { describe, expect, it } from 'vitest';
import { Changes } from '../../lib/aws/changes.ts';
import type { Move, VoiceConnectorGroup } from '../../lib/core/model.ts';
import { askedFor, hour, minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;
const thisMinute = Math.floor(now / minute) * minute;

const mainLine: VoiceConnectorGroup = {
  voiceConnectorGroupId: 'main-line',
  name: 'Main line',
  controlRegion: 'us-east-1',
  callDistributionType: undefined,
  items: [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 2 },
  ],
  createdAt: now - 48 * hour,
  updatedAt: now - 48 * hour,
};

const moveOf = (kind: Move['kind']): Move => ({
  kind,
  reason: 'as planned',
  leaving: 'vc-east',
  promoting: 'vc-west',
  before: mainLine.items,
  after: mainLine.items,
  rejected: [],
});

const changesOf = (aws: TestAws): Changes => new Changes({ client: clientsOf(aws).cloudWatch('us-east-1') });

const readDay = (aws: TestAws, group = mainLine) => changesOf(aws).read(group, now - 24 * hour, aws.clock.now(), never);

describe("the record of the monitor's own changes", () => {
  it('is empty where it changed nothing', async () => {
    expect(await readDay(await startAws())).toEqual({
      kind: 'read',
      changedAt: [],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
    });
  });

  it('has a failover in the very minute it was made, and whom it left', async () => {
    const aws = await startAws();
    expect(await changesOf(aws).note(mainLine, moveOf('failover'), now, never)).toBeUndefined();
    expect(await readDay(aws)).toEqual({
      kind: 'read',
      changedAt: [thisMinute],
      demotedAt: new Map([
        ['vc-east', [thisMinute]],
        ['vc-west', []],
      ]),
    });
  });

  it('does not hold it against a Voice Connector that a failback left it', async () => {
    const aws = await startAws();
    await changesOf(aws).note(mainLine, moveOf('failback'), now, never);
    expect(await readDay(aws)).toEqual({
      kind: 'read',
      changedAt: [thisMinute],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
    });
  });

  it('no longer has a change that was taken back', async () => {
    const aws = await startAws();
    await changesOf(aws).note(mainLine, moveOf('failover'), now, never);
    expect(await changesOf(aws).withdraw(mainLine, moveOf('failover'), now, never)).toBeUndefined();
    expect(await readDay(aws)).toMatchObject({
      changedAt: [],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
    });
  });

  it('keeps the change of one monitor in the very minute in which another takes its own back', async () => {
    const aws = await startAws();
    await changesOf(aws).note(mainLine, moveOf('failover'), now, never);
    await changesOf(aws).note(mainLine, moveOf('failover'), now, never);
    await changesOf(aws).withdraw(mainLine, moveOf('failover'), now, never);
    expect(await readDay(aws)).toMatchObject({ changedAt: [thisMinute] });
  });

  it('knows one group from another', async () => {
    const aws = await startAws();
    await changesOf(aws).note(mainLine, moveOf('failback'), now, never);
    expect(await readDay(aws, { ...mainLine, voiceConnectorGroupId: 'sales' })).toMatchObject({ changedAt: [] });
  });

  it('costs one request to write and one to read', async () => {
    const aws = await startAws();
    await changesOf(aws).note(mainLine, moveOf('failover'), now, never);
    await readDay(aws);
    expect(askedFor(aws, 'PutMetricData')).toHaveLength(1);
    expect(askedFor(aws, 'GetMetricData')).toHaveLength(1);
  });

  it('says why a change could not be noted, or taken back', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 403, code: 'AccessDenied', message: 'not allowed' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect });
    const message = expect.stringContaining('not allowed') as string;
    expect(await changesOf(aws).note(mainLine, moveOf('failover'), now, never)).toEqual({
      doing: 'noting the change of group main-line',
      message,
    });
    expect(await changesOf(aws).withdraw(mainLine, moveOf('failover'), now, never)).toEqual({
      doing: 'taking back the note of the change of group main-line',
      message,
    });
  });

  it.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    'is unreadable where CloudWatch answers %s',
    async (statusCode) => {
      const aws = await startAws();
      aws.misbehave({ operation: 'GetMetricData', effect: { kind: 'metric-status', statusCode } });
      expect(await readDay(aws)).toEqual({ kind: 'unreadable', message: `changes ${statusCode}` });
    },
  );

  it('is unreadable where CloudWatch does not answer', async () => {
    const aws = await startAws();
    aws.misbehave({ operation: 'GetMetricData', effect: { kind: 'reset-before' } });
    expect(await readDay(aws)).toEqual({
      kind: 'unreadable',
      message: expect.stringContaining('ECONNRESET') as string,
    });
  });
});
