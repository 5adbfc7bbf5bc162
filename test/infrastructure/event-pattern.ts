/**
 * Whether EventBridge would match an event. Every leaf of the pattern is a list of values, and the event must have one of them. A list in
 * the event matches if one of its elements does.
 *
 * @throws Error for content filters (`prefix`, `exists`, …), which are not supported here and must not count as matched
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function matchesPattern(pattern: unknown, event: unknown): boolean {
  if (Array.isArray(event) && !Array.isArray(pattern)) return event.some((each) => matchesPattern(pattern, each));
  if (Array.isArray(pattern)) return values(pattern).some((value) => [event].flat().includes(value));
  if (typeof pattern !== 'object' || pattern === null)
    throw new Error(`a pattern cannot be ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(
    ([key, inner]) =>
      typeof event === 'object' && event !== null && matchesPattern(inner, Reflect.get(event, key) as unknown),
  );
}

function values(leaf: readonly unknown[]): readonly unknown[] {
  const filter = leaf.find((value) => typeof value === 'object' && value !== null);
  if (filter !== undefined) throw new Error(`the filter ${JSON.stringify(filter)} is not supported here`);
  return leaf;
}
