import { assessTarget, type Assessment, type TargetInput } from '../../lib/core/plan/target.ts';
import { observedAt } from './metrics.ts';
import { healthy, someStandbySignals, unknown } from './plan.ts';
import { aPolicy } from './policy.ts';

/** An idle standby in a healthy Region with all standby signals, considered for a failover from a primary that loses half of its calls. */
export function assess(changes: Partial<TargetInput> = {}): Assessment {
  return assessTarget({
    purpose: 'failover',
    verdict: unknown('idle'),
    region: healthy,
    standbySignals: someStandbySignals(),
    primaryLoss: 0.5,
    holdDown: { reason: undefined, minutes: 30, demotions: 0 },
    observedAt,
    policy: aPolicy(),
    ...changes,
  });
}
