import { describe, expect, it } from 'vitest';
import { EventBus } from '../../lib/aws/event-bus.ts';
import type { UndeliveredEvent } from '../../lib/ports.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { askedFor, eventsOn, now, startAws, type TestAws } from '../wire-support/account.ts';
import { eventBusName } from '../../sim/stack.ts';
import { numberedEvents, numberOf as numberIn } from '../wire-support/events.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function numberOf({ event }: UndeliveredEvent) {
  return numberIn(event.detail.data);
}

async function publish(aws: TestAws, events: readonly AuditEvent[]) {
  const pauses: number[] = [];
  const bus = new EventBus({
    client: clientsOf(aws).eventBridge,
    eventBusName,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { undelivered: await bus.send(events, never), pauses };
}

/** The numbers of the events in each request. */
function requestsOf(aws: TestAws): readonly (readonly number[])[] {
  return askedFor(aws, 'PutEvents').map(numbersIn);
}

function numbersIn({ input }: { readonly input: unknown }): readonly number[] {
  return (input as { Entries: { Detail: string }[] }).Entries.map(({ Detail }) =>
    numberIn((JSON.parse(Detail) as { data: unknown }).data),
  );
}

/** Batches are on their way at the same time, so that they arrive in any order. */
function byFirst(requests: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return requests.toSorted(([left = 0], [right = 0]) => left - right);
}

function numbered(from: number, until: number) {
  return Array.from({ length: until - from }, (_, index) => from + index);
}

function refusing(code: string, indexes?: number[]) {
  return { kind: 'event-entry-failure', code, message: 'no luck', ...(indexes ? { indexes } : {}) } as const;
}

describe('the event bus', () => {
  it('publishes an event with its source, bus, time and detail', async () => {
    const aws = await startAws();
    const [event] = numberedEvents(1);
    expect(await publish(aws, numberedEvents(1))).toEqual({ undelivered: [], pauses: [] });
    expect(aws.account.eventBridge.events).toMatchObject([
      {
        region: 'us-east-1',
        eventBusName,
        source: 'voice-connector-failover',
        detailType: 'Run Failed',
        detail: JSON.parse(JSON.stringify(event?.detail)) as object,
        time: Math.floor(now / 1000) * 1000,
      },
    ]);
  });

  it('makes no request if there is nothing to publish', async () => {
    const aws = await startAws();
    await publish(aws, []);
    expect(aws.asked).toEqual([]);
  });

  it('publishes ten events per request, each request in order', async () => {
    const aws = await startAws();
    await publish(aws, numberedEvents(23));
    expect(byFirst(requestsOf(aws))).toEqual([numbered(0, 10), numbered(10, 20), numbered(20, 23)]);
    expect(new Set(eventsOn(aws).map(({ data }) => numberIn(data)))).toEqual(new Set(numbered(0, 23)));
  });

  it('sends up to ten requests without waiting for the answers of the others', async () => {
    const aws = await startAws();
    let most = 0;
    const count = () => {
      most = Math.max(most, aws.asked.length - aws.server.requests.length);
      return true;
    };
    aws.misbehave({ when: count, effect: { kind: 'latency', ms: 100 } });
    await publish(aws, numberedEvents(200));
    expect(most).toBe(10);
  });

  it('keeps a request within 256 KB', async () => {
    const aws = await startAws();
    await publish(aws, numberedEvents(5, 'x'.repeat(100_000)));
    expect(byFirst(requestsOf(aws))).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('cuts an event that is too large for EventBridge, reports what was cut, and delivers the others', async () => {
    const aws = await startAws();
    const [small, , last] = numberedEvents(3);
    const [, large] = numberedEvents(2, 'ü'.repeat(140_000));
    const { undelivered } = await publish(aws, [small!, large!, last!]);
    expect(undelivered).toEqual([]);
    expect(eventsOn(aws)).toEqual([
      { detailType: 'Run Failed', data: small!.detail.data },
      { detailType: 'Run Failed', data: { count: 1, problems: [{ doing: '1', message: 'ü'.repeat(4096) }] } },
      { detailType: 'Run Failed', data: last!.detail.data },
    ]);
    expect(aws.account.eventBridge.events.map(({ detail }) => (detail as AuditEvent['detail']).metadata)).toEqual([
      small!.detail.metadata,
      { ...large!.detail.metadata, cut: ['data.problems[].message: 4096 of 140000 characters'] },
      last!.detail.metadata,
    ]);
  });

  it('retries only the entries that failed for a transient reason', async () => {
    const aws = await startAws();
    aws.misbehave({ times: 1, effect: refusing('ThrottlingException', [1, 3]) });
    aws.misbehave({ times: 1, effect: refusing('InternalFailure', [0]) });
    const { undelivered, pauses } = await publish(aws, numberedEvents(4));
    expect(requestsOf(aws)).toEqual([[0, 1, 2, 3], [1, 3], [1]]);
    expect(undelivered).toEqual([]);
    expect(pauses).toEqual([200, 400]);
  });

  it('gives up after three attempts and reports the event and the reason', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: refusing('InternalFailure', [0]) });
    const { undelivered } = await publish(aws, numberedEvents(2));
    expect(requestsOf(aws)).toEqual([[0, 1], [0], [0]]);
    expect(undelivered).toEqual([{ event: numberedEvents(1)[0], message: 'InternalFailure: no luck' }]);
  });

  it('does not call a service again that has not answered, so that no rescue waits for it twice', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: { kind: 'hang' } });
    const bus = new EventBus({ client: clientsOf(aws).eventBridge, eventBusName, sleep: () => Promise.resolve() });
    const [first, second] = numberedEvents(2);
    expect(await bus.send([first!], never)).toEqual([{ event: first, message: 'AbortError: no response in time' }]);
    const requests = requestsOf(aws).length;
    expect(await bus.send([second!], never)).toEqual([
      { event: second, message: 'not called, because it did not answer a moment ago' },
    ]);
    expect(requestsOf(aws)).toHaveLength(requests);
  });

  it.each(['InvalidArgument', 'MalformedDetail', 'NotAuthorizedForSource'])(
    'does not retry an entry that failed with %s',
    async (code) => {
      const aws = await startAws();
      aws.misbehave({ effect: refusing(code, [1]) });
      const { undelivered } = await publish(aws, numberedEvents(3));
      expect(requestsOf(aws)).toEqual([[0, 1, 2]]);
      expect(undelivered).toEqual([{ event: numberedEvents(2)[1], message: `${code}: no luck` }]);
    },
  );

  it('publishes the other batches if one is refused as a whole', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not now' } as const;
    aws.misbehave({ operation: 'PutEvents', when: (request) => numbersIn(request)[0] === 0, effect });
    const { undelivered } = await publish(aws, numberedEvents(12));
    expect(undelivered.map(numberOf)).toEqual(numbered(0, 10));
    expect(new Set(undelivered.map(({ message }) => message))).toEqual(
      new Set(['AccessDeniedException: not now (HTTP 400)']),
    );
    expect(eventsOn(aws).map(({ data }) => numberIn(data))).toEqual([10, 11]);
  });
});
