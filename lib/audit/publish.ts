/** How an event is told: first to the log, then to the bus, and what the bus refuses to the queue in front of it. */
import type { RunContext } from '../context.ts';
import type { Problem } from '../core/model/model.ts';
import type { Ports, Signals } from '../ports.ts';
import type { AuditEvent } from '../events/event.ts';

type RecordPorts = Pick<Ports, 'eventBus' | 'outbox' | 'log' | 'telemetry'>;
type RecordSignals = Pick<Signals, 'publish' | 'outbox'>;

/** @returns a problem for each event that the bus did not take: a late record is not a good one */
export async function publishEvents(
  { eventBus, outbox, log, telemetry }: RecordPorts,
  events: readonly AuditEvent[],
  signals: RecordSignals,
): Promise<readonly Problem[]> {
  for (const { detailType, detail } of events) log.info(detailType, { ...detail });
  const undelivered = await eventBus.publish(events, signals.publish);
  if (undelivered.length === 0) return [];
  const toPark = undelivered.map(({ event }) => event);
  const lost = new Map((await outbox.store(toPark, signals.outbox)).map(({ event, message }) => [event, message]));
  if (lost.size > 0) telemetry.publish({ UndeliveredRecords: lost.size });
  return undelivered.map(({ event, message }) => {
    const { detailType, detail } = event;
    const doing = `publishing ${detailType} ${detail.metadata.eventId}`;
    const whyNotParked = lost.get(event);
    if (whyNotParked === undefined) return { doing, message: `${message}; parked until EventBridge takes it` };
    log.error('event not delivered', { message, parking: whyNotParked, event });
    return { doing, message: `${message}; not parked either: ${whyNotParked}` };
  });
}

export async function publish({ ports, signals, problems }: RunContext, events: readonly AuditEvent[]): Promise<void> {
  problems.push(...(await publishEvents(ports, events, signals)));
}
