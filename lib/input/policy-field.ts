/** How one setting of policy.yml is declared: a zod schema with its documentation registered beside it. */
import * as z from 'zod';
import { numberFrom, wholeNumberFrom } from './numbers.ts';

export type FieldDocumentation = {
  /** One sentence. */
  readonly meaning: string;
  /** Undefined for a setting without a unit. */
  readonly unit: string | undefined;
  /** The allowed values, as text. */
  readonly range: string;
  /** Undefined where the setting is optional and has no default. */
  readonly default: number | string | readonly [] | undefined;
  /** What a higher value (or another choice) does. */
  readonly raising: string;
};

export const fieldDocumentation = z.registry<FieldDocumentation>();

type NumericField = Omit<FieldDocumentation, 'range' | 'default'> & {
  readonly least: number;
  readonly most: number;
  readonly default: number;
};

export function number({ least, most, ...documentation }: NumericField) {
  return numberFrom(least, most).register(fieldDocumentation, { ...documentation, range: `${least} to ${most}` });
}

export function wholeNumber({ least, most, ...documentation }: NumericField) {
  return wholeNumberFrom(least, most).register(fieldDocumentation, { ...documentation, range: `${least} to ${most}` });
}
