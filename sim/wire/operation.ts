import { z } from 'zod';
import type { Account } from '../account/account.ts';
import type { AwsError } from '../account/errors.ts';
import type { Effect } from './misbehaviour.ts';

/** What an operation runs in. */
export type OperationContext = {
  readonly account: Account;
  /** From the credential scope: one server is every Region's endpoint. */
  readonly region: string;
  /** The address the caller used, for replies that contain addresses. */
  readonly baseUrl: string;
  /** How this call is to misbehave, where that shows inside the result. */
  readonly effect: Effect | undefined;
};

/** One operation of one service: decoded input in, output to encode out. Instants in outputs are `Date`s. */
export type Operation = (input: unknown, context: OperationContext) => unknown;

/** Makes an operation of a schema and what to do; `refuse` is how this service says that an input has the wrong shape. */
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

/** An instant as the protocols bring it: epoch seconds in JSON, a `Date` made of a CBOR tag, ISO 8601 in a query string. */
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

/** Leaves out what is undefined, as AWS leaves out what was never set. */
export function defined<T extends Record<string, unknown>>(value: T): Partial<T> {
  const copy = { ...value };
  for (const key in copy) if (copy[key] === undefined) Reflect.deleteProperty(copy, key);
  return copy;
}
