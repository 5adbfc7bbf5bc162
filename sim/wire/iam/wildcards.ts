/** By pattern: the few of the roles are asked for in every request. */
const expressions = new Map<string, RegExp>();

/** IAM's wildcards: `*` matches any text and `?` one character. All other characters match themselves. */
export function matches(pattern: string, text: string): boolean {
  const known = expressions.get(pattern);
  if (known !== undefined) return known.test(text);
  const source = pattern.replaceAll(/[\\^$.*+?()[\]{}|]/g, (sign) =>
    sign === '*' ? '.*' : sign === '?' ? '.' : `\\${sign}`,
  );
  const expression = new RegExp(`^${source}$`, 's');
  expressions.set(pattern, expression);
  return expression.test(text);
}

/**
 * Whether a statement's resource covers the requested one. The parts of an ARN are matched separately, so that a wildcard in the
 * Region does not match the account. The last part may contain colons.
 */
export function covers(resource: string, asked: string): boolean {
  if (resource === '*') return true;
  const patterns = partsOf(resource);
  const parts = partsOf(asked);
  return patterns.length === parts.length && patterns.every((pattern, place) => matches(pattern, parts[place] ?? ''));
}

/** `arn:partition:service:region:account:resource`. */
function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}
