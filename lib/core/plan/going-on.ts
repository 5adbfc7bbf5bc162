/** Whether anything is going on that the monitor must follow every minute, and not only on a slower schedule. Pure. */
import { judgedUntil } from '../judge/readings.ts';
import { newestAboveWakeThreshold } from '../judge/wake-threshold.ts';
import type { HoldCode, UnknownCause } from '../model/codes.ts';
import { formatDuration } from '../model/format.ts';
import type { PolicyOf } from '../model/group-policy.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { Observation } from '../model/observation.ts';
import type { OverrideState } from '../model/override.ts';
import type { Plan } from '../model/plan.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import type { Verdict } from '../model/verdict.ts';
import { scheduleMinutes } from '../model/wake.ts';

export type DecidedGroup = {
  readonly voiceConnectorGroupId: string;
  readonly decision: Plan['kind'];
  /** Absent for a move. */
  readonly code: HoldCode | undefined;
  /** In the order in which calls try them. */
  readonly connectors: readonly { readonly voiceConnectorId: string; readonly verdict: Verdict | undefined }[];
};

export type RunToFollow = {
  readonly observation: Observation;
  readonly policyOf: PolicyOf;
  readonly groups: readonly DecidedGroup[];
  readonly overrides: readonly { readonly key: string; readonly override: OverrideState }[];
  /** Steps of the run that failed. */
  readonly problems: number;
  /** The alarm or the event of AWS Health that started the run, as a sentence. */
  readonly wokenBy: string | undefined;
};

/** What is going on, as sentences; none if the slower schedule is enough. */
export function goingOn(run: RunToFollow): readonly string[] {
  return [
    ...(run.wokenBy === undefined ? [] : [`woken by ${run.wokenBy}`]),
    ...(run.problems === 0 ? [] : [`${run.problems} steps of the run failed`]),
    ...run.groups.flatMap(inGroup),
    ...run.observation.groups.flatMap((group) => failingCalls(group, run)),
    ...run.overrides.flatMap(({ key, override }) => endingOverride(key, override, run.observation.observedAt)),
  ];
}

function inGroup({ voiceConnectorGroupId, decision, code, connectors }: DecidedGroup): readonly string[] {
  const members = connectors.flatMap(({ voiceConnectorId, verdict }, place) => {
    const state = verdict === undefined ? undefined : stateToFollow(verdict, place === 0);
    return state === undefined ? [] : [`${voiceConnectorId} of ${voiceConnectorGroupId} is ${state}`];
  });
  if (decision !== 'hold') return [`${voiceConnectorGroupId}: ${decision}`, ...members];
  return code !== undefined && isHoldToFollow[code]
    ? [`${voiceConnectorGroupId} is held: ${code}`, ...members]
    : members;
}

/** What is not known of a standby delays a failback at most. */
function stateToFollow(verdict: Verdict, isPrimary: boolean): string | undefined {
  switch (verdict.health) {
    case 'healthy':
      return undefined;
    case 'degraded':
    case 'unhealthy':
      return verdict.health;
    case 'unknown':
      return isPrimary && isCauseToFollow[verdict.cause] ? `unknown (${verdict.cause})` : undefined;
    default:
      return verdict satisfies never;
  }
}

/** A line without calls or with few is at rest: a failed call of it is in {@link failingCalls}. */
const isCauseToFollow: Readonly<Record<UnknownCause, boolean>> = {
  idle: false,
  'low-volume': false,
  stale: true,
  'fetch-error': true,
  partial: true,
  forbidden: true,
  inconclusive: true,
};

/** A group that waits for time to pass or for AWS; not one that waits for a person, or whose configuration leaves nothing to do. */
const isHoldToFollow: Readonly<Record<HoldCode, boolean>> = {
  'top-healthy': false,
  'top-degraded': true,
  'top-unknown': false,
  'no-target': true,
  'all-unhealthy': true,
  cooldown: true,
  'operator-stand-off': true,
  'daily-limit': true,
  'account-limit': true,
  'record-unreadable': true,
  paused: false,
  pinned: false,
  'pin-order-differs': true,
  drill: true,
  'override-unparseable': false,
  'override-unreadable': true,
  'tied-priorities': false,
  'missing-priority': false,
  'load-balanced': false,
  'unknown-distribution': false,
  'fewer-than-two-members': false,
  'duplicate-members': false,
  'failback-hold': true,
  // A preferred Voice Connector without calls may stay unproven for days, and a failback is in no hurry.
  'failback-not-proven': false,
  'failback-awaits-approval': false,
  'failback-never': false,
};

/** So long after the newest minute of many failed calls: as long as the schedule would leave the line alone. */
const quietMinutes = scheduleMinutes.alarms;

/** While its wake alarm is in ALARM, no change of its state would wake the monitor again. */
function failingCalls(group: VoiceConnectorGroup, { observation, policyOf }: RunToFollow): readonly string[] {
  const until = judgedUntil(observation.observedAt, policyOf(group));
  return group.items.flatMap(({ voiceConnectorId }) => {
    const inbound = observation.connectors.get(voiceConnectorId)?.inbound;
    if (inbound?.kind !== 'read') return [];
    const newest = newestAboveWakeThreshold(inbound.minutes, until, quietMinutes);
    if (newest === undefined) return [];
    const { attempts, failures, startsAt } = newest;
    const ago = formatDuration(until - startsAt);
    return [`${failures} of ${attempts} calls of ${voiceConnectorId} failed in a minute ${ago} ago`];
  });
}

/** A drill is followed as long as it is stored; any other override is due when it ends before the next run of the schedule. */
function endingOverride(key: string, override: OverrideState, observedAt: EpochMs): readonly string[] {
  if (override.kind === 'drill') return [`a drill of ${key}`];
  if (override.kind !== 'pause' && override.kind !== 'pin') return [];
  const left = override.until - observedAt;
  return left < (scheduleMinutes.alarms + 1) * minuteMs ? [`the ${override.kind} of ${key} ends`] : [];
}
