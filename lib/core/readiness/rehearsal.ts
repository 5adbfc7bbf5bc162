/** The failover that the monitor's own planner would decide if the primary were unhealthy now. Pure. */
import type { HoldCode } from '../model/codes.ts';
import type { Verdict } from '../model/verdict.ts';
import { plan } from '../plan/plan.ts';
import type { PlanInput } from '../plan/plan-input.ts';
import { primaryOf } from '../model/priorities.ts';
import { checkOf, type CheckResult } from './check.ts';

const on = {
  rehearsal: checkOf('rehearsal'),
};

/** Holds that end by themselves, or that an operator requested. */
const temporaryHolds: readonly HoldCode[] = ['paused', 'pinned', 'cooldown', 'operator-stand-off', 'drill'];

/** A fault that a standby with problems of its own would not be taken for. */
const assumedUnhealthy: Verdict = {
  health: 'unhealthy',
  reason: 'assumed to lose a fifth of its calls',
  loss: { least: 0.2, likely: 0.2 },
};

export function rehearsal(input: PlanInput): CheckResult {
  // Without members the assumption applies to none, and the planner holds.
  const top = primaryOf(input.group) ?? '';
  const isUnhealthy = input.verdicts.get(top)?.health === 'unhealthy';
  const verdicts = isUnhealthy ? input.verdicts : new Map([...input.verdicts, [top, assumedUnhealthy]]);
  const decision = plan({ ...input, verdicts });
  switch (decision.kind) {
    case 'hold': {
      const rejections = decision.rejected.map(
        ({ voiceConnectorId, code, reason }) => `${voiceConnectorId} ${code}: ${reason}`,
      );
      const sentence = [`held, ${decision.code}: ${decision.reason}`, ...rejections].join('; ');
      const fix = `docs/runbook.md#${decision.code}`;
      return temporaryHolds.includes(decision.code)
        ? on.rehearsal.warn(sentence, fix)
        : on.rehearsal.fail(sentence, fix);
    }
    case 'need-evidence':
      throw new Error('the rehearsal asked for candidate evidence that it already had');
    default:
      return on.rehearsal.pass(`${decision.kind}: ${decision.reason}`);
  }
}
