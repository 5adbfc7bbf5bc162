/** Guards that stop the monitor from moving a group too often, against an operator, or back and forth. */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { HoldCode } from '../model/codes.ts';
import type { ChangeRecord } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

type FailbackGuardInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly record: ChangeRecord;
  readonly policy: GroupPolicy;
};

export type FailoverGuardInput = FailbackGuardInput & {
  readonly memberCount: number;
  /** Whether the primary carried calls before the last change; undefined where that is unknown. */
  readonly carriedBeforeChange: boolean | undefined;
};

type GuardRefusal = { readonly code: HoldCode; readonly reason: string };

/** The record has the minute of a change, while AWS timestamps it by its own clock. */
const recordToleranceMs = 2 * minuteMs;

const dayMs = 24 * 60 * minuteMs;

/** Whether the monitor made the last change of the group; undefined where that is unknown. */
export function isOwnChange({ group, record }: Pick<FailbackGuardInput, 'group' | 'record'>): boolean | undefined {
  const { updatedAt } = group;
  if (record.kind === 'unreadable' || updatedAt === undefined) return undefined;
  const isLastChange = (at: EpochMs): boolean => Math.abs(updatedAt - at) <= recordToleranceMs;
  // If that change demoted the present primary, someone else has put it back since.
  return (
    record.changedAt.some(isLastChange) &&
    !demotionsOfPrimary(group, record).some(isLastChange) &&
    promotedPrimary(group, record, isLastChange)
  );
}

/** Whether the latest of these changes made the present primary the primary: another order is a correction by hand. */
function promotedPrimary(group: VoiceConnectorGroup, record: ChangeRecord, among: (at: EpochMs) => boolean): boolean {
  const promotedAt = record.kind === 'read' ? record.promotedAt : undefined;
  const promotions = [...(promotedAt ?? [])].flatMap(([id, times]) => times.filter(among).map((at) => ({ id, at })));
  const latest = Math.max(...promotions.map(({ at }) => at));
  const primary = primaryOf(group);
  return promotions.length === 0 || promotions.some(({ id, at }) => at === latest && id === primary);
}

/** When the monitor failed over from the present primary. */
function demotionsOfPrimary(group: VoiceConnectorGroup, record: ChangeRecord): readonly EpochMs[] {
  return record.kind === 'unreadable' ? [] : (record.demotedAt.get(primaryOf(group) ?? '') ?? []);
}

/** When the group was last changed, by AWS or else by the monitor's own record. */
function lastChangeAt({ group, record }: FailbackGuardInput): EpochMs | undefined {
  return group.updatedAt ?? (record.kind === 'read' ? Math.max(...record.changedAt) : undefined);
}

function cooldown(input: FailoverGuardInput): GuardRefusal | undefined {
  const changedAt = lastChangeAt(input);
  const { cooldownMinutes } = input.policy;
  if (changedAt === undefined) return undefined;
  const elapsed = input.observedAt - changedAt;
  if (elapsed >= cooldownMinutes * minuteMs) return undefined;
  // After the monitor's own change a failover to a third member stays possible: the previous primary is in its hold-down.
  if (input.memberCount > 2 && isOwnChange(input) === true) return undefined;
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
        reason: `changed by someone else ${formatDuration(elapsed)} ago, operatorStandOffMinutes ${limit}`,
      };
}

function dailyLimit({ record, observedAt, policy }: FailbackGuardInput): GuardRefusal | undefined {
  if (record.kind === 'unreadable') return undefined;
  const changes = record.changedAt.filter((changedAt) => observedAt - changedAt < dayMs).length;
  return changes < policy.maxChangesPerDay
    ? undefined
    : {
        code: 'daily-limit',
        reason: `${changes} changes in 24 h, maxChangesPerDay ${policy.maxChangesPerDay}: find out what keeps changing`,
      };
}

/**
 * A failover does not wait for an unreadable record, because the group's own timestamp still enforces the cooldown. An order that an
 * operator chose stands for `operatorStandOffMinutes`; a change of anything else than the order does not stop a failover.
 */
export function failoverGuard(input: FailoverGuardInput): GuardRefusal | undefined {
  return cooldown(input) ?? (keptOrder(input) ? undefined : standOff(input)) ?? dailyLimit(input);
}

/** Whether the last change kept the order: the primary carried calls before it, and not as a primary that the monitor then demoted. */
function keptOrder({ carriedBeforeChange, group, record }: FailoverGuardInput): boolean {
  return carriedBeforeChange === true && demotionsOfPrimary(group, record).length === 0;
}

/** A failback is not urgent, so it waits until the record can be read. */
export function failbackGuard(input: FailbackGuardInput): GuardRefusal | undefined {
  return input.record.kind === 'unreadable'
    ? {
        code: 'record-unreadable',
        reason: `the record of own changes is unreadable: ${input.record.message}`,
      }
    : (standOff(input) ?? dailyLimit(input));
}

/** Why a Voice Connector may not be promoted again yet. The hold-down doubles with each failover from it within a day. */
export function holdDownReason(
  voiceConnectorId: string,
  record: ChangeRecord,
  observedAt: EpochMs,
  policy: GroupPolicy,
): string | undefined {
  if (record.kind === 'unreadable') return undefined;
  const demotions = (record.demotedAt.get(voiceConnectorId) ?? []).filter((at) => observedAt - at < dayMs);
  const minutes = Math.min(policy.holdDownMinutes * 2 ** (demotions.length - 1), policy.holdDownLimitMinutes);
  const elapsed = observedAt - Math.max(...demotions);
  return elapsed >= minutes * minuteMs
    ? undefined
    : `failed over from ${formatDuration(elapsed)} ago, ${demotions.length === 1 ? 'once' : `${demotions.length} times`} in 24 h: hold-down ${minutes} min`;
}
