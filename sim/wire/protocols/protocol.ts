import type { AwsError } from '../../account/errors.ts';
import type { Reply } from '../reply.ts';

/** Encodes results and errors for the wire. */
export type Protocol = {
  readonly success: (output: unknown) => Reply;
  readonly failure: (error: AwsError) => Reply;
};
