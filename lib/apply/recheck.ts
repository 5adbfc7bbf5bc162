/** Looking at a group through any control Region that shows it: is it still what was judged? */
import type { Outcome } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { differences } from '../core/model/priorities.ts';
import type { GroupsPort } from '../ports.ts';

export type Recheck =
  | { readonly kind: 'unchanged'; readonly controlRegion: string }
  /** What to say of a write that must not follow. `passes`: another look in a moment may find otherwise. */
  | { readonly kind: 'stop'; readonly outcome: Outcome; readonly isTransient: boolean };

/** One control Region and then the others. */
export function controlRegionsFrom(first: string, { controlRegions }: GroupsPort): readonly string[] {
  return [first, ...controlRegions.filter((controlRegion) => controlRegion !== first)];
}

/** Asks one Region after the other, until one shows the group or the Region that listed it refuses. */
export async function recheckGroup(
  groups: GroupsPort,
  observed: VoiceConnectorGroup,
  controlRegions: readonly string[],
  signal: AbortSignal,
): Promise<Recheck> {
  const silent: string[] = [];
  for (const controlRegion of controlRegions) {
    const reading = await groups.read({ ...observed, controlRegion }, signal);
    if (reading.kind === 'read') return compareGroups(observed, reading.group, controlRegion);
    const { kind, message } = reading.refusal;
    // Another Region than the one that listed the group need not know it: what it refuses means nothing.
    if (kind !== 'unavailable' && controlRegion === observed.controlRegion) {
      const reason = `looking again before the write: ${message}`;
      return { kind: 'stop', outcome: { kind: 'rejected', code: kind, reason }, isTransient: kind === 'throttled' };
    }
    silent.push(`${controlRegion}: ${message}`);
  }
  const reason = signal.aborted
    ? "the turn's time was up before the group could be looked at and written"
    : `no control Region shows the group: ${silent.join('; ')}`;
  const code = signal.aborted ? 'out-of-time' : 'unreachable';
  return { kind: 'stop', outcome: { kind: 'blocked', code, reason }, isTransient: false };
}

function compareGroups(observed: VoiceConnectorGroup, current: VoiceConnectorGroup, controlRegion: string): Recheck {
  const changed = differences(observed, current);
  if (changed.length === 0) return { kind: 'unchanged', controlRegion };
  const reason = `the group changed after it was judged: ${changed.join('; ')}`;
  return {
    kind: 'stop',
    outcome: { kind: 'withheld', code: 'group-changed', reason },
    isTransient: false,
  };
}
