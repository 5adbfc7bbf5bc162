/** One run of the monitor. The order of the stages stands here: observe → judge → plan → apply → audit. */
import { setImmediate } from 'node:timers/promises';
import pMap from 'p-map';
import { runFailedEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import { distinctProblems, startRun, type RunContext, type RunRequest } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import { wholeAccount, type AccountShare } from '../core/model/account-share.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Policy } from '../input/policy.ts';
import { requestedGroups } from '../input/trigger.ts';
import { isOrderToBeRecorded } from '../core/plan/last-change.ts';
import { scheduleMinutes } from '../core/model/wake.ts';
import { groupsToDecide, type AccountObservation } from '../observe/observe.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { Signals } from '../ports.ts';
import type { MonitorPorts } from '../write-ports.ts';
import { AccountLimit } from './account-limit.ts';
import { follow } from './follow.ts';
import { handleGroup, type HandledGroup } from './handle-group.ts';
import { byNeed, concurrentGroups, observeAndRescue } from './rescue-first.ts';
import { requireRightClock } from './right-clock.ts';
import { removeExpiredOverrides } from './expire-overrides.ts';
import { unmatchedOverrideEvents } from './unmatched-overrides.ts';
import { runResult, type RunResult } from './result.ts';

const groupsBetweenPauses = 50;

/**
 * Runs over every group, or over the one that the trigger names. A group or Region that fails never stops the others: its problems are
 * in the result, which is then `failed`.
 *
 * @param share of a shard, whose groups the ports then list
 * @throws InvalidInputError when the trigger names a group that no control Region lists; RunFailedError when our clock is wrong
 */
export async function turn(
  ports: MonitorPorts,
  policy: Policy,
  { trigger, ...invocation }: RunRequest,
  signals: Signals,
  share?: AccountShare,
): Promise<RunResult> {
  const context = startRun(ports, policy, invocation, signals);
  const { snapshot, rescued } = await observeAndRescue(context, ports, trigger, share);
  const { problems: observing } = snapshot.observed;
  requireRightClock(ports, observing);
  const listed = groupsToDecide(snapshot.observed);
  const groups = requestedGroups(trigger, listed, observing);
  const limit = rescued.limit ?? new AccountLimit(share ?? wholeAccount(listed.length));
  const outcomes = new Map(rescued.groups);
  const inOrderOfNeed = byNeed(groups, snapshot).filter(
    ({ voiceConnectorGroupId }) => !outcomes.has(voiceConnectorGroupId),
  );
  limit.expect(inOrderOfNeed);
  await pMap(
    inOrderOfNeed,
    async (group, place) => {
      // Lets the timer of the time limit fire, however many groups are decided without a call to AWS.
      if ((place + 1) % groupsBetweenPauses === 0) await setImmediate();
      outcomes.set(group.voiceConnectorGroupId, await handleInTime(context, snapshot, limit, group));
    },
    { concurrency: concurrentGroups },
  );
  const sequence = new Map(groups.map(({ voiceConnectorGroupId }, place) => [voiceConnectorGroupId, place]));
  const handled = [...outcomes]
    // A group that was rescued may since not be listed any more.
    .toSorted(([left], [right]) => (sequence.get(left) ?? Infinity) - (sequence.get(right) ?? Infinity))
    .map(([, group]) => group);
  const [overridden, remembering] = await Promise.all([
    // A shard does not know whether another one has the group of an override: the lister does.
    share === undefined ? tidyOverrides(context, snapshot.observed) : nothingToTidy,
    rememberOrders(context, groups),
  ]);
  const results = handled.flatMap(({ result }) => result ?? []);
  const problemsSoFar = [...observing, ...remembering, ...overridden.problems];
  const following = await follow(context, {
    trigger,
    observed: snapshot.observed,
    groups: results,
    problems: [...problemsSoFar, ...handled.flatMap((group) => group.problems)],
  });
  const problems = await publishRun(context, [...handled, overridden], [...observing, ...remembering, ...following]);
  return runResult({
    identity: context.identity,
    trigger,
    regions: snapshot.now.regions,
    groups: results,
    problems,
    finishedAt: ports.clock(),
  });
}

const nothingToTidy: HandledGroup = { result: undefined, events: [], problems: [] };

/** Removes the overrides whose time is up, and reports those that apply to no group. */
async function tidyOverrides(context: RunContext, observed: AccountObservation): Promise<HandledGroup> {
  const problems = await removeExpiredOverrides(context, observed);
  return { result: undefined, events: unmatchedOverrideEvents(context, observed), problems };
}

/** A run that has no time left names the groups that it did not reach. */
function handleInTime(
  context: RunContext,
  snapshot: Snapshot,
  limit: AccountLimit,
  group: VoiceConnectorGroup,
): Promise<HandledGroup> {
  if (!context.signals.work.aborted) return handleGroup(context, snapshot, limit, group);
  limit.finish(group);
  const doing = `handling group ${group.voiceConnectorGroupId}`;
  const problem = { doing, message: 'not reached: the run ran out of time' };
  return Promise.resolve({ result: undefined, events: [], problems: [problem] });
}

/** So that a later write that changes nothing is known as none. A group that the run itself moved is remembered by the next run. */
async function rememberOrders(
  { ports, identity, signals, wake }: RunContext,
  groups: readonly VoiceConnectorGroup[],
): Promise<readonly Problem[]> {
  const everyMinutes = scheduleMinutes[wake.mode];
  const due = groups.filter((group) => isOrderToBeRecorded(group, identity.observedAt, everyMinutes));
  if (due.length === 0) return [];
  const unrecorded = await ports.changeRecorder.recordOrders(due, identity.observedAt, signals.work);
  return unrecorded.map(({ problem }) => problem);
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
