/** The codes that the product shows. */

/** Why a verdict is `unknown`. */
export const unknownCauses = [
  'idle',
  'low-volume',
  'stale',
  'fetch-error',
  'partial',
  'forbidden',
  'inconclusive',
] as const;

export type UnknownCause = (typeof unknownCauses)[number];

/** Why a group stays as it is. docs/runbook.md has an entry for each. */
export const holdCodes = [
  'top-healthy',
  'top-degraded',
  'top-unknown',
  'no-target',
  'all-unhealthy',
  'cooldown',
  'operator-stand-off',
  'daily-limit',
  'record-unreadable',
  'paused',
  'pinned',
  'drill',
  'override-unparseable',
  'override-unreadable',
  'tied-priorities',
  'missing-priority',
  'load-balanced',
  'unknown-distribution',
  'fewer-than-two-members',
  'duplicate-members',
  'failback-hold',
  'failback-not-proven',
  'failback-awaits-approval',
  'failback-never',
] as const;

export type HoldCode = (typeof holdCodes)[number];

/** Why a member was not chosen. docs/runbook.md has an entry for each. */
export const rejectionCodes = [
  'hold-down',
  'unhealthy',
  'unhealthy-region',
  'degraded',
  'unobservable',
  'unreadable',
  'origination',
  'no-standby-signal',
  'outbound-failing',
  'outbound-not-proven',
] as const;

/** How AWS said no, as far as it matters to what happens next. */
export const refusalKinds = [
  'conflict',
  'forbidden',
  'not-found',
  'gone',
  'invalid',
  'throttled',
  'unavailable',
] as const;

export type RefusalKind = (typeof refusalKinds)[number];

/** Why we did not write. docs/runbook.md has an entry for each. */
export const withheldCodes = [
  'observe-mode',
  'evidence-expired',
  'members-changed',
  'distribution-changed',
  'order-changed',
  'renamed',
  'touched',
] as const;

/** How AWS said no to a change. docs/runbook.md has an entry for each. */
export const rejectedCodes = [
  'conflict',
  'forbidden',
  'not-found',
  'gone',
  'invalid',
  'throttled',
] as const satisfies readonly RefusalKind[];

export type RejectedCode = (typeof rejectedCodes)[number];

/** Why there was no way to change the group. docs/runbook.md has an entry for each. */
export const blockedCodes = ['unreachable', 'failing', 'out-of-time'] as const;

/** Why an inventory of proxy sessions has something to say. docs/runbook.md has an entry for each. */
export const connectorFindingCodes = ['outliving-expiry', 'not-on-top', 'unhealthy-connector'] as const;
export const sessionFindingCodes = [...connectorFindingCodes, 'unsupported'] as const;

/** What an operator may override by name. That a write reorders and nothing else, and looks again first, nobody may. */
export const forcibleRules = [
  'paused',
  'pinned',
  'drill',
  'override-unparseable',
  'override-unreadable',
  ...rejectionCodes,
] as const;
export type ForcibleRule = (typeof forcibleRules)[number];

/** What a command may meet that nobody can force. docs/runbook.md has an entry for each, the holds' among the holds. */
export const commandCodes = ['not-a-member', 'missing-member', 'no-preferred-order'] as const;
