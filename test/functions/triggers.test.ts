import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunResult } from '../../lib/monitor/result.ts';
import { eventsOn, writes } from '../wire-support/account.ts';
import { deploy, requestsToAws, type Answer, type Deployment } from '../wire-support/functions.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';

function runFailed({ errorType, errorMessage }: Answer['error']) {
  return {
    detailType: 'Run Failed',
    data: { count: 1, problems: [{ doing: 'running the function', message: `${errorType}: ${errorMessage}` }] },
  };
}

const folder = new URL('../../events/', import.meta.url);

const triggers: Readonly<Record<string, object>> = {
  'alarm-state-change.json': { kind: 'alarm', alarmName: 'main-line-failed-calls', state: 'ALARM' },
  'health-event.json': {
    kind: 'health-event',
    service: 'CHIME',
    eventTypeCode: 'AWS_CHIME_OPERATIONAL_ISSUE',
    region: 'us-east-1',
  },
  'manual-all-groups.json': { kind: 'manual' },
  'manual-one-group.json': { kind: 'manual', groupId: 'main-line' },
  'scheduled.json': { kind: 'scheduled' },
};

describe('the monitor in observe mode', () => {
  const closing: (() => Promise<void> | void)[] = [];
  let aws: Deployment;

  beforeAll(async () => {
    aws = await deploy({ policy: 'version: 1', atEnd: (close) => closing.unshift(close) });
    seedUnhealthy(aws);
  });
  beforeEach(() => {
    aws.server.clearRequests();
    aws.account.eventBridge.events.length = 0;
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('has an expected trigger for every file in events/', () => {
    expect(
      readdirSync(folder)
        .filter((file) => !/^(operate|preflight)/.test(file))
        .sort(),
    ).toEqual(Object.keys(triggers));
  });

  it.each(Object.entries(triggers))('is invoked by events/%s and runs over every group', async (file, trigger) => {
    const { functionError, payload } = await aws.invoke('monitor', readFileSync(new URL(file, folder), 'utf8'));
    expect(functionError).toBeUndefined();
    const result = payload as RunResult;
    expect(result.trigger).toEqual(trigger);
    expect(result.groups).toMatchObject([
      { voiceConnectorGroupId: 'main-line', decision: 'failover', outcome: { kind: 'withheld', code: 'observe-mode' } },
    ]);
    expect(eventsOn(aws)).toMatchObject([{ detailType: 'Priority Change Withheld' }]);
    expect(writes(aws)).toEqual([]);
  });

  it('decides the same whatever invoked it', async () => {
    const decisions = await Promise.all(
      Object.keys(triggers).map(async (file) => {
        const { payload } = await aws.invoke('monitor', readFileSync(new URL(file, folder), 'utf8'));
        return JSON.stringify((payload as RunResult).groups);
      }),
    );
    expect(new Set(decisions).size).toBe(1);
  });

  it.each<{ what: string; event: unknown; problems: readonly string[] }>([
    {
      what: 'of another kind',
      event: { 'detail-type': 'Chime VoiceConnector Streaming Status', source: 'aws.chime', detail: {} },
      problems: [
        'detail-type: Expected one of Scheduled Event, CloudWatch Alarm State Change, AWS Health Event, or no detail-type and an optional groupId, got "Chime VoiceConnector Streaming Status"',
      ],
    },
    {
      what: 'whose detail-type is not a string',
      event: { 'detail-type': 7 },
      problems: [
        'detail-type: Expected one of Scheduled Event, CloudWatch Alarm State Change, AWS Health Event, or no detail-type and an optional groupId, got 7',
      ],
    },
    {
      what: 'of a schedule with a foreign source',
      event: { 'detail-type': 'Scheduled Event', source: 'com.example' },
      problems: ['source: Invalid option: expected one of "aws.scheduler"|"aws.events", got "com.example"'],
    },
    {
      what: 'of an incomplete alarm',
      event: { 'detail-type': 'CloudWatch Alarm State Change', source: 'aws.cloudwatch', detail: { state: {} } },
      problems: [
        'detail.alarmName: Invalid input: expected string, got nothing',
        'detail.state.value: Invalid option: expected one of "OK"|"ALARM"|"INSUFFICIENT_DATA", got nothing',
      ],
    },
    {
      what: 'of a Health event without its Region',
      event: {
        'detail-type': 'AWS Health Event',
        source: 'aws.health',
        detail: { service: 'CHIME', eventTypeCode: 'X' },
      },
      problems: ['detail.eventRegion: Invalid input: expected string, got nothing'],
    },
    {
      what: 'of a manual run with two mistakes',
      event: { groupId: '', force: true },
      problems: ['groupId: Expected string to have >=1 characters, got ""', 'force is not a known setting'],
    },
    { what: 'that is a list', event: [], problems: ['the input: Invalid input: expected object, got []'] },
    {
      what: 'that is a string',
      event: '"main-line"',
      problems: ['the input: Invalid input: expected object, got "main-line"'],
    },
  ])('refuses an event $what, and calls AWS only to publish that', async ({ event, problems }) => {
    const { functionError, error } = await aws.invoke('monitor', event);
    expect(functionError).toBe('Unhandled');
    expect(error.errorType).toBe('InvalidInputError');
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    expect(error.errorMessage).toBe([`the event: ${count}`, ...problems.map((line) => `  - ${line}`)].join('\n'));
    expect(requestsToAws(aws).map(({ operation }) => operation)).toEqual(['PutEvents']);
    expect(eventsOn(aws)).toEqual([runFailed(error)]);
  });

  it('refuses a group that does not exist, names those that do, and only publishes that', async () => {
    const { error } = await aws.invoke('monitor', { groupId: 'main-lin' });
    expect(error).toMatchObject({
      errorType: 'InvalidInputError',
      errorMessage: 'the event: 1 problem\n  - groupId: Expected one of main-line (Main line), got "main-lin"',
    });
    expect(eventsOn(aws)).toEqual([runFailed(error)]);
    expect(writes(aws)).toEqual([]);
  });
});
