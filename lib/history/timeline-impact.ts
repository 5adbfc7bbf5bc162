/** What each fault cost and each move saved, by the newest event that knows it. */
import type { LoggedEvent } from './log-line.ts';
import type { Entry } from './entry.ts';

type Incident = { readonly entry: Entry; readonly movedAt: number | undefined };

export function impactEntries(events: readonly LoggedEvent[]): readonly Entry[] {
  const current = new Map<string, Incident>();
  const past: Entry[] = [];
  for (const { data } of events) {
    if (!('ledger' in data) || data.ledger === undefined) continue;
    const { voiceConnectorGroupId, name, ledger } = data;
    const { sentence, impact, saved } = ledger;
    const at = saved?.countedUntil ?? impact?.countedUntil;
    if (at === undefined) continue;
    const known = current.get(voiceConnectorGroupId);
    const incident = { entry: { at, group: name, what: 'impact' as const, text: sentence }, movedAt: saved?.movedAt };
    if (known !== undefined && isAnother(known, incident, impact?.firstBadMinuteAt)) past.push(known.entry);
    current.set(voiceConnectorGroupId, incident);
  }
  return [...past, ...[...current.values()].map(({ entry }) => entry)];
}

/** A move ends an incident, and so does a fault that begins after the newest minute that was counted. */
function isAnother(known: Incident, next: Incident, firstBadMinuteAt: number | undefined): boolean {
  if (known.movedAt !== undefined) return next.movedAt !== known.movedAt;
  return next.movedAt === undefined && firstBadMinuteAt !== undefined && firstBadMinuteAt >= known.entry.at;
}
