/**
 * EventBridge's event patterns: every field of a pattern is a list of values and filters, and the event must have a value that one of
 * them accepts. A list in the event is accepted if one of its elements is.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */

/** Whether a value of an event is accepted; undefined where the event has none. */
export type Matcher = (value: unknown) => boolean;

/** @throws what `refuse` makes of the reason, for what is no pattern and for a filter that is not simulated */
export function matcherOf(pattern: unknown, refuse: (reason: string) => Error): Matcher {
  if (!isRecord(pattern)) throw refuse('Event pattern is not valid. Reason: Filter is not an object');
  const fields = Object.entries(pattern).map(([key, inner]) => fieldMatcher(key, inner, refuse));
  if (fields.length === 0) throw refuse('Event pattern is not valid. Reason: Empty objects are not allowed');
  return (event) => elementsOf(event).some((each) => fields.every((matches) => matches(each)));
}

type Refuse = (reason: string) => Error;

function fieldMatcher(key: string, inner: unknown, refuse: Refuse): Matcher {
  if (key === '$or') return alternatives(inner, refuse);
  const matches = Array.isArray(inner) ? leafMatcher(inner, refuse) : matcherOf(inner, refuse);
  return (event) => matches(isRecord(event) ? event[key] : undefined);
}

function alternatives(inner: unknown, refuse: Refuse): Matcher {
  if (!Array.isArray(inner) || inner.length < 2) {
    throw refuse('Event pattern is not valid. Reason: $or is a list of at least two patterns');
  }
  const matchers = inner.map((pattern) => matcherOf(pattern, refuse));
  return (event) => matchers.some((matches) => matches(event));
}

function leafMatcher(accepted: readonly unknown[], refuse: Refuse): Matcher {
  if (accepted.length === 0) throw refuse('Event pattern is not valid. Reason: Empty arrays are not allowed');
  const matchers = accepted.map((each) => (isRecord(each) ? filterMatcher(each, refuse) : exactly(each)));
  return (value) => elementsOf(value).some((each) => matchers.some((matches) => matches(each)));
}

function exactly(expected: unknown): Matcher {
  return (value) => value !== undefined && value === expected;
}

function filterMatcher(filter: Readonly<Record<string, unknown>>, refuse: Refuse): Matcher {
  const [[name, operand] = ['', undefined], ...others] = Object.entries(filter);
  if (others.length > 0) throw refuse('Event pattern is not valid. Reason: Only one key allowed in match expression');
  switch (name) {
    case 'exists': {
      if (typeof operand !== 'boolean') throw wrongOperand(name, 'true or false', refuse);
      return (value) => (value !== undefined) === operand;
    }
    case 'anything-but':
      return anythingBut(operand, refuse);
    case 'numeric':
      return numeric(operand, refuse);
    default:
      return textMatcher(name, operand, refuse);
  }
}

function textMatcher(name: string, operand: unknown, refuse: Refuse): Matcher {
  const accepts = textFilters[name];
  if (accepts === undefined) throw refuse(`Event pattern is not valid. Reason: Unrecognized match type ${name}`);
  if (typeof operand !== 'string') throw wrongOperand(name, 'a string', refuse);
  return (value) => typeof value === 'string' && accepts(value, operand);
}

const textFilters: Readonly<Record<string, (value: string, operand: string) => boolean>> = {
  prefix: (value, operand) => value.startsWith(operand),
  suffix: (value, operand) => value.endsWith(operand),
  'equals-ignore-case': (value, operand) => value.toLowerCase() === operand.toLowerCase(),
  wildcard: (value, operand) => wildcardExpression(operand).test(value),
};

/** `*` stands for any text; AWS allows no two of them beside each other. */
function wildcardExpression(text: string): RegExp {
  const parts = text.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}

/** The field must be there, with another value. */
function anythingBut(operand: unknown, refuse: Refuse): Matcher {
  const excluded = isRecord(operand) ? filterMatcher(operand, refuse) : leafMatcher([operand].flat(), refuse);
  return (value) => value !== undefined && !excluded(value);
}

const comparisons: Readonly<Record<string, (value: number, operand: number) => boolean>> = {
  '=': (value, operand) => value === operand,
  '<': (value, operand) => value < operand,
  '<=': (value, operand) => value <= operand,
  '>': (value, operand) => value > operand,
  '>=': (value, operand) => value >= operand,
};

/** `[">", 0, "<=", 5]` */
function numeric(operand: unknown, refuse: Refuse): Matcher {
  const terms: unknown[] = Array.isArray(operand) ? operand : [];
  const tests = Array.from({ length: Math.ceil(terms.length / 2) }, (_, place): Matcher => {
    const [sign, limit] = terms.slice(2 * place, 2 * place + 2);
    const compare = comparisons[String(sign)];
    if (compare === undefined || typeof limit !== 'number') throw wrongOperand('numeric', 'signs and numbers', refuse);
    return (value) => typeof value === 'number' && compare(value, limit);
  });
  if (tests.length === 0 || tests.length > 2) throw wrongOperand('numeric', 'one or two comparisons', refuse);
  return (value) => tests.every((accepts) => accepts(value));
}

function wrongOperand(name: string, expected: string, refuse: Refuse): Error {
  return refuse(`Event pattern is not valid. Reason: ${name} takes ${expected}`);
}

function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
