/** Publishes and removes overrides whose time is up, so that Parameter Store holds only what is in force. */
import { overrideExpiredEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import type { RunContext } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { Override } from '../input/override.ts';
import { isKeyOf } from '../input/override-keys.ts';
import type { AccountObservation } from '../observe/observe.ts';
import type { PublishingPorts, StoredOverride } from '../ports.ts';
import type { Ports } from '../write-ports.ts';

export async function removeExpiredOverrides(
  context: RunContext<PublishingPorts & Pick<Ports, 'overrideWriter'>>,
  observed: AccountObservation,
): Promise<readonly Problem[]> {
  const { ports, identity, signals } = context;
  const expired = expiredIn(observed);
  if (expired.length === 0) return [];
  // The same override stored in several Regions expires once.
  const distinct = new Map(expired.map((each) => [`${each.stored.key} ${each.stored.text}`, each]));
  const events = [...distinct.values()].map(({ stored: { key }, override }) =>
    overrideExpiredEvent(identity, ports.clock(), key, override),
  );
  const publishing = await publish(context, events);
  const removing = await ports.overrideWriter.remove(
    expired.map(({ stored }) => stored),
    signals.publish,
  );
  return [...publishing, ...removing];
}

/** A drill's last step removes its override, unless its group no longer exists. */
function expiredIn({
  observation,
  overrides,
  problems,
}: AccountObservation): readonly { readonly stored: StoredOverride; readonly override: Override }[] {
  const isDeleted = (key: string): boolean =>
    problems.length === 0 && observation.groups.every((group) => !isKeyOf(key, group));
  return overrides.stored.flatMap((stored) => {
    const { key, override } = stored;
    if (override.kind !== 'pause' && override.kind !== 'pin' && override.kind !== 'drill') return [];
    if (override.until > observation.observedAt || (override.kind === 'drill' && !isDeleted(key))) return [];
    return [{ stored, override }];
  });
}
