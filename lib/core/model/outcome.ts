/** The result of a move, and the ways in which AWS refuses a request. */
import type { BlockedCode, RefusalKind, RejectedCode, WithheldCode } from './codes.ts';
import type { EpochMs } from './time.ts';

export type Refusal = {
  readonly kind: RefusalKind;
  readonly message: string;
};

/** What became of a {@link Move}. */
export type Outcome =
  /** AWS shows the new order. `sentAt`: when the write was sent that brought it about. */
  | { readonly kind: 'applied'; readonly reason: string; readonly sentAt: EpochMs }
  /** We did not write. */
  | {
      readonly kind: 'withheld';
      readonly code: WithheldCode;
      readonly reason: string;
    }
  /** AWS did not let us look, or did not take the write. */
  | { readonly kind: 'rejected'; readonly code: RejectedCode; readonly reason: string }
  /** No control Region could be used: the group is as it was, and needs to be changed. */
  | { readonly kind: 'blocked'; readonly code: BlockedCode; readonly reason: string }
  /** AWS may have taken the write, but does not show it yet. */
  | { readonly kind: 'unverified'; readonly reason: string };

/** Something that could not be done. The turn goes on without it, and ends as failed. */
export type Problem = { readonly doing: string; readonly message: string };
