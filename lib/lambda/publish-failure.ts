/** Middleware: publishes a `Run Failed` event for an invocation that throws, which then fails as it would have. */
import type { MiddlewareObj } from '@middy/core';
import { runFailedEvent } from '../audit/event-builders.ts';
import { publishEvents } from '../audit/publish.ts';
import { RunFailedError } from '../context.ts';
import { InvalidInputError } from '../input/validation.ts';
import type { PublishingPorts } from '../ports.ts';
import { ReportedFailure } from './reported-failure.ts';
import type { IdentifiedContext } from './run-identity.ts';
import type { TimeLimitedContext } from './time-limits.ts';

/** @param policyHash hash of the policy that the function was deployed with */
export function publishFailure(
  ports: PublishingPorts,
  policyHash: string,
): MiddlewareObj<unknown, unknown, Error, TimeLimitedContext & IdentifiedContext> {
  return {
    onError: async (request) => {
      const { error, context } = request;
      if (error instanceof ReportedFailure) return;
      const now = ports.clock();
      const identity = { ...context.run, policyHash, observedAt: now };
      const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      await publishEvents(
        ports,
        [runFailedEvent(identity, now, [{ doing: 'running the function', message }])],
        context.signals,
      );
      // The message of an expected failure is complete; of any other error a developer needs the stack.
      if (error instanceof InvalidInputError || error instanceof RunFailedError) {
        request.error = new ReportedFailure(error);
      }
    },
  };
}
