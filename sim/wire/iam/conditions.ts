import { matches } from './wildcards.ts';

/**
 * The values of a request for the conditions of statements, by key: a string for a single-valued key, a list for a multivalued
 * key (`ArrayOf…` in the Service Authorization Reference), undefined for a key that this operation supports but this request lacks.
 */
export type RequestContext = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A statement's `Condition`: values by operator and key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

type Comparison = { readonly isNegated: boolean; readonly matches: (expected: string, actual: string) => boolean };

function equals(expected: string, actual: string): boolean {
  return expected === actual;
}

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: { isNegated: false, matches: equals },
  StringNotEquals: { isNegated: true, matches: equals },
  StringLike: { isNegated: false, matches },
  StringNotLike: { isNegated: true, matches },
};

/** @throws UnsupportedPolicyError for an unsupported operator, because a condition that cannot be evaluated must not allow. */
export function checkOperator(operator: string): void {
  if (operator !== 'Null') comparisonOf(operator);
}

/**
 * Whether a request meets all conditions of a statement.
 *
 * @throws UnsupportedPolicyError for a key that the request cannot have, and for a single-valued operator on a multivalued key,
 * which AWS evaluates differently by service.
 */
export function areMet(conditions: Conditions, context: RequestContext): boolean {
  return Object.entries(conditions).every(([operator, byKey]) =>
    Object.entries(byKey).every(([key, expected]) => isMet(operator, key, expected, context)),
  );
}

/** Thrown for an element of a policy or template that the simulator does not support. */
export class UnsupportedPolicyError extends Error {
  override readonly name = 'UnsupportedPolicyError';
}

function isMet(operator: string, key: string, expected: readonly string[], context: RequestContext): boolean {
  const actual = valueOf(key, context);
  if (operator === 'Null') return expected.includes(actual === undefined ? 'true' : 'false');
  const { quantifier, comparison } = comparisonOf(operator);
  const holds = (value: string): boolean =>
    comparison.isNegated !== expected.some((one) => comparison.matches(one, value));
  switch (quantifier) {
    case 'ForAllValues':
      return [actual ?? []].flat().every(holds);
    case 'ForAnyValue':
      return [actual ?? []].flat().some(holds);
    case undefined:
      if (actual === undefined) return comparison.isNegated;
      if (typeof actual === 'string') return holds(actual);
      throw new UnsupportedPolicyError(`${key} is multivalued: ${operator} needs ForAllValues or ForAnyValue`);
  }
}

/** Condition keys are case-insensitive. */
function valueOf(key: string, context: RequestContext): string | readonly string[] | undefined {
  const known = Object.keys(context).find((each) => each.toLowerCase() === key.toLowerCase());
  if (known === undefined)
    throw new UnsupportedPolicyError(`the condition key ${key} is not supported for this request`);
  return context[known];
}

function comparisonOf(operator: string): {
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly comparison: Comparison;
} {
  const [, quantifier, name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(operator) ?? [];
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (comparison === undefined) throw new UnsupportedPolicyError(`the condition operator ${operator} is not supported`);
  return {
    quantifier: quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
    comparison,
  };
}
