import type { AwsError } from '../../account/errors.ts';
import type { Reply } from '../reply.ts';

/** How a result and a refusal look on the wire. */
export type Protocol = {
  readonly success: (output: unknown) => Reply;
  readonly failure: (error: AwsError) => Reply;
};
