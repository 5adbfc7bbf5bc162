import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../lib/monitor/result.ts';
import { allEventText, askedFor, eventsOn, eventTypes, minute, orderOf, writes } from '../wire-support/account.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { deploy, logged } from '../wire-support/functions.ts';
import {
  failing,
  publishCalls,
  putOverride,
  seedHealthy,
  seedMainLine,
  seedUnhealthy,
  seedSideLine,
} from '../wire-support/account-fixtures.ts';

function east(priority: number) {
  return { voiceConnectorId: 'vc-east', priority };
}
function west(priority: number) {
  return { voiceConnectorId: 'vc-west', priority };
}

describe('the deployed monitor', () => {
  it('fails a group over, returns its result as JSON, and logs one line per group', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    const { functionError, payload } = await aws.invoke('monitor', {});
    const result = payload as RunResult;

    expect(functionError).toBeUndefined();
    expect(result).toMatchObject({
      shape: 'run-result',
      version: 1,
      runId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      trigger: { kind: 'manual' },
      monitorRegion: 'us-east-1',
      policyHash: expect.stringMatching(/^[0-9a-f]{12}$/) as string,
      observedAt: '2026-11-20T09:00:30.000Z',
      outcome: 'succeeded',
      regions: [
        { region: 'us-east-1', verdict: { health: 'unhealthy' } },
        { region: 'us-west-2', verdict: { health: 'unknown', cause: 'idle' } },
      ],
      problems: [],
    });
    expect(result.groups).toMatchObject([
      {
        voiceConnectorGroupId: 'main-line',
        mode: 'enforce',
        decision: 'failover',
        before: [east(1), west(2)],
        after: [west(1), east(2)],
        outcome: { kind: 'applied' },
      },
    ]);
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(writes(aws)).toHaveLength(1);
    expect(logged(aws.lines, 'decision')).toMatchObject([
      {
        level: 'INFO',
        service: 'failover-test',
        function_name: 'monitor',
        function_request_id: result.runId,
        timestamp: '2026-11-20T09:00:30.000Z',
        data: result.groups[0],
      },
    ]);
    expect(logged(aws.lines, 'run')).toMatchObject([
      { data: { runId: result.runId, outcome: 'succeeded', groups: 1 } },
    ]);
  });

  it('is warm for the next run and decides on the new state', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    await aws.invoke('monitor', {});
    const { payload } = await aws.invoke('monitor', {});
    expect((payload as RunResult).groups).toMatchObject([{ decision: 'hold', code: 'failback-hold' }]);
    expect(writes(aws)).toHaveLength(1);
    expect(logged(aws.lines, 'decision').map(({ cold_start }) => cold_start)).toEqual([true, false]);
  });

  it('fails with every problem listed after everything else was done', async () => {
    const aws = await deploy({ policy: '{ version: 1, defaults: { mode: enforce } }' });
    seedUnhealthy(aws);
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-far', awsRegion: 'eu-west-2', createdIn: 'us-east-1' });
    for (const [id, top] of [
      ['second-line', 'vc-east'],
      ['far-line', 'vc-far'],
    ] as const) {
      const items = [
        { voiceConnectorId: top, priority: 1 },
        { voiceConnectorId: 'vc-west', priority: 2 },
      ];
      aws.account.chime.seedGroup({ voiceConnectorGroupId: id, items, createdAt: 0 });
    }
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      when: ({ resource }) => resource === 'main-line',
      effect: { kind: 'error', status: 410, code: 'GoneException', message: 'no longer' },
    });
    aws.misbehave({
      service: 'monitoring',
      region: 'eu-west-2',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
    });
    const { functionError, error } = await aws.invoke('monitor', {});

    expect(functionError).toBe('Unhandled');
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: [
        '2 problems',
        '  - reading metrics in eu-west-2: AccessDeniedException: no (HTTP 400)',
        '  - failover of group main-line: GoneException: no longer (HTTP 410)',
      ].join('\n'),
    });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(orderOf(aws, 'second-line')).toBe('vc-west 1, vc-east 2');
    expect([...eventTypes(aws)].sort()).toEqual([
      'Priority Change Applied',
      'Priority Change Intended',
      'Priority Change Intended',
      'Priority Change Rejected',
      'Priority Held',
      'Run Failed',
    ]);
    const decisions = logged(aws.lines, 'decision').map(({ data }) => (data as RunResult['groups'][number]).decision);
    expect([...decisions].sort()).toEqual(['failover', 'failover', 'hold']);
    expect(logged(aws.lines, 'run')).toMatchObject([{ data: { outcome: 'failed', groups: 3 } }]);
  });

  it('logs the events that neither EventBridge nor the outbox accepted, and fails, while the write stands', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    aws.misbehave({ effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no' } });
    aws.misbehave({ service: 'sqs', effect: { kind: 'region-down' } });
    const { error } = await aws.invoke('monitor', {});
    expect(error.errorType).toBe('RunFailedError');
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(allEventText(aws)).toBe('[]');
    expect(
      logged(aws.lines, 'event lost').map(({ data }) => (data as { event: { detailType: string } }).event.detailType),
    ).toEqual(['Priority Change Intended', 'Priority Change Applied', 'Run Failed']);
  });

  it('never retries a write, not even one without a response', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-before' } });
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      aws.onFirst('GetVoiceConnectorGroup', () => {
        aws.clock.jumpTo(aws.clock.now() + 15_000);
      });
    });
    const { error } = await aws.invoke('monitor', {});
    expect(error.errorMessage).toMatch(/failover of group main-line: AWS did not answer \(.*AWS still shows/);
    expect(writes(aws)).toHaveLength(1);
  });

  it('waits for a write that becomes visible late', async () => {
    const aws = await deploy();
    aws.clock.runAt(1);
    seedUnhealthy(aws);
    aws.account.chime.groups.updatePropagation = { visibleAfterMs: 700 };
    const { payload } = await aws.invoke('monitor', {});
    expect((payload as RunResult).groups).toMatchObject([{ outcome: { kind: 'applied' } }]);
    expect(askedFor(aws, 'GetVoiceConnectorGroup').length).toBeGreaterThan(3);
    expect(writes(aws)).toHaveLength(1);
  });

  it('stops working in time to report what it could not do', async () => {
    const aws = await deploy({ timeoutSeconds: 8 });
    seedHealthy(aws);
    seedSideLine(aws, failing);
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'hang' } });
    const { error } = await aws.invoke('monitor', {});
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: expect.stringContaining('reading metrics in us-east-1: AbortError: no response in time') as string,
    });
    expect(eventTypes(aws)).toContain('Run Failed');
    expect(writes(aws)).toEqual([]);
  });

  it('does not write on evidence that expired while its worker was suspended', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    aws.onFirst('GetVoiceConnectorGroup', () => {
      aws.clock.jumpTo(aws.clock.now() + 5 * minute);
    });
    const { payload } = await aws.invoke('monitor', {});
    expect((payload as RunResult).groups).toMatchObject([
      { decision: 'failover', outcome: { kind: 'withheld', code: 'evidence-expired' } },
    ]);
    expect(eventsOn(aws).at(-1)).toMatchObject({ detailType: 'Priority Change Withheld' });
    expect(writes(aws)).toEqual([]);
  });

  it('ends with its problems listed and its events in the outbox if EventBridge never responds', async () => {
    const aws = await deploy({ timeoutSeconds: 8 });
    seedHealthy(aws);
    aws.misbehave({ service: 'events', effect: { kind: 'hang' } });
    const { error } = await aws.invoke('monitor', {});
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: expect.stringMatching(
        /^2 problems\n {2}- publishing Priority Held .*: AbortError: no response in time; in the outbox until .*\n {2}- publishing Run Failed /,
      ) as string,
    });
    const messages = aws.account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 });
    expect(messages.map(({ body }) => (JSON.parse(body) as { detailType: string }).detailType)).toEqual([
      'Priority Held',
      'Run Failed',
    ]);
  });

  it('ends with its problems listed and its events in the log if neither EventBridge nor SQS ever responds', async () => {
    const aws = await deploy({ timeoutSeconds: 8 });
    seedHealthy(aws);
    aws.misbehave({ service: 'events', effect: { kind: 'hang' } });
    aws.misbehave({ service: 'sqs', effect: { kind: 'hang' } });
    const { error } = await aws.invoke('monitor', {});
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: expect.stringMatching(
        /^2 problems\n {2}- publishing Priority Held .*: AbortError: no response in time; the outbox did not take it either: .*\n {2}- publishing Run Failed /,
      ) as string,
    });
    expect(logged(aws.lines, 'event lost')).toMatchObject([
      { data: { event: { detailType: 'Priority Held' } } },
      { data: { event: { detailType: 'Run Failed' } } },
    ]);
  });

  it('publishes a refused event as a failed run, without phone numbers, and fails', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const { error } = await aws.invoke('monitor', { groupId: 'main-lime', caller: '+14155550100' });
    expect(error.errorType).toBe('InvalidInputError');
    expect(eventsOn(aws)).toEqual([
      {
        detailType: 'Run Failed',
        data: {
          count: 1,
          problems: [
            {
              doing: 'running the function',
              message: 'InvalidInputError: the event: 1 problem\n  - caller is not a known setting',
            },
          ],
        },
      },
    ]);
    expect(logged(aws.lines, 'Run Failed')).toHaveLength(1);
  });

  it('publishes a run for an unknown group as failed, and withholds a phone number given as its id', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const { error } = await aws.invoke('monitor', { groupId: '+14155550100' });
    expect(error.errorMessage).toContain('got "(number withheld)"');
    expect(eventTypes(aws)).toEqual(['Run Failed']);
    expect([allEventText(aws), ...aws.lines].join('\n')).not.toContain('4155550100');
  });

  it('applies an override stored in its own Region', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    const until = new Date(aws.clock.now() + 30 * minute).toISOString();
    putOverride(aws, 'main-line', { action: 'pause', by: 'anna', reason: 'carrier works', until });
    const { payload } = await aws.invoke('monitor', {});
    expect((payload as RunResult).groups).toMatchObject([
      { decision: 'hold', code: 'paused', reason: 'paused by anna, 30 min left: carrier works' },
    ]);
    expect(writes(aws)).toEqual([]);
  });

  it('reads the metrics under the dimensions of the policy', async () => {
    const aws = await deploy({ policy: '{ version: 1, metricDimensions: [VoiceConnectorId, Region] }' });
    seedMainLine(aws);
    const dimensions = { VoiceConnectorId: 'vc-east', Region: 'us-east-1' };
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', failuresAt: failing, dimensions });
    const { payload } = await aws.invoke('monitor', {});
    expect((payload as RunResult).groups).toMatchObject([{ decision: 'failover' }]);
  });
});
