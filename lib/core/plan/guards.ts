/** What keeps a right decision from being made too often, against an operator, or back and forth. Pure. */
import { minuteMs, type ChangeRecord, type EpochMs, type HoldCode, type VoiceConnectorGroup } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { primaryOf } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

export type FailbackGuardInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly record: ChangeRecord;
  readonly policy: GroupPolicy;
};

export type FailoverGuardInput = FailbackGuardInput & {
  /** Members of the group. */
  readonly members: number;
  /** Whether the first choice was that already before the last change; undefined where nobody can say. */
  readonly carriedBeforeChange: boolean | undefined;
};

export type GuardRefusal = { readonly code: HoldCode; readonly reason: string };

/** A change is noted in the minute it was made, and AWS stamps it by its own clock. */
const recordToleranceMs = 2 * minuteMs;

const dayMs = 24 * 60 * minuteMs;

/** Whether the group's last change was the monitor's own; undefined where nobody can say. */
function isOwnChange({ group, record }: FailbackGuardInput): boolean | undefined {
  const { updatedAt } = group;
  if (record.kind === 'unreadable' || updatedAt === undefined) return undefined;
  const isThen = (noted: EpochMs): boolean => Math.abs(updatedAt - noted) <= recordToleranceMs;
  // Whoever was taken off the top then and is there now was put back by somebody else.
  return record.changedAt.some(isThen) && !demotionsOfPrimary(group, record).some(isThen);
}

/** When the monitor took the present first choice off the top. */
function demotionsOfPrimary(group: VoiceConnectorGroup, record: ChangeRecord): readonly EpochMs[] {
  return record.kind === 'unreadable' ? [] : (record.demotedAt.get(primaryOf(group) ?? '') ?? []);
}

/** When the group was last changed: AWS says, or else the monitor's own record. */
function lastChangeAt({ group, record }: FailbackGuardInput): EpochMs | undefined {
  return group.updatedAt ?? (record.kind === 'read' ? Math.max(...record.changedAt) : undefined);
}

function cooldown(input: FailoverGuardInput): GuardRefusal | undefined {
  const changedAt = lastChangeAt(input);
  const { cooldownMinutes } = input.policy;
  if (changedAt === undefined) return undefined;
  const elapsed = input.observedAt - changedAt;
  if (elapsed >= cooldownMinutes * minuteMs) return undefined;
  // After a change of our own a third member may still be fled to: the one that was left is in its hold-down.
  if (input.members > 2 && isOwnChange(input) === true) return undefined;
  return { code: 'cooldown', reason: `changed ${formatDuration(elapsed)} ago, cooldown ${cooldownMinutes} min` };
}

function standOff(input: FailbackGuardInput): GuardRefusal | undefined {
  const { group, observedAt, policy } = input;
  const { createdAt, updatedAt } = group;
  if (updatedAt === undefined || updatedAt === createdAt || isOwnChange(input) !== false) return undefined;
  const elapsed = observedAt - updatedAt;
  const limit = policy.operatorStandOffMinutes;
  return elapsed >= limit * minuteMs
    ? undefined
    : {
        code: 'operator-stand-off',
        reason: `changed by hand ${formatDuration(elapsed)} ago, operatorStandOffMinutes ${limit}`,
      };
}

function dailyLimit({ record, observedAt, policy }: FailbackGuardInput): GuardRefusal | undefined {
  if (record.kind === 'unreadable') return undefined;
  const changes = record.changedAt.filter((changedAt) => observedAt - changedAt < dayMs).length;
  return changes < policy.maxChangesPerDay
    ? undefined
    : {
        code: 'daily-limit',
        reason: `${changes} changes in 24 h, maxChangesPerDay ${policy.maxChangesPerDay}: a person must look`,
      };
}

/**
 * A rescue goes on where the record cannot be read; the group's own timestamp still cools it down. Who reordered the group by hand
 * knew something: that order stands for a while. Who plainly changed something else of it did not mean to stop a rescue.
 */
export function failoverGuard(input: FailoverGuardInput): GuardRefusal | undefined {
  return cooldown(input) ?? (keptOrder(input) ? undefined : standOff(input)) ?? dailyLimit(input);
}

/** It carried calls before the change, and not because it was first until the monitor left it. */
function keptOrder({ carriedBeforeChange, group, record }: FailoverGuardInput): boolean {
  return carriedBeforeChange === true && demotionsOfPrimary(group, record).length === 0;
}

/** A failback is a choice: it waits until the record can be read. */
export function failbackGuard(input: FailbackGuardInput): GuardRefusal | undefined {
  return input.record.kind === 'unreadable'
    ? { code: 'record-unreadable', reason: `the record of own changes: ${input.record.message}` }
    : (standOff(input) ?? dailyLimit(input));
}

/** Until when a Voice Connector may not be returned to, in words: doubling with every time it was left within a day. */
export function holdDownReason(
  voiceConnectorId: string,
  record: ChangeRecord,
  observedAt: EpochMs,
  policy: GroupPolicy,
): string | undefined {
  if (record.kind === 'unreadable') return undefined;
  const left = (record.demotedAt.get(voiceConnectorId) ?? []).filter((at) => observedAt - at < dayMs);
  const minutes = Math.min(policy.holdDownMinutes * 2 ** (left.length - 1), policy.holdDownLimitMinutes);
  const elapsed = observedAt - Math.max(...left);
  return elapsed >= minutes * minuteMs
    ? undefined
    : `left ${formatDuration(elapsed)} ago, ${left.length === 1 ? 'once' : `${left.length} times`} in 24 h: hold-down ${minutes} min`;
}
