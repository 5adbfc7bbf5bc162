/** The JSON Schemas of all events as EventBridge delivers them, generated from the zod schemas that type the code. */
import * as z from 'zod';
import { eventData } from '../lib/events/data.ts';
import { eventMetadata, eventSource } from '../lib/events/event.ts';

/** https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
function envelope(detailType: string, data: z.ZodType) {
  return z
    .strictObject({
      version: z.literal('0'),
      id: z.string(),
      'detail-type': z.literal(detailType),
      source: z.literal(eventSource),
      account: z.string(),
      time: z.iso.datetime(),
      region: z.string(),
      resources: z.array(z.string()),
      detail: z.strictObject({ metadata: eventMetadata, data }),
    })
    .meta({ title: detailType });
}

/** The text of each schema file, by file name. EventBridge's registry accepts JSON Schema Draft 4 and OpenAPI 3. */
export function eventSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(eventData).map(([detailType, data]) => [
      `${detailType.replaceAll(' ', '')}.json`,
      `${JSON.stringify(z.toJSONSchema(envelope(detailType, data), { target: 'draft-04' }), null, 2)}\n`,
    ]),
  );
}
