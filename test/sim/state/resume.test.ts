import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { MetricAlarm } from '../../../sim/account/alarms/definition.ts';
import type { FaultRequest } from '../../../sim/controls/catalogue.ts';
import { LocalAws } from '../../../sim/local-aws.ts';
import { readStateFile, writeStateFile } from '../../../sim/state/file.ts';
import { StateKeeper } from '../../../sim/state/keeper.ts';
import type { State } from '../../../sim/state/state.ts';
import { mainLine, twoRegions } from '../../../sim/two-regions.ts';

const minuteMs = 60_000;
const world = { seed: 1, startsAt: Date.UTC(2026, 10, 20, 8) };
const warmUpMinutes = 65;
const grayFailure: FaultRequest = { fault: 'gray-failure', at: 'us-east-1', ratio: 0.5, forMinutes: undefined };
const callsFail: MetricAlarm = {
  kind: 'metric',
  name: 'calls-fail',
  description: undefined,
  actions: { isEnabled: true, onAlarm: [], onOk: [], onInsufficientData: [] },
  queries: [
    {
      id: 'failures',
      returnData: true,
      metricStat: {
        metric: {
          namespace: 'AWS/ChimeVoiceConnector',
          metricName: 'InboundCallFailures',
          dimensions: { VoiceConnectorId: 'vc-east' },
        },
        period: 60,
        stat: 'Sum',
      },
    },
  ],
  isMath: false,
  comparison: 'GreaterThanThreshold',
  threshold: 5,
  periodSeconds: 60,
  evaluationPeriods: 1,
  datapointsToAlarm: 1,
  treatMissingData: 'missing',
};
const scheduled = readFileSync('events/scheduled.json', 'utf8');

const runSchema = z.object({ groups: z.array(z.object({ decision: z.string(), code: z.string().optional() })) });

async function started(resume?: State): Promise<LocalAws> {
  const aws = await LocalAws.start({
    world: twoRegions(world.seed, world.startsAt, []),
    groups: [mainLine],
    policyFile: 'sim/policy.yml',
    packageFolder: inject('packageFolder'),
    pauses: 'skipped',
    speed: 0,
    resume,
  });
  onTestFinished(() => aws.close());
  return aws;
}

/** Each minute: what happened to the calls, what the monitor decided, and the order after it. */
async function lived(aws: LocalAws, minutes: number) {
  const all: unknown[] = [];
  for (let minute = 0; minute < minutes; minute += 1) {
    const calls = aws.simulateUntil(aws.clock.now() + minuteMs);
    const run = runSchema.parse(JSON.parse((await aws.invoke('monitor', scheduled)).payload));
    all.push({ calls, run, order: aws.account.routedGroups() });
  }
  return all;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'state-'));
  onTestFinished(() => {
    rmSync(path, { recursive: true });
  });
  return path;
}

/** What the file keeps of a local AWS, as the next one reads it. */
async function throughFile(aws: LocalAws): Promise<State> {
  const path = join(folder(), 'world.json');
  await new StateKeeper({ path, world, aws }).keep();
  return readStateFile(path)!.state;
}

/** Without what contains the ids of requests and the real duration of runs. */
function comparable({ account, ...others }: State) {
  const { logs, eventBridge, metrics, ...rest } = account;
  const own = metrics.filter(({ identity }) => identity.namespace === 'AWS/ChimeVoiceConnector');
  return {
    ...others,
    account: {
      ...rest,
      logGroups: logs.map(({ key }) => key),
      metrics: own,
      events: eventBridge.events.map(({ detailType }) => detailType),
    },
  };
}

