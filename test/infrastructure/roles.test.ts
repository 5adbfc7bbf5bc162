import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ownNamespace } from '../../lib/core/model/own-metrics.ts';
import { monitorReads } from '../../lib/core/readiness/account.ts';
import { covers } from '../../sim/wire/iam/wildcards.ts';
import { evaluate, type AccessRequest } from '../../sim/wire/iam/policy.ts';
import { everyRole, functions, ofType, place, roles } from './template.ts';

/**
 * Actions that only `*` allows: the Service Authorization Reference lists no resource type for them, or for CloudWatch only data sets,
 * which this stack does not have.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonchime.html
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
const withoutResourceType = [
  'chime:GetVoiceConnectorGroup',
  'chime:ListPhoneNumbers',
  'chime:ListVoiceConnectorGroups',
  'chime:ListVoiceConnectors',
  'cloudwatch:GetMetricData',
  'cloudwatch:ListMetrics',
  'cloudwatch:PutMetricData',
];

const statements = everyRole.flatMap((role) => role.statements.map((statement) => ({ ...statement, role: role.id })));

describe('The roles', () => {
  it('belong to one function each, and only Lambda may assume them', () => {
    expect(new Set(roles.map(({ role }) => role)).size).toBe(functions.length);
    for (const { role } of roles) {
      expect(everyRole.find(({ id }) => id === role)?.assumedBy, role).toEqual([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]);
    }
  });

  it('name every action in full, and each action once per role', () => {
    for (const { id, statements: own } of everyRole) {
      const actions = own.flatMap(({ Action }) => Action);
      for (const action of actions) expect(action, id).toMatch(/^[a-z]+:[A-Z][A-Za-z]+$/);
      expect(new Set(actions).size, id).toBe(actions.length);
      expect(
        own.filter(({ Effect }) => Effect !== 'Allow'),
        id,
      ).toEqual([]);
    }
  });

  it('use the resource * only for actions that IAM cannot scope, in statements of their own', () => {
    for (const { role, Action, Resource } of statements) {
      const unscoped = Action.filter((action) => withoutResourceType.includes(action));
      expect(unscoped, `${role}: ${Resource.join()}`).toEqual(Resource.includes('*') ? Action : []);
    }
    const used = statements.flatMap(({ Action, Resource }) => (Resource.includes('*') ? Action : []));
    expect([...new Set(used)].sort()).toEqual(withoutResourceType);
  });

  it('stay in this account, and in this Region except for Voice Connectors and overrides', () => {
    for (const resource of statements.flatMap(({ Resource }) => Resource.filter((each) => each !== '*'))) {
      const [, partition, service, region, account] = resource.split(':');
      expect({ partition, account }, resource).toEqual({ partition: 'aws', account: place.accountId });
      expect(region, resource).toBe(service === 'chime' || service === 'ssm' ? '*' : place.region);
    }
  });

  it('publish events and metrics of their own source and namespace only', () => {
    const conditions = (action: string) =>
      statements.flatMap(({ Action, Condition }) => (Action.includes(action) ? [Condition] : []));
    const ownSource = {
      'ForAllValues:StringEquals': { 'events:source': ['voice-connector-failover'] },
      Null: { 'events:source': ['false'] },
    };
    for (const condition of conditions('events:PutEvents')) expect(condition).toEqual(ownSource);
    for (const condition of conditions('cloudwatch:PutMetricData')) {
      expect(condition).toEqual({ StringEquals: { 'cloudwatch:namespace': [ownNamespace] } });
    }
  });
});

describe('The role of preflight', () => {
  const statementsOf = (name: string) => roles.find(({ functionName }) => functionName === name)!.statements;
  const grants = (name: string) =>
    statementsOf(name).flatMap(({ Action, Resource, Condition }) =>
      Action.map((action) => ({ action, Resource, Condition })),
    );
  const reads: readonly string[] = monitorReads;

  it('allows every read of the monitor, on the same resources and with the same conditions', () => {
    const ofMonitor = grants('monitor').filter(({ action }) => reads.includes(action));
    expect(ofMonitor.map(({ action }) => action).sort()).toEqual([...reads].sort());
    expect(grants('preflight')).toEqual(expect.arrayContaining(ofMonitor));
  });

  it('allows no change that the monitor may make', () => {
    const ofMonitor = grants('monitor').flatMap(({ action }) => (reads.includes(action) ? [] : [action]));
    const both = grants('preflight').flatMap(({ action }) => (ofMonitor.includes(action) ? [action] : []));
    // Publishing an event and writing a log change nothing that is monitored.
    expect(both.sort()).toEqual(['events:PutEvents', 'logs:CreateLogStream', 'logs:PutLogEvents', 'sqs:SendMessage']);
  });
});

describe('docs/permissions.md', () => {
  it('lists every permission of every function', () => {
    const page = readFileSync('docs/permissions.md', 'utf8');
    const rows = [...page.matchAll(/^\| `(\w+:\w+)` +\| ([\w, ]+?) +\|/gm)];
    const listed = rows.flatMap(([, action, of = '']) => of.split(', ').map((name) => `${name} ${action}`));
    const granted = roles.flatMap(({ functionName, statements: own }) =>
      own.flatMap(({ Action }) => Action.map((action) => `${functionName} ${action}`)),
    );
    expect(listed.sort()).toEqual(granted.sort());
  });
});

/** The local AWS has no CloudWatch Logs: these two actions are evaluated here, and not used in any other test. */
describe.each(roles.map((each) => [each.functionName, each] as const))(
  'The role of %s',
  (name, { statements: own }) => {
    const { functionName } = functions.find((each) => each.name === name)!;
    const stream = (group: string): string =>
      `arn:aws:logs:${place.region}:${place.accountId}:log-group:/aws/lambda/${group}:log-stream:2026/11/20/[$LATEST]0`;
    const request = (action: string, group: string): AccessRequest => ({
      action,
      resource: stream(group),
      context: {},
    });

    it('writes to the log group of its function only', () => {
      const names = ofType('AWS::Logs::LogGroup').map(([, { LogGroupName }]) => LogGroupName);
      expect(names).toContain(`/aws/lambda/${functionName}`);
      for (const action of ['logs:CreateLogStream', 'logs:PutLogEvents']) {
        expect(evaluate(own, request(action, functionName)), action).toBe('allowed');
        for (const other of functions.filter((each) => each.name !== name)) {
          expect(evaluate(own, request(action, other.functionName)), action).toBe('denied-implicitly');
        }
        expect(evaluate(own, request(action, `${functionName}s`)), action).toBe('denied-implicitly');
      }
      const logs = own.filter(({ Action }) => Action.some((action) => action.startsWith('logs:')));
      expect(logs.flatMap(({ Action }) => Action).sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
      expect(logs.flatMap(({ Resource }) => Resource).filter((each) => !covers(each, stream(functionName)))).toEqual(
        [],
      );
    });
  },
);
