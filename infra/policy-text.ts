/** The text of policy.yml → a packaged policy. No function reads YAML, so that none contains its parser. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { policyFrom, UnreadablePolicyError, type PackagedPolicy, type Policy } from '../lib/input/policy.ts';
import { policyLimits, sizeProblem } from '../lib/input/size-limits.ts';
import { InvalidInputError } from '../lib/input/validation.ts';

/**
 * The policy is not checked yet: {@link policyFrom} does that.
 *
 * @throws InvalidInputError if the text is not YAML or too large
 */
export function packagedPolicy(text: string, source: string): PackagedPolicy {
  const settings = text.length > policyLimits.characters ? text : parsedYaml(text, source);
  const tooLarge = sizeProblem(settings, policyLimits);
  if (tooLarge !== undefined) throw new InvalidInputError(source, [`the input: ${tooLarge}`]);
  return { source, hash: createHash('sha256').update(text).digest('hex').slice(0, 12), settings };
}

function parsedYaml(text: string, source: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    throw new InvalidInputError(source, [`not YAML: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
}

/** @throws InvalidInputError with every problem, its value and the allowed range */
export function parsePolicy(text: string, source: string): Policy {
  return policyFrom(packagedPolicy(text, source));
}

/** @throws UnreadablePolicyError, or InvalidInputError if the file is not YAML or too large */
export function packagedPolicyOf(file: string): PackagedPolicy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new UnreadablePolicyError(file, cause, 'name an existing policy, such as policy.yml');
  }
  return packagedPolicy(text, file);
}

/** @throws UnreadablePolicyError or InvalidInputError */
export function loadPolicy(file: string): Policy {
  return policyFrom(packagedPolicyOf(file));
}
