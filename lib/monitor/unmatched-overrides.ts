/** Publishes the overrides that apply to no group: their author believes that something is held. */
import { overrideUnmatchedEvent } from '../audit/event-builders.ts';
import type { RunContext } from '../context.ts';
import { isIntervalBegun, minuteOf } from '../core/model/wake.ts';
import type { AuditEvent } from '../events/event.ts';
import type { AccountObservation } from '../observe/observe.ts';
import type { Ports } from '../write-ports.ts';
import { unmatchedIn } from '../observe/unmatched-overrides.ts';

const repeatMinutes = 15;

/** At once when one was put, and every quarter of an hour; not while the list of groups is incomplete. */
export function unmatchedOverrideEvents(
  { identity, ports, wake }: RunContext<Pick<Ports, 'clock'>>,
  observed: AccountObservation,
): readonly AuditEvent[] {
  if (observed.listingProblems.length > 0) return [];
  const since = minuteOf(wake.previousAt);
  const isRepeated = isIntervalBegun(repeatMinutes, since, identity.observedAt);
  const due = unmatchedIn(observed).filter(({ putAt }) => isRepeated || putAt === undefined || putAt >= since);
  const byKey = Map.groupBy(due, ({ key, text }) => JSON.stringify([key, text]));
  return [...byKey.values()].flatMap((same) => {
    const regions = same.map(({ region }) => region);
    return same
      .slice(0, 1)
      .map(({ key, override }) => overrideUnmatchedEvent(identity, ports.clock(), { key, regions, override }));
  });
}
