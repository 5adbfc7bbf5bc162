/** The log of a Lambda function: one JSON line per message, written by Powertools' logger. */
import { Logger } from '@aws-lambda-powertools/logger';
import { safeReplacer } from '../input/safe-text.ts';
import type { LogPort } from '../ports.ts';

/** Every line that it writes is safe, an error with its stack included. */
export function createLogger(): Logger {
  return new Logger({ jsonReplacerFn: safeReplacer });
}

/** Logs the result of a run, as an error if the run had problems. */
export function logResult(
  log: LogPort,
  message: string,
  result: Readonly<Record<string, unknown>> & { readonly problems: readonly unknown[] },
): void {
  log[result.problems.length === 0 ? 'info' : 'error'](message, { ...result });
}

export function logTo(logger: Logger): LogPort {
  return {
    info: (message, fields) => {
      logger.info(message, { data: fields });
    },
    warn: (message, fields) => {
      logger.warn(message, { data: fields });
    },
    error: (message, fields) => {
      logger.error(message, { data: fields });
    },
  };
}
