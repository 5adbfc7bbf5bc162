import type { GroupPolicy } from '../../lib/core/model.ts';

/** What policy.yml documents as the defaults. */
export function aPolicy(changes: Partial<GroupPolicy> = {}): GroupPolicy {
  return {
    mode: 'observe',
    preferredOrder: undefined,
    failback: 'never',
    metricLagSeconds: 60,
    judgingMinutes: 5,
    minAttempts: 10,
    minFailures: 3,
    tolerableFailureRatio: 0.1,
    falseAlarmProbability: 1e-6,
    degradedMos: 3.5,
    optionsPingFreshMinutes: 5,
    riseMinutes: 10,
    cooldownMinutes: 10,
    failbackHoldMinutes: 30,
    evidenceLimitSeconds: 90,
    ...changes,
  };
}
