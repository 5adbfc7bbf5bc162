/** An event as it is published. Its types come from the schemas: an event that does not fit its schema does not compile. */
import * as z from 'zod';
import type { EpochMs } from '../core/model/time.ts';
import type { eventData } from './data.ts';
import { instant } from './common-schemas.ts';

/** EventBridge's `source` of everything this project publishes. */
export const eventSource = 'voice-connector-failover';

export const eventMetadata = z.strictObject({
  /** Two monitors that make the same decision in the same minute use the same id, by which subscribers drop duplicates. */
  eventId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Incremented by a change that subscribers must react to. */
  schema: z.literal(1),
  time: instant,
  /** Lambda's request id. */
  runId: z.string(),
  /** Absent where the function did not use the policy. */
  policyHash: z.string().optional(),
  codeVersion: z.string(),
  monitorRegion: z.string(),
  /** What was shortened because the event was too large for EventBridge; the log has the full event. */
  cut: z.array(z.string()).optional(),
});

type Immutable<Value> = Value extends readonly (infer Element)[]
  ? readonly Immutable<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;

export type DetailType = keyof typeof eventData;

export type EventData<Type extends DetailType> = Immutable<z.output<(typeof eventData)[Type]>>;

/** What all events of one run have in common. */
export type RunIdentity = {
  readonly runId: string;
  readonly observedAt: EpochMs;
  readonly policyHash: string | undefined;
  readonly codeVersion: string;
  readonly monitorRegion: string;
};

/** An event of one type, or by default of any. */
export type AuditEvent<Type extends DetailType = DetailType> = {
  [Each in Type]: {
    readonly detailType: Each;
    readonly at: EpochMs;
    readonly detail: { readonly metadata: Immutable<z.output<typeof eventMetadata>>; readonly data: EventData<Each> };
  };
}[Type];
