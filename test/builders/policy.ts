import type { GroupPolicy } from '../../lib/core/model/group-policy.ts';

/** The defaults that policy.yml documents. */
export function aPolicy(changes: Partial<GroupPolicy> = {}): GroupPolicy {
  return {
    mode: 'observe',
    preferredOrder: undefined,
    failback: 'never',
    metricLagSeconds: 60,
    judgingMinutes: 5,
    minAttempts: 10,
    minFailures: 3,
    minExcessRatio: 0.05,
    falseMovesPerGroupYear: 0.1,
    dispersion: 2,
    degradedMos: 3.5,
    criticalMos: 2.5,
    optionsPingFreshMinutes: 5,
    riseMinutes: 10,
    cooldownMinutes: 10,
    holdDownMinutes: 30,
    holdDownLimitMinutes: 240,
    maxChangesPerDay: 6,
    operatorStandOffMinutes: 60,
    failbackHoldMinutes: 30,
    evidenceLimitSeconds: 90,
    drill: undefined,
    maintenance: [],
    ...changes,
  };
}
