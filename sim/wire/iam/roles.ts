/** The roles that a packaged CloudFormation template gives to its functions and its pipe. */
import * as z from 'zod';
import { UnsupportedPolicyError } from './conditions.ts';
import { resolve, type Place, type Resources } from './intrinsics.ts';
import { parsePolicyDocument, type Statement } from './policy.ts';

/** The role of one function, or of the pipe. */
export type FunctionRole = {
  /** The module name of the function; `pipeName` for the pipe. */
  readonly functionName: string;
  /** The role's logical id. */
  readonly role: string;
  readonly statements: readonly Statement[];
};

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

/** The logical id of the role. It must be in the template, because the policies of an external role are unknown. */
const functionSchema = z.object({
  Handler: z.string(),
  Role: z.union([
    z
      .strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
      .transform((role) => role['Fn::GetAtt'][0]),
    z
      .strictObject({ 'Fn::Sub': z.string().regex(/^\$\{\w+\.Arn\}$/) })
      .transform((role) => role['Fn::Sub'].slice('${'.length, -'.Arn}'.length)),
  ]),
});

const pipeSchema = z.object({
  RoleArn: z.strictObject({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
});

/** The name under which the pipe signs its requests. */
export const pipeName = 'pipe';

/** Strict: managed policies and permissions boundaries would change the result and are not supported. */
const roleSchema = z.strictObject({
  RoleName: z.string().optional(),
  Description: z.string().optional(),
  AssumeRolePolicyDocument: z.unknown(),
  Policies: z.array(z.strictObject({ PolicyName: z.string(), PolicyDocument: z.unknown() })),
});

/** Resource types that attach policies to a role from outside, and are not supported. */
const attached = ['AWS::IAM::RolePolicy', 'AWS::IAM::ManagedPolicy'];

/** An inline policy that is a resource of its own. */
const policySchema = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: z.unknown(),
  Roles: z.array(z.strictObject({ Ref: z.string() })),
});

/** @throws UnsupportedPolicyError for an unsupported element of a role */
export function rolesOf(template: unknown, place: Place): readonly FunctionRole[] {
  const resources = resourcesOf(template);
  return Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function') return [];
    const { Handler, Role: role } = functionSchema.parse(Properties);
    return [{ functionName: moduleOf(Handler), role, statements: statementsOf(role, resources, place) }];
  });
}

/** @throws UnsupportedPolicyError for an unsupported element of the role */
export function pipeRolesOf(template: unknown, place: Place): readonly FunctionRole[] {
  const resources = resourcesOf(template);
  return Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Pipes::Pipe') return [];
    const [role] = pipeSchema.parse(Properties).RoleArn['Fn::GetAtt'];
    return [{ functionName: pipeName, role, statements: statementsOf(role, resources, place) }];
  });
}

function resourcesOf(template: unknown): Resources {
  const { Resources: resources } = templateSchema.parse(template);
  for (const [id, { Type }] of Object.entries(resources)) {
    if (attached.includes(Type)) throw new UnsupportedPolicyError(`${id}: only inline policies of roles are supported`);
  }
  return resources;
}

/** `functions/monitor.handler` is `monitor`. */
function moduleOf(handler: string): string {
  return handler.replace(/^.*\//, '').replace(/\.[^.]*$/, '');
}

function statementsOf(role: string, resources: Resources, place: Place): readonly Statement[] {
  const parsed = roleSchema.safeParse(resources[role]?.Properties);
  if (!parsed.success) throw new UnsupportedPolicyError(`${role}: ${z.prettifyError(parsed.error)}`);
  const own = Object.values(resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::IAM::Policy') return [];
    const policy = policySchema.safeParse(Properties);
    if (!policy.success) throw new UnsupportedPolicyError(`a policy from outside: ${z.prettifyError(policy.error)}`);
    return policy.data.Roles.some(({ Ref }) => Ref === role) ? [policy.data] : [];
  });
  return [...parsed.data.Policies, ...own].flatMap(({ PolicyDocument }) =>
    parsePolicyDocument(resolve(PolicyDocument, resources, place)),
  );
}
