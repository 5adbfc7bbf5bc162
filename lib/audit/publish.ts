/** How an event is told: first to the log, then to the bus, and what the bus refuses to the queue in front of it. */
import type { Running } from '../context.ts';
import { turnFailedEvent } from './event-builders.ts';
import type { Problem } from '../core/model/model.ts';
import { withoutPhoneNumbers } from '../input/redact.ts';
import type { Ports, Signals } from '../ports.ts';
import type { AuditEvent, TurnIdentity } from '../events/event.ts';

type RecordPorts = Pick<Ports, 'record' | 'parking' | 'log' | 'numbers'>;
type RecordSignals = Pick<Signals, 'record' | 'parking'>;

/** @returns a problem for each event that the bus did not take: a late record is not a good one */
export const tell = async (
  { record, parking, log, numbers }: RecordPorts,
  events: readonly AuditEvent[],
  signals: RecordSignals,
): Promise<readonly Problem[]> => {
  for (const { detailType, detail } of events) log.info(detailType, { ...detail });
  const undelivered = await record.publish(events, signals.record);
  if (undelivered.length === 0) return [];
  const toPark = undelivered.map(({ event }) => event);
  const lost = new Map((await parking.park(toPark, signals.parking)).map(({ event, message }) => [event, message]));
  if (lost.size > 0) numbers.publish({ UndeliveredRecords: lost.size });
  return undelivered.map(({ event, message }) => {
    const { detailType, detail } = event;
    const doing = `publishing ${detailType} ${detail.metadata.eventId}`;
    const whyNotParked = lost.get(event);
    if (whyNotParked === undefined) return { doing, message: `${message}; parked until EventBridge takes it` };
    log.error('event not delivered', { message, parking: whyNotParked, event });
    return { doing, message: `${message}; not parked either: ${whyNotParked}` };
  });
};

/** Takes an invocation to its end. One that throws is told as a failed turn, and throws all the same. */
export const tellingFailure = async <Result>(
  ports: RecordPorts & Pick<Ports, 'clock'>,
  who: Omit<TurnIdentity, 'observedAt'>,
  signals: RecordSignals,
  invocation: () => Promise<Result>,
): Promise<Result> => {
  const identity = { ...who, observedAt: ports.clock() };
  try {
    return await invocation();
  } catch (error) {
    const message = withoutPhoneNumbers(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
    await tell(ports, [turnFailedEvent(identity, ports.clock(), [{ doing: 'taking the turn', message }])], signals);
    throw error;
  }
};

export const publish = async ({ ports, signals, problems }: Running, events: readonly AuditEvent[]): Promise<void> => {
  problems.push(...(await tell(ports, events, signals)));
};
