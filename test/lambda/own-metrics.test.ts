import { describe, expect, it } from 'vitest';
import { ownMetricUnits } from '../../lib/core/model/own-metrics.ts';
import { now } from '../wire-support/account.ts';
import { deploy, requestsToAws } from '../wire-support/functions.ts';
import { datapointsIn, formatDatapoint } from '../wire-support/metric-lines.ts';
import { seedHealthy, seedUnhealthy } from '../wire-support/account-fixtures.ts';

/** The deployed name. */
const env = { AWS_LAMBDA_FUNCTION_NAME: 'failover-dev-monitor' };

/** What depends on how fast the machine is. */
function withoutDuration(lines: readonly string[]): readonly string[] {
  return datapointsIn(lines)
    .filter(({ name }) => name !== 'RunDurationMilliseconds')
    .map(formatDatapoint);
}

const noWrites = {
  operation: 'UpdateVoiceConnectorGroup',
  effect: { kind: 'error', status: 410, code: 'Gone', message: 'no' },
} as const;

describe('the own metrics of the monitor', () => {
  it('are, for a run without changes, only its heartbeat, its duration and its API calls', async () => {
    const aws = await deploy({ env });
    seedHealthy(aws);
    await aws.invoke('monitor', {});
    const datapoints = datapointsIn(aws.lines);
    expect(datapoints.map(({ name }) => name)).toEqual(['RunCompleted', 'RunDurationMilliseconds', 'ApiCalls']);
    for (const { namespace, name, unit, dimensions, at } of datapoints) {
      expect({ namespace, unit, dimensions, at }).toEqual({
        namespace: 'VoiceConnectorFailover',
        unit: ownMetricUnits[name as keyof typeof ownMetricUnits],
        dimensions: { FunctionName: 'failover-dev-monitor' },
        at: now,
      });
    }
  });

  it('count every request of one run, including retries', async () => {
    const aws = await deploy({ env });
    seedHealthy(aws);
    await aws.invoke('monitor', {});
    const ofFirst = requestsToAws(aws).length;
    const isFirst = { value: true };
    aws.misbehave({
      operation: 'GetParametersByPath',
      when: () => {
        const was = isFirst.value;
        isFirst.value = false;
        return was;
      },
      effect: { kind: 'error', status: 500, code: 'InternalServerError', message: 'no' },
    });
    await aws.invoke('monitor', {});
    const calls = datapointsIn(aws.lines).filter(({ name }) => name === 'ApiCalls');
    expect(calls.map(({ value }) => value)).toEqual([ofFirst, requestsToAws(aws).length - ofFirst]);
  });

  it('have a heartbeat for a failed run, but none for a run over a single group', async () => {
    const aws = await deploy({ env });
    seedUnhealthy(aws);
    aws.misbehave(noWrites);
    const { functionError } = await aws.invoke('monitor', { groupId: 'main-line' });
    expect(functionError).toBe('Unhandled');
    expect(datapointsIn(aws.lines).map(({ name }) => name)).not.toContain('RunCompleted');
    await aws.invoke('monitor', {});
    expect(withoutDuration(aws.lines)).toContain('RunCompleted{FunctionName=failover-dev-monitor}: 1');
  });

  it('have no heartbeat for a run that threw', async () => {
    const aws = await deploy({ env });
    seedHealthy(aws);
    await aws.invoke('monitor', { groupId: 'nobody-knows-it' });
    expect(datapointsIn(aws.lines)).toEqual([]);
  });

  it('are published whatever the log level', async () => {
    const aws = await deploy({ env: { ...env, POWERTOOLS_LOG_LEVEL: 'SILENT' } });
    seedHealthy(aws);
    await aws.invoke('monitor', {});
    expect(datapointsIn(aws.lines).map(({ name }) => name)).toContain('RunCompleted');
  });

  it('have, for a failover, the number of unhealthy members, the age of the evidence at the write, and the minutes until detection, write and verification', async () => {
    const aws = await deploy({ env });
    seedUnhealthy(aws);
    aws.onFirst('GetVoiceConnectorGroup', () => {
      aws.clock.jumpTo(now + 6000);
    });
    await aws.invoke('monitor', {});
    expect(withoutDuration(aws.lines).filter((line) => !line.startsWith('ApiCalls'))).toEqual([
      'EvidenceAgeMilliseconds{FunctionName=failover-dev-monitor}: 6000',
      'MinutesToDetect{FunctionName=failover-dev-monitor}: 10.5',
      'MinutesToWrite{FunctionName=failover-dev-monitor}: 10.6',
      'MinutesToVerify{FunctionName=failover-dev-monitor}: 10.6',
      'RunCompleted{FunctionName=failover-dev-monitor}: 1',
      'UnhealthyVoiceConnectors{FunctionName=failover-dev-monitor}: 1',
      'UnhealthyVoiceConnectors{FunctionName=failover-dev-monitor,VoiceConnectorGroupId=main-line}: 1',
    ]);
  });

  it('have a group that is held although its primary is unhealthy, and that somebody undid the failover', async () => {
    const aws = await deploy({ env });
    seedUnhealthy(aws);
    await aws.invoke('monitor', {});
    expect(datapointsIn(aws.lines).map(({ name }) => name)).not.toContain('FailoversHeld');
    const items = [
      { voiceConnectorId: 'vc-east', priority: 1 },
      { voiceConnectorId: 'vc-west', priority: 2 },
    ];
    aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items });
    aws.lines.splice(0);
    await aws.invoke('monitor', {});
    const held = 'FailoversHeld{FunctionName=failover-dev-monitor}: 1';
    const undone = 'FailoversUndone{FunctionName=failover-dev-monitor}: 1';
    expect(withoutDuration(aws.lines)).toEqual(expect.arrayContaining([held, undone]));
  });

  it.each([
    { what: 'that AWS refuses', effect: noWrites.effect },
    {
      what: 'that no control Region accepts',
      effect: { kind: 'error', status: 500, code: 'ServiceFailure', message: 'no' } as const,
    },
  ])('count a change $what as blocked', async ({ effect }) => {
    const aws = await deploy({ env });
    seedUnhealthy(aws);
    aws.clock.runAt(20);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
    await aws.invoke('monitor', {});
    expect(withoutDuration(aws.lines)).toContain('FailoverBlocked{FunctionName=failover-dev-monitor}: 1');
  });

  it('count no change as blocked in observe mode', async () => {
    const aws = await deploy({ env, policy: '{ version: 1, defaults: { mode: observe } }' });
    seedUnhealthy(aws);
    await aws.invoke('monitor', {});
    expect(datapointsIn(aws.lines).map(({ name }) => name)).not.toContain('FailoverBlocked');
  });

  it.each(['monitor', 'sessions'] as const)(
    'count, for the function %s, the events that neither the bus nor the outbox accepted, and none that the outbox stored',
    async (name) => {
      const aws = await deploy();
      seedHealthy(aws);
      aws.account.chime.proxySessions.mode = 'served';
      aws.misbehave({
        service: 'events',
        effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
      });
      await aws.invoke(name, {});
      const undelivered = () => datapointsIn(aws.lines).filter((each) => each.name === 'UndeliveredRecords');
      expect(undelivered()).toEqual([]);
      const stored = aws.account.queues.depths()[0]?.messages ?? 0;
      expect(stored).toBeGreaterThan(0);
      aws.misbehave({
        service: 'sqs',
        effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' },
      });
      await aws.invoke(name, {});
      const undeliveredCount = undelivered().reduce((sum, { value }) => sum + value, 0);
      expect(undeliveredCount).toBe(stored);
      expect(undelivered()[0]?.dimensions).toEqual({ FunctionName: name });
    },
  );
});
