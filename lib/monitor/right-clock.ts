/** Stops a run by a wrong clock. */
import { RunFailedError } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import { clockProblem } from '../core/model/server-clock.ts';
import type { Ports } from '../write-ports.ts';

/**
 * Nothing is moved by a wrong clock: neither the age of evidence nor a cooldown could be trusted. The failed run raises the alarms.
 *
 * @throws RunFailedError
 */
export function requireRightClock({ serverTimes }: Pick<Ports, 'serverTimes'>, observing: readonly Problem[]): void {
  const message = clockProblem(serverTimes());
  if (message !== undefined) throw new RunFailedError([{ doing: 'comparing the clocks', message }, ...observing]);
}
