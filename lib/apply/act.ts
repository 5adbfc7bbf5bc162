/** One move, applied within an invocation: what goes wrong becomes a problem of the invocation. */
import { publish } from '../audit/publish.ts';
import { report, type RunContext } from '../context.ts';
import type { Problem, Outcome } from '../core/model/outcome.ts';
import type { Move } from '../core/model/plan.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { AuditEvent } from '../events/event.ts';
import type { AccountObservation } from '../observe/observe.ts';
import { apply } from './apply.ts';

export function act(
  context: RunContext,
  { connectors }: Pick<AccountObservation, 'connectors'>,
  input: PlanInput,
  move: Move,
): Promise<Outcome> {
  const { ports, identity, signals } = context;
  const reportOne = (problem: Problem): void => {
    report(context, [problem]);
  };
  const tellOne = (event: AuditEvent): Promise<void> => publish(context, [event]);
  const leaving = connectors.get(move.leaving);
  return apply({ ...input, move, leaving, identity, publish: tellOne, report: reportOne }, ports, signals);
}

export function reportOutcome(context: RunContext, { group }: PlanInput, move: Move, outcome: Outcome): void {
  if (outcome.kind === 'applied' || outcome.kind === 'withheld') return;
  // A role that may not write is for whoever deployed the monitor to mend, and says nothing of anybody's health.
  const isMisconfigured = outcome.kind === 'rejected' && outcome.code === 'forbidden';
  const doing = `${move.kind} of group ${group.voiceConnectorGroupId}`;
  report(context, [{ doing: isMisconfigured ? `configuration fault: ${doing}` : doing, message: outcome.reason }]);
}
