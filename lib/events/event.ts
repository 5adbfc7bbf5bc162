/** An event as it is published: its types come from the schemas, so what does not fit them does not compile. */
import { z } from 'zod';
import type { EpochMs } from '../core/model/model.ts';
import type { eventData } from './data.ts';
import { instant } from './common-schemas.ts';

/** EventBridge's `source` of everything this project publishes. */
export const eventSource = 'voice-connector-failover';

export const eventMetadata = z.strictObject({
  /** The same for two monitors that decided the same of the same minute: duplicates collapse on it. */
  eventId: z.string().regex(/^[0-9a-f]{32}$/),
  /** Raised when a subscriber's code would have to change. */
  schema: z.literal(1),
  time: instant,
  /** Lambda's request id. */
  runId: z.string(),
  /** Absent where no policy was asked. */
  policyHash: z.string().optional(),
  codeVersion: z.string(),
  monitorRegion: z.string(),
  /** What was cut off so that the event fits on a bus, in words; the log has it whole. */
  cut: z.array(z.string()).optional(),
});

type Immutable<Value> = Value extends readonly (infer Element)[]
  ? readonly Immutable<Element>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
    : Value;

export type DetailType = keyof typeof eventData;

export type EventData<Type extends DetailType> = Immutable<z.output<(typeof eventData)[Type]>>;

/** What is the same for every event of one turn. */
export type RunIdentity = {
  readonly runId: string;
  readonly observedAt: EpochMs;
  readonly policyHash: string | undefined;
  readonly codeVersion: string;
  readonly monitorRegion: string;
};

/** One type of event, or with the default any. */
export type AuditEvent<Type extends DetailType = DetailType> = {
  [Each in Type]: {
    readonly detailType: Each;
    readonly at: EpochMs;
    readonly detail: { readonly metadata: Immutable<z.output<typeof eventMetadata>>; readonly data: EventData<Each> };
  };
}[Type];
