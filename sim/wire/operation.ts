import * as z from 'zod';
import type { Account } from '../account/account.ts';
import type { AwsError } from '../account/errors.ts';
import type { Effect } from './misbehaviour.ts';

/** The environment of an operation. */
export type OperationContext = {
  readonly account: Account;
  /** From the credential scope, because one server is the endpoint of every Region. */
  readonly region: string;
  /** The address that the caller used, for replies that contain addresses. */
  readonly baseUrl: string;
  /** The injected effect, for operations whose result it changes. */
  readonly effect: Effect | undefined;
};

/** One operation of one service: maps decoded input to output. Times in outputs are `Date`s. */
export type Operation = (input: unknown, context: OperationContext) => unknown;

/** Creates an operation from its input schema and its implementation. `refuse` creates the service's error for invalid input. */
export function operation<Schema extends z.ZodType>(
  schema: Schema,
  refuse: (message: string) => AwsError,
  run: (input: z.output<Schema>, context: OperationContext) => unknown,
): Operation {
  return (input, context) => {
    const parsed = schema.safeParse(input ?? {});
    if (!parsed.success) throw refuse(z.prettifyError(parsed.error));
    return run(parsed.data, context);
  };
}

/** A time as the protocols encode it: epoch seconds in JSON, a `Date` decoded from a CBOR tag, ISO 8601 in a query string. */
export const instantSchema = z
  .union([
    z.number().transform((seconds) => seconds * 1000),
    z.date().transform((date) => date.getTime()),
    isoInstant(),
  ])
  .pipe(z.number());

function isoInstant() {
  return z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
}

/** Omits undefined values, as AWS omits values that were never set. */
export function defined<T extends Record<string, unknown>>(value: T): Partial<T> {
  const copy = { ...value };
  for (const key in copy) if (copy[key] === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
