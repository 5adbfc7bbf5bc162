import { describe, expect, it } from 'vitest';
import { UnsupportedPolicyError, type RequestContext } from '../../../../sim/wire/iam/conditions.ts';
import { evaluate, parsePolicyDocument, type Decision } from '../../../../sim/wire/iam/policy.ts';

const group = 'arn:aws:chime:us-east-1:111122223333:vc/vc-east';

type Change = Readonly<Record<string, unknown>>;

const allow: Change = { Effect: 'Allow', Action: 'chime:UpdateVoiceConnectorGroup', Resource: '*' };

function parsed(...statements: Change[]) {
  return parsePolicyDocument({ Version: '2012-10-17', Statement: statements });
}

/** The decision of statements on an update of a Voice Connector group, or on a request that differs from it as given. */
function decide(
  statements: Change[],
  {
    action = 'chime:UpdateVoiceConnectorGroup',
    resource = group,
    context = {},
  }: { readonly action?: string; readonly resource?: string; readonly context?: RequestContext } = {},
): Decision {
  return evaluate(parsed(...statements), { action, resource, context });
}

describe('a decision of IAM', () => {
  it.each<{ what: string; statements: Change[]; decision: Decision }>([
    { what: 'without a statement is no', statements: [], decision: 'denied-implicitly' },
    { what: 'with a statement that allows is yes', statements: [allow], decision: 'allowed' },
    {
      what: 'is no where one statement denies what another allows, whatever their order',
      statements: [{ ...allow, Effect: 'Deny' }, allow],
      decision: 'denied-explicitly',
    },
    {
      what: 'is untouched by a deny of something else',
      statements: [allow, { ...allow, Effect: 'Deny', Action: 'chime:DeleteVoiceConnectorGroup' }],
      decision: 'allowed',
    },
    {
      what: 'is untouched by a deny whose condition is not met',
      statements: [allow, { ...allow, Effect: 'Deny', Condition: { Null: { 'aws:RequestedRegion': 'false' } } }],
      decision: 'allowed',
    },
  ])('$what', ({ statements, decision }) => {
    expect(decide(statements, { context: { 'aws:RequestedRegion': undefined } })).toBe(decision);
  });

  it.each<{ pattern: string; isMatch: boolean }>([
    { pattern: 'chime:UpdateVoiceConnectorGroup', isMatch: true },
    { pattern: 'CHIME:updatevoiceconnectorgroup', isMatch: true },
    { pattern: 'chime:Update*', isMatch: true },
    { pattern: 'chime:*Group', isMatch: true },
    { pattern: '*', isMatch: true },
    { pattern: 'chime:UpdateVoiceConnectorGrou?', isMatch: true },
    { pattern: 'chime:UpdateVoiceConnectorGroup?', isMatch: false },
    { pattern: 'chime:UpdateVoiceConnectorGrou', isMatch: false },
    { pattern: 'chime:Get*', isMatch: false },
    { pattern: 'chime:Update.*', isMatch: false },
    { pattern: 'cloudwatch:UpdateVoiceConnectorGroup', isMatch: false },
  ])('on the action $pattern: $isMatch', ({ pattern, isMatch }) => {
    expect(decide([{ ...allow, Action: ['x:Y', pattern] }]) === 'allowed').toBe(isMatch);
  });

  it.each<{ pattern: string; asked?: string; isMatch: boolean }>([
    { pattern: '*', isMatch: true },
    { pattern: '*', asked: '*', isMatch: true },
    { pattern: 'arn:aws:chime:*:111122223333:vc/*', isMatch: true },
    { pattern: 'arn:aws:chime:us-east-1:111122223333:vc/vc-east', isMatch: true },
    { pattern: 'arn:aws:chime:us-????-1:111122223333:vc/vc-east', isMatch: true },
    { pattern: 'arn:aws:chime:*:111122223333:vc/*', asked: '*', isMatch: false },
    { pattern: 'arn:aws:chime:us-west-2:111122223333:vc/*', isMatch: false },
    { pattern: 'arn:aws:chime:*:444455556666:vc/*', isMatch: false },
    { pattern: 'arn:aws:chime:us-east-1:111122223333:vc/VC-EAST', isMatch: false },
    // The wildcard of one part does not swallow the next.
    { pattern: 'arn:aws:chime:*vc/vc-east', isMatch: false },
    { pattern: 'arn:aws:logs:*:*:log-group:/a:*', asked: 'arn:aws:logs:r:1:log-group:/a:log-stream:b', isMatch: true },
    { pattern: 'arn:aws:logs:*:*:log-group:/a:*', asked: 'arn:aws:logs:r:1:log-group:/ab:c', isMatch: false },
    { pattern: 'arn:aws:ssm:r:1:parameter/a/*', asked: 'arn:aws:ssm:r:1:parameter/a', isMatch: false },
  ])('on the resource $pattern, requested $asked: $isMatch', ({ pattern, asked = group, isMatch }) => {
    expect(decide([{ ...allow, Resource: ['arn:aws:x:y:z:v', pattern] }], { resource: asked }) === 'allowed').toBe(
      isMatch,
    );
  });
});

