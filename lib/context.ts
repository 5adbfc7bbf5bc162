/** What every stage of one Lambda invocation shares. */
import type { Problem } from './core/model/outcome.ts';
import type { EpochMs } from './core/model/time.ts';
import { previousRunAt, type WakeMode } from './core/model/wake.ts';
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
  readonly wake: Waking;
};

export type Waking = {
  readonly mode: WakeMode;
  /** When the run before this one was made: what changed since is published by this one. */
  readonly previousAt: EpochMs;
};

/** What the Lambda runtime knows of an invocation before the policy and the clock are read. */
export type Invocation = Pick<RunIdentity, 'runId' | 'codeVersion' | 'monitorRegion'>;

export type RunRequest = Invocation & {
  readonly trigger: Trigger;
  /** When this process made its last run; undefined after a cold start. */
  readonly rememberedRunAt?: EpochMs | undefined;
};

/** Reads the clock once: every decision of the run is made as of this moment. */
export function startRun<AvailablePorts extends Pick<Ports, 'clock'> & { readonly minuteRule?: unknown }>(
  ports: AvailablePorts,
  policy: Policy,
  { runId, codeVersion, monitorRegion, rememberedRunAt }: Invocation & Pick<RunRequest, 'rememberedRunAt'>,
  signals: Signals,
): RunContext<AvailablePorts> {
  const observedAt = ports.clock();
  const identity = { runId, codeVersion, monitorRegion, observedAt, policyHash: policy.hash };
  const mode = ports.minuteRule === undefined ? 'schedule' : 'alarms';
  const wake = { mode, previousAt: previousRunAt(observedAt, mode, rememberedRunAt) } as const;
  return { ports, policy, identity, signals, wake };
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

/**
 * What an operator or a schedule has ordered is followed every minute, until the monitor finds that nothing is going on.
 *
 * @returns the problem of a switch that failed: the monitor then sees it at its next run on schedule
 */
export async function runEveryMinute({ ports, signals }: RunContext): Promise<readonly Problem[]> {
  const problem = await ports.minuteRule?.enable(signals.publish);
  return problem === undefined ? [] : [problem];
}
