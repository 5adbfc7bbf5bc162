/** Guards that stop the monitor from moving a group too often, against an operator, or back and forth. */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { HoldCode } from '../model/codes.ts';
import type { ChangeRecord } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

type GuardInput = {
  readonly observedAt: EpochMs;
  readonly group: VoiceConnectorGroup;
  readonly record: ChangeRecord;
  readonly policy: GroupPolicy;
};

export type FailoverGuardInput = GuardInput & {
  readonly memberCount: number;
  /** Whether the primary carried calls before the last change; undefined where that is unknown. */
  readonly carriedBeforeChange: boolean | undefined;
};

/** What a failover would gain, and what it would cost to be wrong. */
export type Stakes = {
  /** What staying loses at least. */
  readonly leastLoss: number;
  /** Whether waiting would cost more calls than a wrong move. */
  readonly isUrgent: boolean;
  /** Whether nothing is known against the member to promote. */
  readonly isTargetSound: boolean;
};

type GuardRefusal = { readonly code: HoldCode; readonly reason: string };

/** The record has the minute of a change, while AWS timestamps it by its own clock. */
const recordToleranceMs = 2 * minuteMs;

const dayMs = 24 * 60 * minuteMs;

/** Whether the monitor made the last change of the group; undefined where that is unknown. */
function isOwnChange({ group, record }: GuardInput): boolean | undefined {
  const { updatedAt } = group;
  if (record.kind === 'unreadable' || updatedAt === undefined) return undefined;
  const newestOwn = Math.max(...record.changedAt);
  // AWS may show the time of an earlier change.
  if (newestOwn < updatedAt - recordToleranceMs) return false;
  // If that change demoted the present primary, someone else has put it back since.
  return !demotionsOfPrimary(group, record).some((at) => Math.abs(newestOwn - at) <= recordToleranceMs);
}

/** When the monitor failed over from the present primary. */
function demotionsOfPrimary(group: VoiceConnectorGroup, record: ChangeRecord): readonly EpochMs[] {
  return record.kind === 'unreadable' ? [] : (record.demotedAt.get(primaryOf(group) ?? '') ?? []);
}

/** When the group was last changed. AWS may not report it, or report the time of its creation: the monitor knows its own changes. */
export function lastChangeAt({ group, record }: Pick<GuardInput, 'group' | 'record'>): EpochMs | undefined {
  const own = record.kind === 'read' ? Math.max(...record.changedAt) : -Infinity;
  const { updatedAt = -Infinity } = group;
  const newest =
    own > updatedAt + recordToleranceMs ? own : Math.max(updatedAt, updatedAt === -Infinity ? own : updatedAt);
  return newest === -Infinity ? undefined : newest;
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

function standOff(input: GuardInput): GuardRefusal | undefined {
  const { group, observedAt, policy } = input;
  const { createdAt, updatedAt } = group;
  if (updatedAt === undefined || updatedAt === createdAt || isOwnChange(input) !== false) return undefined;
  const elapsed = observedAt - (lastChangeAt(input) ?? updatedAt);
  const limit = policy.operatorStandOffMinutes;
  return elapsed >= limit * minuteMs
    ? undefined
    : {
        code: 'operator-stand-off',
        reason: `changed by someone else ${formatDuration(elapsed)} ago, operatorStandOffMinutes ${limit}`,
      };
}

/** A choice leaves one change for a rescue. */
const changesOfChoice = 2;

function dailyLimit({ record, observedAt, policy }: GuardInput, changesNeeded: number): GuardRefusal | undefined {
  if (record.kind === 'unreadable') return undefined;
  const changes = record.changedAt.filter((changedAt) => observedAt - changedAt < dayMs).length;
  const { maxChangesPerDay } = policy;
  if (changes + changesNeeded <= maxChangesPerDay) return undefined;
  const kept = changes < maxChangesPerDay ? ', and the last is kept for a failover' : '';
  return {
    code: 'daily-limit',
    reason: `${changes} changes in 24 h, maxChangesPerDay ${maxChangesPerDay}${kept}: find out what keeps changing`,
  };
}

/** Beyond the daily limit only a member that loses nearly every call is left. */
const lossBeyondDailyLimit = 0.9;

/** Beyond the daily limit, one change per hold-down is made from a primary that is as good as dead to a member without problems. */
function isLastResort({ record, observedAt, policy }: GuardInput, { leastLoss, isTargetSound }: Stakes): boolean {
  const since = record.kind === 'read' ? observedAt - Math.max(...record.changedAt) : 0;
  return leastLoss >= lossBeyondDailyLimit && isTargetSound && since >= policy.holdDownMinutes * minuteMs;
}

/**
 * A failover does not wait for an unreadable record, because the group's own timestamp still enforces the cooldown. An order that an
 * operator chose stands for `operatorStandOffMinutes`; a change of anything else than the order stops no failover.
 */
export function failoverGuard(input: FailoverGuardInput, stakes: Stakes): GuardRefusal | undefined {
  const sinceChange = keptOrder(input)
    ? undefined
    : (standOff(input) ?? (stakes.isUrgent ? undefined : cooldown(input)));
  return sinceChange ?? (isLastResort(input, stakes) ? undefined : dailyLimit(input, 1));
}

/** Whether the last change kept the order: the primary carried calls before it, and not as a primary that the monitor then demoted. */
function keptOrder({ carriedBeforeChange, group, record }: FailoverGuardInput): boolean {
  return carriedBeforeChange === true && demotionsOfPrimary(group, record).length === 0;
}

/** A failback is not urgent: it waits until the record can be read, and leaves a change for a failover. */
export function failbackGuard(input: GuardInput): GuardRefusal | undefined {
  return input.record.kind === 'unreadable'
    ? {
        code: 'record-unreadable',
        reason: `the record of own changes is unreadable: ${input.record.message}`,
      }
    : (standOff(input) ?? dailyLimit(input, changesOfChoice));
}
