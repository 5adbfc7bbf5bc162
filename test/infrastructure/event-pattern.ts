/**
 * Whether EventBridge would match an event: every leaf of the pattern is a list of values, of which the event must have one. A
 * list in the event counts with each of its elements, which is how EventBridge takes lists of objects apart.
 *
 * @throws Error for anything but lists of plain values (`prefix`, `exists`, …): unknown filters must not pass as matched
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
  if (filter !== undefined) throw new Error(`the filter ${JSON.stringify(filter)} is not known here`);
  return leaf;
}
