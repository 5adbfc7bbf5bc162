import { describe, expect, it } from 'vitest';
import { UnsupportedPolicyError } from '../../../../sim/wire/iam/conditions.ts';
import { resolve } from '../../../../sim/wire/iam/intrinsics.ts';
import { pipeRolesOf, rolesOf } from '../../../../sim/wire/iam/roles.ts';

const place = { accountId: '111122223333', region: 'eu-west-2' };

const resources = {
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'decisions' } },
  Undelivered: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'undelivered' } },
  Nameless: { Type: 'AWS::SQS::Queue', Properties: {} },
  Monitor: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: { 'Fn::Sub': 'monitor-${AWS::Region}' } } },
  Table: { Type: 'AWS::DynamoDB::Table', Properties: { TableName: 'table' } },
};

describe('a value of a template', () => {
  it.each<[string, unknown, unknown]>([
    ['text', 'as it is', 'as it is'],
    ['number', 90, 90],
    ['nothing', null, null],
    ['Ref of the account', { Ref: 'AWS::AccountId' }, '111122223333'],
    ['Ref of the Region', { Ref: 'AWS::Region' }, 'eu-west-2'],
    ['Ref of a bus', { Ref: 'Bus' }, 'decisions'],
    ['Ref of a queue', { Ref: 'Undelivered' }, 'https://sqs.eu-west-2.amazonaws.com/111122223333/undelivered'],
    ['GetAtt of a bus', { 'Fn::GetAtt': ['Bus', 'Arn'] }, 'arn:aws:events:eu-west-2:111122223333:event-bus/decisions'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Undelivered.Arn' }, 'arn:aws:sqs:eu-west-2:111122223333:undelivered'],
    [
      'GetAtt of something whose name is itself resolved',
      { 'Fn::GetAtt': ['Monitor', 'Arn'] },
      'arn:aws:lambda:eu-west-2:111122223333:function:monitor-eu-west-2',
    ],
    ['Sub', { 'Fn::Sub': 'arn:${AWS::Partition}:x:${AWS::AccountId}/${Bus}' }, 'arn:aws:x:111122223333/decisions'],
    [
      'Sub of an attribute',
      { 'Fn::Sub': '${Bus.Arn}/*' },
      'arn:aws:events:eu-west-2:111122223333:event-bus/decisions/*',
    ],
    ['Sub with variables', { 'Fn::Sub': ['${Mine}-${Bus}', { Mine: { Ref: 'AWS::Region' } }] }, 'eu-west-2-decisions'],
    ['Sub with a literal', { 'Fn::Sub': '${!aws:username}' }, '${aws:username}'],
    ['Join', { 'Fn::Join': [':', ['a', { Ref: 'Bus' }]] }, 'a:decisions'],
    ['all of it inside lists and objects', { a: [{ b: { Ref: 'Bus' } }] }, { a: [{ b: 'decisions' }] }],
  ])('%s', (_what, value, resolved) => {
    expect(resolve(value, resources, place)).toEqual(resolved);
  });

  it.each<[string, unknown]>([
    ['an unknown intrinsic', { 'Fn::ImportValue': 'x' }],
    ['an unknown resource', { Ref: 'Buss' }],
    ['an unknown type', { Ref: 'Table' }],
    ['an unknown attribute', { 'Fn::GetAtt': ['Bus', 'Policy'] }],
    ['a name that AWS makes up', { Ref: 'Nameless' }],
    ['an unknown variable', { 'Fn::Sub': '${Who}' }],
  ])('that is %s throws', (_what, value) => {
    expect(() => resolve(value, resources, place)).toThrow(UnsupportedPolicyError);
  });
});

const statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource: { 'Fn::GetAtt': ['Bus', 'Arn'] } };
const role = {
  AssumeRolePolicyDocument: {},
  Policies: [{ PolicyName: 'it', PolicyDocument: { Version: '2012-10-17', Statement: [statement] } }],
};
function templateWith(properties: object, more: object = {}) {
  return {
    Resources: {
      ...resources,
      Monitor: {
        Type: 'AWS::Lambda::Function',
        Properties: { Handler: 'functions/monitor.handler', Role: { 'Fn::GetAtt': ['MonitorRole', 'Arn'] } },
      },
      MonitorRole: { Type: 'AWS::IAM::Role', Properties: properties },
      ...more,
    },
  };
}

describe('the roles of a template', () => {
  it('are those of its functions, resolved', () => {
    expect(rolesOf(templateWith(role), place)).toEqual([
      {
        functionName: 'monitor',
        role: 'MonitorRole',
        statements: [
          {
            Effect: 'Allow',
            Action: ['events:PutEvents'],
            Resource: ['arn:aws:events:eu-west-2:111122223333:event-bus/decisions'],
            Condition: {},
          },
        ],
      },
    ]);
  });

  it('include the role of its pipe', () => {
    const pipe = { Type: 'AWS::Pipes::Pipe', Properties: { RoleArn: { 'Fn::GetAtt': ['PipeRole', 'Arn'] } } };
    const template = templateWith(role, { Pipe: pipe, PipeRole: { Type: 'AWS::IAM::Role', Properties: role } });
    const [own] = rolesOf(template, place);
    expect(pipeRolesOf(template, place)).toEqual([{ ...own, functionName: 'pipe', role: 'PipeRole' }]);
  });

  it.each<[string, object]>([
    ['a managed policy', templateWith({ ...role, ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] })],
    [
      'a permissions boundary',
      templateWith({ ...role, PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }),
    ],
    ['a policy from outside', templateWith(role, { More: { Type: 'AWS::IAM::Policy', Properties: {} } })],
  ])('with %s throw', (_what, template) => {
    expect(() => rolesOf(template, place)).toThrow(UnsupportedPolicyError);
  });
});
