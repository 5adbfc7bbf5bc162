/** Middleware: what a function returns or throws is without phone numbers and control characters, wherever the text came from. */
import type { MiddlewareObj } from '@middy/core';
import { safe, safeText } from '../input/safe-text.ts';

/** To be used first: its hooks then run after those of every other middleware. */
export function safeOutput(): MiddlewareObj<unknown, unknown> {
  return {
    after: (request) => {
      request.response = safe(request.response);
    },
    onError: (request) => {
      request.error = request.error instanceof Error ? new SafeError(request.error) : safe(request.error);
    },
  };
}

/** An error with the name, message and stack of another, made safe. No other property is kept: Lambda would log it too. */
class SafeError extends Error {
  constructor({ name, message, stack = '' }: Error) {
    super(safeText(message));
    this.name = name;
    this.stack = safeText(stack);
  }
}
