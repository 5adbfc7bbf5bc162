/**
 * What the console shows of a real account. It reads the log of the monitor and CloudWatch: a principal that may do only this can change
 * nothing, whereas one that may invoke `operate`, even for its status, may move every group.
 */
import * as z from 'zod';
import { readMinutes } from '../../../cli/call-minutes.ts';
import type { PlacedConnector } from '../../../lib/history/call-minutes.ts';
import { failureText, type Deployment } from '../../../cli/deployment.ts';
import { readLog } from '../../../cli/log.ts';
import { decisionsIn, type LoggedDecision } from '../../../lib/history/log-line.ts';
import { eventViewOf } from '../event-view.ts';
import type { EventView, GroupView, Health, MinuteView, Update, VerdictView } from '../view.ts';

const minuteMs = 60_000;

/** As long as the page shows. */
const shownMs = 360 * minuteMs;
const maxEvents = 200;

/** The monitor runs every minute; what a group's last run decided is older only if it does not run. */
const decisionsMs = 10 * minuteMs;

/** A line may reach the log, and a datapoint CloudWatch, later than its time. */
const lateMs = 5 * minuteMs;

const eventSchema = z.object({
  message: z.string(),
  data: z.looseObject({ metadata: z.object({ eventId: z.string(), time: z.iso.datetime() }), data: z.unknown() }),
});

export type Stack = Extract<Deployment, { readonly kind: 'stack' }>;

export class AccountSource {
  readonly #deployment: Stack;
  readonly #now: () => number;
  #decisions: readonly LoggedDecision[] = [];
  readonly #minutes = new Map<number, MinuteView>();
  readonly #events = new Map<string, EventView>();
  #readUntil: number | undefined;
  #problem: string | undefined;

  /** @param now in epoch milliseconds */
  constructor(deployment: Stack, now: () => number) {
    this.#deployment = deployment;
    this.#now = now;
  }

  /** Why the last reading failed; undefined if it did not. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Reads what is new. After a failure what was read before stays. */
  async read(): Promise<void> {
    const now = this.#now();
    const from = Math.max(now - shownMs, (this.#readUntil ?? 0) - lateMs);
    this.#problem = (await this.#readLog(from, now)) ?? (await this.#readMetrics(from, now));
    if (this.#problem === undefined) this.#readUntil = now;
  }

  /** Everything that the page shows. */
  update(): Update {
    const groups = [...Map.groupBy(this.#decisions, ({ voiceConnectorGroupId }) => voiceConnectorGroupId).values()];
    const last = groups.flatMap((decisions) => decisions.at(-1) ?? []);
    const judgedAt = Math.max(...last.map(({ at }) => at));
    return {
      isFirst: true,
      state: {
        now: this.#readUntil ?? this.#now(),
        speed: 1,
        callsFactor: 1,
        groups: last.map(groupView),
        faults: [],
        run: last.length === 0 ? {} : { judgedAt },
        unread: this.#problem,
      },
      minutes: [...this.#minutes.values()]
        .filter(({ startsAt, callsOffered }) => callsOffered > 0 || startsAt < (this.#readUntil ?? 0) - lateMs)
        .sort((one, other) => one.startsAt - other.startsAt),
      events: [...this.#events.values()].sort((one, other) => one.at - other.at).slice(-maxEvents),
    };
  }

  async #readLog(from: number, until: number): Promise<string | undefined> {
    const request = { deployment: this.#deployment, functionName: 'monitor', until } as const;
    const [decisions, events] = await Promise.all([
      readLog({ ...request, from: until - decisionsMs, filterPattern: '{ $.message = "decision" }' }, noProgress),
      readLog({ ...request, from, filterPattern: '{ $.data.metadata.eventId = "*" }' }, noProgress),
    ]);
    if (decisions.kind === 'unreadable') return decisions.message;
    if (events.kind === 'unreadable') return events.message;
    this.#decisions = decisionsIn(decisions.lines);
    for (const line of events.lines) {
      const event = this.#eventOf(line);
      if (event !== undefined) this.#events.set(event.id, event);
    }
    return undefined;
  }

  #eventOf(line: unknown): EventView | undefined {
    const parsed = eventSchema.safeParse(line);
    if (!parsed.success) return undefined;
    const { message: detailType, data: detail } = parsed.data;
    const { stage, region } = this.#deployment;
    const place = { region, eventBusName: '', source: 'voice-connector-failover', resources: [] };
    const { eventId: id, time } = detail.metadata;
    return eventViewOf({ ...place, id, detailType, detail, time: Date.parse(time) }, stage);
  }

  async #readMetrics(from: number, until: number): Promise<string | undefined> {
    const connectors = new Map<string, PlacedConnector>();
    for (const { connectors: members } of this.#decisions) {
      for (const { voiceConnectorId, region } of members)
        if (region !== undefined) connectors.set(voiceConnectorId, { voiceConnectorId, region });
    }
    try {
      const minutes = await readMinutes(this.#deployment, [...connectors.values()], from, until);
      for (const minute of minutes) this.#minutes.set(minute.startsAt, minute);
    } catch (error) {
      return `the metrics of the Voice Connectors could not be read: ${failureText(error, this.#deployment)}`;
    }
    for (const startsAt of this.#minutes.keys()) if (startsAt < until - shownMs) this.#minutes.delete(startsAt);
    return undefined;
  }
}

function noProgress(): void {
  // The page appears when everything was read.
}

function groupView({
  voiceConnectorGroupId,
  name,
  connectors,
  mode,
  decision,
  code,
  reason,
}: LoggedDecision): GroupView {
  return {
    id: voiceConnectorGroupId,
    name,
    members: connectors.map(({ voiceConnectorId, region = 'unknown Region', priority, verdict }) => ({
      voiceConnectorId,
      region,
      priority,
      verdict: verdict && { ...verdict, health: healthOf(verdict.health) },
    })),
    decision: { mode, kind: decision, code, reason },
  };
}

const healths: readonly Health[] = ['healthy', 'degraded', 'unhealthy'];

/** Another version may have words of its own. */
function healthOf(health: string): VerdictView['health'] {
  return healths.find((each) => each === health) ?? 'unknown';
}
