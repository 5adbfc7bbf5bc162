/** The events of what changed on a group since the run before. */
import { healthChangedEvent, heldEvent, holdChangedEvent } from '../audit/event-builders.ts';
import type { RunContext } from '../context.ts';
import { healthEdges } from '../core/judge/health-edges.ts';
import { isIntervalBegun } from '../core/model/wake.ts';
import { type Hold } from '../core/model/plan.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import type { AuditEvent } from '../events/event.ts';
import type { Snapshot } from '../observe/snapshot.ts';
import type { ReadPorts } from '../ports.ts';
import { holdChange } from './hold-change.ts';

/** An unchanged hold is published again every quarter of an hour, for subscribers that missed its beginning. */
const holdRepeatMinutes = 15;

export function healthChanges(
  { identity, ports }: RunContext<ReadPorts>,
  { previous }: Snapshot,
  input: PlanInput,
): readonly AuditEvent[] {
  const now = ports.clock();
  return healthEdges(previous.verdictsOf(input.group), input.verdicts).map((edge) =>
    healthChangedEvent(identity, now, input, edge),
  );
}

/** A hold is published when it begins and when its code changes. */
export function holdEvents(
  { identity, ports }: RunContext<ReadPorts>,
  { observed: { overrides }, previous }: Snapshot,
  input: PlanInput,
  hold: Hold,
): readonly AuditEvent[] {
  const { group } = input;
  const previously = holdChange(input, hold, {
    verdicts: previous.verdictsOf(group),
    regions: previous.regions,
    observedAt: previous.observedAt,
    override: overrides.of(group, previous.observedAt, input.hasSharedName),
    overrideChangedAt: overrides.changedAt(group),
  });
  if (previously !== undefined) return [holdChangedEvent(identity, ports.clock(), input, hold, previously)];
  const isQuarterHour = isIntervalBegun(holdRepeatMinutes, previous.observedAt, identity.observedAt);
  return isQuarterHour ? [heldEvent(identity, ports.clock(), input, hold)] : [];
}
