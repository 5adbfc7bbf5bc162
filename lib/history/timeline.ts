/** Events → what happened, in the order in which it happened. */
import type { Entry } from './entry.ts';
import type { LoggedEvent } from './log-line.ts';
import { holdEntries } from './timeline-holds.ts';
import { impactEntries } from './timeline-impact.ts';
import { entryOf, isMove, moveEntries } from './timeline-moves.ts';

type Of<Type extends LoggedEvent['type']> = Extract<LoggedEvent, { readonly type: Type }>;

/** @param until when the log was read: what lasts, lasts at least until then */
export function timelineOf(events: readonly LoggedEvent[], until: number): readonly Entry[] {
  const single = events.flatMap((event) => entriesOf(event, events));
  const entries = [...withoutRepeats(single), ...holdEntries(events, until), ...impactEntries(events)];
  return entries.sort((left, right) => left.at - right.at || rank(left) - rank(right));
}

/** Of what happened at once, an order comes before what it brought about. */
function rank({ what }: Entry): number {
  return what === 'override' || what === 'command' ? 0 : 1;
}

function entriesOf(event: LoggedEvent, events: readonly LoggedEvent[]): readonly Entry[] {
  if (isMove(event)) return moveEntries(event, events);
  switch (event.type) {
    case 'Connector Health Changed':
      return healthEntries(event, events);
    case 'Drill Ended': {
      const { result, code, reason, drill } = event.data;
      return [entryOf(event, 'drill', `${result} (${code}), ordered by ${drill.by}: ${reason}`)];
    }
    case 'Drill Refused': {
      const refusals = event.data.refusals.map(({ code, reason }) => `${code}: ${reason}`).join('; ');
      return [entryOf(event, 'drill', `refused, ordered by ${event.data.by}: ${refusals}`)];
    }
    case 'Operator Action':
      return commandEntries(event);
    case 'Override Expired': {
      const { key, action, by, reason } = event.data;
      return [{ at: event.at, group: key, what: 'override', text: `${action} by ${by} expired: ${reason}` }];
    }
    case 'Override Unmatched': {
      const { key, override } = event.data;
      return [{ at: event.at, group: key, what: 'override', text: `applies to no group: ${override}` }];
    }
    case 'Run Failed': {
      const { count, problems } = event.data;
      const first = problems.slice(0, 1).map(({ doing, message }) => `${doing}: ${message}`);
      const text = [`${count} ${count === 1 ? 'problem' : 'problems'}`, ...first].join('; ');
      return [{ at: event.at, group: '', what: 'run failed', text }];
    }
    case 'Hold Changed':
    case 'Priority Held':
      return [];
    default:
      return event satisfies never;
  }
}

/** The proof with its first bad minute, its end, and the first healthy verdict on a new primary. */
function healthEntries(event: Of<'Connector Health Changed'>, events: readonly LoggedEvent[]): readonly Entry[] {
  const { voiceConnectorId: id, before, after, ledger } = event.data;
  const verdict = `${id} ${after.health}${after.cause === undefined ? '' : ` (${after.cause})`}: ${after.reason}`;
  if (after.health === 'unhealthy') {
    const impact = ledger?.impact;
    const first: Entry[] =
      impact === undefined
        ? []
        : [entryOf({ ...event, at: impact.firstBadMinuteAt }, 'first bad minute', `of ${id}, as found at the proof`)];
    return [...first, entryOf(event, 'proof', verdict)];
  }
  if (after.health === 'healthy' && isNewPrimary(event, events)) return [entryOf(event, 'green', verdict)];
  if (before.health !== 'unhealthy') return [];
  // A line without calls shows no fault and no recovery.
  return [entryOf(event, after.health === 'healthy' ? 'recovered' : 'fault not seen', verdict)];
}

/** Later than this after a move, a healthy verdict says nothing about the move. */
const greenWithinMs = 60 * 60_000;

function isNewPrimary({ at, data }: Of<'Connector Health Changed'>, events: readonly LoggedEvent[]): boolean {
  const move = events.findLast(
    (each): each is Of<'Priority Change Applied'> =>
      each.type === 'Priority Change Applied' &&
      each.at <= at &&
      each.data.voiceConnectorGroupId === data.voiceConnectorGroupId,
  );
  return move?.data.promoting === data.voiceConnectorId && at - move.at <= greenWithinMs;
}

const overrideActions: readonly (string | undefined)[] = ['pause', 'resume', 'pin'];

function commandEntries({ at, data: { stage, command, summary, problems } }: Of<'Operator Action'>): readonly Entry[] {
  if (stage === 'requested') return [];
  const { action = 'a command', by = 'an unknown person', group = '' } = command;
  const what = overrideActions.includes(action) ? 'override' : 'command';
  return [{ at, group, what, text: `${action} by ${by} ${stage}: ${[summary, ...problems].join('; ')}` }];
}

/** What repeats every minute, such as a blocked change, is shown once with its count. */
function withoutRepeats(entries: readonly Entry[]): readonly Entry[] {
  const repeating = new Map<string, { readonly first: Entry; count: number; last: number }>();
  const single: Entry[] = [];
  for (const each of entries) {
    if (each.what !== 'not moved' && each.what !== 'run failed') {
      single.push(each);
      continue;
    }
    const key = `${each.group} ${each.what} ${each.text.split(':', 1)[0] ?? ''}`;
    const known = repeating.get(key);
    if (known !== undefined && each.at - known.last <= 2 * 60_000) {
      known.count += 1;
      known.last = each.at;
    } else {
      if (known !== undefined) single.push(counted(known));
      repeating.set(key, { first: each, count: 1, last: each.at });
    }
  }
  return [...single, ...[...repeating.values()].map(counted)];
}

function counted({
  first,
  count,
  last,
}: {
  readonly first: Entry;
  readonly count: number;
  readonly last: number;
}): Entry {
  const until = new Date(last).toISOString().slice(11, 16);
  return count === 1 ? first : { ...first, text: `${count} times until ${until}, first: ${first.text}` };
}
