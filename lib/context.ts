/** An invocation under way: what it may use, who it is, and the trouble it has met. */
import type { Problem } from './core/model/outcome.ts';
import type { RunIdentity } from './events/event.ts';
import type { Policy } from './input/policy.ts';
import type { Trigger } from './input/trigger.ts';
import type { Ports, Signals } from './ports.ts';

export type RunRequest = Pick<RunIdentity, 'runId' | 'codeVersion' | 'monitorRegion'> & {
  readonly trigger: Trigger;
};

export type RunContext = {
  readonly ports: Ports;
  readonly policy: Policy;
  readonly identity: RunIdentity;
  readonly signals: Signals;
  readonly problems: Problem[];
};

/** The same trouble met twice, as when a Region is asked again, is one problem. */
export function report({ problems }: RunContext, more: readonly Problem[]): void {
  for (const { doing, message } of more) {
    const isKnown = problems.some((problem) => problem.doing === doing && problem.message === message);
    if (!isKnown) problems.push({ doing, message });
  }
}

/** Some of the turn could not be done. Everything that could be was; the log has every decision. */
export class RunFailedError extends Error {
  override readonly name = 'TurnFailedError';

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ doing, message }) => `  - ${doing}: ${message}`);
    super(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${lines.join('\n')}`);
  }
}
