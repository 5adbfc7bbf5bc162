import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { allEventText, eventsOn, eventTypes } from '../wire-support/account.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { deploy, logged, requestsToAws } from '../wire-support/functions.ts';
import { datapointsIn } from '../wire-support/metric-lines.ts';
import { checkReadiness, findingOf, notPassed, seedReady } from '../wire-support/readiness.ts';
import { seedSideLine } from '../wire-support/account-fixtures.ts';

describe('A preflight of an account that can fail over', () => {
  it('finds nothing to do, and reports it in its events, log and result', async () => {
    const aws = await deploy();
    seedReady(aws);
    const result = await checkReadiness(aws);
    expect(notPassed(result)).toEqual([]);
    expect(result).toMatchObject({
      shape: 'readiness-result',
      version: 1,
      trigger: { kind: 'manual' },
      observedAt: '2026-11-20T09:00:30.000Z',
      outcome: 'succeeded',
      readiness: 'pass',
      groups: [{ voiceConnectorGroupId: 'main-line', name: 'Main line', controlRegion: 'us-east-1', outcome: 'pass' }],
      problems: [],
    });
    const { account, groups } = result;
    const unchanged = { change: 'none', summary: '' };
    expect(eventsOn(aws)).toEqual([
      {
        detailType: 'Account Readiness Checked',
        data: { controlRegions: ['us-east-1', 'us-west-2'], ...account, ...unchanged },
      },
      { detailType: 'Readiness Checked', data: { ...groups[0], ...unchanged } },
    ]);
    expect(logged(aws.lines, 'readiness')).toMatchObject([{ data: { readiness: 'pass', groups: 1 } }]);
    expect(datapointsIn(aws.lines)).toEqual([]);
  });

  it('makes every read that the monitor makes, and changes nothing', async () => {
    const aws = await deploy();
    seedReady(aws);
    const result = await checkReadiness(aws);
    expect(findingOf(result, 'permissions')?.sentence).toBe("7 of the monitor's 7 reads were allowed");
    expect([...new Set(requestsToAws(aws).map(({ operation }) => operation))].sort()).toEqual([
      'GetMetricData',
      'GetParametersByPath',
      'GetVoiceConnectorGroup',
      'GetVoiceConnectorOrigination',
      'GetVoiceConnectorTerminationHealth',
      'ListMetrics',
      'ListPhoneNumbers',
      'ListVoiceConnectorGroups',
      'ListVoiceConnectors',
      'PutEvents',
    ]);
  });

  it('has a table for a person: findings, worst first, then fixes, then what no check can prove', async () => {
    const aws = await deploy({ policy: '{ version: 1 }' });
    seedReady(aws);
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'empty-line', name: 'Empty', createdAt: 0 });
    const { table } = await checkReadiness(aws, { groupId: 'main-line' });
    expect(table[0]).toBe(
      'WARN  Main line  mode             mode observe: a failover is decided and published, but not written, as the policy says',
    );
    expect(table[1]).toMatch(
      /^PASS {2}\(account\) {2}control-regions {2}us-east-1, us-west-2 list 2 groups and 2 Voice/,
    );
    expect(table.slice(-8)).toEqual([
      '',
      'What to do:',
      'Main line  mode  Set mode: enforce for the group in policy.yml and deploy, once you trust its decisions',
      '',
      'What no check can prove:',
      expect.stringMatching(/^\(account\) {2}writes {2}no harmless call proves chime:UpdateVoiceConnectorGroup and /),
      expect.any(String),
      expect.any(String),
    ]);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each([
    { file: 'scheduled.json', groups: ['main-line', 'side-line'] },
    { file: 'preflight.json', groups: ['main-line', 'side-line'] },
    { file: 'preflight-one-group.json', groups: ['main-line'] },
  ])('runs on events/$file', async ({ file, groups }) => {
    const aws = await deploy();
    seedReady(aws);
    seedSideLine(aws);
    const result = await checkReadiness(aws, readFileSync(new URL(`../../events/${file}`, import.meta.url), 'utf8'));
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(groups);
    expect(eventTypes(aws)).toEqual(['Account Readiness Checked', ...groups.map(() => 'Readiness Checked')]);
  });
});

describe('A preflight that cannot run', () => {
  it('fails when no control Region returns a list', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.misbehave({ service: 'chime', effect: { kind: 'region-down' } });
    const { functionError, error } = await aws.invoke('preflight', {});
    expect(functionError).toBe('Unhandled');
    expect(error.errorType).toBe('RunFailedError');
    expect(error.errorMessage).toMatch(/^4 problems\n {2}- listing Voice Connector groups in us-east-1: /);
    expect(eventTypes(aws)).toEqual(['Run Failed']);
  });

  it('does not pass its forbidden calls on to the next', async () => {
    const aws = await deploy();
    seedReady(aws);
    const refused = { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } as const;
    const allowAgain = aws.server.misbehave({ service: 'chime', effect: refused });
    expect(await aws.invoke('preflight', {})).toMatchObject({ functionError: 'Unhandled' });
    allowAgain();
    expect(notPassed(await checkReadiness(aws))).toEqual([]);
  });

  it('is refused for a group that does not exist, and names the existing ones', async () => {
    const aws = await deploy();
    seedReady(aws);
    const { error } = await aws.invoke('preflight', { groupId: 'main-lin' });
    expect(error).toMatchObject({
      errorType: 'InvalidInputError',
      errorMessage: 'the event: 1 problem\n  - groupId: Expected one of main-line (Main line), got "main-lin"',
    });
  });

  it('fails when an event is not delivered, and stores it in the outbox', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.misbehave({
      times: 1,
      effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no', indexes: [1] },
    });
    const { error } = await aws.invoke('preflight', {});
    expect(error.errorMessage).toMatch(/^1 problem\n {2}- publishing Readiness Checked /);
    const stored = aws.account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 });
    expect(stored.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ detailType: 'Readiness Checked' }]);
    expect(eventTypes(aws)).toEqual(['Account Readiness Checked', 'Run Failed']);
  });

  it('succeeds in an account without groups, and warns about it', async () => {
    const aws = await deploy({ policy: '{ version: 1 }' });
    const result = await checkReadiness(aws);
    expect(notPassed(result)).toEqual(['control-regions warn']);
    expect(result.groups).toEqual([]);
  });
});

describe('Phone numbers', () => {
  it('are counted, and published and logged nowhere', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'main-line', e164PhoneNumber: '+12065550147' });
    const result = await checkReadiness(aws);
    expect(findingOf(result, 'phone-numbers')?.sentence).toBe('2 assigned to the group');
    aws.misbehave({
      operation: 'ListPhoneNumbers',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'at +12065550147' },
    });
    const second = await checkReadiness(aws);
    expect(second.groups[0]?.unproven).toMatchObject([
      { check: 'phone-numbers', sentence: expect.stringContaining('at (number withheld)') as string },
    ]);
    const texts = [JSON.stringify([result, second]), allEventText(aws), ...aws.lines];
    for (const text of texts) expect(text).not.toMatch(/206555|0147/);
  });
});
