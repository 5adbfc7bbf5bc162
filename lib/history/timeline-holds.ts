/** Holds that lasted: what kept a group from a move, for how long. */
import type { LoggedEvent } from './log-line.ts';
import type { Entry } from './entry.ts';

const longMs = 15 * 60_000;

/** The group is as it should be. */
const usualCodes: readonly string[] = ['top-healthy'];

/** Who put an override is of interest however short it was. It may have been put without a command, so that only its hold is logged. */
const overrideCodes: readonly string[] = ['paused', 'pinned'];

type Open = {
  readonly code: string;
  readonly reason: string;
  readonly name: string;
  readonly from: number;
  /** The log has its beginning. */
  readonly isBeginningKnown: boolean;
  lastSeenAt: number;
};

/** @param until when the log was read */
export function holdEntries(events: readonly LoggedEvent[], until: number): readonly Entry[] {
  const open = new Map<string, Open>();
  const entries: Entry[] = [];
  const close = (groupId: string, at: number): void => {
    const hold = open.get(groupId);
    open.delete(groupId);
    if (hold !== undefined) entries.push(...entryOf(hold, at, 'ended'));
  };
  for (const { type, at, data } of events) {
    if (type === 'Priority Change Applied') close(data.voiceConnectorGroupId, at);
    if (type !== 'Hold Changed' && type !== 'Priority Held') continue;
    const { voiceConnectorGroupId: groupId, code, reason, name } = data;
    const known = open.get(groupId);
    if (known?.code === code) {
      known.lastSeenAt = at;
      continue;
    }
    close(groupId, at);
    open.set(groupId, { code, reason, name, from: at, isBeginningKnown: type === 'Hold Changed', lastSeenAt: at });
  }
  for (const hold of open.values()) entries.push(...entryOf(hold, until, 'lasts'));
  return entries;
}

/** Held groups are logged every quarter of an hour: a hold of which nothing is heard for longer may have ended unseen. */
const silentMs = 16 * 60_000;

function entryOf(hold: Open, end: number, how: 'ended' | 'lasts'): readonly Entry[] {
  const isSeen = end - hold.lastSeenAt <= silentMs;
  const at = isSeen ? end : hold.lastSeenAt;
  const lasted = at - hold.from;
  const isShort = lasted <= longMs && hold.isBeginningKnown && !overrideCodes.includes(hold.code);
  if (usualCodes.includes(hold.code) || isShort) return [];
  const minutes = Math.round(lasted / 60_000);
  const least = hold.isBeginningKnown && isSeen ? '' : 'at least ';
  const state = isSeen && how === 'lasts' ? ', still in force' : '';
  const text = `${hold.code} for ${least}${minutes} min${state}: ${hold.reason}`;
  return [{ at: hold.from, group: hold.name, what: overrideCodes.includes(hold.code) ? 'override' : 'hold', text }];
}
