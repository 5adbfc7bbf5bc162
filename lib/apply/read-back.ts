/** What AWS shows after a write, for as long as a write may take to show. */
import type { Move } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { formatItems, sameItems } from '../core/model/priorities.ts';
import { formatDuration } from '../core/model/format.ts';
import type { Ports } from '../ports.ts';

/** How long a write may take to show before it is called unverified. */
const readBackLimitMs = 15_000;
const readBackPausesMs = [0, 500, 1000, 2000, 3000, 4000, 4000];

export type ReadBack =
  /** AWS shows the new order. */
  | { readonly kind: 'new' }
  /** To the end of its time whoever was written to shows the order of before. */
  | { readonly kind: 'old'; readonly words: string }
  /** Whoever was written to is silent, and another Region shows the order of before. */
  | { readonly kind: 'old-elsewhere' }
  /** It shows something else, or nobody could look, or there was no time to. */
  | { readonly kind: 'unknown'; readonly words: string };

export type WrittenTo = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  /** Where it was written first, then whom to ask while that one is silent. */
  readonly controlRegions: readonly string[];
  /** Whether AWS said that it took the write. Where it did not, an old order seen elsewhere ends the wait. */
  readonly isAccepted: boolean;
};

export async function readBack(written: WrittenTo, ports: Ports, signal: AbortSignal): Promise<ReadBack> {
  const { clock, sleep } = ports;
  const startedAt = clock();
  let seen: Reading = { kind: 'unknown', words: 'nothing' };
  for (const pauseMs of readBackPausesMs) {
    if (signal.aborted || clock() - startedAt + pauseMs > readBackLimitMs) break;
    await sleep(pauseMs, signal);
    seen = await readOnce(written, ports, signal);
    if (seen.kind === 'new') return { kind: 'new' };
    if (seen.kind === 'old-elsewhere' && !written.isAccepted) return { kind: 'old-elsewhere' };
  }
  if (signal.aborted) {
    return { kind: 'unknown', words: `and the turn's time was up before AWS showed it; last seen: ${seen.words}` };
  }
  const words = `but after ${formatDuration(clock() - startedAt)} AWS still shows: ${seen.words}`;
  return { kind: seen.kind === 'old' ? 'old' : 'unknown', words };
}

type Reading = { readonly kind: ReadBack['kind']; readonly words: string };

async function readOnce(
  { group, move, controlRegions }: WrittenTo,
  { groups }: Ports,
  signal: AbortSignal,
): Promise<Reading> {
  const [writtenTo] = controlRegions;
  let silence: string | undefined;
  for (const controlRegion of controlRegions) {
    const reading = await groups.read({ ...group, controlRegion }, signal);
    if (reading.kind === 'read') {
      const { items } = reading.group;
      const words = formatItems(items);
      if (sameItems(items, move.after)) return { kind: 'new', words };
      if (!sameItems(items, move.before)) return { kind: 'unknown', words };
      return { kind: controlRegion === writtenTo ? 'old' : 'old-elsewhere', words };
    }
    silence ??= reading.refusal.message;
    // Others have a say only where whoever was written to does not answer at all.
    if (controlRegion === writtenTo && reading.refusal.kind !== 'unavailable') break;
  }
  return { kind: 'unknown', words: silence ?? 'nothing' };
}
