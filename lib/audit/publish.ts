/** How an event is told: first to the log, then to the bus, and what the bus refuses to the queue in front of it. */
import type { RunContext } from '../context.ts';
import { runFailedEvent } from './event-builders.ts';
import type { Problem } from '../core/model/outcome.ts';
import { redactPhoneNumbers } from '../input/redact.ts';
import type { Ports, Signals } from '../ports.ts';
import type { AuditEvent, RunIdentity } from '../events/event.ts';

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

/** Takes an invocation to its end. One that throws is told as a failed turn, and throws all the same. */
export async function publishFailure<Result>(
  ports: RecordPorts & Pick<Ports, 'clock'>,
  who: Omit<RunIdentity, 'observedAt'>,
  signals: RecordSignals,
  invocation: () => Promise<Result>,
): Promise<Result> {
  const identity = { ...who, observedAt: ports.clock() };
  try {
    return await invocation();
  } catch (error) {
    const message = redactPhoneNumbers(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    await publishEvents(
      ports,
      [runFailedEvent(identity, ports.clock(), [{ doing: 'taking the turn', message }])],
      signals,
    );
    throw error;
  }
}

export async function publish({ ports, signals, problems }: RunContext, events: readonly AuditEvent[]): Promise<void> {
  problems.push(...(await publishEvents(ports, events, signals)));
}
