/** The operator's words that have run out: told, and taken back, so that what lies in Parameter Store is what is in force. */
import { overrideExpiredEvent } from '../audit/event-builders.ts';
import type { Word } from '../input/override.ts';
import type { Spoken } from '../ports.ts';
import { report, type Running } from '../context.ts';
import { publish } from '../audit/publish.ts';
import type { Seen } from '../observe/snapshot.ts';

export const takeBackExpired = async (running: Running, seen: Seen): Promise<void> => {
  const { ports, identity, signals } = running;
  const expired = expiredIn(seen);
  if (expired.length === 0) return;
  // The same word in several Regions is one word.
  const words = new Map(expired.map(({ spoken, word }) => [`${spoken.key} ${spoken.text}`, { key: spoken.key, word }]));
  await publish(
    running,
    [...words.values()].map(({ key, word }) => overrideExpiredEvent(identity, ports.clock(), key, word)),
  );
  const toTakeBack = expired.map(({ spoken }) => spoken);
  report(running, await ports.overrides.takeBack(toTakeBack, signals.record));
};

/** A drill is taken back by its own last step; only where its group is gone, nobody else will. */
const expiredIn = ({ observed }: Seen): readonly { readonly spoken: Spoken; readonly word: Word }[] => {
  const { observation, overrides, problems } = observed;
  const groups = new Set(observation.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId));
  const isGone = (key: string): boolean => problems.length === 0 && !groups.has(key);
  return overrides.spoken.flatMap((spoken) => {
    const { key, word } = spoken;
    if (word.kind !== 'pause' && word.kind !== 'pin' && word.kind !== 'drill') return [];
    if (word.until > observation.observedAt || (word.kind === 'drill' && !isGone(key))) return [];
    return [{ spoken, word }];
  });
};
