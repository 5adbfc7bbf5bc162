/** Limits on outside input as a whole. Without them a problem for each of a million list elements would be formatted, logged and published. */

export type SizeLimits = {
  /** Lists and objects inside one another. */
  readonly depth: number;
  /** Lists, objects, texts, numbers and so on, all together. */
  readonly values: number;
  /** Of all texts and keys together. */
  readonly characters: number;
};

/** A command or a manual trigger has at most about thirty values. */
export const payloadLimits: SizeLimits = { depth: 8, values: 200, characters: 10_000 };

/** A policy of a thousand groups has about ten thousand values. */
export const policyLimits: SizeLimits = { depth: 16, values: 100_000, characters: 1_000_000 };

/**
 * Without recursion, so that no depth overflows the stack, and without visiting more than the limits allow.
 *
 * @returns the first limit that the input exceeds
 */
export function sizeProblem(input: unknown, limits: SizeLimits): string | undefined {
  const pending: { readonly value: unknown; readonly depth: number }[] = [{ value: input, depth: 0 }];
  let values = 0;
  let characters = 0;
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    values += 1;
    if (typeof value === 'string') characters += value.length;
    if (typeof value === 'object' && value !== null) {
      if (depth === limits.depth) return `Expected at most ${limits.depth} levels of nesting, got more`;
      for (const [key, each] of Object.entries(value)) {
        characters += Array.isArray(value) ? 0 : key.length;
        pending.push({ value: each, depth: depth + 1 });
        if (values + pending.length > limits.values) return `Expected at most ${limits.values} values, got more`;
      }
    }
    if (characters > limits.characters) return `Expected at most ${limits.characters} characters, got more`;
  }
  return undefined;
}
