/** A run as people read it: one minute a line, and below a minute what it changed and why. */
import { z } from 'zod';
import type { GroupMinute } from '../world/minute.ts';
import type { PlayedMinute } from './run.ts';
import type { ConnectorDecision, Decision, Turn } from './turn.ts';

export type TranscriptOptions = {
  /** Whether a line names priorities and events too. Without: only what the eye can follow. */
  readonly full: boolean;
  /** What happens at a minute by the script. */
  readonly happenings?: (minute: number) => readonly string[];
};

function healthOf({ verdict }: ConnectorDecision): string {
  return verdict === undefined
    ? 'unseen'
    : verdict.cause === undefined
      ? verdict.health
      : `${verdict.health} (${verdict.cause})`;
}

export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

export function callsIn({ calls }: Pick<PlayedMinute, 'calls'>, count: (group: GroupMinute) => number): number {
  return calls.groups.reduce((sum, group) => sum + count(group), 0);
}

const decisionWidth = 34;

export class Transcript {
  readonly #print: (line: string) => void;
  readonly #options: TranscriptOptions;
  readonly #orderWidth: number;
  #last = '';

  constructor(print: (line: string) => void, options: TranscriptOptions) {
    this.#print = print;
    this.#options = options;
    this.#orderWidth = options.full ? 62 : 48;
  }

  showHeader(): void {
    const order = 'first choice, second choice'.padEnd(this.#orderWidth);
    const decision = this.#options.full ? `${'decision'.padEnd(decisionWidth)}  events` : 'decision';
    this.#print(`time    calls  failed  ${order}  ${decision}`);
  }

  show(played: PlayedMinute): void {
    for (const happening of this.#options.happenings?.(played.minute) ?? []) this.#print(`        -- ${happening}`);
    const { at, turns, events } = played;
    const [turn] = turns;
    const groups = turn?.decisions ?? [];
    const order = groups.map((group) => group.connectors.map((one) => this.#member(one)).join(', ')).join(' | ');
    const cells = [
      clockTime(at).padEnd(6),
      String(callsIn(played, ({ callsOffered }) => callsOffered)).padStart(5),
      String(callsIn(played, ({ callsFailed }) => callsFailed)).padStart(6),
      order.padEnd(this.#orderWidth),
      decisionOf(turns).padEnd(decisionWidth),
    ];
    if (this.#options.full) cells.push(counted(events.map(({ detailType }) => detailType)));
    this.#print(cells.join('  ').trimEnd());
    for (const { detailType, detail } of events) if (detailType === 'Drill Ended') this.#note(endOfDrill(detail));
    this.#explain(
      turns,
      events.map(({ detailType }) => detailType),
    );
  }

  #member(connector: ConnectorDecision): string {
    const { voiceConnectorId, priority } = connector;
    return [voiceConnectorId, ...(this.#options.full ? [priority ?? '-'] : []), healthOf(connector)].join(' ');
  }

  /** Reasons carry new numbers every minute, so they are printed where what they are reasons for has changed. */
  #explain(turns: readonly Turn[], events: readonly string[]): void {
    const state = JSON.stringify(turns.map(stateOf));
    if (state === this.#last) return;
    this.#last = state;
    for (const turn of turns) {
      for (const decision of turn.decisions) this.#explainGroup(decision, turn.decisions.length > 1);
      for (const [place, line] of (turn.error ?? []).entries())
        this.#note(place === 0 ? `the turn failed: ${line}` : line);
    }
    if (!this.#options.full && turns.length > 0) this.#note(`events: ${events.join(', ')}`);
  }

  #explainGroup(group: Decision, isOneOfSeveral: boolean): void {
    const name = isOneOfSeveral ? `${group.voiceConnectorGroupId}: ` : '';
    for (const { voiceConnectorId, verdict } of group.connectors) {
      const why = `${verdict?.health ?? 'unseen'}: ${verdict?.reason ?? 'AWS lists no such one'}`;
      this.#note(`${name}${voiceConnectorId}: ${why}`);
    }
    this.#note(`${name}${group.decision}: ${group.reason}`);
    if (group.outcome !== undefined) this.#note(`${name}${group.outcome.kind}: ${group.outcome.reason}`);
  }

  #note(text: string): void {
    this.#print(`        ${text}`);
  }
}

function decisionOf(turns: readonly Turn[]): string {
  if (turns.length === 0) return 'no turn';
  return turns
    .map(({ decisions, error }) =>
      [...decisions.map(decisionWord), ...(error === undefined ? [] : ['turn failed'])].join(' | '),
    )
    .join(' & ');
}

function decisionWord({ decision, code, outcome }: Decision): string {
  if (code !== undefined) return `hold: ${code}`;
  const word = decision.toUpperCase();
  return outcome === undefined || outcome.kind === 'applied' ? word : `${word} ${outcome.kind}`;
}

function endOfDrill(detail: unknown): string {
  const { data } = z
    .object({ data: z.object({ result: z.string(), code: z.string(), reason: z.string() }) })
    .parse(detail);
  return `the drill ${data.result} (${data.code}): ${data.reason}`;
}

function countsOf(names: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

/** `Priority Held ×2, Run Failed` */
function counted(names: readonly string[]): string {
  return Object.entries(countsOf(names))
    .map(([name, times]) => (times === 1 ? name : `${name} ×${times}`))
    .join(', ');
}

/** What must differ for a reason to be worth reading again. */
function stateOf({ decisions, error }: Turn) {
  return {
    decisions: decisions.map(({ decision, code, outcome, connectors }) => [
      decision,
      code,
      outcome?.kind,
      connectors.map((one) => `${one.voiceConnectorId} ${healthOf(one)}`),
    ]),
    error: error?.map((line) => line.replaceAll(/\d+/g, '#')),
  };
}

/** One JSON object per minute, with everything the transcript has and every reason. */
export function minuteAsJson(played: PlayedMinute, happenings: readonly string[]) {
  return {
    minute: played.minute,
    at: new Date(played.at).toISOString(),
    happenings,
    calls: callsIn(played, ({ callsOffered }) => callsOffered),
    failed: callsIn(played, ({ callsFailed }) => callsFailed),
    turns: played.turns.map(({ decisions, error }) => ({ decisions, error })),
    // Groups are moved side by side: how their events interleave is not the scenario's to say.
    events: countsOf(played.events.map(({ detailType }) => detailType)),
    writes: played.writes,
  };
}
