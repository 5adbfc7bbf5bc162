/** What the schemas of an account that is kept in a file share. */
import * as z from 'zod';

/** A value that the file leaves out where it is undefined. */
export function orUndefined<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().transform((value) => value);
}

/** A time, which may be infinitely early or late. JSON has no infinite numbers. */
type When = number | 'always' | 'never';

export function whenOf(time: number): When {
  if (time === -Infinity) return 'always';
  return time === Infinity ? 'never' : time;
}

export const whenSchema = z.union([
  z.number(),
  z.enum(['always', 'never']).transform((when) => (when === 'always' ? -Infinity : Infinity)),
]);
