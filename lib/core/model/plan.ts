/** The decision on one group. */
import type { HoldCode, RejectionCode } from './codes.ts';
import type { VoiceConnectorItem } from './group.ts';

/** A member that cannot be promoted. */
export type Rejection = {
  readonly voiceConnectorId: string;
  readonly code: RejectionCode;
  readonly reason: string;
};

/** Failover and failback are the monitor's own moves, a switchover is an operator's, drill and restore are the two moves of a drill. */
export const moveKinds = ['failover', 'failback', 'switchover', 'drill', 'restore'] as const;

export type MoveKind = (typeof moveKinds)[number];

/** An obstacle to an operator's move that the operator overrode by name. */
export type Forced = { readonly rule: string; readonly reason: string };

/** The operator's command behind a move. */
export type Command = {
  readonly by: string;
  readonly reason: string;
  readonly forced: readonly Forced[];
};

/** The decision to leave the group as it is. */
export type Hold = {
  readonly kind: 'hold';
  readonly code: HoldCode;
  readonly reason: string;
  readonly rejected: readonly Rejection[];
};

/** The decision to reorder the group. */
export type Move = {
  readonly kind: MoveKind;
  readonly reason: string;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  readonly rejected: readonly Rejection[];
  /** Set where it counts for the account limit: lib/core/plan/account-limit.ts. */
  readonly isLocal?: true;
  /** Undefined where the monitor decided by itself. */
  readonly command?: Command | undefined;
};

export type Plan = Hold | Move;

/** The plan may move the group: candidate evidence on these Voice Connectors must be read first. */
export type NeedEvidence = { readonly kind: 'need-evidence'; readonly voiceConnectorIds: readonly string[] };