describe('a condition', () => {
  const key = 'cloudwatch:namespace';
  it.each<{ condition: Record<string, object>; value: string | readonly string[] | undefined; isMet: boolean }>([
    { condition: { StringEquals: { [key]: 'Own' } }, value: 'Own', isMet: true },
    { condition: { StringEquals: { 'CloudWatch:Namespace': 'Own' } }, value: 'Own', isMet: true },
    { condition: { StringEquals: { [key]: ['Other', 'Own'] } }, value: 'Own', isMet: true },
    { condition: { StringEquals: { [key]: 'Own' } }, value: 'own', isMet: false },
    { condition: { StringEquals: { [key]: 'O*' } }, value: 'Own', isMet: false },
    { condition: { StringEquals: { [key]: 'Own' } }, value: undefined, isMet: false },
    { condition: { StringNotEquals: { [key]: ['Own', 'Other'] } }, value: 'Own', isMet: false },
    { condition: { StringNotEquals: { [key]: ['Other', 'Third'] } }, value: 'Own', isMet: true },
    { condition: { StringNotEquals: { [key]: 'Own' } }, value: undefined, isMet: true },
    { condition: { StringLike: { [key]: 'O?n*' } }, value: 'Own', isMet: true },
    { condition: { StringLike: { [key]: 'o*' } }, value: 'Own', isMet: false },
    { condition: { StringNotLike: { [key]: 'O*' } }, value: 'Own', isMet: false },
    { condition: { StringNotLike: { [key]: 'A*' } }, value: 'Own', isMet: true },
    { condition: { Null: { [key]: 'true' } }, value: undefined, isMet: true },
    { condition: { Null: { [key]: 'true' } }, value: 'Own', isMet: false },
    { condition: { Null: { [key]: 'false' } }, value: 'Own', isMet: true },
    { condition: { Null: { [key]: 'false' } }, value: undefined, isMet: false },
    { condition: { 'ForAllValues:StringEquals': { [key]: ['a', 'b'] } }, value: ['b', 'a', 'a'], isMet: true },
    { condition: { 'ForAllValues:StringEquals': { [key]: ['a', 'b'] } }, value: ['a', 'c'], isMet: false },
    { condition: { 'ForAllValues:StringEquals': { [key]: 'a' } }, value: 'a', isMet: true },
    { condition: { 'ForAllValues:StringEquals': { [key]: 'a' } }, value: undefined, isMet: true },
    { condition: { 'ForAnyValue:StringEquals': { [key]: 'a' } }, value: ['c', 'a'], isMet: true },
    { condition: { 'ForAnyValue:StringEquals': { [key]: 'a' } }, value: ['c'], isMet: false },
    { condition: { 'ForAnyValue:StringEquals': { [key]: 'a' } }, value: undefined, isMet: false },
    { condition: { 'ForAllValues:StringNotLike': { [key]: 'a*' } }, value: ['b', 'ab'], isMet: false },
    { condition: { StringEquals: { [key]: 'Own' }, StringLike: { [key]: 'x*' } }, value: 'Own', isMet: false },
  ])('$condition on $value: $isMet', ({ condition, value, isMet }) => {
    const context = { [key]: value };
    expect(decide([{ ...allow, Condition: condition }], { context }) === 'allowed').toBe(isMet);
  });

  it('on a multivalued key throws without a quantifier', () => {
    const statements = [{ ...allow, Condition: { StringEquals: { 'events:source': 'own' } } }];
    expect(() => decide(statements, { context: { 'events:source': ['own'] } })).toThrow(UnsupportedPolicyError);
  });

  it('on a key that the request cannot have throws, because it may be a typing error', () => {
    const statements = [{ ...allow, Condition: { StringNotEquals: { 'events:sauce': 'own' } } }];
    expect(() => decide(statements, { context: { 'events:source': ['own'] } })).toThrow(
      /events:sauce is not supported/,
    );
  });
});

describe('an unsupported policy throws and allows nothing', () => {
  it.each<[string, Change]>([
    ['NotAction', { Effect: 'Allow', NotAction: 'chime:Get*', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 'chime:*', NotResource: group }],
    ['no resource', { Effect: 'Allow', Action: 'chime:*' }],
    ['a Principal', { ...allow, Principal: '*' }],
    ['no action', { ...allow, Action: [] }],
    ['an unknown effect', { ...allow, Effect: 'allow' }],
    ['an unknown operator', { ...allow, Condition: { StringEqualsIfExists: { 'events:source': 'own' } } }],
    ['an inherited name as operator', { ...allow, Condition: { toString: { 'events:source': 'own' } } }],
    ['an unknown quantifier', { ...allow, Condition: { 'ForSomeValues:StringEquals': { 'events:source': 'own' } } }],
    ['an unresolved intrinsic', { ...allow, Resource: { Ref: 'Bus' } }],
    ['a policy variable', { ...allow, Resource: 'arn:aws:x:::${aws:username}' }],
    ['a policy variable in a condition', { ...allow, Condition: { StringEquals: { 'aws:x': '${aws:username}' } } }],
  ])('%s', (_what, statement) => {
    expect(() => parsed(statement)).toThrow(UnsupportedPolicyError);
  });

  it('an old policy language', () => {
    expect(() => parsePolicyDocument({ Version: '2008-10-17', Statement: [allow] })).toThrow(UnsupportedPolicyError);
  });
});
