/** Orders the drills that the policy wants every week, as an operator would. CloudWatch remembers which ones have begun. */
import pMap from 'p-map';
import { runFailedEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import { distinctProblems, runEveryMinute, startRun, type Invocation, type RunContext } from '../context.ts';
import { openWindow } from '../core/drill/window.ts';
import type { Problem } from '../core/model/outcome.ts';
import { clockProblem } from '../core/model/server-clock.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Policy } from '../input/policy.ts';
import { planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import type { Signals } from '../ports.ts';
import type { Ports } from '../write-ports.ts';
import { beginDrill, readEvidence, type DrillOrderResult } from './run.ts';

/** The `by` of a scheduled drill. */
const orderedBy = 'schedule';

type ScheduledDrill = {
  readonly voiceConnectorGroupId: string;
  /** `done`: a drill has begun in this window already. */
  readonly outcome: 'begun' | 'ordered' | 'done' | 'refused' | 'failed';
};

export type ScheduledDrills = {
  readonly shape: 'scheduled-drills';
  readonly version: 1;
  readonly drills: readonly ScheduledDrill[];
  readonly problems: readonly Problem[];
};

/** Reads nothing while no window is open. A drill that is refused is tried again by the next invocation within its window. */
export async function orderScheduledDrills(
  ports: Ports,
  policy: Policy,
  invocation: Invocation,
  signals: Signals,
): Promise<ScheduledDrills> {
  const context = startRun(ports, policy, invocation, signals);
  const { identity } = context;
  const isAnyOpen = [...policy.groups.values()].some(
    ({ drill }) => drill !== undefined && openWindow(drill, identity.observedAt) !== undefined,
  );
  const { drills, problems } = isAnyOpen ? await orderDue(context).catch(failedRun) : { drills: [], problems: [] };
  // The schedule is too rare for an alarm on the errors of the function, which a refused command would raise too.
  if (problems.length > 0) ports.telemetry.publish({ WeeklyDrillFailures: 1 });
  const publishing =
    problems.length > 0 ? await publish(context, [runFailedEvent(identity, ports.clock(), problems)]) : [];
  return { shape: 'scheduled-drills', version: 1, drills, problems: [...problems, ...publishing] };
}

type Ordered = Pick<ScheduledDrills, 'drills' | 'problems'>;

function failedRun(error: unknown): Ordered {
  const message = error instanceof Error ? error.message : String(error);
  return { drills: [], problems: [{ doing: 'ordering the weekly drills', message }] };
}

async function orderDue(context: RunContext): Promise<Ordered> {
  const snapshot = await takeSnapshot(context);
  const message = clockProblem(context.ports.serverTimes());
  if (message !== undefined) return { drills: [], problems: [{ doing: 'comparing the clocks', message }] };
  const { observation, problems } = snapshot.observed;
  // One after the other, so that two drills never begin at the same moment.
  const ordered = await pMap(observation.groups, (group) => orderOne(context, snapshot, group), { concurrency: 1 });
  const drills = ordered.flatMap(({ drill }) => drill ?? []);
  const isBegun = drills.some(({ outcome }) => outcome === 'begun' || outcome === 'ordered');
  const following = isBegun ? await runEveryMinute(context) : [];
  return {
    drills,
    problems: distinctProblems([...problems, ...ordered.flatMap((each) => each.problems), ...following]),
  };
}

/** An error while ordering a drill is that group's problem alone. */
async function orderOne(
  context: RunContext,
  snapshot: Snapshot,
  group: VoiceConnectorGroup,
): Promise<{ readonly drill?: ScheduledDrill; readonly problems: readonly Problem[] }> {
  const { ports, identity, signals } = context;
  const { voiceConnectorGroupId } = group;
  const planned = planInputOf(context, snapshot, group);
  const { drill } = planned.policy;
  const window = drill === undefined ? undefined : openWindow(drill, identity.observedAt);
  if (drill === undefined || window === undefined) return { problems: [] };
  const doing = `the weekly drill of group ${voiceConnectorGroupId}`;
  const failed = (message: string) => ({
    drill: { voiceConnectorGroupId, outcome: 'failed' as const },
    problems: [{ doing, message }],
  });
  try {
    const drills = await ports.changes.drills(group, window.from, identity.observedAt, signals.work);
    if (drills.kind === 'unreadable')
      return failed(`cannot read whether it has begun in this window: ${drills.message}`);
    if (drills.begunAt.length > 0) return { drill: { voiceConnectorGroupId, outcome: 'done' }, problems: [] };
    const { input, problems } = await readEvidence(context, snapshot, planned);
    const reason = `every ${drill.day}, ${drill.from} to ${drill.until}`;
    const order = { by: orderedBy, reason, minutes: drill.minutes, to: drill.to, isWeekly: true as const };
    const ordered = await beginDrill(context, snapshot, input, order);
    return {
      drill: { voiceConnectorGroupId, outcome: outcomeOf(ordered) },
      problems: [...problems, ...ordered.problems],
    };
  } catch (error) {
    ports.log.error('weekly drill failed', { voiceConnectorGroupId, error });
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function outcomeOf(ordered: DrillOrderResult): ScheduledDrill['outcome'] {
  switch (ordered.kind) {
    case 'refused':
      return 'refused';
    case 'not-stored':
      return 'failed';
    case 'stored':
      return ordered.firstStep.kind === 'decided' && ordered.firstStep.outcome?.kind === 'applied'
        ? 'begun'
        : 'ordered';
    default:
      return ordered satisfies never;
  }
}
