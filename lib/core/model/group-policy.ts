/** The settings of one group, as policy.yml has them. */
import type { VoiceConnectorGroup } from './group.ts';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** A drill once a week that begins and ends within a window of one day. Times are UTC: `03:00`. */
export type WeeklyDrill = {
  readonly day: Weekday;
  readonly from: string;
  readonly until: string;
  readonly minutes: number;
  /** The Voice Connector to promote; absent: the one that a failover would choose. */
  readonly to?: string | undefined;
};

/**
 * A time of every week, or of every day, in which the monitor leaves the group as it is. One that ends earlier in the day than it
 * begins ends on the next day.
 */
export type MaintenanceWindow = {
  readonly day: Weekday | 'daily';
  readonly from: string;
  readonly until: string;
  /** The IANA name of the time zone of both times. */
  readonly timeZone: string;
  readonly reason: string;
};

/** One group's settings. lib/input/policy-fields.ts documents each: meaning, unit, range, default and effect. */
export type GroupPolicy = {
  readonly mode: 'observe' | 'enforce';
  readonly preferredOrder: readonly string[] | undefined;
  readonly failback: 'auto' | 'approve' | 'never';
  readonly metricLagSeconds: number;
  readonly judgingMinutes: number;
  readonly minAttempts: number;
  readonly minFailures: number;
  readonly minExcessRatio: number;
  readonly falseMovesPerGroupYear: number;
  readonly dispersion: number;
  readonly degradedMos: number;
  readonly criticalMos: number;
  readonly optionsPingFreshMinutes: number;
  readonly riseMinutes: number;
  readonly cooldownMinutes: number;
  readonly holdDownMinutes: number;
  readonly holdDownLimitMinutes: number;
  readonly maxChangesPerDay: number;
  readonly operatorStandOffMinutes: number;
  readonly failbackHoldMinutes: number;
  readonly evidenceLimitSeconds: number;
  readonly drill: WeeklyDrill | undefined;
  readonly maintenance: readonly MaintenanceWindow[];
};

/** The policy of a group. Without a group, the account's defaults, which apply to the verdicts on Regions. */
export type PolicyOf = (group?: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>) => GroupPolicy;
