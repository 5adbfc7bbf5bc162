/** Writes the report of a move: at the move, and again under the same key at each occasion of the hour after it, such as green. */
import { RunFailedError } from '../context.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { html } from '../report/html.ts';
import type { Fact, Report } from '../report/report.ts';
import type { ReportPorts, Signals } from '../ports.ts';
import { callMinutes } from './call-minutes.ts';
import { decisionsIn, eventsIn, type LoggedDecision, type LoggedEvent } from './log-line.ts';
import { concerns, patternFor, quoted, subjectOf } from './of-group.ts';
import type { AppliedMove, Occasion } from './occasion.ts';
import { timelineOf } from './timeline.ts';
import { connectorsOf, historyReport } from './to-report.ts';

/** Where the function finds and puts things, as infra/report.ts has it. */
export type ReportPlaces = {
  readonly monitorLogGroup: string;
  readonly operateLogGroup: string;
  /** What every key begins with. */
  readonly prefix: string;
};

export type ReportResult =
  | { readonly outcome: 'written'; readonly key: string; readonly moveId: string; readonly minutesToGreen?: number }
  /** What happened follows no move of the last hour. */
  | { readonly outcome: 'no-move'; readonly voiceConnectorGroupId: string };

/** As MinutesToGreen counts: later than this, a healthy verdict says nothing about the move. */
const followedMs = 60 * minuteMs;

/** @throws RunFailedError for what could not be read or written: Lambda then repeats the invocation */
export async function writeReport(
  ports: ReportPorts,
  places: ReportPlaces,
  occasion: Occasion,
  signals: Signals,
): Promise<ReportResult> {
  const { voiceConnectorGroupId } = occasion.data;
  const move = await moveBefore(ports, places, occasion, signals.work);
  if (move === undefined) return { outcome: 'no-move', voiceConnectorGroupId };
  const past = await readPast(ports, places, { move, occasion }, signals.work);
  const key = keyOf(places.prefix, move);
  const page = html(await reportOf(ports, move, past, signals.work));
  await attempt(`writing the report ${key}`, () => ports.reports.put(key, page, signals.publish));
  const minutes = minutesToGreen(move, past);
  const known = minutes === undefined ? {} : { minutesToGreen: minutes };
  return { outcome: 'written', key, moveId: move.eventId, ...known };
}

/** infra/report.ts has the same in the link of a message. */
export function keyOf(prefix: string, { eventId, data }: Pick<AppliedMove, 'eventId' | 'data'>): string {
  return `${prefix}/${data.voiceConnectorGroupId}/${eventId}.html`;
}

async function moveBefore(
  { logs }: Pick<ReportPorts, 'logs'>,
  { monitorLogGroup, operateLogGroup }: ReportPlaces,
  occasion: Occasion,
  signal: AbortSignal,
): Promise<AppliedMove | undefined> {
  if (occasion.type === 'Priority Change Applied') return occasion;
  const ofGroup = `$.data.data.voiceConnectorGroupId = ${quoted(occasion.data.voiceConnectorGroupId)}`;
  const request = {
    filterPattern: `{ $.message = "Priority Change Applied" && ${ofGroup} }`,
    from: occasion.at - followedMs,
    until: occasion.at,
  };
  const lines = await attempt('reading the log of moves', () =>
    Promise.all([monitorLogGroup, operateLogGroup].map((logGroup) => logs.lines({ ...request, logGroup }, signal))),
  );
  return eventsIn(lines.flat()).findLast((event) => event.type === 'Priority Change Applied');
}

type Past = {
  readonly since: EpochMs;
  readonly until: EpochMs;
  readonly events: readonly LoggedEvent[];
  readonly decisions: readonly LoggedDecision[];
};

