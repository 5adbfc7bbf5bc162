/** How long a Voice Connector that the monitor failed over from is not promoted again. */
import type { GroupPolicy } from '../model/group-policy.ts';
import type { ChangeRecord } from '../model/observation.ts';
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
import { formatDuration } from '../model/format.ts';

export type HoldDown = {
  /** Why the Voice Connector may not be promoted again yet; undefined where it may. */
  readonly reason: string | undefined;
  /** Doubles with each failover from it within a day. */
  readonly minutes: number;
  /** Failovers from it within a day. */
  readonly demotions: number;
};

export function holdDownOf(
  voiceConnectorId: string,
  record: ChangeRecord,
  observedAt: EpochMs,
  { holdDownMinutes, holdDownLimitMinutes }: GroupPolicy,
): HoldDown {
  const all = record.kind === 'read' ? (record.demotedAt.get(voiceConnectorId) ?? []) : [];
  const demotions = all.filter((at) => observedAt - at < dayMs);
  const minutes = Math.min(holdDownMinutes * 2 ** Math.max(0, demotions.length - 1), holdDownLimitMinutes);
  const elapsed = observedAt - Math.max(...demotions);
  const known = { minutes, demotions: demotions.length };
  if (elapsed >= minutes * minuteMs) return { ...known, reason: undefined };
  const times = demotions.length === 1 ? 'once' : `${demotions.length} times`;
  return {
    ...known,
    reason: `failed over from ${formatDuration(elapsed)} ago, ${times} in 24 h: hold-down ${minutes} min`,
  };
}
