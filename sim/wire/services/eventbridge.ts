import * as z from 'zod';
import { clientError } from '../../account/errors.ts';
import { instantSchema, operation, type Operation } from '../operation.ts';
import type { Effect } from '../misbehaviour.ts';
import { eventRuleOperations } from './event-rules.ts';

function refuse(message: string) {
  return clientError('SerializationException', message);
}

const entrySchema = z
  .object({
    Source: z.string().optional(),
    DetailType: z.string().optional(),
    Detail: z.string().optional(),
    EventBusName: z.string().max(1600).optional(),
    Time: instantSchema.optional(),
    Resources: z.array(z.string()).optional(),
  })
  .transform(({ Source, DetailType, Detail, EventBusName, Time, Resources }) => ({
    source: Source,
    detailType: DetailType,
    detail: Detail,
    eventBusName: EventBusName,
    time: Time,
    resources: Resources,
  }));

/** The operations of EventBridge, by name. */
export const eventBridgeOperations: Readonly<Record<string, Operation>> = {
  ...eventRuleOperations,
  PutEvents: operation(z.object({ Entries: z.array(entrySchema) }), refuse, (input, { account, region, effect }) => {
    const results = account.eventBridge.putEvents(region, input.Entries, failureOf(effect));
    const entries = results.map((result) =>
      'eventId' in result
        ? { EventId: result.eventId }
        : { ErrorCode: result.errorCode, ErrorMessage: result.errorMessage },
    );
    return { FailedEntryCount: results.filter((result) => 'errorCode' in result).length, Entries: entries };
  }),
};

function failureOf(effect: Effect | undefined) {
  return (index: number) => {
    if (effect?.kind !== 'event-entry-failure') return undefined;
    if (effect.indexes && !effect.indexes.includes(index)) return undefined;
    return { errorCode: effect.code, errorMessage: effect.message };
  };
}
