import { describe, expect, it } from 'vitest';
import { ChangeRecorder } from '../../lib/aws/change-recorder.ts';
import { Changes } from '../../lib/aws/changes.ts';
import type { Move } from '../../lib/core/model/plan.ts';
import type { VoiceConnectorGroup } from '../../lib/core/model/group.ts';
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

function moveOf(kind: Move['kind']): Move {
  return {
    kind,
    reason: 'as planned',
    leaving: 'vc-east',
    promoting: 'vc-west',
    before: mainLine.items,
    after: mainLine.items,
    rejected: [],
  };
}

function changesOf(aws: TestAws, regions: readonly string[] = ['us-east-1']): Changes {
  return new Changes({ clientOf: clientsOf(aws).cloudWatch, regions });
}

function recorderOf(aws: TestAws, regions: readonly string[] = ['us-east-1']): ChangeRecorder {
  return new ChangeRecorder({ clientOf: clientsOf(aws).cloudWatch, regions });
}

/** Every move of these tests promotes `vc-west`. */
function promoted(...at: readonly number[]) {
  return new Map([
    ['vc-east', []],
    ['vc-west', at],
  ]);
}

async function readDay(aws: TestAws, group = mainLine) {
  return (await changesOf(aws).read(group, now - 24 * hour, aws.clock.now(), never)).record;
}

describe('the record of own changes', () => {
  it('is empty if nothing was changed', async () => {
    expect(await readDay(await startAws())).toEqual({
      kind: 'read',
      changedAt: [],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
      promotedAt: promoted(),
      drilledAt: [],
      ordersSeen: [],
      localFailovers: new Map(),
    });
  });

  it('has a failover in the current minute, and the Voice Connector that it left', async () => {
    const aws = await startAws();
    expect(await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never)).toEqual([]);
    expect(await readDay(aws)).toEqual({
      kind: 'read',
      changedAt: [thisMinute],
      demotedAt: new Map([
        ['vc-east', [thisMinute]],
        ['vc-west', []],
      ]),
      promotedAt: promoted(thisMinute),
      drilledAt: [],
      ordersSeen: [],
      localFailovers: new Map(),
    });
  });

  it('has no demotion of a Voice Connector that a failback left', async () => {
    const aws = await startAws();
    await recorderOf(aws).recordChange(mainLine, moveOf('failback'), now, never);
    expect(await readDay(aws)).toEqual({
      kind: 'read',
      changedAt: [thisMinute],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
      promotedAt: promoted(thisMinute),
      drilledAt: [],
      ordersSeen: [],
      localFailovers: new Map(),
    });
  });

  it('no longer has a retracted change', async () => {
    const aws = await startAws();
    await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never);
    expect(await recorderOf(aws).retractChange(mainLine, moveOf('failover'), now, never)).toEqual([]);
    expect(await readDay(aws)).toMatchObject({
      changedAt: [],
      demotedAt: new Map([
        ['vc-east', []],
        ['vc-west', []],
      ]),
    });
  });

  it('keeps the change of one monitor if another retracts its own in the same minute', async () => {
    const aws = await startAws();
    await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never);
    await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never);
    await recorderOf(aws).retractChange(mainLine, moveOf('failover'), now, never);
    expect(await readDay(aws)).toMatchObject({ changedAt: [thisMinute] });
  });

  it('is separate for each group', async () => {
    const aws = await startAws();
    await recorderOf(aws).recordChange(mainLine, moveOf('failback'), now, never);
    expect(await readDay(aws, { ...mainLine, voiceConnectorGroupId: 'sales' })).toMatchObject({ changedAt: [] });
  });

  it('takes one request to write and one to read', async () => {
    const aws = await startAws();
    await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never);
    await readDay(aws);
    expect(askedFor(aws, 'PutMetricData')).toHaveLength(1);
    expect(askedFor(aws, 'GetMetricData')).toHaveLength(1);
  });

  it('reports why a change could not be recorded or retracted', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 403, code: 'AccessDenied', message: 'not allowed' } as const;
    aws.misbehave({ operation: 'PutMetricData', effect });
    const message = expect.stringContaining('not allowed') as string;
    expect(await recorderOf(aws).recordChange(mainLine, moveOf('failover'), now, never)).toEqual([
      { region: 'us-east-1', problem: { doing: 'recording the change of group main-line in us-east-1', message } },
    ]);
    expect(await recorderOf(aws).retractChange(mainLine, moveOf('failover'), now, never)).toEqual([
      {
        region: 'us-east-1',
        problem: { doing: 'retracting the change of group main-line in us-east-1', message },
      },
    ]);
  });

  it('has the failovers of the whole account that count for its limit, without those that were retracted', async () => {
    const aws = await startAws();
    const local = { ...moveOf('failover'), isLocal: true } as const;
    const other = { ...mainLine, voiceConnectorGroupId: 'other' };
    await recorderOf(aws).recordChange(other, local, now, never);
    await recorderOf(aws).recordChange(other, local, now, never);
    await recorderOf(aws).recordChange(other, moveOf('failover'), now, never);
    await recorderOf(aws).retractChange(other, local, now, never);
    expect(await readDay(aws)).toMatchObject({ changedAt: [], localFailovers: new Map([[thisMinute, 1]]) });
  });

  it('is unreadable if a monitor of a later version writes it in another form', async () => {
    const aws = await startAws();
    const statistics = { sampleCount: 1, sum: 2, minimum: 2, maximum: 2 };
    const version = { region: 'us-east-1', namespace: 'VoiceConnectorFailover', metricName: 'RecordVersion' };
    aws.account.putMetric({ ...version, dimensions: {}, timestamp: thisMinute, statistics, visibleAt: 0 });
    expect(await readDay(aws)).toEqual({
      kind: 'unreadable',
      message: 'us-east-1: a later monitor writes the record in form 2, this one understands 1',
    });
  });

  it.each(['InternalError', 'Forbidden', 'PartialData'] as const)(
    'is unreadable if CloudWatch returns the status %s',
    async (statusCode) => {
      const aws = await startAws();
      aws.misbehave({ operation: 'GetMetricData', effect: { kind: 'metric-status', statusCode } });
      expect(await readDay(aws)).toEqual({
        kind: 'unreadable',
        message: `us-east-1: PriorityChange ${statusCode}, Drill ${statusCode}, LocalFailover ${statusCode}, RecordVersion ${statusCode}, Demotion ${statusCode}, Promotion ${statusCode}, PrioritySeen ${statusCode}`,
      });
    },
  );

  it('is unreadable if CloudWatch does not respond', async () => {
    const aws = await startAws();
    aws.misbehave({ operation: 'GetMetricData', effect: { kind: 'reset-before' } });
    expect(await readDay(aws)).toEqual({
      kind: 'unreadable',
      message: expect.stringContaining('ECONNRESET') as string,
    });
  });
});

