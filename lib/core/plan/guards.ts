/** Guards that stop the monitor from moving a group too often, against an operator, or back and forth. */
import type { GroupPolicy } from '../model/group-policy.ts';
import { demotionsOfPrimary, lastChangeOf } from './last-change.ts';
import type { HoldCode } from '../model/codes.ts';
import type { ChangeRecord } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
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

function cooldown(input: FailoverGuardInput): GuardRefusal | undefined {
  const change = lastChangeOf(input);
  const { cooldownMinutes } = input.policy;
  if (change === undefined) return undefined;
  const elapsed = input.observedAt - change.at;
  if (elapsed >= cooldownMinutes * minuteMs) return undefined;
  // After the monitor's own change a failover to a third member stays possible: the previous primary is in its hold-down.
  if (input.memberCount > 2 && change.isOwn === true) return undefined;
  return { code: 'cooldown', reason: `changed ${formatDuration(elapsed)} ago, cooldown ${cooldownMinutes} min` };
}

function standOff(input: GuardInput): GuardRefusal | undefined {
  const { group, observedAt, policy } = input;
  const change = lastChangeOf(input);
  if (change?.isOwn !== false || group.updatedAt === group.createdAt) return undefined;
  const elapsed = observedAt - change.at;
  const limit = policy.operatorStandOffMinutes;
  const demotions = demotionsOfPrimary(group, input.record);
  const undone = demotions.length === 0 ? '' : ', which undid a failover of the monitor';
  return elapsed >= limit * minuteMs
    ? undefined
    : {
        code: 'operator-stand-off',
        reason: `changed by someone else ${formatDuration(elapsed)} ago${undone}, operatorStandOffMinutes ${limit}`,
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
  const byOperator = keptPrimary(input) ? undefined : standOff(input);
  const cooling = stakes.isUrgent ? undefined : cooldown(input);
  return byOperator ?? cooling ?? (isLastResort(input, stakes) ? undefined : dailyLimit(input, 1));
}

/** Whether the last change kept the primary: it carried calls before, and not as a primary that the monitor then demoted. */
function keptPrimary({ carriedBeforeChange, group, record }: FailoverGuardInput): boolean {
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
