/**
 * A simulation as people read it: one row per minute, the reasons below each row whose state changed, and one row for each
 * stretch of minutes in which nothing changed.
 */
import * as z from 'zod';
import type { GroupMinute } from '../world/minute.ts';
import type { SimulatedMinute } from './run.ts';
import type { ConnectorDecision, Decision, Turn } from './turn.ts';

export type TranscriptOptions = {
  /** Whether rows also show priorities and events. */
  readonly full: boolean;
  /** What the scenario's timeline does in a minute. */
  readonly timelineTextAt?: (minute: number) => readonly string[];
};

/** Consecutive minutes that look like the row above them. */
type UnchangedMinutes = {
  readonly from: number;
  readonly until: number;
  readonly minutes: number;
  readonly calls: number;
  readonly failed: number;
  /** The events of each of these minutes. */
  readonly events: string;
};

const timeWidth = 11;
const decisionWidth = 34;

export class Transcript {
  readonly #print: (line: string) => void;
  readonly #options: TranscriptOptions;
  readonly #membersWidth: number;
  #lastState = '';
  #unchanged: UnchangedMinutes | undefined;

  constructor(print: (line: string) => void, options: TranscriptOptions) {
    this.#print = print;
    this.#options = options;
    this.#membersWidth = options.full ? 62 : 48;
  }

  printHeader(): void {
    this.#printRow('time', 'calls', 'failed', 'members by priority', 'decision', 'events');
  }

