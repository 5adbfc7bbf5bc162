/** The failover that would follow if the first choice were proven unhealthy now, decided by the monitor's own planner. Pure. */
import type { HoldCode } from '../model/codes.ts';
import type { Verdict } from '../model/verdict.ts';
import { plan } from '../plan/plan.ts';
import type { PlanInput } from '../plan/plan-input.ts';
import { primaryOf } from '../model/priorities.ts';
import { checkNamed, type CheckResult } from './check.ts';

const on = {
  rehearsal: checkNamed('rehearsal'),
};

/** Holds that end by themselves, or that somebody asked for. */
const passing: readonly HoldCode[] = ['paused', 'pinned', 'cooldown', 'operator-stand-off', 'drill'];

const supposed: Verdict = { health: 'unhealthy', reason: 'supposed' };

export function rehearsal(input: PlanInput): CheckResult {
  // Without any member there is nobody to suppose it of, and the planner says so.
  const top = primaryOf(input.group) ?? '';
  const isSickIndeed = input.verdicts.get(top)?.health === 'unhealthy';
  const verdicts = isSickIndeed ? input.verdicts : new Map([...input.verdicts, [top, supposed]]);
  const decision = plan({ ...input, verdicts });
  switch (decision.kind) {
    case 'hold': {
      const why = decision.rejected.map(
        ({ voiceConnectorId, code, reason }) => `${voiceConnectorId} ${code}: ${reason}`,
      );
      const sentence = [`held, ${decision.code}: ${decision.reason}`, ...why].join('; ');
      const fix = `docs/runbook.md#${decision.code}`;
      return passing.includes(decision.code) ? on.rehearsal.warn(sentence, fix) : on.rehearsal.fail(sentence, fix);
    }
    case 'need-evidence':
      throw new Error('a rehearsal asked for a closer look that it already had');
    default:
      return on.rehearsal.pass(`${decision.kind}: ${decision.reason}`);
  }
}
