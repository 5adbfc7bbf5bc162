/** The calls of a drill so far, and the monitor's own changes since it was ordered. Pure. */
import { callsBetween, type DrillCalls } from './calls.ts';
import type { EvidencedInput } from './input.ts';
import { judgedUntil } from '../judge/readings.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { type Drill } from '../model/override.ts';
import { type MetricsReading } from '../model/observation.ts';
import type { PlanInput } from '../plan/plan-input.ts';

/** AWS moves calls over during this time after a change; where the calls go until then proves nothing. */
const settlingMs = 2 * minuteMs;

/** The monitor records a change in the minute it was made, and AWS stamps it with its own clock. */
export const recordToleranceMs = 2 * minuteMs;

/** Inbound minutes since the drill was ordered: of the standby, and of the other members that serve no other group. */
export type DrillReadings = { readonly standby: MetricsReading; readonly others: MetricsReading };

export type DrillProgress = {
  readonly input: PlanInput;
  readonly drill: Drill;
  /** The calls of the standby since the drill began; absent where its metrics could not be read. */
  readonly calls: DrillCalls | undefined;
  /** The same for the last `judgingMinutes`: a late fault must not hide behind a long good drill. Absent likewise. */
  readonly recent: DrillCalls | undefined;
  /** The calls of the standby and of the other members once the change has moved every call; absent where either is unreadable. */
  readonly settled: { readonly standby: DrillCalls; readonly others: DrillCalls } | undefined;
};

/** Counts the complete minutes between the drill's first move and `at`. */
export function progressUntil(
  input: EvidencedInput,
  drill: Drill,
  readings: DrillReadings,
  at: EpochMs,
): DrillProgress {
  const { observedAt, policy } = input;
  const from = countedFrom(input, drill);
  const until = Math.floor(Math.min(at, judgedUntil(observedAt, policy)) / minuteMs) * minuteMs;
  const recentFrom = Math.max(from, until - policy.judgingMinutes * minuteMs);
  const standby = callsBetween(readings.standby, from + settlingMs, until);
  const others = callsBetween(readings.others, from + settlingMs, until);
  return {
    input,
    drill,
    calls: callsBetween(readings.standby, from, until),
    recent: callsBetween(readings.standby, recentFrom, until),
    settled: standby === undefined || others === undefined ? undefined : { standby, others },
  };
}

/** The first whole minute after the first move: during the minute of the move itself, calls went to both members. */
function countedFrom(input: EvidencedInput, drill: Drill): EpochMs {
  const [movedAt = input.group.updatedAt ?? drill.startedAt] = ownChangesSince(input, drill);
  return Math.floor(movedAt / minuteMs) * minuteMs + minuteMs;
}

/** The monitor's own changes since the drill was ordered, oldest first; the drill's two moves are among them. */
export function ownChangesSince(
  { candidateEvidence: { changeRecord } }: EvidencedInput,
  { startedAt }: Drill,
): readonly EpochMs[] {
  return changeRecord.kind === 'unreadable'
    ? []
    : changeRecord.changedAt
        .filter((at) => at >= Math.floor(startedAt / minuteMs) * minuteMs)
        .toSorted((left, right) => left - right);
}

/** Whether a monitor made the change at `changedAt`; the first own change began the drill and does not count. */
export function isOwnChangeAt(input: EvidencedInput, drill: Drill, changedAt: EpochMs): boolean {
  return ownChangesSince(input, drill)
    .slice(1)
    .some((recordedAt) => Math.abs(changedAt - recordedAt) <= recordToleranceMs);
}
