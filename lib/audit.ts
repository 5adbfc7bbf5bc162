/** What is told of a turn: every decision, every intent and every outcome as one event. docs/events.md shows each. */
import { createHash } from 'node:crypto';
import type { HealthEdge } from './core/judge.ts';
import type { EpochMs, Move, Outcome, Plan, Problem, VoiceConnectorGroup, VoiceConnectorItem } from './core/model.ts';

/** EventBridge's `source` of everything this project publishes. */
export const eventSource = 'voice-connector-failover';

export type DetailType =
  | 'Connector Health Changed'
  | 'Priority Held'
  | 'Priority Change Intended'
  | 'Priority Change Applied'
  | 'Priority Change Withheld'
  | 'Priority Change Rejected'
  | 'Priority Change Unverified'
  | 'Priority Change Blocked'
  | 'Proxy Session Inventory'
  | 'Turn Failed';

export type AuditEvent = {
  readonly detailType: DetailType;
  readonly at: EpochMs;
  readonly detail: {
    readonly metadata: {
      /** The same for two monitors that decided the same of the same minute: duplicates collapse on it. */
      readonly eventId: string;
      readonly schema: 1;
      readonly time: string;
      readonly turnId: string;
      /** Absent where no policy was asked. */
      readonly policyHash: string | undefined;
      readonly monitorRegion: string;
    };
    readonly data: Readonly<Record<string, unknown>>;
  };
};

/** What is the same for every event of one turn. */
export type TurnIdentity = {
  readonly turnId: string;
  readonly observedAt: EpochMs;
  readonly policyHash: string | undefined;
  readonly monitorRegion: string;
};

/** `subject` is what the event is about, beside the minute and the kind: it makes the id. */
export const auditEvent = (
  identity: TurnIdentity,
  at: EpochMs,
  detailType: DetailType,
  subject: readonly string[],
  data: Readonly<Record<string, unknown>>,
): AuditEvent => {
  const minute = new Date(identity.observedAt).toISOString().slice(0, 16);
  const eventId = createHash('sha256')
    .update(JSON.stringify([detailType, minute, ...subject]))
    .digest('hex')
    .slice(0, 32);
  const { turnId, policyHash, monitorRegion } = identity;
  return {
    detailType,
    at,
    detail: {
      metadata: { eventId, schema: 1, time: new Date(at).toISOString(), turnId, policyHash, monitorRegion },
      data,
    },
  };
};

const itemsOf = (items: readonly VoiceConnectorItem[]) =>
  items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));

const aboutGroup = ({ voiceConnectorGroupId, name, controlRegion }: VoiceConnectorGroup) => ({
  voiceConnectorGroupId,
  name,
  controlRegion,
});

export const heldEvent = (
  identity: TurnIdentity,
  at: EpochMs,
  group: VoiceConnectorGroup,
  hold: Extract<Plan, { readonly kind: 'hold' }>,
): AuditEvent =>
  auditEvent(identity, at, 'Priority Held', [group.voiceConnectorGroupId, hold.code], {
    ...aboutGroup(group),
    decision: 'hold',
    code: hold.code,
    reason: hold.reason,
    rejected: hold.rejected,
    priorities: itemsOf(group.items),
  });

export const healthChangedEvent = (
  identity: TurnIdentity,
  at: EpochMs,
  group: VoiceConnectorGroup,
  { voiceConnectorId, before, after }: HealthEdge,
): AuditEvent =>
  auditEvent(
    identity,
    at,
    'Connector Health Changed',
    [group.voiceConnectorGroupId, voiceConnectorId, before.health, after.health],
    { ...aboutGroup(group), voiceConnectorId, before, after },
  );

const aboutMove = (group: VoiceConnectorGroup, move: Move) => ({
  ...aboutGroup(group),
  decision: move.kind,
  reason: move.reason,
  leaving: move.leaving,
  promoting: move.promoting,
  rejected: move.rejected,
  before: itemsOf(move.before),
  after: itemsOf(move.after),
});

export const intendedEvent = (
  identity: TurnIdentity,
  at: EpochMs,
  group: VoiceConnectorGroup,
  move: Move,
): AuditEvent =>
  auditEvent(
    identity,
    at,
    'Priority Change Intended',
    [group.voiceConnectorGroupId, move.kind, move.promoting],
    aboutMove(group, move),
  );

const outcomeDetailType = {
  applied: 'Priority Change Applied',
  withheld: 'Priority Change Withheld',
  rejected: 'Priority Change Rejected',
  unverified: 'Priority Change Unverified',
  blocked: 'Priority Change Blocked',
} as const satisfies Record<Outcome['kind'], DetailType>;

export const outcomeEvent = (
  identity: TurnIdentity,
  at: EpochMs,
  group: VoiceConnectorGroup,
  move: Move,
  outcome: Outcome,
): AuditEvent =>
  auditEvent(
    identity,
    at,
    outcomeDetailType[outcome.kind],
    [group.voiceConnectorGroupId, move.kind, move.promoting, outcome.kind],
    { ...aboutMove(group, move), outcome },
  );

/** Problems that one event names; the log has them all, and an event with thousands would not fit on a bus. */
const problemsTold = 100;

export const turnFailedEvent = (identity: TurnIdentity, at: EpochMs, problems: readonly Problem[]): AuditEvent =>
  auditEvent(identity, at, 'Turn Failed', [identity.turnId], {
    count: problems.length,
    problems: problems.slice(0, problemsTold),
  });
