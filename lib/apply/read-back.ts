/** Reads a group back after a write until AWS shows the new order or the time is up. */
import type { Move } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { formatItems, sameItems } from '../core/model/priorities.ts';
import { formatDuration } from '../core/model/format.ts';
import type { Ports } from '../write-ports.ts';

/** A write that AWS does not show within this time is `unverified`. */
const readBackLimitMs = 15_000;
const readBackPausesMs = [0, 500, 1000, 2000, 3000, 4000, 4000];

export type ReadBack =
  /** AWS shows the new order. */
  | { readonly kind: 'new' }
  /** When the time was up, the Region that was written to still showed the previous order. */
  | { readonly kind: 'old'; readonly text: string }
  /** The Region that was written to does not answer, and another Region shows the previous order. */
  | { readonly kind: 'old-elsewhere' }
  /** AWS shows another order, or the group could not be read, or no time was left. */
  | { readonly kind: 'unknown'; readonly text: string };

type WrittenTo = {
  readonly group: VoiceConnectorGroup;
  readonly move: Move;
  /** The Region that was written to, then the Regions to ask while it does not answer. */
  readonly controlRegions: readonly string[];
  /** Whether AWS accepted the write. If not, the previous order in another Region ends the wait. */
  readonly isAccepted: boolean;
};

export async function readBack(written: WrittenTo, ports: Ports, signal: AbortSignal): Promise<ReadBack> {
  const { clock, sleep } = ports;
  const startedAt = clock();
  let reading: Reading = { kind: 'unknown', text: 'nothing' };
  for (const pauseMs of readBackPausesMs) {
    if (signal.aborted || clock() - startedAt + pauseMs > readBackLimitMs) break;
    await sleep(pauseMs, signal);
    reading = await readOnce(written, ports, signal);
    if (reading.kind === 'new') return { kind: 'new' };
    if (reading.kind === 'old-elsewhere' && !written.isAccepted) return { kind: 'old-elsewhere' };
  }
  if (signal.aborted) {
    return { kind: 'unknown', text: `and the run ran out of time before AWS showed it; last read: ${reading.text}` };
  }
  const text = `but after ${formatDuration(clock() - startedAt)} AWS still shows: ${reading.text}`;
  return { kind: reading.kind === 'old' ? 'old' : 'unknown', text };
}

type Reading = { readonly kind: ReadBack['kind']; readonly text: string };

async function readOnce(
  { group, move, controlRegions }: WrittenTo,
  { groups }: Ports,
  signal: AbortSignal,
): Promise<Reading> {
  const [writtenTo] = controlRegions;
  let failure: string | undefined;
  for (const controlRegion of controlRegions) {
    const reading = await groups.read({ ...group, controlRegion }, signal);
    if (reading.kind === 'read') {
      const { items } = reading.group;
      const text = formatItems(items);
      if (sameItems(items, move.after)) return { kind: 'new', text };
      if (!sameItems(items, move.before)) return { kind: 'unknown', text };
      return { kind: controlRegion === writtenTo ? 'old' : 'old-elsewhere', text };
    }
    failure ??= reading.refusal.message;
    // Other Regions count only while the Region that was written to does not answer at all.
    if (controlRegion === writtenTo && reading.refusal.kind !== 'unavailable') break;
  }
  return { kind: 'unknown', text: failure ?? 'nothing' };
}
