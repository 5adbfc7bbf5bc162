/** Recovery times of each failover, as metrics. */
import { faultBeganAt } from '../core/judge/calls.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Plan } from '../core/model/plan.ts';
import type { ConnectorVerdicts } from '../core/model/verdict.ts';
import type { Observation } from '../core/model/observation.ts';
import { minuteMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { primaryOf } from '../core/model/priorities.ts';
import { callsInGroup } from '../core/judge/calls-in-group.ts';
import { judgedUntil } from '../core/judge/readings.ts';
import type { ReadPorts } from '../ports.ts';

/** A primary that turns healthy later than this after a change is not counted as recovered by it. */
const greenWithinMinutes = 60;

/** Only for an applied failover whose fault the calls of the previous primary proved: otherwise its beginning is unknown. */
export function publishRecoveryTimes(
  { telemetry, clock }: Pick<ReadPorts, 'telemetry' | 'clock'>,
  { connectors, observedAt }: Observation,
  {
    input: { group, policy },
    decision,
    outcome,
  }: { readonly input: PlanInput; readonly decision: Plan; readonly outcome: Outcome | undefined },
): void {
  if (decision.kind !== 'failover' || outcome?.kind !== 'applied') return;
  const previousPrimary = connectors.get(decision.leaving);
  if (previousPrimary === undefined) return;
  const until = judgedUntil(observedAt, policy);
  const beganAt = faultBeganAt(callsInGroup(previousPrimary, { group, connectors }, until, policy), policy);
  if (beganAt === undefined) return;
  telemetry.publish({
    MinutesToDetect: (observedAt - beganAt) / minuteMs,
    MinutesToWrite: (outcome.sentAt - beganAt) / minuteMs,
    MinutesToVerify: (clock() - beganAt) / minuteMs,
  });
}

/** Published by the run that first sees the primary healthy after a change by the monitor or by anyone else. */
export function publishMinutesToGreen(
  { telemetry }: Pick<ReadPorts, 'telemetry'>,
  before: ConnectorVerdicts,
  { group, verdicts, observedAt }: PlanInput,
): void {
  const { updatedAt } = group;
  const primary = primaryOf(group);
  if (primary === undefined || updatedAt === undefined) return;
  const isGreenNow = verdicts.get(primary)?.health === 'healthy' && before.get(primary)?.health !== 'healthy';
  const minutes = (observedAt - updatedAt) / minuteMs;
  if (isGreenNow && minutes >= 0 && minutes <= greenWithinMinutes) telemetry.publish({ MinutesToGreen: minutes });
}
