/** The drills that the policy wants every week: looked for by a schedule, ordered as an operator would, remembered by CloudWatch. */
import { runFailedEvent } from '../audit/event-builders.ts';
import { openWindow } from '../core/drill/window.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { beginDrill, readEvidence, type DrillOrderResult } from './run.ts';
import { policyOf, type Policy } from '../input/policy.ts';
import type { Ports, Signals } from '../ports.ts';
import type { RunIdentity } from '../events/event.ts';
import { report, type RunContext } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';

/** Whose word a scheduled drill is. */
const schedule = 'schedule';

export type ScheduledDrill = {
  readonly voiceConnectorGroupId: string;
  /** `done`: there was one in this window already. */
  readonly outcome: 'begun' | 'ordered' | 'done' | 'refused' | 'failed';
};

export type ScheduledDrills = {
  readonly shape: 'scheduled-drills';
  readonly version: 1;
  readonly drills: readonly ScheduledDrill[];
  readonly problems: readonly Problem[];
};

/** Looks at nothing where no window is open. What is refused now is tried again by the next tick, as long as the window allows. */
export async function orderScheduledDrills(
  ports: Ports,
  policy: Policy,
  who: Omit<RunIdentity, 'observedAt' | 'policyHash'>,
  signals: Signals,
): Promise<ScheduledDrills> {
  const identity: RunIdentity = { ...who, observedAt: ports.clock(), policyHash: policy.hash };
  const context: RunContext = { ports, policy, identity, signals, problems: [] };
  const drills: ScheduledDrill[] = [];
  const isAnyOpen = [...policy.groups.values()].some(
    ({ drill }) => drill !== undefined && openWindow(drill, identity.observedAt) !== undefined,
  );
  if (isAnyOpen) {
    const seen = await takeSnapshot(context);
    for (const group of seen.observed.observation.groups) {
      const drill = await orderOne(context, seen, group);
      if (drill !== undefined) drills.push(drill);
    }
  }
  if (context.problems.length > 0) await publish(context, [runFailedEvent(identity, ports.clock(), context.problems)]);
  return { shape: 'scheduled-drills', version: 1, drills, problems: context.problems };
}

/** What goes wrong here is this group's problem alone. */
async function orderOne(
  context: RunContext,
  seen: Snapshot,
  group: VoiceConnectorGroup,
): Promise<ScheduledDrill | undefined> {
  const { ports, policy, identity, signals } = context;
  const { voiceConnectorGroupId } = group;
  const { drill } = policyOf(policy)(group);
  const window = drill === undefined ? undefined : openWindow(drill, identity.observedAt);
  if (drill === undefined || window === undefined) return undefined;
  const doing = `the weekly drill of group ${voiceConnectorGroupId}`;
  try {
    const past = await ports.changes.drills(group, window.from, identity.observedAt, signals.work);
    if (past.kind === 'unreadable') {
      report(context, [{ doing, message: `whether there was one in this window: ${past.message}` }]);
      return { voiceConnectorGroupId, outcome: 'failed' };
    }
    if (past.begunAt.length > 0) return { voiceConnectorGroupId, outcome: 'done' };
    const input = await readEvidence(context, seen, planInputOf(context, seen, group));
    const reason = `every ${drill.day}, ${drill.from} to ${drill.until}`;
    const ordered = await beginDrill(context, seen, input, {
      by: schedule,
      reason,
      minutes: drill.minutes,
      to: drill.to,
    });
    if (ordered.kind === 'not-stored') report(context, ordered.problems);
    return { voiceConnectorGroupId, outcome: outcomeOf(ordered) };
  } catch (error) {
    ports.log.error('weekly drill failed', { voiceConnectorGroupId, error });
    report(context, [{ doing, message: error instanceof Error ? error.message : String(error) }]);
    return { voiceConnectorGroupId, outcome: 'failed' };
  }
}

function outcomeOf(ordered: DrillOrderResult): ScheduledDrill['outcome'] {
  switch (ordered.kind) {
    case 'refused':
      return 'refused';
    case 'not-stored':
      return 'failed';
    case 'stored':
      return ordered.taken.kind === 'decided' && ordered.taken.outcome?.kind === 'applied' ? 'begun' : 'ordered';
    default:
      return ordered satisfies never;
  }
}
