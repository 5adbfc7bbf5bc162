/** The console: a page on the running local AWS, its stream of updates, and the commands of its operator. */
import type { ServerResponse } from 'node:http';
import * as z from 'zod';
import type { LocalAws } from '../local-aws.ts';
import type { ScheduleObserver } from '../schedules.ts';
import type { AdminPages } from '../wire/admin.ts';
import { jsonBody, type Incoming } from '../wire/incoming.ts';
import type { Invocation } from '../wire/lambda.ts';
import { jsonReply, type Reply } from '../wire/reply.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { catalogue } from '../controls/catalogue.ts';
import { eventViewOf } from './event-view.ts';
import { minuteViewOf } from './minute-view.ts';
import { MonitorResults } from './monitor-results.ts';
import { PageFiles } from './page-files.ts';
import { stateOf } from './state.ts';
import type { MinuteView, Offers, OperateAnswer, Update } from './view.ts';

export const consolePath = '/_sim/console';

/** In real time. */
const updateEveryMs = 400;

/** Six hours, the longest span that the page shows. */
const maxMinutes = 360;
const maxEvents = 200;

type Viewer = { readonly response: ServerResponse; minutesUntil: number; lastEventId: string | undefined };

export class Console implements AdminPages, ScheduleObserver {
  readonly home = consolePath;
  readonly pages = [`GET ${consolePath}`, 'POST /_sim/operate'];
  readonly #aws: LocalAws;
  readonly #files = new PageFiles();
  readonly #results = new MonitorResults();
  readonly #viewers = new Set<Viewer>();
  #minutes: readonly MinuteView[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(aws: LocalAws) {
    this.#aws = aws;
  }

  onMinutes(minutes: readonly MinuteOfWorld[]): void {
    this.#minutes = [...this.#minutes, ...minutes.map(minuteViewOf)].slice(-maxMinutes);
  }

  onRun(functionName: string, invocation: Invocation): void {
    if (functionName === 'monitor') this.#results.record(invocation);
  }

  async answer(incoming: Incoming, response: ServerResponse): Promise<Reply | 'streaming' | undefined> {
    switch (`${incoming.method} ${incoming.path}`) {
      case `GET ${consolePath}`:
        return this.#files.html();
      case `GET ${consolePath}/page.js`:
        return this.#files.script();
      case `GET ${consolePath}/page.css`:
        return this.#files.style();
      case `GET ${consolePath}/offers`:
        return jsonReply(200, this.#offers());
      case `GET ${consolePath}/stream`:
        this.#stream(response);
        return 'streaming';
      case 'POST /_sim/operate':
        return jsonReply(200, operateAnswer(await this.#aws.invoke('operate', JSON.stringify(jsonBody(incoming)))));
      default:
        return undefined;
    }
  }

  /** Ends the streams; the server closes their connections. */
  close(): void {
    clearInterval(this.#timer);
    this.#viewers.clear();
  }

  #offers(): Offers {
    const { region: regions, group: groups } = this.#aws.controls.places;
    const faults = Object.entries(catalogue).map(([fault, { title, effect, place }]) => ({
      fault,
      title,
      effect,
      place,
    }));
    return { faults, regions, groups };
  }

  #stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    const viewer = { response, minutesUntil: -Infinity, lastEventId: undefined };
    this.#viewers.add(viewer);
    response.on('close', () => {
      this.#viewers.delete(viewer);
    });
    this.#send(viewer, true);
    this.#timer ??= setInterval(() => {
      for (const each of this.#viewers) this.#send(each, false);
    }, updateEveryMs);
  }

  #send(viewer: Viewer, isFirst: boolean): void {
    const minutes = this.#minutes.filter(({ startsAt }) => startsAt > viewer.minutesUntil);
    const { events } = this.#aws.account.eventBridge;
    const { lastEventId } = viewer;
    const sent = lastEventId === undefined ? -1 : events.findLastIndex(({ id }) => id === lastEventId);
    const update: Update = {
      isFirst,
      state: stateOf(this.#aws, this.#results),
      minutes,
      events: events
        .slice(sent + 1)
        .slice(-maxEvents)
        .map((event) => eventViewOf(event)),
    };
    viewer.minutesUntil = minutes.at(-1)?.startsAt ?? viewer.minutesUntil;
    viewer.lastEventId = events.at(-1)?.id;
    viewer.response.write(`data: ${JSON.stringify(update)}\n\n`);
  }
}

const resultSchema = z.object({ outcome: z.string(), summary: z.string(), table: z.array(z.string()) });
const errorSchema = z.object({ errorMessage: z.string() });

function operateAnswer({ payload, functionError }: Invocation): OperateAnswer {
  const value: unknown = JSON.parse(payload);
  if (functionError !== undefined) {
    const { errorMessage } = errorSchema.catch({ errorMessage: payload }).parse(value);
    return { isDone: false, lines: errorMessage.split('\n') };
  }
  const { outcome, summary, table } = resultSchema.parse(value);
  return { isDone: true, lines: [`${outcome}: ${summary}`, ...table] };
}
