/** Tells whether the last change of a group reordered its members. */
import { inboundCalls } from './call-counts.ts';
import { finestMinutes } from './likelihood.ts';
import type { Observation } from '../model/observation.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { primaryOf } from '../model/priorities.ts';

/** The minute of a change may contain calls from before and after it. */
const settlingBeforeMs = minuteMs;

/**
 * Whether the primary of the group carried the group's calls just before the last change of the group; if not, that change was one of
 * order. The newest calls before the change decide: who carried calls earlier in the hour says nothing about this change.
 * Undefined where the change is more than an hour ago, or the metrics cannot be read.
 */
export function carriedBeforeChange(group: VoiceConnectorGroup, observation: Observation): boolean | undefined {
  const { updatedAt } = group;
  const primary = primaryOf(group);
  const before = (updatedAt ?? 0) - settlingBeforeMs;
  if (updatedAt === undefined || observation.observedAt - before > finestMinutes * minuteMs) return undefined;
  const lastCarriedAt = (voiceConnectorId: string): EpochMs | undefined => {
    const inbound = observation.connectors.get(voiceConnectorId)?.inbound;
    return inbound?.kind === 'read' ? newestCallBefore(before, inboundCalls(inbound.minutes)) : undefined;
  };
  const ofPrimary = primary === undefined ? undefined : lastCarriedAt(primary);
  if (ofPrimary === undefined) return undefined;
  const ofOthers = group.items
    .filter(({ voiceConnectorId }) => voiceConnectorId !== primary)
    .map(({ voiceConnectorId }) => lastCarriedAt(voiceConnectorId) ?? 0);
  return ofPrimary > 0 && ofOthers.every((other) => other <= ofPrimary);
}

/** 0 if there was none. */
function newestCallBefore(before: EpochMs, calls: ReturnType<typeof inboundCalls>): EpochMs {
  return calls.reduce(
    (newest, { startsAt, attempts }) =>
      attempts > 0 && startsAt + minuteMs <= before ? Math.max(newest, startsAt) : newest,
    0,
  );
}
