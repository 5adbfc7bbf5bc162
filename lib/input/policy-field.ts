/** How one setting of policy.yml is declared: a zod schema with its documentation registered beside it. */
import { z } from 'zod';

export type FieldDocumentation = {
  /** One sentence. */
  readonly meaning: string;
  /** Undefined for a setting without a unit. */
  readonly unit: string | undefined;
  /** The allowed values, as text. */
  readonly range: string;
  /** Undefined where the setting is optional and has no default. */
  readonly default: number | string | undefined;
  /** What a higher value (or another choice) does. */
  readonly raising: string;
};

export const fieldDocumentation = z.registry<FieldDocumentation>();

type NumericField = Omit<FieldDocumentation, 'range' | 'default'> & {
  readonly least: number;
  readonly most: number;
  readonly default: number;
};

export function rangeText({ least, most }: Pick<NumericField, 'least' | 'most'>): string {
  return `${least} to ${most}`;
}

export function number({ least, most, ...documentation }: NumericField) {
  const range = rangeText({ least, most });
  const expected = `Expected a number from ${range}`;
  return z
    .number(expected)
    .min(least, expected)
    .max(most, expected)
    .register(fieldDocumentation, { ...documentation, range });
}

/** A whole number within a range, without documentation. */
export function wholeNumberFrom(least: number, most: number) {
  const expected = `Expected a whole number from ${rangeText({ least, most })}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

export function wholeNumber({ least, most, ...documentation }: NumericField) {
  const range = rangeText({ least, most });
  return wholeNumberFrom(least, most).register(fieldDocumentation, { ...documentation, range });
}
