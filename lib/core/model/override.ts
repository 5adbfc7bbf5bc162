/** An operator's override of one group: pause, pin or drill. */
import type { VoiceConnectorItem } from './group.ts';
import type { EpochMs } from './time.ts';

/**
 * A planned move to the standby and back, to test that the standby takes the calls. The stored override does not change during the
 * drill: its progress is derived from the group.
 */
export type Drill = {
  readonly by: string;
  readonly reason: string;
  /** When the operator ordered it. */
  readonly startedAt: EpochMs;
  /** When the monitor restores the order. */
  readonly until: EpochMs;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  /** `UpdatedTimestamp` of the group before the drill; any later write, by anyone, changes it. */
  readonly groupUpdatedAt: EpochMs;
  /** What the promoted member must achieve over the whole drill. */
  readonly pass: { readonly minCalls: number; readonly maxFailureRatio: number };
  /** So many failed calls of the promoted member, and so large a share of its calls, end the drill early. */
  readonly stop: { readonly failures: number; readonly failureRatio: number };
  /** The operator who ended it early; the next run restores the order. */
  readonly stopped?: { readonly by: string; readonly reason: string } | undefined;
};

/** The operator's override of a group, and whether it could be read. */
export type OverrideState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pause' | 'pin';
      readonly by: string;
      readonly reason: string;
      readonly until: EpochMs;
      /** For a pin: the Voice Connectors in the order in which AWS tries them. */
      readonly order?: readonly string[] | undefined;
    }
  | ({ readonly kind: 'drill' } & Drill)
  /** A stored override that is not valid: it counts as a pause until it is corrected. */
  | { readonly kind: 'unparseable'; readonly message: string }
  /** Parameter Store did not answer, so an override may be in force. */
  | { readonly kind: 'unreadable'; readonly message: string };