describe('the record in several Regions', () => {
  const regions = ['us-east-1', 'eu-west-1'];
  const read = (aws: TestAws) => changesOf(aws, regions).read(mainLine, now - 24 * hour, aws.clock.now(), never);
  const once = {
    kind: 'read',
    changedAt: [thisMinute],
    demotedAt: new Map([
      ['vc-east', [thisMinute]],
      ['vc-west', []],
    ]),
    promotedAt: promoted(thisMinute),
    drilledAt: [],
    ordersSeen: [],
    localFailovers: new Map(),
  };
  const gone = { kind: 'region-down' } as const;
  const inEurope = { service: 'monitoring', region: 'eu-west-1', effect: gone } as const;

  it('has a change once that was recorded in each Region', async () => {
    const aws = await startAws();
    expect(await recorderOf(aws, regions).recordChange(mainLine, moveOf('failover'), now, never)).toEqual([]);
    expect(
      askedFor(aws, 'PutMetricData')
        .map(({ region }) => region)
        .sort(),
    ).toEqual(['eu-west-1', 'us-east-1']);
    expect(await read(aws)).toEqual({ record: once, problems: [] });
  });

  it('has the failovers of the account once that were recorded in each Region', async () => {
    const aws = await startAws();
    await recorderOf(aws, regions).recordChange(mainLine, { ...moveOf('failover'), isLocal: true }, now, never);
    expect((await read(aws)).record).toEqual({ ...once, localFailovers: new Map([[thisMinute, 1]]) });
  });

  it('is read from the Regions that respond, and the others are reported', async () => {
    const aws = await startAws();
    await recorderOf(aws, regions).recordChange(mainLine, moveOf('failover'), now, never);
    aws.misbehave(inEurope);
    expect(await read(aws)).toEqual({
      record: once,
      problems: [
        {
          doing: 'reading own changes of group main-line in eu-west-1',
          message: expect.stringContaining('ECONNRESET') as string,
        },
      ],
    });
  });

  it('has a change that only one Region recorded, until it is retracted there', async () => {
    const aws = await startAws();
    aws.misbehave({ ...inEurope, operation: 'PutMetricData' });
    const recorder = recorderOf(aws, regions);
    const missed = await recorder.recordChange(mainLine, moveOf('failover'), now, never);
    expect(missed).toMatchObject([
      { region: 'eu-west-1', problem: { doing: 'recording the change of group main-line in eu-west-1' } },
    ]);
    expect((await read(aws)).record).toEqual(once);
    expect(await recorder.retractChange(mainLine, moveOf('failover'), now, never, ['eu-west-1'])).toEqual([]);
    expect((await read(aws)).record).toMatchObject({ kind: 'read', changedAt: [] });
  });

  it('is unreadable only if no Region responds', async () => {
    const aws = await startAws();
    aws.misbehave({ service: 'monitoring', effect: gone });
    expect((await read(aws)).record).toEqual({
      kind: 'unreadable',
      message: expect.stringMatching(/^us-east-1: .*; eu-west-1: /) as string,
    });
  });

  it('has a drill that only one Region recorded, for this group alone and for no other kind of change', async () => {
    const aws = await startAws();
    const changes = changesOf(aws, regions);
    const recorder = recorderOf(aws, regions);
    const drills = (group = mainLine) => changes.drills(group, now - hour, aws.clock.now(), never);
    await recorder.recordChange(mainLine, moveOf('failover'), now, never);
    await recorder.recordChange(mainLine, moveOf('restore'), now, never);
    expect(await drills()).toEqual({ kind: 'read', begunAt: [] });
    await recorder.recordChange(mainLine, moveOf('drill'), now, never, ['eu-west-1']);
    expect(await drills()).toEqual({ kind: 'read', begunAt: [thisMinute] });
    expect(await drills({ ...mainLine, voiceConnectorGroupId: 'side-line' })).toEqual({ kind: 'read', begunAt: [] });
    expect((await read(aws)).record).toMatchObject({ demotedAt: once.demotedAt });
    await recorder.retractChange(mainLine, moveOf('drill'), now, never, ['us-east-1']);
    expect(await drills()).toEqual({ kind: 'read', begunAt: [] });
  });

  it('has every kind of change of this group in any Region, and none that was retracted', async () => {
    const aws = await startAws();
    const changes = changesOf(aws, regions);
    const recorder = recorderOf(aws, regions);
    const changedAt = (group = mainLine) => changes.changedAt(group, now - 24 * hour, aws.clock.now(), never);
    expect(await changedAt()).toEqual({ kind: 'read', changedAt: [] });
    await recorder.recordChange(mainLine, moveOf('failover'), now - 2 * hour, never, ['eu-west-1']);
    await recorder.recordChange(mainLine, moveOf('drill'), now, never);
    expect(await changedAt()).toEqual({ kind: 'read', changedAt: [thisMinute - 2 * hour, thisMinute] });
    expect(await changedAt({ ...mainLine, voiceConnectorGroupId: 'side-line' })).toEqual({
      kind: 'read',
      changedAt: [],
    });
    await recorder.retractChange(mainLine, moveOf('drill'), now, never);
    expect(await changedAt()).toEqual({ kind: 'read', changedAt: [thisMinute - 2 * hour] });
    aws.misbehave({ service: 'monitoring', effect: gone });
    expect(await changedAt()).toMatchObject({ kind: 'unreadable' });
  });

  it('cannot be read for drills only if no Region responds', async () => {
    const aws = await startAws();
    const drills = () => changesOf(aws, regions).drills(mainLine, now - hour, now, never);
    aws.misbehave(inEurope);
    expect(await drills()).toEqual({ kind: 'read', begunAt: [] });
    aws.misbehave({ service: 'monitoring', effect: gone });
    expect(await drills()).toMatchObject({ kind: 'unreadable' });
  });
});
