import * as z from 'zod';
import { clientError } from '../../account/errors.ts';
import { defined, operation, type Operation } from '../operation.ts';

function refuse(message: string) {
  return clientError('InvalidParameterException', message);
}

const filterLogEvents = z.object({
  logGroupName: z.string(),
  startTime: z.number().optional(),
  endTime: z.number().optional(),
  filterPattern: z.string().optional(),
  limit: z.number().optional(),
  nextToken: z.string().optional(),
  logGroupIdentifier: z.undefined('log group identifiers are not simulated').optional(),
  logStreamNames: z.undefined('log stream names are not simulated').optional(),
  logStreamNamePrefix: z.undefined('log stream names are not simulated').optional(),
});

/** The operations of CloudWatch Logs, by name. Times are epoch milliseconds, unlike elsewhere in AWS JSON. */
export const logOperations: Readonly<Record<string, Operation>> = {
  FilterLogEvents: operation(filterLogEvents, refuse, (input, { account, region }) => {
    const { events, nextToken } = account.logs.filter(region, input);
    return defined({ events, searchedLogStreams: [], nextToken });
  }),
};
