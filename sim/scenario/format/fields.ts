/** The value types of scenario files. Their messages state the allowed values. */
import * as z from 'zod';

export function number(minimum: number, maximum: number) {
  const range = `Expected a number from ${minimum} to ${maximum}`;
  return z.number(range).min(minimum, range).max(maximum, range);
}

export function whole(minimum: number, maximum: number) {
  const range = `Expected a whole number from ${minimum} to ${maximum}`;
  return z.int(range).min(minimum, range).max(maximum, range);
}

export const ratio = number(0, 1);

export const text = z.string('Expected a text').min(1, 'Expected a text that is not empty');

export function oneOf<const Names extends readonly string[]>(...names: Names) {
  return z.enum(names, `Expected one of ${names.join(', ')}`);
}

export function oneOfNumbers<const Numbers extends readonly number[]>(...numbers: Numbers) {
  return z.literal(numbers, `Expected one of ${numbers.join(', ')}`);
}

/** Ids as in this project's examples. AWS's ids also consist of letters and digits. */
export const id = z
  .string('Expected an id')
  .regex(/^[a-z0-9][a-z0-9-]{0,40}$/, 'Expected an id of lower-case letters, digits and dashes, at most 41 of them');

export const region = z
  .string('Expected a Region name')
  .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'Expected a Region name such as us-east-1');

/** The longest scenario after its warm-up: two days. */
export const longestMinutes = 2880;

/** Two weeks, the longest history that the monitor reads. */
export const longestWarmUpMinutes = 14 * 1440;

export const minute = whole(0, longestMinutes);

/** A minute of a period that may begin or end in the warm-up, where minutes are negative. May be a fraction. */
export const minuteOrEarlier = number(-longestWarmUpMinutes, longestMinutes);

/** Within a period, active for the first `forMinutes` of every `minutes`. */
export const pulse = z
  .strictObject({ minutes: number(0.1, longestMinutes), forMinutes: number(0.1, longestMinutes) })
  .refine(({ minutes, forMinutes }) => forMinutes <= minutes, 'Expected forMinutes of at most minutes');

/** A refinement for periods. */
export function endsAfterItBegins({ from, until }: { readonly from: number; readonly until: number }): boolean {
  return from < until;
}

export const beginsBeforeItEnds = { error: 'Expected an until later than from', path: ['until'] };
