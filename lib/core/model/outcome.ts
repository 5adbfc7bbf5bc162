/** The result of a move, and the ways in which AWS refuses a request. */
import type { BlockedCode, RefusalKind, RejectedCode, WithheldCode } from './codes.ts';
import type { EpochMs } from './time.ts';

export type Refusal = {
  readonly kind: RefusalKind;
  readonly message: string;
};

/** The result of a {@link Move}. */
export type Outcome =
  /** AWS shows the new order. `sentAt` is the time of the write that caused it. */
  | { readonly kind: 'applied'; readonly reason: string; readonly sentAt: EpochMs }
  /** The monitor did not write. */
  | {
      readonly kind: 'withheld';
      readonly code: WithheldCode;
      readonly reason: string;
    }
  /** AWS refused the recheck or the write. */
  | { readonly kind: 'rejected'; readonly code: RejectedCode; readonly reason: string }
  /** No control Region was usable: the group still needs the change. */
  | { readonly kind: 'blocked'; readonly code: BlockedCode; readonly reason: string }
  /** AWS may have accepted the write, but does not show it yet. */
  | { readonly kind: 'unverified'; readonly reason: string };

/** A step that failed. The run continues without it, and ends as failed. */
export type Problem = { readonly doing: string; readonly message: string };
