/** The log of a Lambda function: one JSON line per message, written by Powertools' logger. */
import type { Logger } from '@aws-lambda-powertools/logger';
import type { LogPort } from '../ports.ts';

export function logTo(logger: Logger): LogPort {
  return {
    info: (message, fields) => {
      logger.info(message, { data: fields });
    },
    error: (message, fields) => {
      logger.error(message, { data: fields });
    },
  };
}
