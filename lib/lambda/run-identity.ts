/** Middleware: what identifies a run in its events, logs and result. */
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { RunIdentity } from '../events/event.ts';
import type { CommonEnvironment } from '../input/environment.ts';

export type IdentifiedContext = Context & { run: Pick<RunIdentity, 'runId' | 'codeVersion' | 'monitorRegion'> };

/** Sets `context.run`. */
export function identifyRun({
  CODE_VERSION: codeVersion,
  AWS_REGION: monitorRegion,
}: CommonEnvironment): MiddlewareObj<unknown, unknown, Error, IdentifiedContext> {
  return {
    before: ({ context }) => {
      context.run = { runId: context.awsRequestId, codeVersion, monitorRegion };
    },
  };
}