describe('A local AWS that goes on from a file', { timeout: 120_000 }, () => {
  it('has the same calls and decides the same as one that was never stopped, after a Region broke', async () => {
    const aws = await started();
    aws.simulateUntil(world.startsAt + warmUpMinutes * minuteMs);
    aws.controls.faults.add(grayFailure);
    const before = await lived(aws, 2);
    const resumed = await started(await throughFile(aws));
    const after = await lived(aws, 12);
    expect(await lived(resumed, 12)).toEqual(after);
    expect(before.concat(after)).toContainEqual(
      expect.objectContaining({ run: { groups: [{ decision: 'failover' }] } }),
    );
    expect(comparable(await throughFile(resumed))).toEqual(comparable(await throughFile(aws)));
  });

  it('has the same overrides, rules, alarms, queues, numbers, injected faults and times of faults', async () => {
    const aws = await started();
    aws.simulateUntil(world.startsAt + 10.5 * minuteMs);
    const { account, controls, server } = aws;
    account.parameters.put('us-east-1', { name: '/a/b', value: 'paused', type: 'String' });
    account.queues.create('us-east-1', 'mine');
    account.queues.send('us-east-1', 'mine', { body: 'hello' });
    const place = { region: 'us-east-1', eventBusName: 'default' };
    account.eventRules.put(place, {
      name: 'all',
      eventPattern: '{"source":["mine"]}',
      scheduleExpression: undefined,
      state: 'ENABLED',
      description: undefined,
    });
    account.alarms.put('us-east-1', callsFail);
    account.eventRules.putTargets(place, 'all', [{ id: 'q', arn: 'arn:aws:sqs:us-east-1:111122223333:mine' }]);
    controls.faults.add({ ...grayFailure, fault: 'flapping', forMinutes: 8 });
    aws.simulateUntil(world.startsAt + 13.5 * minuteMs);
    controls.callsFactor = 2;
    server.posted.post({ service: 'ssm', times: 2, effect: { kind: 'throttle' } }, 1);
    const resumed = await started(await throughFile(aws));
    resumed.account.eventBridge.putEvents('us-east-1', [{ source: 'mine', detailType: 'x', detail: '{}' }]);
    account.eventBridge.putEvents('us-east-1', [{ source: 'mine', detailType: 'x', detail: '{}' }]);
    expect(resumed.account.queues.depths()).toContainEqual({ region: 'us-east-1', name: 'mine', messages: 2 });
    for (const each of [aws, resumed]) each.simulateUntil(world.startsAt + 20 * minuteMs);
    expect(await throughFile(resumed)).toEqual(await throughFile(aws));
    expect(resumed.controls.faults.ended()).toMatchObject([{ fault: 'flapping' }]);
  });
});

describe('The file of --state', () => {
  it('does not exist before it is written, and then is the only file', async () => {
    const path = join(folder(), 'world.json');
    expect(readStateFile(path)).toBeUndefined();
    const aws = await started();
    await writeStateFile(path, { world, state: aws.kept() });
    expect(readdirSync(join(path, '..'))).toEqual(['world.json']);
    expect(readStateFile(path)).toMatchObject({ world });
  });

  it.each([
    ['no JSON', 'half a file {', 'is damaged: its 13 characters are no JSON'],
    ['another file', '{"name":"package"}', 'is no file of --state'],
    [
      'a file of another version',
      '{"format":"voice-connector-failover local AWS","version":99}',
      'has version 99, and this program reads version 1',
    ],
    [
      'a file that lacks something',
      '{"format":"voice-connector-failover local AWS","version":1,"world":{"seed":1}}',
      'is damaged at world.startsAt: Invalid input: expected number, received undefined and 1 other places',
    ],
  ])('is refused and left as it is if it is %s', (_, text, problem) => {
    const path = join(folder(), 'world.json');
    writeFileSync(path, text);
    expect(() => readStateFile(path)).toThrow(
      `--state: ${path} ${problem}. Expected a file that --state wrote, or the name of a new one; it was left as it is`,
    );
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('that cannot be written is named', async () => {
    const path = join(folder(), 'no', 'folder', 'world.json');
    const aws = await started();
    await expect(writeStateFile(path, { world, state: aws.kept() })).rejects.toThrow(
      `--state: ${path} cannot be written (ENOENT)`,
    );
  });

  it('is not written again before ten times the time that it took', async () => {
    let count = 0;
    const aws = await started();
    const kept = () => {
      count += 1;
      return aws.kept();
    };
    const keeper = new StateKeeper({ path: join(folder(), 'world.json'), world, aws: { kept } });
    await keeper.keepSometimes();
    await keeper.keepSometimes();
    expect(count).toBe(1);
    await keeper.keep();
    expect(count).toBe(2);
  });
});
