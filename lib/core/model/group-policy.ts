/** The settings of a group, as the operator chose them in policy.yml. */
import type { VoiceConnectorGroup } from './model.ts';

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A drill once a week, begun within a window of one day; times are UTC, `03:00`. */
export type WeeklyDrill = {
  readonly day: (typeof weekdays)[number];
  readonly from: string;
  readonly until: string;
  readonly minutes: number;
  /** Whom to promote; absent: whom a failover would choose. */
  readonly to?: string | undefined;
};

/** What the operator decided for one group; see policy.yml for the meaning, unit and default of each. */
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
};

/** The policy of a group; without a group the account's defaults, by which Regions are judged. */
export type PolicyOf = (group?: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>) => GroupPolicy;
