/** Middleware: the time limits of a run's phases, computed from the time that Lambda leaves. */
import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Signals } from '../ports.ts';

/** Reserved after the work, for publishing what was done. */
const publishReserveMs = 6000;

/** Reserved after publishing, for storing in the outbox what EventBridge did not accept. */
const outboxReserveMs = 3000;

/** Reserved after the outbox, for logging what the queue did not accept either. */
const logReserveMs = 1000;

export type TimeLimitedContext = Context & { signals: Signals };

/** Sets `context.signals`. */
export function timeLimits(): MiddlewareObj<unknown, unknown, Error, TimeLimitedContext> {
  return {
    before: ({ context }) => {
      context.signals = signalsWithin(context.getRemainingTimeInMillis());
    },
  };
}

function signalsWithin(remainingMs: number): Signals {
  const abortWith = (reserveMs: number): AbortSignal => AbortSignal.timeout(Math.max(0, remainingMs - reserveMs));
  return { work: abortWith(publishReserveMs), publish: abortWith(outboxReserveMs), outbox: abortWith(logReserveMs) };
}
