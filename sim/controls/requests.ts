/** What may be posted to `/_sim/faults` and `/_sim/settings`. Messages state what is allowed. */
import * as z from 'zod';
import { problemsOf } from '../../lib/input/validation.ts';
import { catalogue, faultNames, type FaultRequest } from './catalogue.ts';

export type Parsed<Value> =
  { readonly kind: 'valid'; readonly value: Value } | { readonly kind: 'wrong'; readonly problems: readonly string[] };

/** The names at which a fault may happen. */
export type Places = { readonly region: readonly string[]; readonly group: readonly string[] };

/** Times as fast as real time. A minute of a run's own needs takes about a tenth of a second. */
export const maxSpeed = 600;
export const maxCallsFactor = 20;
const maxForMinutes = 10_080;

function numberFrom(minimum: number, maximum: number) {
  const range = `Expected a number from ${minimum} to ${maximum}`;
  return z.number(range).min(minimum, range).max(maximum, range);
}

function oneOf(names: readonly string[]) {
  return z.enum(names, `Expected one of ${names.join(', ')}`);
}

function faultSchema(places: Places) {
  const forMinutes = numberFrom(0.1, maxForMinutes).optional();
  const [first, ...others] = faultNames.map((fault) => {
    const { place, ratio } = catalogue[fault];
    return z.strictObject({
      fault: z.literal(fault),
      [place]: oneOf(places[place]),
      ...(ratio === undefined ? {} : { ratio: numberFrom(0, 1).optional() }),
      forMinutes,
    });
  });
  if (first === undefined) throw new Error('the catalogue has no faults');
  return z.discriminatedUnion('fault', [first, ...others], `Expected one of ${faultNames.join(', ')}`);
}

/** As it is after the schema: a Region or a group, never both. */
const requestSchema = z
  .object({
    fault: z.enum(faultNames),
    region: z.string().optional(),
    group: z.string().optional(),
    ratio: z.number().optional(),
    forMinutes: z.number().optional(),
  })
  .transform(({ fault, region, group, ratio, forMinutes }): FaultRequest => ({
    fault,
    at: region ?? group ?? '',
    ratio,
    forMinutes,
  }));

export function parseFault(input: unknown, places: Places): Parsed<FaultRequest> {
  return parsed(faultSchema(places).pipe(requestSchema), input);
}

const settingsSchema = z
  .strictObject({
    /** Of the clock; 0 stops it. */
    speed: numberFrom(0, maxSpeed).optional(),
    /** Of the new callers of every group. */
    callsFactor: numberFrom(0, maxCallsFactor).optional(),
  })
  .refine(
    ({ speed, callsFactor }) => speed !== undefined || callsFactor !== undefined,
    'Expected speed, callsFactor, or both',
  );

export type SettingsChange = z.output<typeof settingsSchema>;

export function parseSettings(input: unknown): Parsed<SettingsChange> {
  return parsed(settingsSchema, input);
}

function parsed<Value>(schema: z.ZodType<Value>, input: unknown): Parsed<Value> {
  const result = schema.safeParse(input);
  return result.success
    ? { kind: 'valid', value: result.data }
    : { kind: 'wrong', problems: problemsOf(result.error, input) };
}
