/** The operator's words that have run out: told, and taken back, so that what lies in Parameter Store is what is in force. */
import { overrideExpiredEvent } from '../audit/event-builders.ts';
import type { Override } from '../input/override.ts';
import type { StoredOverride } from '../ports.ts';
import { report, type RunContext } from '../context.ts';
import { publish } from '../audit/publish.ts';
import type { Snapshot } from '../observe/snapshot.ts';

export async function removeExpiredOverrides(context: RunContext, seen: Snapshot): Promise<void> {
  const { ports, identity, signals } = context;
  const expired = expiredIn(seen);
  if (expired.length === 0) return;
  // The same override in several Regions is one override.
  const overrides = new Map(
    expired.map(({ stored, override }) => [`${stored.key} ${stored.text}`, { key: stored.key, override }]),
  );
  await publish(
    context,
    [...overrides.values()].map(({ key, override }) => overrideExpiredEvent(identity, ports.clock(), key, override)),
  );
  const toTakeBack = expired.map(({ stored }) => stored);
  report(context, await ports.overrideWriter.remove(toTakeBack, signals.publish));
}

/** A drill is taken back by its own last step; only where its group is gone, nobody else will. */
function expiredIn({
  observed,
}: Snapshot): readonly { readonly stored: StoredOverride; readonly override: Override }[] {
  const { observation, overrides, problems } = observed;
  const groups = new Set(observation.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId));
  const isGone = (key: string): boolean => problems.length === 0 && !groups.has(key);
  return overrides.stored.flatMap((stored) => {
    const { key, override } = stored;
    if (override.kind !== 'pause' && override.kind !== 'pin' && override.kind !== 'drill') return [];
    if (override.until > observation.observedAt || (override.kind === 'drill' && !isGone(key))) return [];
    return [{ stored, override }];
  });
}
