import { scheduleMinutes } from '../../lib/core/drill/window.ts';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseTrigger } from '../../lib/input/trigger.ts';
import { evaluate } from '../../sim/wire/iam/policy.ts';
import { matchesPattern } from './event-pattern.ts';
import { everyRole, functionAt, ofType, place, resolved, type DeployedFunction } from './template.ts';

type Event = Readonly<Record<string, unknown>> & { readonly detail?: Readonly<Record<string, unknown>> };

const fixtures = new Map(
  readdirSync('events').map((file) => [file, JSON.parse(readFileSync(`events/${file}`, 'utf8')) as Event]),
);

type Target = { readonly Arn: unknown; readonly RoleArn: unknown; readonly Input: string };

const schedules = ofType('AWS::Scheduler::Schedule').map(([id, properties]) => {
  const target = properties['Target'] as Target;
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(properties['ScheduleExpression'] as string)!;
  const seconds = { minute: 60, hour: 3600, day: 86_400 }[unit!]!;
  return { id, properties, target, periodSeconds: Number(amount) * seconds, invoked: functionAt(target.Arn) };
});

describe('The schedules', () => {
  it('invoke monitor every minute, sessions every 5, preflight and operate every 30, without a flexible window', () => {
    expect(schedules.map(({ invoked, periodSeconds }) => [invoked?.name, periodSeconds])).toEqual([
      ['monitor', 60],
      ['preflight', 1800],
      ['sessions', 300],
      ['operate', 60 * scheduleMinutes],
    ]);
    for (const { properties } of schedules) expect(properties['FlexibleTimeWindow']).toEqual({ Mode: 'OFF' });
  });

  it('leave each function time to end before its next invocation, and drop an invocation that is older', () => {
    for (const { id, invoked, periodSeconds, target } of schedules) {
      expect(invoked!.timeoutSeconds, id).toBeLessThan(periodSeconds);
      expect(target, id).toMatchObject({
        RetryPolicy: { MaximumEventAgeInSeconds: periodSeconds, MaximumRetryAttempts: 0 },
      });
    }
  });

  it('send an event of the form of events/scheduled.json', () => {
    const fixture = fixtures.get('scheduled.json')!;
    for (const { target } of schedules) {
      const sent = JSON.parse(target.Input) as Event;
      expect(Object.keys(sent).sort()).toEqual(Object.keys(fixture).sort());
      expect({ source: sent['source'], type: sent['detail-type'] }).toEqual({
        source: fixture['source'],
        type: fixture['detail-type'],
      });
      expect(parseTrigger(sent)).toEqual({ kind: 'scheduled' });
    }
  });

  it('have one role that may only invoke their functions, and that only schedules of this account may assume', () => {
    const ids = new Set(
      schedules.map(({ target }) => (target.RoleArn as { readonly 'Fn::GetAtt': readonly string[] })['Fn::GetAtt'][0]),
    );
    expect(ids.size).toBe(1);
    const [role] = everyRole.filter(({ id }) => ids.has(id));
    const invoke = (functionName: string) =>
      evaluate(role!.statements, {
        action: 'lambda:InvokeFunction',
        resource: `arn:aws:lambda:us-east-1:${place.accountId}:function:${functionName}`,
        context: {},
      });
    for (const { invoked } of schedules) expect(invoke(invoked!.functionName)).toBe('allowed');
    expect(invoke('another')).toBe('denied-implicitly');
    expect(role!.statements.flatMap(({ Action }) => Action)).toEqual(['lambda:InvokeFunction']);
    expect(role!.statements.flatMap(({ Resource }) => Resource)).toHaveLength(schedules.length);
    expect(role!.assumedBy).toMatchObject([
      {
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      },
    ]);
  });
});

type RuleTarget = { readonly Arn: unknown };

/** The rules that invoke a function: those on the default bus. */
const rules = ofType('AWS::Events::Rule').flatMap(([id, properties]) => {
  const invoked = (properties['Targets'] as readonly RuleTarget[]).flatMap(({ Arn }): readonly DeployedFunction[] => {
    const target = JSON.stringify(Arn).includes('LambdaFunction') ? functionAt(Arn) : undefined;
    return target === undefined ? [] : [target];
  });
  return invoked.length === 0 ? [] : [{ id, pattern: properties['EventPattern'], properties, invoked }];
});

/** The events that AWS itself sends. */
const sentByAws = [...fixtures].filter(([, { source }]) => source !== undefined && source !== 'aws.scheduler');

function rulesMatching(event: unknown) {
  return rules.filter(({ pattern }) => matchesPattern(pattern, event));
}

describe('The rules', () => {
  it('each match one event in events/ and invoke the monitor, and each of these events has a rule', () => {
    expect(sentByAws.map(([file]) => file)).toEqual(['alarm-state-change.json', 'health-event.json']);
    expect(
      sentByAws.map(([, event]) => rulesMatching(event).flatMap(({ invoked }) => invoked.map(({ name }) => name))),
    ).toEqual([['monitor'], ['monitor']]);
    expect(rules.filter(({ pattern }) => !sentByAws.some(([, event]) => matchesPattern(pattern, event)))).toEqual([]);
    for (const { properties } of rules) expect(properties).toMatchObject({ State: 'ENABLED' });
  });

  const alarm = fixtures.get('alarm-state-change.json')!;
  const health = fixtures.get('health-event.json')!;
  const alarmOn = (...namespaces: readonly string[]) => ({
    ...alarm,
    detail: {
      ...alarm.detail,
      configuration: { metrics: namespaces.map((namespace) => ({ metricStat: { metric: { namespace } } })) },
    },
  });
  it.each<{ what: string; event: object; isMatch: boolean }>([
    {
      what: 'an alarm on several metrics, one of them of a Voice Connector',
      event: alarmOn('AWS/EC2', 'AWS/ChimeVoiceConnector'),
      isMatch: true,
    },
    { what: 'an alarm on another service', event: alarmOn('AWS/EC2'), isMatch: false },
    { what: 'an alarm without a configuration', event: { ...alarm, detail: {} }, isMatch: false },
    {
      what: 'an issue of another service',
      event: { ...health, detail: { ...health.detail, service: 'EC2' } },
      isMatch: false,
    },
    {
      what: 'a scheduled change',
      event: { ...health, detail: { ...health.detail, eventTypeCategory: 'scheduledChange' } },
      isMatch: false,
    },
    {
      what: 'an event of another source in the form of an AWS event',
      event: { ...health, source: 'com.example' },
      isMatch: false,
    },
  ])('match $what: $isMatch', ({ event, isMatch }) => {
    expect(rulesMatching(event).length > 0).toBe(isMatch);
  });

  it('have the only permissions to invoke functions, each for its own', () => {
    const permitted = ofType('AWS::Lambda::Permission').map(([, { FunctionName, Principal, SourceArn }]) => ({
      name: functionAt(FunctionName)?.name,
      Principal,
      SourceArn: resolved(SourceArn),
    }));
    expect(permitted).toEqual(
      rules.flatMap(({ properties, invoked }) =>
        invoked.map(({ name }) => ({
          name,
          Principal: 'events.amazonaws.com',
          SourceArn: `arn:aws:events:us-east-1:${place.accountId}:rule/${String(properties['Name'])}`,
        })),
      ),
    );
  });
});
