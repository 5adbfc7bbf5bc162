/** An invocation under way: what it may use, who it is, and the trouble it has met. */
import { apply } from './apply/apply.ts';
import type { Move, Outcome, Problem } from './core/model/model.ts';
import type { PlanInput } from './core/plan/plan-input.ts';
import type { Observed } from './observe/observe.ts';
import type { Policy } from './input/policy.ts';
import type { Ports, Signals } from './ports.ts';
import type { AuditEvent, TurnIdentity } from './events/event.ts';
import { tell } from './audit/publish.ts';

export type Running = {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly identity: TurnIdentity;
  readonly signals: Signals;
  readonly problems: Problem[];
};

/** The same trouble met twice, as when a Region is asked again, is one problem. */
export const report = ({ problems }: Running, more: readonly Problem[]): void => {
  for (const { doing, message } of more) {
    const isKnown = problems.some((problem) => problem.doing === doing && problem.message === message);
    if (!isKnown) problems.push({ doing, message });
  }
};

export const act = (
  running: Running,
  { connectors }: Pick<Observed, 'connectors'>,
  input: PlanInput,
  move: Move,
): Promise<Outcome> => {
  const { ports, identity, signals } = running;
  const reportOne = (problem: Problem): void => {
    report(running, [problem]);
  };
  const tellOne = (event: AuditEvent): Promise<void> => publish(running, [event]);
  const leaving = connectors.get(move.leaving);
  return apply({ ...input, move, leaving, identity, tell: tellOne, report: reportOne }, ports, signals);
};

export const reportOutcome = (running: Running, { group }: PlanInput, move: Move, outcome: Outcome): void => {
  if (outcome.kind === 'applied' || outcome.kind === 'withheld') return;
  // A role that may not write is for whoever deployed the monitor to mend, and says nothing of anybody's health.
  const isMisconfigured = outcome.kind === 'rejected' && outcome.code === 'forbidden';
  const doing = `${move.kind} of group ${group.voiceConnectorGroupId}`;
  report(running, [{ doing: isMisconfigured ? `configuration fault: ${doing}` : doing, message: outcome.reason }]);
};

export const publish = async ({ ports, signals, problems }: Running, events: readonly AuditEvent[]): Promise<void> => {
  problems.push(...(await tell(ports, events, signals)));
};