async function readPast(
  { logs, clock }: Pick<ReportPorts, 'logs' | 'clock'>,
  { monitorLogGroup, operateLogGroup }: ReportPlaces,
  { move, occasion }: { readonly move: AppliedMove; readonly occasion: Occasion },
  signal: AbortSignal,
): Promise<Past> {
  const id = move.data.voiceConnectorGroupId;
  const [since, until] = [beginningOf(move), clock()];
  const range = { from: since, until };
  const events = { ...range, filterPattern: patternFor(id) };
  const ofGroup = `$.data.voiceConnectorGroupId = ${quoted(id)}`;
  const decisions = { ...range, filterPattern: `{ $.message = "decision" && ${ofGroup} }` };
  const [byMonitor, byOperate, decided] = await attempt('reading the logs of the monitor and of operate', () =>
    Promise.all([
      logs.lines({ ...events, logGroup: monitorLogGroup }, signal),
      logs.lines({ ...events, logGroup: operateLogGroup }, signal),
      logs.lines({ ...decisions, logGroup: monitorLogGroup }, signal),
    ]),
  );
  const logged = eventsIn([...byMonitor, ...byOperate]);
  // An event may arrive here earlier than its line in the log.
  const missing = [move, occasion].filter(({ eventId }) => !logged.some((each) => each.eventId === eventId));
  const all = [...logged, ...new Set(missing)].sort((one, other) => one.at - other.at);
  const subject = subjectOf(id, all);
  return { since, until, decisions: decisionsIn(decided), events: all.filter((event) => concerns(event, subject)) };
}

const shortestMs = 60 * minuteMs;
const longestMs = 6 * 60 * minuteMs;

/** From before the fault, where it is known when that began. */
function beginningOf({ at, data }: AppliedMove): EpochMs {
  const faultAt = data.ledger?.impact?.firstBadMinuteAt ?? at;
  return Math.max(at - longestMs, Math.min(at - shortestMs, faultAt - 15 * minuteMs));
}

async function reportOf(
  { metrics }: Pick<ReportPorts, 'metrics'>,
  move: AppliedMove,
  past: Past,
  signal: AbortSignal,
): Promise<Report> {
  const { since, until, events, decisions } = past;
  const { name, decision, leaving, promoting } = move.data;
  const minutes = await attempt('reading the calls', () =>
    callMinutes(metrics, connectorsOf(decisions), Math.floor(since / minuteMs) * minuteMs, until, signal),
  );
  const history = historyReport({
    since,
    until,
    title: `${decision.replace(/^./, (first) => first.toUpperCase())} of ${name}`,
    subtitle: `from ${leaving} to ${promoting}, ${iso(move.data.outcome.sentAt)}; written ${iso(until)}`,
    entries: timelineOf(events, until),
    events,
    decisions,
    minutes,
  });
  return { ...history, facts: [greenFact(move, past)] };
}

function greenFact(move: AppliedMove, past: Past): Fact {
  const minutes = minutesToGreen(move, past);
  const { promoting } = move.data;
  return minutes === undefined
    ? { label: 'green', value: 'not yet', note: `${promoting} was not proven healthy until ${iso(past.until)}` }
    : { label: 'green', value: `${minutes} min`, note: `from the move until ${promoting} was proven healthy` };
}

/** Zero where the run that made the move had found the new primary healthy already. */
function minutesToGreen({ at, runId, data }: AppliedMove, { events, decisions }: Past): number | undefined {
  const { voiceConnectorGroupId, promoting } = data;
  const decision = decisions.find((each) => each.runId === runId);
  const known = decision?.connectors.find(({ voiceConnectorId }) => voiceConnectorId === promoting);
  if (known?.verdict?.health === 'healthy') return 0;
  const green = events.find(
    (event) =>
      event.type === 'Connector Health Changed' &&
      event.at >= at &&
      event.at - at <= followedMs &&
      event.data.voiceConnectorGroupId === voiceConnectorGroupId &&
      event.data.voiceConnectorId === promoting &&
      event.data.after.health === 'healthy',
  );
  return green === undefined ? undefined : Math.round((green.at - at) / minuteMs);
}

async function attempt<Result>(doing: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    throw new RunFailedError([{ doing, message }]);
  }
}

function iso(at: EpochMs): string {
  return `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
