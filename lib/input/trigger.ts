/** What started a run. A trigger decides when the monitor looks, never what it decides: no decision reads it. */
import * as z from 'zod';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { findGroup } from './find-group.ts';
import { formatValue, shorten } from './format-value.ts';
import { payloadLimits, sizeProblem } from './size-limits.ts';
import { emptyPayloadAsObject, InvalidInputError, problemsOf } from './validation.ts';

export type Trigger =
  /** `rule`: the rule of EventBridge whose schedule it was; absent for EventBridge Scheduler. */
  | { readonly kind: 'scheduled'; readonly rule?: string }
  | { readonly kind: 'alarm'; readonly alarmName: string; readonly state: string }
  | { readonly kind: 'health-event'; readonly service: string; readonly eventTypeCode: string; readonly region: string }
  | { readonly kind: 'manual'; readonly groupId: string | undefined }
  /** From the lister; `listedAt` is ISO 8601. */
  | { readonly kind: 'shard'; readonly shard: number; readonly shards: number; readonly listedAt: string };

/** A trigger never decides anything, so what is too long for the result of the run is shortened and not refused. */
const shortText = z.string().transform((text) => shorten(text, 255));

const scheduled = z
  .looseObject({
    'detail-type': z.literal('Scheduled Event'),
    source: z.enum(['aws.scheduler', 'aws.events']),
    resources: z.array(z.string()).optional().catch(undefined),
  })
  .transform(({ source, resources: [arn = ''] = [] }): Trigger => {
    const [, rule] = source === 'aws.events' ? (/:rule\/([.\-_A-Za-z0-9]{1,64})$/.exec(arn) ?? []) : [];
    return rule === undefined ? { kind: 'scheduled' } : { kind: 'scheduled', rule };
  });

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
const alarm = z
  .looseObject({
    'detail-type': z.literal('CloudWatch Alarm State Change'),
    source: z.literal('aws.cloudwatch'),
    detail: z.looseObject({
      alarmName: shortText,
      state: z.looseObject({ value: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']) }),
    }),
  })
  .transform(({ detail }): Trigger => ({ kind: 'alarm', alarmName: detail.alarmName, state: detail.state.value }));

// https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html: the envelope's `region` is
// where the event was delivered; `detail.eventRegion` is the Region with the issue.
const healthEvent = z
  .looseObject({
    'detail-type': z.literal('AWS Health Event'),
    source: z.literal('aws.health'),
    detail: z.looseObject({ service: shortText, eventTypeCode: shortText, eventRegion: shortText }),
  })
  .transform(({ detail: { service, eventTypeCode, eventRegion } }): Trigger => ({
    kind: 'health-event',
    service,
    eventTypeCode,
    region: eventRegion,
  }));

const manual = z
  .strictObject({ groupId: z.string().min(1).optional() })
  .transform(({ groupId }): Trigger => ({ kind: 'manual', groupId }));

const schemas = new Map<string | undefined, z.ZodType<Trigger>>([
  ['Scheduled Event', scheduled],
  ['CloudWatch Alarm State Change', alarm],
  ['AWS Health Event', healthEvent],
  [undefined, manual],
]);

/** Whether a schedule sent the event. */
export function isScheduled(event: unknown): boolean {
  return scheduled.safeParse(event).success;
}

/**
 * An empty payload is a manual trigger for all groups.
 * @throws InvalidInputError for an event of an unknown kind, or one without the fields of its kind
 */
export function parseTrigger(payload: unknown): Trigger {
  const event = emptyPayloadAsObject(payload);
  const detailType: unknown =
    typeof event === 'object' && event !== null ? Reflect.get(event, 'detail-type') : undefined;
  const schema = typeof detailType === 'string' || detailType === undefined ? schemas.get(detailType) : undefined;
  if (schema === undefined) {
    const known = [...schemas.keys()].filter((kind) => kind !== undefined).join(', ');
    throw new InvalidInputError('the event', [
      `detail-type: Expected one of ${known}, or no detail-type and an optional groupId, got ${formatValue(detailType)}`,
    ]);
  }
  const tooLarge = schema === manual ? sizeProblem(event, payloadLimits) : undefined;
  if (tooLarge !== undefined) throw new InvalidInputError('the event', [`the input: ${tooLarge}`]);
  const result = schema.safeParse(event);
  if (!result.success) throw new InvalidInputError('the event', problemsOf(result.error, event));
  return result.data;
}

/**
 * The groups that a trigger asks for: all, or the one that an operator named.
 * @param problems the failed listings, because of which `groups` may be incomplete
 * @throws InvalidInputError for a group that is not listed
 */
export function requestedGroups(
  trigger: Trigger,
  groups: readonly VoiceConnectorGroup[],
  problems: readonly Problem[],
): readonly VoiceConnectorGroup[] {
  if (trigger.kind !== 'manual' || trigger.groupId === undefined) return groups;
  const found = findGroup(trigger.groupId, groups, problems);
  if (found.kind === 'found') return [found.group];
  const [first = '', ...others] = found.problems;
  throw new InvalidInputError('the event', [`groupId: ${first}`, ...others]);
}
