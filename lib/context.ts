/** What every stage of one Lambda invocation shares. */
import type { Problem } from './core/model/outcome.ts';
import type { RunIdentity } from './events/event.ts';
import type { Policy } from './input/policy.ts';
import type { Trigger } from './input/trigger.ts';
import type { Signals } from './ports.ts';
import type { Ports } from './write-ports.ts';

export type RunContext<AvailablePorts = Ports> = {
  readonly ports: AvailablePorts;
  readonly policy: Policy;
  readonly identity: RunIdentity;
  readonly signals: Signals;
};

/** What the Lambda runtime knows of an invocation before the policy and the clock are read. */
export type Invocation = Pick<RunIdentity, 'runId' | 'codeVersion' | 'monitorRegion'>;

export type RunRequest = Invocation & { readonly trigger: Trigger };

/** Reads the clock once: every decision of the run is made as of this moment. */
export function startRun<AvailablePorts extends Pick<Ports, 'clock'>>(
  ports: AvailablePorts,
  policy: Policy,
  { runId, codeVersion, monitorRegion }: Invocation,
  signals: Signals,
): RunContext<AvailablePorts> {
  const identity = { runId, codeVersion, monitorRegion, observedAt: ports.clock(), policyHash: policy.hash };
  return { ports, policy, identity, signals };
}

/** The same problem met twice, for example because a Region was asked twice, is reported once. */
export function distinctProblems(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map(problems.map(({ doing, message }) => [`${doing}: ${message}`, { doing, message }]));
  return [...byText.values()];
}

/** The log and the result of the run have every problem; a thousand groups may have one each. */
const maxReported = 100;

/** Part of the run failed. The rest was done; the log has every decision. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError';

  constructor(problems: readonly Problem[]) {
    const lines = problems.slice(0, maxReported).map(({ doing, message }) => `  - ${doing}: ${message}`);
    if (problems.length > maxReported) lines.push(`  - and ${problems.length - maxReported} more`);
    super(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${lines.join('\n')}`);
  }
}
