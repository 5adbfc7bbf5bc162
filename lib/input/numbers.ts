/** Numbers within a range, with one error text for every way to miss it. */
import * as z from 'zod';

export function wholeNumberFrom(least: number, most: number) {
  const expected = `Expected a whole number from ${least} to ${most}`;
  return z.int(expected).min(least, expected).max(most, expected);
}

export function numberFrom(least: number, most: number) {
  const expected = `Expected a number from ${least} to ${most}`;
  return z.number(expected).min(least, expected).max(most, expected);
}
