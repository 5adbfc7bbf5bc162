import type { DrillReadings } from '../../lib/core/drill/step.ts';
import type { EvidencedInput } from '../../lib/core/drill/order.ts';
import type { Drill } from '../../lib/core/model/override.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import { aGroup, items } from './group.ts';
import { inbound, observedAt, read } from './metrics.ts';
import { someStandbySignals, aPlanInput, aRecord, unknown } from './plan.ts';

type PlanChanges = NonNullable<Parameters<typeof aPlanInput>[0]>;

export function minutesAgo(minutes: number) {
  return observedAt - minutes * minuteMs;
}

/** Ordered twelve minutes ago for twenty minutes: the west carries the calls of the east. */
export function aDrill(changes: Partial<Drill> = {}): Drill {
  return {
    by: 'ops',
    reason: 'does the standby work',
    startedAt: minutesAgo(12),
    until: minutesAgo(-8),
    leaving: 'east',
    promoting: 'west',
    before: items({ east: 1, west: 2 }),
    after: items({ east: 2, west: 1 }),
    groupUpdatedAt: minutesAgo(24 * 60),
    pass: { minCalls: 10, maxFailureRatio: 0.1 },
    stop: { failures: 5, failureRatio: 0.2 },
    ...changes,
  };
}

export function examined(changes: PlanChanges = {}): EvidencedInput {
  const standbySignals = { east: someStandbySignals(), west: someStandbySignals(), tokyo: someStandbySignals() };
  const input = aPlanInput({ standbySignals, ...changes });
  return { ...input, candidateEvidence: input.candidateEvidence! };
}

/** A group before its drill, with healthy members. */
export function undrilled(changes: PlanChanges = {}): EvidencedInput {
  return examined({ verdicts: { west: unknown('idle') }, ...changes });
}

/** The same group during the drill: moved a moment after the order, and recorded. */
export function drilled(changes: PlanChanges = {}): EvidencedInput {
  return examined({
    group: aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(11.9) }),
    record: aRecord({ changedAt: [minutesAgo(12.5)] }),
    ...changes,
    verdicts: { east: unknown('idle'), ...changes.verdicts },
  });
}

/** Ten minutes with ten calls each on the west and none on the east. */
export function readings(changes: Partial<DrillReadings> = {}): DrillReadings {
  return { promoted: read(inbound(10, 10)), others: read(inbound(10, 0)), ...changes };
}
