/** One run of the monitor. The order of the stages stands here: observe → judge → plan → apply → audit. */
import pMap from 'p-map';
import { runFailedEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import { distinctProblems, RunFailedError, startRun, type RunContext, type RunRequest } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import { clockProblem } from '../core/model/server-clock.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Policy } from '../input/policy.ts';
import { requestedGroups } from '../input/trigger.ts';
import { isOrderToBeRecorded } from '../core/plan/last-change.ts';
import { takeMonitorSnapshot } from '../observe/snapshot.ts';
import type { Ports, Signals } from '../ports.ts';
import { AccountLimit } from './account-limit.ts';
import { handleGroup, type HandledGroup } from './handle-group.ts';
import { removeExpiredOverrides } from './expire-overrides.ts';
import { unmatchedOverrideEvents } from './unmatched-overrides.ts';
import { runResult, type RunResult } from './result.ts';

/** Groups handled at the same time: a run over a thousand groups must neither crawl nor overload the API. */
const concurrentGroups = 10;

/**
 * Runs over every group, or over the one that the trigger names. A group or Region that fails never stops the others: its problems are
 * in the result, which is then `failed`.
 * @throws InvalidInputError when the trigger names a group that no control Region lists; RunFailedError when our clock is wrong
 */
export async function turn(
  ports: Ports,
  policy: Policy,
  { trigger, ...invocation }: RunRequest,
  signals: Signals,
): Promise<RunResult> {
  const context = startRun(ports, policy, invocation, signals);
  const snapshot = await takeMonitorSnapshot(context);
  const { observation, problems: observing } = snapshot.observed;
  requireRightClock(ports, observing);
  const groups = requestedGroups(trigger, observation.groups, observing);
  const limit = new AccountLimit(observation.groups.length);
  const handle = (group: VoiceConnectorGroup) => handleGroup(context, snapshot, limit, group);
  const handled = await pMap(groups, handle, { concurrency: concurrentGroups });
  const [expiring, remembering] = await Promise.all([
    removeExpiredOverrides(context, snapshot.observed),
    rememberOrders(context, groups),
  ]);
  const unmatched = { result: undefined, events: unmatchedOverrideEvents(context, snapshot.observed), problems: [] };
  const problems = await publishRun(context, [...handled, unmatched], [...observing, ...expiring, ...remembering]);
  return runResult({
    identity: context.identity,
    trigger,
    regions: snapshot.now.regions,
    groups: handled.flatMap(({ result }) => result ?? []),
    problems,
    finishedAt: ports.clock(),
  });
}

/** So that a later write that changes nothing is known as none. A group that the run itself moved is remembered by the next run. */
async function rememberOrders(
  { ports, identity, signals }: RunContext,
  groups: readonly VoiceConnectorGroup[],
): Promise<readonly Problem[]> {
  const due = groups.filter((group) => isOrderToBeRecorded(group, identity.observedAt));
  if (due.length === 0) return [];
  const unrecorded = await ports.changeRecorder.recordOrders(due, identity.observedAt, signals.work);
  return unrecorded.map(({ problem }) => problem);
}

/**
 * Nothing is moved by a wrong clock: neither the age of evidence nor a cooldown could be trusted. The failed run raises the alarms.
 *
 * @throws RunFailedError
 */
function requireRightClock({ serverTimes }: Pick<Ports, 'serverTimes'>, observing: readonly Problem[]): void {
  const message = clockProblem(serverTimes());
  if (message !== undefined) throw new RunFailedError([{ doing: 'comparing the clocks', message }, ...observing]);
}

/** Publishes what is left to publish at the end of a run, last of all that it failed. @returns every problem of the run */
async function publishRun(
  context: RunContext,
  handled: readonly HandledGroup[],
  others: readonly Problem[],
): Promise<readonly Problem[]> {
  const { identity, ports } = context;
  const publishing = await publish(
    context,
    handled.flatMap(({ events }) => events),
  );
  const problems = distinctProblems([...others, ...handled.flatMap((group) => group.problems), ...publishing]);
  if (problems.length === 0) return [];
  return distinctProblems([
    ...problems,
    ...(await publish(context, [runFailedEvent(identity, ports.clock(), problems)])),
  ]);
}