  add(minute: SimulatedMinute): void {
    const timeline = this.#options.timelineTextAt?.(minute.minute) ?? [];
    const state = JSON.stringify(minute.turns.map(stateOf));
    const isChanged = state !== this.#lastState || timeline.length > 0 || minute.events.some(isEndOfDrill);
    const events = countedNames(minute.events.map(({ detailType }) => detailType));
    if (!isChanged) {
      this.#addUnchanged(minute, this.#options.full ? events : '');
      return;
    }
    this.finish();
    for (const text of timeline) this.#print(`${' '.repeat(timeWidth + 2)}-- ${text}`);
    this.#printMinute(minute, events);
    for (const { detail } of minute.events.filter(isEndOfDrill)) this.#printNote(drillEndText(detail));
    if (state !== this.#lastState) this.#printReasons(minute.turns, events);
    this.#lastState = state;
  }

  /** Prints the unchanged minutes collected so far. Call it after the last minute. */
  finish(): void {
    if (this.#unchanged === undefined) return;
    const { from, until, minutes, calls, failed, events } = this.#unchanged;
    this.#unchanged = undefined;
    const time = from === until ? clockTime(from) : `${clockTime(from)}–${clockTime(until)}`;
    this.#printRow(time, String(calls), String(failed), `unchanged, ${minutes} min`, '', events);
  }

  #addUnchanged({ at, calls }: SimulatedMinute, events: string): void {
    if (this.#unchanged !== undefined && this.#unchanged.events !== events) this.finish();
    const previous = this.#unchanged;
    this.#unchanged = {
      from: previous?.from ?? at,
      until: at,
      minutes: (previous?.minutes ?? 0) + 1,
      calls: (previous?.calls ?? 0) + sumOfGroups(calls, callsOffered),
      failed: (previous?.failed ?? 0) + sumOfGroups(calls, callsFailed),
      events,
    };
  }

  #printMinute({ at, calls, turns }: SimulatedMinute, events: string): void {
    const members = (turns[0]?.decisions ?? [])
      .map((group) => group.connectors.map((connector) => this.#memberText(connector)).join(', '))
      .join(' | ');
    const [offered, failed] = [sumOfGroups(calls, callsOffered), sumOfGroups(calls, callsFailed)];
    this.#printRow(clockTime(at), String(offered), String(failed), members, decisionsText(turns), events);
  }

  #printRow(time: string, calls: string, failed: string, members: string, decision: string, events: string): void {
    const cells = [
      time.padEnd(timeWidth),
      calls.padStart(5),
      failed.padStart(6),
      members.padEnd(this.#membersWidth),
      decision.padEnd(decisionWidth),
      ...(this.#options.full ? [events] : []),
    ];
    this.#print(cells.join('  ').trimEnd());
  }

  #memberText(connector: ConnectorDecision): string {
    const { voiceConnectorId, priority } = connector;
    return [voiceConnectorId, ...(this.#options.full ? [priority ?? '-'] : []), healthText(connector)].join(' ');
  }

  /** Reasons hold numbers that differ every minute, so they are printed only where the state they explain has changed. */
  #printReasons(turns: readonly Turn[], events: string): void {
    for (const turn of turns) {
      for (const decision of turn.decisions) this.#printDecision(decision, turn.decisions.length > 1);
      for (const [place, line] of (turn.error ?? []).entries())
        this.#printNote(place === 0 ? `the run failed: ${line}` : line);
    }
    if (!this.#options.full && events !== '') this.#printNote(`events: ${events}`);
  }

  #printDecision(group: Decision, isOneOfSeveral: boolean): void {
    const prefix = isOneOfSeveral ? `${group.voiceConnectorGroupId}: ` : '';
    for (const { voiceConnectorId, verdict } of group.connectors) {
      const text =
        verdict === undefined ? 'not read: no decision depends on it' : `${verdict.health}: ${verdict.reason}`;
      this.#printNote(`${prefix}${voiceConnectorId}: ${text}`);
    }
    this.#printNote(`${prefix}${group.decision}: ${group.reason}`);
    if (group.outcome !== undefined) this.#printNote(`${prefix}${group.outcome.kind}: ${group.outcome.reason}`);
  }

  #printNote(text: string): void {
    this.#print(`${' '.repeat(timeWidth + 2)}${text}`);
  }
}

export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

function callsOffered(group: GroupMinute): number {
  return group.callsOffered;
}

function callsFailed(group: GroupMinute): number {
  return group.callsFailed;
}

function sumOfGroups({ groups }: SimulatedMinute['calls'], count: (group: GroupMinute) => number): number {
  return groups.reduce((sum, group) => sum + count(group), 0);
}

function healthText({ verdict }: ConnectorDecision): string {
  if (verdict === undefined) return 'not read';
  return verdict.cause === undefined ? verdict.health : `${verdict.health} (${verdict.cause})`;
}

function decisionsText(turns: readonly Turn[]): string {
  if (turns.length === 0) return 'no run';
  return turns
    .map(({ decisions, error }) =>
      [...decisions.map(decisionText), ...(error === undefined ? [] : ['run failed'])].join(' | '),
    )
    .join(' & ');
}

function decisionText({ decision, code, outcome }: Decision): string {
  if (code !== undefined) return `hold: ${code}`;
  const kind = decision.toUpperCase();
  return outcome === undefined || outcome.kind === 'applied' ? kind : `${kind} ${outcome.kind}`;
}

function isEndOfDrill({ detailType }: { readonly detailType: string }): boolean {
  return detailType === 'Drill Ended';
}

function drillEndText(detail: unknown): string {
  const { data } = z
    .object({ data: z.object({ result: z.string(), code: z.string(), reason: z.string() }) })
    .parse(detail);
  return `the drill ${data.result} (${data.code}): ${data.reason}`;
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

/** `Priority Held ×2, Run Failed` */
function countedNames(names: readonly string[]): string {
  return Object.entries(countsOf(names))
    .map(([name, times]) => (times === 1 ? name : `${name} ×${times}`))
    .join(', ');
}

/** Two minutes with equal states differ in no more than the numbers of their reasons. */
function stateOf({ decisions, error }: Turn) {
  return {
    decisions: decisions.map(({ decision, code, outcome, connectors }) => [
      decision,
      code,
      outcome?.kind,
      connectors.map((each) => `${each.voiceConnectorId} ${each.priority} ${healthText(each)}`),
    ]),
    error: error?.map((line) => line.replaceAll(/\d+/g, '#')),
  };
}

/** One JSON object per minute, with everything the transcript has and every reason. */
export function minuteAsJson(minute: SimulatedMinute, timeline: readonly string[]) {
  return {
    minute: minute.minute,
    at: new Date(minute.at).toISOString(),
    timeline,
    calls: sumOfGroups(minute.calls, callsOffered),
    failed: sumOfGroups(minute.calls, callsFailed),
    turns: minute.turns.map(({ decisions, error }) => ({ decisions, error })),
    // Groups are processed concurrently, so the order of their events is not reproducible: only the counts are.
    events: countsOf(minute.events.map(({ detailType }) => detailType)),
    writes: minute.writes,
  };
}
