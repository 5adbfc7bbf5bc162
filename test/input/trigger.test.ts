import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { requestedGroups, parseTrigger, type Trigger } from '../../lib/input/trigger.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';
import { aGroup } from '../builders/group.ts';

const events = new URL('../../events/', import.meta.url);
function eventIn(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL(name, events), 'utf8')) as Record<string, unknown>;
}

function problemsOf(event: unknown) {
  return problemsIn(() => parseTrigger(event));
}

function problemsIn(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

const triggers: Readonly<Record<string, Trigger>> = {
  'alarm-state-change.json': { kind: 'alarm', alarmName: 'main-line-failed-calls', state: 'ALARM' },
  'health-event.json': {
    kind: 'health-event',
    service: 'CHIME',
    eventTypeCode: 'AWS_CHIME_OPERATIONAL_ISSUE',
    region: 'us-east-1',
  },
  'manual-all-groups.json': { kind: 'manual', groupId: undefined },
  'manual-one-group.json': { kind: 'manual', groupId: 'main-line' },
  'scheduled.json': { kind: 'scheduled' },
};

describe('the events of this repository', () => {
  it.each(Object.entries(triggers))('%s is what its name says', (name, trigger) => {
    expect(parseTrigger(eventIn(name))).toEqual(trigger);
  });

  it('are all known here', () => {
    const ofOtherFunctions = /^(operate|preflight)\b/;
    const names = readdirSync(events).filter((name) => !ofOtherFunctions.test(name));
    expect(names.toSorted()).toEqual(Object.keys(triggers).toSorted());
  });
});

describe('an event', () => {
  it('of an EventBridge rule is as scheduled as one of the Scheduler', () => {
    expect(parseTrigger({ ...eventIn('scheduled.json'), source: 'aws.events' })).toEqual({ kind: 'scheduled' });
  });

  it('of a health issue is about the Region that it names, not the one it was delivered to', () => {
    const event = eventIn('health-event.json');
    expect(event['region']).toBe('us-west-2');
    expect(parseTrigger(event)).toMatchObject({ region: 'us-east-1' });
  });

  it('may carry more than anybody here reads, unless a person wrote it', () => {
    expect(parseTrigger({ ...eventIn('scheduled.json'), novelty: 1 })).toEqual({ kind: 'scheduled' });
    expect(problemsOf({ groupID: 'main-line', dryRun: true })).toEqual([
      'groupID is not a known setting',
      'dryRun is not a known setting',
    ]);
  });

  it.each(['OK', 'INSUFFICIENT_DATA'])('of an alarm that is %s wakes a turn as well', (value) => {
    const event = { ...eventIn('alarm-state-change.json'), detail: { alarmName: 'any', state: { value } } };
    expect(parseTrigger(event)).toEqual({ kind: 'alarm', alarmName: 'any', state: value });
  });
});

describe('an event that is not what it must be', () => {
  const known = 'Scheduled Event, CloudWatch Alarm State Change, AWS Health Event';

  it.each(['EC2 Instance State-change Notification', '', 7, null, ['Scheduled Event']])('is refused as %j', (kind) => {
    expect(problemsOf({ 'detail-type': kind })).toEqual([
      `detail-type: Expected one of ${known}, or no detail-type and an optional groupId, got ${JSON.stringify(kind)}`,
    ]);
  });

  it('is refused with every problem of an alarm', () => {
    const event = {
      'detail-type': 'CloudWatch Alarm State Change',
      source: 'aws.ec2',
      detail: { state: { value: 'RED' } },
    };
    expect(problemsOf(event)).toEqual([
      'source: Invalid input: expected "aws.cloudwatch", got "aws.ec2"',
      'detail.alarmName: Invalid input: expected string, got nothing',
      'detail.state.value: Invalid option: expected one of "OK"|"ALARM"|"INSUFFICIENT_DATA", got "RED"',
    ]);
  });

  it('is refused with every problem of a health event', () => {
    expect(problemsOf({ 'detail-type': 'AWS Health Event', source: 'aws.health', detail: { service: 1 } })).toEqual([
      'detail.service: Invalid input: expected string, got 1',
      'detail.eventTypeCode: Invalid input: expected string, got nothing',
      'detail.eventRegion: Invalid input: expected string, got nothing',
    ]);
    expect(problemsOf({ 'detail-type': 'AWS Health Event' })).toEqual([
      'source: Invalid input: expected "aws.health", got nothing',
      'detail: Invalid input: expected object, got nothing',
    ]);
  });

  it('is refused as a schedule from an unknown source', () => {
    expect(problemsOf({ 'detail-type': 'Scheduled Event', source: 'aws.batch' })).toEqual([
      'source: Invalid option: expected one of "aws.scheduler"|"aws.events", got "aws.batch"',
    ]);
  });

  it.each([[null], [undefined], ['main-line'], [7], [[]]])('is refused where a person sent %j', (event) => {
    expect(problemsOf(event)).toEqual([
      `the whole: Invalid input: expected object, got ${event === undefined ? 'nothing' : JSON.stringify(event)}`,
    ]);
  });

  it('is refused where a person named an empty group', () => {
    expect(problemsOf({ groupId: '' })).toEqual(['groupId: Expected string to have >=1 characters, got ""']);
    expect(problemsOf({ groupId: 7 })).toEqual(['groupId: Invalid input: expected string, got 7']);
  });

  it('is quoted no longer than a log line bears', () => {
    const [problem = ''] = problemsOf('x'.repeat(500));
    expect(problem).toBe(`the whole: Invalid input: expected object, got "${'x'.repeat(116)}...`);
  });

  it('names the event in its message', () => {
    expect(() => parseTrigger({ groupId: 7 })).toThrow(
      'the event: 1 problem\n  - groupId: Invalid input: expected string, got 7',
    );
  });
});

describe('the groups that a trigger is about', () => {
  const sales = aGroup({ voiceConnectorGroupId: 'vcg-1', name: 'sales' });
  const support = aGroup({ voiceConnectorGroupId: 'vcg-2', name: 'support' });
  const both = [sales, support];
  const asked = (groupId: string | undefined): Trigger => ({ kind: 'manual', groupId });

  it('are all where nobody asked for one', () => {
    expect(requestedGroups({ kind: 'scheduled' }, both, [])).toEqual(both);
    expect(requestedGroups({ kind: 'alarm', alarmName: 'sales', state: 'ALARM' }, both, [])).toEqual(both);
    expect(requestedGroups(asked(undefined), both, [])).toEqual(both);
    expect(requestedGroups(asked(undefined), [], [])).toEqual([]);
  });

  it('are the one that was asked for by its id', () => {
    expect(requestedGroups(asked('vcg-2'), both, [])).toEqual([support]);
  });

  it('cannot be one that is not listed; what kept the list short is told as well', () => {
    const problem = { doing: 'listing us-east-1', message: 'AccessDenied' };
    expect(problemsIn(() => requestedGroups(asked('vcg-9'), both, [problem]))).toEqual([
      'groupId: Expected one of vcg-1 (sales), vcg-2 (support), got "vcg-9"',
      'listing us-east-1 failed, so this list may be short: AccessDenied',
    ]);
    expect(problemsIn(() => requestedGroups(asked('vcg-9'), [], []))).toEqual([
      'groupId: Expected one of no group at all, got "vcg-9"',
    ]);
  });
});
