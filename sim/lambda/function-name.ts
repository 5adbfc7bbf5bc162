import { UnknownFunctionError } from '../wire/lambda.ts';

/** `<service>-<stage>-`, as serverless.yml names a function of the stage `dev`. */
export const deployedNamePrefix = 'voice-connector-failover-dev-';

/**
 * Resolves a function name of an Invoke request to one of `known`. The request may contain the name itself,
 * `<service>-<stage>-<name>`, or a partial or full ARN, each with or without a qualifier.
 *
 * @throws {UnknownFunctionError} if none matches
 */
export function resolveFunctionName(given: string, known: readonly string[]): string {
  const bare = bareName(given);
  const [longest] = known
    .filter((name) => bare === name || bare.endsWith(`-${name}`))
    .sort((a, b) => b.length - a.length);
  if (longest === undefined) throw new UnknownFunctionError(given);
  return longest;
}

/** `arn:aws:lambda:<region>:<account>:function:<name>`, `<account>:function:<name>` or `<name>`, then `:<qualifier>`. */
function bareName(given: string): string {
  const afterFunction = /(?:^|:)function:(?<name>[^:]+)/.exec(given)?.groups?.['name'];
  return afterFunction ?? given.replace(/:[^:]*$/, '');
}
