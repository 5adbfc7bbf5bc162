/** `vcf history --report`: what happened as one HTML file, with the calls of CloudWatch beside the monitor's verdicts. */
import { writeFile } from 'node:fs/promises';
import { html } from '../report/html.ts';
import { healths, type GroupReport, type Health, type Report, type Stretch } from '../report/report.ts';
import { readMinutes, type CallMinute, type PlacedConnector } from './call-minutes.ts';
import { failureText, type Deployment } from './deployment.ts';
import type { Entry } from './entry.ts';
import { readLog } from './log.ts';
import { decisionsIn, type LoggedDecision, type LoggedEvent } from './log-line.ts';
import { minuteMs } from '../lib/core/model/time.ts';

export type ReportRequest = {
  readonly deployment: Deployment;
  /** In epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly title: string;
  /** Of the groups that are shown. */
  readonly entries: readonly Entry[];
  readonly events: readonly LoggedEvent[];
  /** Id or name; undefined for every group. */
  readonly group: string | undefined;
};

export type WrittenReport = { readonly kind: 'written' } | { readonly kind: 'failed'; readonly message: string };

/** A decision says nothing about later minutes: the monitor may not have run. */
const decisionLastsMs = 2 * minuteMs;

export async function writeHistoryReport(file: string, request: ReportRequest): Promise<WrittenReport> {
  const { deployment, since, until, group } = request;
  const log = await readLog(
    { deployment, functionName: 'monitor', from: since, until, filterPattern: '{ $.message = "decision" }' },
    () => undefined,
  );
  if (log.kind === 'unreadable') return { kind: 'failed', message: log.message };
  const decisions = decisionsIn(log.lines).filter(
    ({ voiceConnectorGroupId, name }) => group === undefined || [voiceConnectorGroupId, name].includes(group),
  );
  let minutes: readonly CallMinute[];
  try {
    minutes = await readMinutes(deployment, connectorsOf(decisions), toMinute(since), until);
  } catch (error) {
    return { kind: 'failed', message: `the calls could not be read: ${failureText(error, deployment)}` };
  }
  try {
    await writeFile(file, html(reportOf(request, decisions, minutes)));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'failed', message: `${file} was not written: ${reason}` };
  }
  return { kind: 'written' };
}

function reportOf(
  { since, until, title, entries, events }: ReportRequest,
  decisions: readonly LoggedDecision[],
  minutes: readonly CallMinute[],
): Report {
  const byGroup = Map.groupBy(decisions, ({ voiceConnectorGroupId }) => voiceConnectorGroupId);
  return {
    from: toMinute(since),
    until,
    title: 'History of Voice Connector groups',
    subtitle: title,
    facts: [],
    groups: [...byGroup.values()].map((own) => groupReport(own, { entries, events, minutes })),
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
  decisions: readonly LoggedDecision[],
  { entries, events, minutes }: Pick<ReportRequest, 'entries' | 'events'> & { readonly minutes: readonly CallMinute[] },
): GroupReport {
  const { voiceConnectorGroupId: id = '', name = '' } = decisions.at(-1) ?? {};
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

function connectorsOf(decisions: readonly LoggedDecision[]): readonly PlacedConnector[] {
  const all = decisions.flatMap(({ connectors }) =>
    connectors.flatMap(({ voiceConnectorId, region }) => (region === undefined ? [] : { voiceConnectorId, region })),
  );
  return [...new Map(all.map((each) => [each.voiceConnectorId, each])).values()];
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function toMinute(at: number): number {
  return Math.floor(at / minuteMs) * minuteMs;
}
