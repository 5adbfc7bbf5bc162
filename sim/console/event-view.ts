import * as z from 'zod';
import type { StoredEvent } from '../account/eventbridge.ts';
import { notificationOf } from '../notification.ts';
import type { EventView, MoveView } from './view.ts';

/** The fields from which a headline is made; docs/events.md describes which type has which. */
const dataSchema = z
  .object({
    name: z.string(),
    decision: z.string(),
    code: z.string(),
    reason: z.string(),
    leaving: z.string(),
    promoting: z.string(),
    voiceConnectorId: z.string(),
    stage: z.string(),
    outcome: z.unknown(),
    summary: z.string(),
    before: z.unknown(),
    after: z.unknown(),
    command: z.object({ action: z.string(), by: z.string() }).partial(),
    problems: z.array(z.union([z.string(), z.object({ doing: z.string(), message: z.string() })])),
  })
  .partial();

const detailSchema = z.object({ data: dataSchema });
const healthSchema = z.object({ health: z.string() });

type Data = z.output<typeof dataSchema>;

/** @param stage of the stack that published it */
export function eventViewOf(event: StoredEvent, stage?: string): EventView {
  const { data } = detailSchema.catch({ data: {} }).parse(event.detail);
  const message = notificationOf(event, stage);
  const { id, time, detailType, detail, source, region } = event;
  return {
    id,
    at: time,
    type: detailType,
    headline: message[0] ?? headlineOf(data),
    message,
    move: moveOf(event, data),
    record: { id, 'detail-type': detailType, source, region, time: new Date(time).toISOString(), detail },
  };
}

function moveOf({ detailType, time }: StoredEvent, { decision, leaving, promoting }: Data): MoveView | undefined {
  if (detailType !== 'Priority Change Applied') return undefined;
  if (decision === undefined || leaving === undefined || promoting === undefined) return undefined;
  return { at: time, kind: decision, from: leaving, to: promoting };
}

/** The first that knows the event's fields makes its headline. */
const headlines: readonly ((data: Data) => string | undefined)[] = [
  ({ decision, leaving, promoting }) =>
    leaving === undefined || promoting === undefined ? undefined : `${decision ?? ''} from ${leaving} to ${promoting}`,
  ({ voiceConnectorId, before, after }) =>
    voiceConnectorId === undefined || after === undefined
      ? undefined
      : `${voiceConnectorId} ${healthOf(before)} → ${healthOf(after)}`,
  ({ name, code, reason }) =>
    code === undefined || reason === undefined ? undefined : withSubject(name, `${code}: ${reason}`),
  ({ command, stage, summary }) =>
    command === undefined
      ? undefined
      : `${command.action ?? 'command'} by ${command.by ?? 'nobody'}, ${stage ?? ''}: ${summary ?? ''}`,
  ({ problems: [problem] = [] }) => (typeof problem === 'object' ? `${problem.doing}: ${problem.message}` : problem),
  ({ name, outcome, reason, summary }) =>
    withSubject(name, typeof outcome === 'string' ? outcome : (reason ?? summary ?? '')),
];

function headlineOf(data: Data): string {
  for (const headline of headlines) {
    const text = headline(data);
    if (text !== undefined) return text;
  }
  return '';
}

function withSubject(name: string | undefined, text: string): string {
  return name === undefined ? text : `${name} ${text}`;
}

function healthOf(verdict: unknown): string {
  return healthSchema.catch({ health: 'unknown' }).parse(verdict).health;
}
