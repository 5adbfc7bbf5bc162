import type { EvidencedInput } from '../../lib/core/drill/input.ts';
import type { DrillReadings } from '../../lib/core/drill/progress.ts';
import type { DrillStep } from '../../lib/core/drill/step.ts';
import { minuteMs } from '../../lib/core/model/time.ts';
import { type Drill } from '../../lib/core/model/override.ts';
import { aGroup, items } from './group.ts';
import { inbound, observedAt, read } from './metrics.ts';
import { someStandbySignals, aPlanInput, aRecord, unknown } from './plan.ts';

type PlanChanges = NonNullable<Parameters<typeof aPlanInput>[0]>;

export function minutesAgo(minutes: number) {
  return observedAt - minutes * minuteMs;
}

/** Ordered twelve minutes ago, for twenty: west carries the calls of east. */
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

export function withEvidence(changes: PlanChanges = {}): EvidencedInput {
  const standbySignals = { east: someStandbySignals(), west: someStandbySignals(), tokyo: someStandbySignals() };
  const input = aPlanInput({ standbySignals, ...changes });
  return { ...input, candidateEvidence: input.candidateEvidence! };
}

/** A healthy group before its drill. */
export function beforeDrill(changes: PlanChanges = {}): EvidencedInput {
  return withEvidence({ verdicts: { west: unknown('idle') }, ...changes });
}

/** The same group during the drill: moved a moment after the order, and the change recorded. */
export function duringDrill(changes: PlanChanges = {}): EvidencedInput {
  return withEvidence({
    group: aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(11.9) }),
    record: aRecord({ changedAt: [minutesAgo(12.5)] }),
    ...changes,
    verdicts: { east: unknown('idle'), ...changes.verdicts },
  });
}

/** Ten minutes in which west had ten calls each, and east none. */
export function readings(changes: Partial<DrillReadings> = {}): DrillReadings {
  return { standby: read(inbound(10, 10)), others: read(inbound(10, 0)), ...changes };
}

export function moveOf(step: DrillStep) {
  return 'move' in step ? step.move : undefined;
}

export function endingOf(step: DrillStep) {
  return 'ending' in step ? step.ending : undefined;
}

/** The kind of a step, and the result of the drill where it ends. */
export function summaryOf(step: DrillStep) {
  const ending = endingOf(step);
  return ending === undefined ? step.kind : `${step.kind}: ${ending.result} (${ending.code})`;
}
