/** Logged decisions and events, and the calls of CloudWatch → the report that ../report/html.ts draws. */
import { minuteMs } from '../core/model/time.ts';
import { healths, type GroupReport, type Health, type Report, type Stretch } from '../report/report.ts';
import type { CallMinute, PlacedConnector } from './call-minutes.ts';
import type { Entry } from './entry.ts';
import type { LoggedDecision, LoggedEvent } from './log-line.ts';

export type HistoryOfGroups = {
  /** In epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly title: string;
  readonly subtitle: string;
  /** Of the groups that are shown. */
  readonly entries: readonly Entry[];
  readonly events: readonly LoggedEvent[];
  readonly decisions: readonly LoggedDecision[];
  readonly minutes: readonly CallMinute[];
};

/** A decision says nothing about later minutes: the monitor may not have run. */
const decisionLastsMs = 2 * minuteMs;

export function historyReport({
  since,
  until,
  title,
  subtitle,
  entries,
  events,
  decisions,
  minutes,
}: HistoryOfGroups): Report {
  const byGroup = Map.groupBy(decisions, ({ voiceConnectorGroupId }) => voiceConnectorGroupId);
  // A person may move a group while no monitor runs: nobody then logged a decision.
  const moved = events.flatMap((event) => (event.type === 'Priority Change Applied' ? event.data : []));
  const groups = new Map([...moved, ...decisions].map(({ voiceConnectorGroupId: id, name }) => [id, name]));
  return {
    from: toMinute(since),
    until,
    title,
    subtitle,
    facts: [],
    groups: [...groups].map(([id, name]) =>
      groupReport({ id, name }, byGroup.get(id) ?? [], { entries, events, minutes }),
    ),
    notes: {
      title: 'What this rests on',
      texts: [
        'Verdicts, orders and decisions are those that the monitor logged each minute; where it logged none, nothing is drawn.',
        'Calls and failures are those of CloudWatch for the members of a group, of every cause. The last minutes may not be published yet.',
        'All times are UTC.',
      ],
    },
  };
}

function groupReport(
  { id, name }: Pick<GroupReport, 'id' | 'name'>,
  decisions: readonly LoggedDecision[],
  { entries, events, minutes }: Pick<HistoryOfGroups, 'entries' | 'events' | 'minutes'>,
): GroupReport {
  const members = connectorsOf(decisions);
  const sum = (value: (calls: { readonly calls: number; readonly failures: number }) => number) =>
    minutes.map(({ connectors }) =>
      members.reduce((total, { voiceConnectorId }) => {
        const own = connectors[voiceConnectorId];
        return own === undefined ? total : total + value(own);
      }, 0),
    );
  const [offered, failed] = [sum(({ calls }) => calls), sum(({ failures }) => failures)];
  const moves = movesOf(events, id);
  return {
    name,
    id,
    facts: [
      { label: 'calls', value: String(total(offered)) },
      { label: 'failed', value: String(total(failed)), note: 'for any reason' },
      { label: 'moves', value: String(moves.length) },
      ...drillsOf(events, id),
    ],
    courses: [{ name: 'as it was', primary: stretchesOf(decisions, primaryOf), failed, isAssumed: false }],
    offered,
    members: members.map(({ voiceConnectorId, region }) => ({
      id: voiceConnectorId,
      region,
      health: stretchesOf(decisions, (decision) => healthOf(decision, voiceConnectorId)),
    })),
    moves,
    held: [],
    events: entries
      .filter(({ group }) => ['', 'all', id, name].includes(group))
      .map(({ at, what, text }) => ({ at, title: what, text })),
  };
}

function movesOf(events: readonly LoggedEvent[], id: string): GroupReport['moves'] {
  return events.flatMap((event) => {
    if (event.type !== 'Priority Change Applied' || event.data.voiceConnectorGroupId !== id) return [];
    const { decision, leaving, promoting, reason, outcome } = event.data;
    const title = `${decision} from ${leaving} to ${promoting}`;
    return { at: event.at, course: 'as it was', title, reason, result: outcome.reason };
  });
}

function drillsOf(events: readonly LoggedEvent[], id: string): GroupReport['facts'] {
  return events.flatMap((event) => {
    if (event.type !== 'Drill Ended' || event.data.voiceConnectorGroupId !== id) return [];
    return { label: 'drill', value: event.data.result, note: event.data.reason };
  });
}

function primaryOf({ connectors }: LoggedDecision): string {
  const [first] = [...connectors].sort((one, other) => (one.priority ?? Infinity) - (other.priority ?? Infinity));
  return first?.voiceConnectorId ?? 'unknown';
}

function healthOf({ connectors }: LoggedDecision, id: string): Health {
  const verdict = connectors.find(({ voiceConnectorId }) => voiceConnectorId === id)?.verdict;
  return healths.find((health) => health === verdict?.health) ?? 'not read';
}

/** Each decision holds until the next one. */
function stretchesOf<Value>(
  decisions: readonly LoggedDecision[],
  valueOf: (decision: LoggedDecision) => Value,
): readonly Stretch<Value>[] {
  const all: Stretch<Value>[] = [];
  decisions.forEach((decision, place) => {
    const from = toMinute(decision.at);
    const next = decisions[place + 1];
    const until = Math.min(next === undefined ? Infinity : toMinute(next.at), from + decisionLastsMs);
    const value = valueOf(decision);
    const last = all.at(-1);
    if (until <= from) return;
    if (last?.until === from && last.value === value) all[all.length - 1] = { ...last, until };
    else all.push({ from, until, value });
  });
  return all;
}

/** Every member that a decision named. */
export function connectorsOf(decisions: readonly LoggedDecision[]): readonly PlacedConnector[] {
  const all = decisions.flatMap(({ connectors }) =>
    connectors.flatMap(({ voiceConnectorId, region }) => (region === undefined ? [] : { voiceConnectorId, region })),
  );
  return [...new Map(all.map((each) => [each.voiceConnectorId, each])).values()];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

export function toMinute(at: number): number {
  return Math.floor(at / minuteMs) * minuteMs;
}
