/** The result of a move, and the ways in which AWS refuses a request. */
import type { CodeOf } from './codes.ts';
import type { EpochMs } from './time.ts';

export type Refusal = {
  /** `unavailable` is not an answer to a change: it makes the change blocked. */
  readonly kind: CodeOf<'rejected'> | 'unavailable';
  readonly message: string;
};

/** The result of a {@link Move}. */
export type Outcome =
  /** AWS shows the new order. `sentAt` is the time of the write that caused it. */
  | { readonly kind: 'applied'; readonly reason: string; readonly sentAt: EpochMs }
  /** The monitor did not write. */
  | {
      readonly kind: 'withheld';
      readonly code: CodeOf<'withheld'>;
      readonly reason: string;
    }
  /** AWS refused the recheck or the write. */
  | { readonly kind: 'rejected'; readonly code: CodeOf<'rejected'>; readonly reason: string }
  /** No control Region was usable: the group still needs the change. */
  | { readonly kind: 'blocked'; readonly code: CodeOf<'blocked'>; readonly reason: string }
  /** AWS may have accepted the write, but does not show it yet. */
  | { readonly kind: 'unverified'; readonly reason: string };

/** A step that failed. The run continues without it, and ends as failed. */
export type Problem = { readonly doing: string; readonly message: string };
