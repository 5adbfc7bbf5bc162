/** `vcf history`: what happened, from the events in the logs of the monitor and of `operate`. */
import type { Deployment } from './deployment.ts';
import type { Entry } from '../lib/history/entry.ts';
import { readLog } from './log.ts';
import { concerns, patternFor, subjectOf } from '../lib/history/of-group.ts';
import { eventsIn, type LoggedEvent } from '../lib/history/log-line.ts';
import { timelineOf } from '../lib/history/timeline.ts';

export type HistoryRequest = {
  readonly deployment: Deployment;
  /** Id or name; undefined for every group. */
  readonly group: string | undefined;
  /** In epoch milliseconds. */
  readonly since: number;
};

export type History =
  | {
      readonly kind: 'found';
      readonly summary: string;
      readonly entries: readonly Entry[];
      readonly events: readonly LoggedEvent[];
    }
  | { readonly kind: 'unknown-group' | 'unreadable'; readonly message: string };

type Progress = (text: string) => void;

export async function readHistory(
  { deployment, group, since }: HistoryRequest,
  now: number,
  onProgress: Progress,
): Promise<History> {
  const range = { deployment, from: since, until: now };
  const progressOf = (functionName: string) => (share: number) => {
    onProgress(`reading the log of ${functionName}: ${Math.round(share * 100)} %`);
  };
  const [monitor, operate] = await Promise.all([
    readLog({ ...range, functionName: 'monitor', filterPattern: patternFor(group) }, progressOf('monitor')),
    readLog({ ...range, functionName: 'operate', filterPattern: patternFor(group) }, progressOf('operate')),
  ]);
  // The log group of a function exists from its first invocation.
  if (monitor.kind === 'unreadable') return monitor;
  if (operate.kind === 'unreadable' && !operate.message.includes('ResourceNotFoundException')) return operate;
  const lines = [...monitor.lines, ...(operate.kind === 'read' ? operate.lines : [])];
  const events = eventsIn(lines);
  const subject = group === undefined ? undefined : subjectOf(group, events);
  const own = subject === undefined ? events : events.filter((event) => concerns(event, subject));
  const span = `from ${iso(since)} to ${iso(now)}`;
  if (group !== undefined && !own.some(({ data }) => 'voiceConnectorGroupId' in data)) {
    return { kind: 'unknown-group', message: `no event ${span} is about a group with the id or name ${group}` };
  }
  const entries = timelineOf(own, now);
  const shown = group ?? 'every group';
  return { kind: 'found', summary: `${shown}, ${span}: ${summaryOf(entries, events)}`, entries, events: own };
}

function summaryOf(entries: readonly Entry[], events: readonly LoggedEvent[]): string {
  if (entries.length > 0) return entries.length === 1 ? 'one entry' : `${entries.length} entries`;
  return events.length > 0
    ? 'nothing happened'
    : 'the log has no event. The monitor logs one every quarter of an hour and group, so it did not run, or there is no group';
}

/** One line for each entry, below a line for each day; all times are UTC. */
export function formatTimeline(entries: readonly Entry[]): readonly string[] {
  const width = Math.max(0, ...entries.map(({ group }) => group.length));
  let day = '';
  return entries.flatMap(({ at, group, what, text }) => {
    const [date = '', time = ''] = iso(at).split('T');
    const line = `${time.slice(0, 8)}  ${group.padEnd(width)}  ${what.padEnd(16)}  ${text}`;
    const heading = date === day ? [] : [`${date} (UTC)`];
    day = date;
    return [...heading, line];
  });
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
