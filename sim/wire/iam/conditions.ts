import { matches } from './wildcards.ts';

/**
 * What a request brings for the conditions of statements, by key. Text for a key with one value, a list for one with several
 * (`ArrayOf…` in the Service Authorization Reference), undefined for a key that such a request could have and this has not.
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

/** @throws UnsupportedPolicyError for an operator that is not known here: what cannot be judged must not allow. */
export function checkOperator(operator: string): void {
  if (operator !== 'Null') comparisonOf(operator);
}

/**
 * Whether a request meets all conditions of a statement.
 *
 * @throws UnsupportedPolicyError for a key that is not known of such a request, and for an operator for one value that meets a
 * key with several: what AWS makes of that depends on the service.
 */
export function areMet(conditions: Conditions, context: RequestContext): boolean {
  return Object.entries(conditions).every(([operator, byKey]) =>
    Object.entries(byKey).every(([key, expected]) => isMet(operator, key, expected, context)),
  );
}

/** Thrown for whatever in a policy or template the simulator does not understand. */
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
      throw new UnsupportedPolicyError(`${key} has several values: ${operator} needs ForAllValues or ForAnyValue`);
  }
}

/** Keys are the same in capitals and small letters. */
function valueOf(key: string, context: RequestContext): string | readonly string[] | undefined {
  const known = Object.keys(context).find((each) => each.toLowerCase() === key.toLowerCase());
  if (known === undefined) throw new UnsupportedPolicyError(`the condition key ${key} is not known of this request`);
  return context[known];
}

function comparisonOf(operator: string): {
  readonly quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  readonly comparison: Comparison;
} {
  const [, quantifier, name = ''] = /^(?:(ForAllValues|ForAnyValue):)?(\w+)$/.exec(operator) ?? [];
  const comparison = Object.hasOwn(comparisons, name) ? comparisons[name] : undefined;
  if (comparison === undefined) throw new UnsupportedPolicyError(`the condition operator ${operator} is not known`);
  return {
    quantifier: quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
    comparison,
  };
}
