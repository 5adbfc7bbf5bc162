/** Publishes events: first to the log, then to EventBridge; what EventBridge does not take goes to the outbox queue. */
import type { RunContext } from '../context.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { ReadPorts, Signals } from '../ports.ts';
import { safe } from '../input/safe-text.ts';
import type { AuditEvent } from '../events/event.ts';
import { levelOf } from './level.ts';

type PublishPorts = Pick<ReadPorts, 'eventBus' | 'outbox' | 'log' | 'telemetry'>;

/** @returns a problem for each event that EventBridge did not take, even if the outbox did: its subscribers get it late */
export async function publishEvents(
  { eventBus, outbox, log, telemetry }: PublishPorts,
  unsafeEvents: readonly AuditEvent[],
  signals: Pick<Signals, 'publish' | 'outbox'>,
): Promise<readonly Problem[]> {
  const events = unsafeEvents.map((event) => safe(event));
  for (const event of events) log[levelOf(event)](event.detailType, { ...event.detail });
  const undelivered = await eventBus.send(events, signals.publish);
  if (undelivered.length === 0) return [];
  const refused = undelivered.map(({ event }) => event);
  const lost = new Map((await outbox.send(refused, signals.outbox)).map(({ event, message }) => [event, message]));
  if (lost.size > 0) telemetry.publish({ UndeliveredRecords: lost.size });
  return undelivered.map(({ event, message }) => {
    const { detailType, detail } = event;
    const doing = `publishing ${detailType} ${detail.metadata.eventId}`;
    const outboxFailure = lost.get(event);
    if (outboxFailure === undefined) return { doing, message: `${message}; in the outbox until EventBridge takes it` };
    log.error('event lost', { message, outboxFailure, event });
    return { doing, message: `${message}; the outbox did not take it either: ${outboxFailure}` };
  });
}

/** {@link publishEvents} within a run. */
export function publish(
  { ports, signals }: Pick<RunContext<PublishPorts>, 'ports' | 'signals'>,
  events: readonly AuditEvent[],
): Promise<readonly Problem[]> {
  return publishEvents(ports, events, signals);
}
