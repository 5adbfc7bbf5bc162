/** How an invocation fails whose failure has been published already. */
import type { Problem } from '../core/model/outcome.ts';
import { RunFailedError } from '../context.ts';

/**
 * Has the name and the message of the failure and no stack: Lambda's log line and the answer that `sls invoke` prints contain both
 * message and stack, and a stack begins with the message.
 */
export class ReportedFailure extends Error {
  constructor({ name, message }: Error) {
    super(message);
    this.name = name;
    this.stack = '';
  }
}

/** @throws ReportedFailure if the run had problems, which it has published in its `Run Failed` event */
export function resultOrFailure<Result extends { readonly problems: readonly Problem[] }>(result: Result): Result {
  if (result.problems.length > 0) throw new ReportedFailure(new RunFailedError(result.problems));
  return result;
}

/**
 * Runs `resultOf`, whose errors have been published.
 *
 * @throws ReportedFailure
 */
export function reported<Result>(resultOf: () => Result): Result {
  try {
    return resultOf();
  } catch (error) {
    throw error instanceof Error ? new ReportedFailure(error) : error;
  }
}
