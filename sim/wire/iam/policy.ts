/** Evaluates a request against the policies of an identity: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html */
import * as z from 'zod';
import { areMet, checkOperator, UnsupportedPolicyError, type RequestContext } from './conditions.ts';
import { covers, matches } from './wildcards.ts';

const oneOrMore = z.union([z.string().transform((text) => [text]), z.array(z.string()).min(1)]).readonly();

/** Strict: if `NotAction` or `NotResource` were ignored, a statement could allow what it is meant to exclude. */
const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMore,
  Resource: oneOrMore,
  Condition: z.record(z.string(), z.record(z.string(), oneOrMore)).default({}),
});

const documentSchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statementSchema),
});

export type Statement = z.output<typeof statementSchema>;

/** One permission that a request needs. AWS evaluates each resource separately. */
export type AccessRequest = {
  /** `chime:UpdateVoiceConnectorGroup`. */
  readonly action: string;
  /** An ARN, or `*` for an action that IAM scopes to no resource. */
  readonly resource: string;
  readonly context: RequestContext;
};

export type Decision = 'allowed' | 'denied-explicitly' | 'denied-implicitly';

/** @throws UnsupportedPolicyError for unsupported elements, which must not allow by accident. */
export function parsePolicyDocument(document: unknown): readonly Statement[] {
  const parsed = documentSchema.safeParse(document);
  if (!parsed.success) throw new UnsupportedPolicyError(z.prettifyError(parsed.error));
  for (const { Resource, Condition } of parsed.data.Statement) {
    for (const operator of Object.keys(Condition)) checkOperator(operator);
    const texts = [...Resource, ...Object.values(Condition).flatMap((byKey) => Object.values(byKey).flat())];
    const variable = texts.find((text) => text.includes('${'));
    if (variable !== undefined) throw new UnsupportedPolicyError(`policy variables are not supported: ${variable}`);
  }
  return parsed.data.Statement;
}

/** A deny overrides every allow; without an allow the request is denied. */
export function evaluate(statements: readonly Statement[], request: AccessRequest): Decision {
  const concerned = statements.filter((statement) => concerns(statement, request));
  if (concerned.some(({ Effect }) => Effect === 'Deny')) return 'denied-explicitly';
  return concerned.length > 0 ? 'allowed' : 'denied-implicitly';
}

function concerns({ Action, Resource, Condition }: Statement, { action, resource, context }: AccessRequest): boolean {
  return (
    Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    Resource.some((pattern) => covers(pattern, resource)) &&
    areMet(Condition, context)
  );
}
