/**
 * The log lines that are read here: events and decisions, as docs/events.md describes them. Only the fields that are shown are
 * required, so that the log of another version can be read too; a line of an unknown kind is skipped.
 */
import * as z from 'zod';

const time = z.iso.datetime().transform((text) => Date.parse(text));

const interval = z.object({ least: z.number(), likely: z.number(), most: z.number() });
const impact = z.object({ firstBadMinuteAt: time, countedUntil: time, callsFailed: interval });
const ledger = z
  .object({
    sentence: z.string(),
    impact: impact.optional(),
    saved: z
      .object({ voiceConnectorId: z.string(), movedAt: time, countedUntil: time, callsSaved: interval, before: impact })
      .optional(),
  })
  .optional();

const group = { voiceConnectorGroupId: z.string(), name: z.string() };
const verdict = z.object({ health: z.string(), cause: z.string().optional(), reason: z.string() });
const rejected = z.array(z.object({ voiceConnectorId: z.string(), code: z.string(), reason: z.string() }));
const command = z.object({ by: z.string(), reason: z.string() });

const move = z.object({
  ...group,
  decision: z.string(),
  reason: z.string(),
  leaving: z.string(),
  promoting: z.string(),
  command: command.optional(),
  ledger,
});
const hold = z.object({ ...group, code: z.string(), reason: z.string(), ledger });
const unmoved = move.extend({ outcome: z.object({ code: z.string().optional(), reason: z.string() }) });

function eventOf<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.object({ type: z.literal(type), at: z.number(), eventId: z.string(), runId: z.string(), data });
}

const event = z.discriminatedUnion('type', [
  eventOf(
    'Connector Health Changed',
    z.object({ ...group, voiceConnectorId: z.string(), before: verdict, after: verdict, ledger }),
  ),
  eventOf('Hold Changed', hold),
  eventOf('Priority Held', hold),
  eventOf('Priority Change Intended', move),
  eventOf('Priority Change Applied', move.extend({ outcome: z.object({ reason: z.string(), sentAt: time }) })),
  eventOf('Priority Change Withheld', unmoved),
  eventOf('Priority Change Rejected', unmoved),
  eventOf('Priority Change Unverified', unmoved),
  eventOf('Priority Change Blocked', unmoved),
  eventOf(
    'Drill Ended',
    z.object({ ...group, drill: command, result: z.string(), code: z.string(), reason: z.string() }),
  ),
  eventOf(
    'Drill Refused',
    z.object({ ...group, by: z.string(), refusals: z.array(z.object({ code: z.string(), reason: z.string() })) }),
  ),
  eventOf(
    'Operator Action',
    z.object({
      stage: z.string(),
      command: z.object({ action: z.string().optional(), group: z.string().optional(), by: z.string().optional() }),
      summary: z.string(),
      problems: z.array(z.string()),
    }),
  ),
  eventOf('Override Expired', z.object({ key: z.string(), action: z.string(), by: z.string(), reason: z.string() })),
  eventOf('Override Unmatched', z.object({ key: z.string(), override: z.string() })),
  eventOf(
    'Run Failed',
    z.object({ count: z.number(), problems: z.array(z.object({ doing: z.string(), message: z.string() })) }),
  ),
]);

export type LoggedEvent = z.output<typeof event>;

const metadata = z.object({ eventId: z.string(), time, runId: z.string() });

const eventLine = z
  .object({ message: z.string(), data: z.object({ metadata, data: z.unknown() }) })
  .transform(({ message, data: { metadata: about, data } }) => ({
    type: message,
    at: about.time,
    eventId: about.eventId,
    runId: about.runId,
    data,
  }))
  .pipe(event);

/** The events among the lines, oldest first, each once: a run that was started twice logs an event twice. */
export function eventsIn(lines: readonly unknown[]): readonly LoggedEvent[] {
  const byId = new Map<string, LoggedEvent>();
  for (const line of lines) {
    const parsed = eventLine.safeParse(line);
    if (parsed.success && !byId.has(parsed.data.eventId)) byId.set(parsed.data.eventId, parsed.data);
  }
  return [...byId.values()].sort((left, right) => left.at - right.at);
}

const decision = z.object({
  ...group,
  mode: z.string(),
  decision: z.string(),
  code: z.string().optional(),
  reason: z.string(),
  connectors: z.array(
    z.object({
      voiceConnectorId: z.string(),
      priority: z.number().optional(),
      region: z.string().optional(),
      verdict: verdict.optional(),
    }),
  ),
  rejected,
  outcome: z.object({ kind: z.string(), code: z.string().optional(), reason: z.string() }).optional(),
});

export type LoggedDecision = z.output<typeof decision> & { readonly at: number; readonly runId: string };

const decisionLine = z
  .object({ message: z.literal('decision'), timestamp: time, function_request_id: z.string(), data: decision })
  .transform(({ timestamp, function_request_id: runId, data }): LoggedDecision => ({ at: timestamp, runId, ...data }));

export function decisionsIn(lines: readonly unknown[]): readonly LoggedDecision[] {
  return lines.flatMap((line) => {
    const parsed = decisionLine.safeParse(line);
    return parsed.success ? [parsed.data] : [];
  });
}
