/** The packaged template, with its references resolved for the simulated account. */
import { inject } from 'vitest';
import { accountId } from '../../sim/account/account.ts';
import { resolve, type Resources } from '../../sim/wire/iam/intrinsics.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { parsePolicyDocument, type Statement } from '../../sim/wire/iam/policy.ts';
import { rolesOf, type FunctionRole } from '../../sim/wire/iam/roles.ts';

export const place = { accountId, region: 'us-east-1' };

export const template = packagedTemplate(inject('packageFolder'));

export const resources: Resources = (template as { readonly Resources: Resources }).Resources;

export type Properties = Readonly<Record<string, unknown>>;

/** All resources of a type, by logical id, with unresolved references. */
export function ofType(type: string): readonly (readonly [string, Properties])[] {
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) =>
    Type === type ? [[id, Properties] as const] : [],
  );
}

export type DeployedFunction = {
  /** The name of its file in functions/. */
  readonly name: string;
  readonly logicalId: string;
  readonly functionName: string;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly properties: Properties;
};

export const roles: readonly FunctionRole[] = rolesOf(template, place);

export const functions: readonly DeployedFunction[] = ofType('AWS::Lambda::Function').map(
  ([logicalId, properties]) => ({
    name: /(\w+)\.handler$/.exec(properties['Handler'] as string)![1]!,
    logicalId,
    functionName: properties['FunctionName'] as string,
    timeoutSeconds: properties['Timeout'] as number,
    variables: (properties['Environment'] as { readonly Variables: Properties }).Variables,
    properties,
  }),
);

export function resolved(value: unknown): unknown {
  return resolve(value, resources, place);
}

/** The function that an ARN in a schedule, a rule or a permission refers to. */
export function functionAt(arn: unknown): DeployedFunction | undefined {
  return functions.find(({ functionName }) => String(resolved(arn)).endsWith(`:function:${functionName}`));
}

type Document = { readonly Statement: readonly { readonly Principal: unknown; readonly Condition?: unknown }[] };

/** Every role, of functions and of services: its permissions, and who may assume it. */
export const everyRole: readonly {
  readonly id: string;
  readonly statements: readonly Statement[];
  readonly assumedBy: Document['Statement'];
}[] = ofType('AWS::IAM::Role').map(([id, { Policies, AssumeRolePolicyDocument }]) => ({
  id,
  statements: (Policies as readonly { readonly PolicyDocument: unknown }[]).flatMap(({ PolicyDocument }) =>
    parsePolicyDocument(resolved(PolicyDocument)),
  ),
  assumedBy: (AssumeRolePolicyDocument as Document).Statement,
}));
