/** An operator's override of one group: pause, pin or drill. */
import type { VoiceConnectorItem } from './group.ts';
import type { EpochMs } from './time.ts';

/**
 * A move and back again, by appointment: does the standby really take the calls? The word does not change while the drill lasts:
 * how far it has come is read off the group.
 */
export type Drill = {
  readonly by: string;
  readonly reason: string;
  /** When it was ordered. */
  readonly startedAt: EpochMs;
  /** When the group is to be put back. */
  readonly until: EpochMs;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  /** When AWS said that the group was last changed, before the drill: it moves with the first write, whoever's it is. */
  readonly groupUpdatedAt: EpochMs;
  /** What the promoted one must show over the whole drill. */
  readonly pass: { readonly minCalls: number; readonly maxFailureRatio: number };
  /** So many failed calls of the promoted one, and so large a share, end it early. */
  readonly stop: { readonly failures: number; readonly failureRatio: number };
  /** Who ended it early; it is put back at the next look. */
  readonly stopped?: { readonly by: string; readonly reason: string } | undefined;
};

/** The operator's word on a group, and whether it could be heard at all. */
export type OverrideState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pause' | 'pin';
      readonly by: string;
      readonly reason: string;
      readonly until: EpochMs;
      /** Of a pin: whom calls are to try, first choice first. */
      readonly order?: readonly string[] | undefined;
    }
  | ({ readonly kind: 'drill' } & Drill)
  /** Something is there that nobody can understand: it counts as a pause until someone mends it. */
  | { readonly kind: 'unparseable'; readonly message: string }
  /** Parameter Store did not answer: nobody knows whether there is a word. */
  | { readonly kind: 'unreadable'; readonly message: string };
