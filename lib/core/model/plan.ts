/** The decision on one group. */
import type { HoldCode, RejectionCode } from './codes.ts';
import type { VoiceConnectorItem } from './group.ts';

export type Rejection = {
  readonly voiceConnectorId: string;
  readonly code: RejectionCode;
  readonly reason: string;
};

/** How a group comes to be moved: by the monitor's own judgement, by an operator, or to and fro in a drill. */
export const moveKinds = ['failover', 'failback', 'switchover', 'drill', 'restore'] as const;

export type MoveKind = (typeof moveKinds)[number];

/** What stood in the way of an operator's move and was overridden by name. */
export type Forced = { readonly rule: string; readonly reason: string };

/** An operator's word behind a move. */
export type Command = {
  readonly by: string;
  readonly reason: string;
  readonly forced: readonly Forced[];
};

/** The group stays as it is. Holding is a decision, and has a reason like any other. */
export type Hold = {
  readonly kind: 'hold';
  readonly code: HoldCode;
  readonly reason: string;
  readonly rejected: readonly Rejection[];
};

/** The group's priorities are to be reordered. */
export type Move = {
  readonly kind: MoveKind;
  readonly reason: string;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  readonly rejected: readonly Rejection[];
  /** The operator's command; absent where the monitor decided by itself. */
  readonly command?: Command | undefined;
};

/** A decision on one group. */
export type Plan = Hold | Move;

/** A move is contemplated: candidate evidence on these Voice Connectors must be read before the group can be planned. */
export type NeedEvidence = { readonly kind: 'need-evidence'; readonly voiceConnectorIds: readonly string[] };
