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
  it.each(Object.entries(triggers))('%s is parsed as its name says', (name, trigger) => {
    expect(parseTrigger(eventIn(name))).toEqual(trigger);
  });

  it('are all listed here', () => {
    const ofOtherFunctions = /^(operate|preflight)\b/;
    const names = readdirSync(events).filter((name) => !ofOtherFunctions.test(name));
    expect(names.toSorted()).toEqual(Object.keys(triggers).toSorted());
  });
});

describe('an event', () => {
  it.each([[''], [null], [undefined]])('with the payload %j asks for all groups, as {} does', (payload) => {
    expect(parseTrigger(payload)).toEqual({ kind: 'manual', groupId: undefined });
    expect(parseTrigger({})).toEqual({ kind: 'manual', groupId: undefined });
  });

  it('of an EventBridge rule is a scheduled one, like one of the Scheduler', () => {
    expect(parseTrigger({ ...eventIn('scheduled.json'), source: 'aws.events' })).toEqual({ kind: 'scheduled' });
  });

  it('of AWS Health is about its eventRegion, not the Region it was delivered to', () => {
    const event = eventIn('health-event.json');
    expect(event['region']).toBe('us-west-2');
    expect(parseTrigger(event)).toMatchObject({ region: 'us-east-1' });
  });

  it('of AWS may have unknown fields, a manual one may not', () => {
    expect(parseTrigger({ ...eventIn('scheduled.json'), novelty: 1 })).toEqual({ kind: 'scheduled' });
    expect(problemsOf({ groupID: 'main-line', dryRun: true })).toEqual([
      'groupID is not a known setting',
      'dryRun is not a known setting',
    ]);
  });

  it.each(['OK', 'INSUFFICIENT_DATA'])('of an alarm in state %s starts a run as well', (value) => {
    const event = { ...eventIn('alarm-state-change.json'), detail: { alarmName: 'any', state: { value } } };
    expect(parseTrigger(event)).toEqual({ kind: 'alarm', alarmName: 'any', state: value });
  });
});

describe('an invalid event', () => {
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

  it.each([['main-line'], [7], [false], [[]]])('is refused where the payload is %j', (event) => {
    expect(problemsOf(event)).toEqual([`the input: Invalid input: expected object, got ${JSON.stringify(event)}`]);
  });

  it('is refused where groupId is not the name of a group', () => {
    expect(problemsOf({ groupId: '' })).toEqual(['groupId: Expected string to have >=1 characters, got ""']);
    expect(problemsOf({ groupId: 7 })).toEqual(['groupId: Invalid input: expected string, got 7']);
  });

  it('is quoted with at most 120 characters', () => {
    const [problem = ''] = problemsOf('x'.repeat(500));
    expect(problem).toBe(`the input: Invalid input: expected object, got "${'x'.repeat(116)}...`);
    const [ofType = ''] = problemsOf({ 'detail-type': 'x'.repeat(500) });
    expect(ofType).toMatch(/, got "x{116}\.\.\.$/);
  });

  it('is named in the message', () => {
    expect(() => parseTrigger({ groupId: 7 })).toThrow(
      'the event: 1 problem\n  - groupId: Invalid input: expected string, got 7',
    );
  });
});

describe('the groups that a trigger asks for', () => {
  const sales = aGroup({ voiceConnectorGroupId: 'vcg-1', name: 'sales' });
  const support = aGroup({ voiceConnectorGroupId: 'vcg-2', name: 'support' });
  const both = [sales, support];
  const asked = (groupId: string | undefined): Trigger => ({ kind: 'manual', groupId });

  it('are all unless it names one', () => {
    expect(requestedGroups({ kind: 'scheduled' }, both, [])).toEqual(both);
    expect(requestedGroups({ kind: 'alarm', alarmName: 'sales', state: 'ALARM' }, both, [])).toEqual(both);
    expect(requestedGroups(asked(undefined), both, [])).toEqual(both);
    expect(requestedGroups(asked(undefined), [], [])).toEqual([]);
  });

  it('are the one with the given id', () => {
    expect(requestedGroups(asked('vcg-2'), both, [])).toEqual([support]);
  });

  it('must be listed; the error names the listed groups and the failed listings', () => {
    const problem = { doing: 'listing us-east-1', message: 'AccessDenied' };
    expect(problemsIn(() => requestedGroups(asked('vcg-9'), both, [problem]))).toEqual([
      'groupId: Expected one of vcg-1 (sales), vcg-2 (support), got "vcg-9"',
      'listing us-east-1 failed, so that this list may be incomplete: AccessDenied',
    ]);
    expect(problemsIn(() => requestedGroups(asked('vcg-9'), [], []))).toEqual([
      'groupId: Expected a listed group, but none is listed, got "vcg-9"',
    ]);
  });
});
