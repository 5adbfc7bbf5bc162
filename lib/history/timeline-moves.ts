/** The result of each decision to move a group. */
import type { Entry } from './entry.ts';
import type { LoggedEvent } from './log-line.ts';

type Of<Type extends LoggedEvent['type']> = Extract<LoggedEvent, { readonly type: Type }>;

type Unmoved = Of<
  'Priority Change Withheld' | 'Priority Change Rejected' | 'Priority Change Unverified' | 'Priority Change Blocked'
>;

type MoveEvent = Of<'Priority Change Intended' | 'Priority Change Applied'> | Unmoved;

export function isMove(event: LoggedEvent): event is MoveEvent {
  return event.type.startsWith('Priority Change ');
}

export function moveEntries(event: MoveEvent, events: readonly LoggedEvent[]): readonly Entry[] {
  switch (event.type) {
    case 'Priority Change Intended':
      return hasOutcome(event, events)
        ? []
        : [entryOf(event, 'intended', `${moveText(event)}: its outcome is not logged`)];
    case 'Priority Change Applied':
      return appliedEntries(event);
    case 'Priority Change Withheld':
    case 'Priority Change Rejected':
    case 'Priority Change Unverified':
    case 'Priority Change Blocked':
      return [entryOf(event, 'not moved', unmovedText(event))];
    default:
      return event satisfies never;
  }
}

/** An entry of the group that an event is about. */
export function entryOf(
  { at, data: { name } }: { readonly at: number; readonly data: { readonly name: string } },
  what: Entry['what'],
  text: string,
): Entry {
  return { at, group: name, what, text };
}

function hasOutcome({ runId, data }: Of<'Priority Change Intended'>, events: readonly LoggedEvent[]): boolean {
  return events.some(
    (each) =>
      'outcome' in each.data && each.runId === runId && each.data.voiceConnectorGroupId === data.voiceConnectorGroupId,
  );
}

function appliedEntries(event: Of<'Priority Change Applied'>): readonly Entry[] {
  const { decision, outcome } = event.data;
  const what = decision === 'failback' ? 'back' : decision === 'drill' || decision === 'restore' ? 'drill' : 'write';
  return [entryOf({ ...event, at: outcome.sentAt }, what, moveText(event)), entryOf(event, 'verified', outcome.reason)];
}

function moveText({ data }: Of<'Priority Change Applied' | 'Priority Change Intended'> | Unmoved): string {
  const { decision, leaving, promoting, reason, command } = data;
  const by = command === undefined ? '' : `, by ${command.by}: ${command.reason}`;
  return `${decision} from ${leaving} to ${promoting}${by}; ${reason}`;
}

function unmovedText(event: Unmoved): string {
  const { outcome } = event.data;
  const how = event.type.replace('Priority Change ', '').toLowerCase();
  return `${how}${outcome.code === undefined ? '' : ` (${outcome.code})`}: ${outcome.reason}; ${moveText(event)}`;
}
