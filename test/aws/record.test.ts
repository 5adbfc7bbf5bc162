import { describe, expect, it } from 'vitest';
import { auditEvent, type AuditEvent } from '../../lib/audit.ts';
import { Recorder } from '../../lib/aws/record.ts';
import type { Undelivered } from '../../lib/ports.ts';
import { askedFor, eventBusName, eventsOn, now, startAws, type TestAws } from '../wire-support/account.ts';
import { clientsOf } from '../wire-support/turns.ts';

const identity = { turnId: 'turn-1', observedAt: now, policyHash: undefined, monitorRegion: 'us-east-1' };
const never = new AbortController().signal;

const eventsOf = (count: number, padding = ''): readonly AuditEvent[] =>
  Array.from({ length: count }, (_, number) =>
    auditEvent(identity, now, 'Priority Held', [String(number)], { number, ...(padding === '' ? {} : { padding }) }),
  );

const numberOf = ({ event }: Undelivered) => event.detail.data['number'];

const publish = async (aws: TestAws, events: readonly AuditEvent[]) => {
  const pauses: number[] = [];
  const recorder = new Recorder({
    client: clientsOf(aws).eventBridge,
    eventBusName,
    sleep: (milliseconds) => {
      pauses.push(milliseconds);
      return Promise.resolve();
    },
  });
  return { undelivered: await recorder.publish(events, never), pauses };
};

/** The numbers of the events in each request. */
const requestsOf = (aws: TestAws): readonly (readonly number[])[] =>
  askedFor(aws, 'PutEvents').map(({ input }) =>
    (input as { Entries: { Detail: string }[] }).Entries.map(
      ({ Detail }) => (JSON.parse(Detail) as { data: { number: number } }).data.number,
    ),
  );

const numbered = (from: number, until: number) => Array.from({ length: until - from }, (_, index) => from + index);

const refusing = (code: string, indexes?: number[]) =>
  ({ kind: 'event-entry-failure', code, message: 'as it was told', ...(indexes ? { indexes } : {}) }) as const;

describe('the recorder', () => {
  it('publishes an event with its source, bus, time and detail', async () => {
    const aws = await startAws();
    const [event] = eventsOf(1);
    expect(await publish(aws, eventsOf(1))).toEqual({ undelivered: [], pauses: [] });
    expect(aws.account.eventBridge.events).toMatchObject([
      {
        region: 'us-east-1',
        eventBusName,
        source: 'voice-connector-failover',
        detailType: 'Priority Held',
        detail: JSON.parse(JSON.stringify(event?.detail)) as object,
        time: Math.floor(now / 1000) * 1000,
      },
    ]);
  });

  it('asks for nothing where there is nothing to publish', async () => {
    const aws = await startAws();
    await publish(aws, []);
    expect(aws.asked).toEqual([]);
  });

  it('publishes ten at a time, in order', async () => {
    const aws = await startAws();
    await publish(aws, eventsOf(23));
    expect(requestsOf(aws)).toEqual([numbered(0, 10), numbered(10, 20), numbered(20, 23)]);
    expect(eventsOn(aws).map(({ data }) => data['number'])).toEqual(numbered(0, 23));
  });

  it('keeps a request within 256 KB', async () => {
    const aws = await startAws();
    await publish(aws, eventsOf(5, 'x'.repeat(100_000)));
    expect(requestsOf(aws)).toEqual([[0, 1], [2, 3], [4]]);
  });

  it('sends an event that is too large by itself, so that it takes no other with it', async () => {
    const aws = await startAws();
    const [small, , last] = eventsOf(3);
    const [, large] = eventsOf(2, 'ü'.repeat(140_000));
    const { undelivered } = await publish(aws, [small!, large!, last!]);
    expect(requestsOf(aws)).toEqual([[0], [1], [2]]);
    expect(undelivered.map(numberOf)).toEqual([1]);
    expect(eventsOn(aws).map(({ data }) => data['number'])).toEqual([0, 2]);
  });

  it('sends again only the entries that failed for a passing reason', async () => {
    const aws = await startAws();
    aws.misbehave({ times: 1, effect: refusing('ThrottlingException', [1, 3]) });
    aws.misbehave({ times: 1, effect: refusing('InternalFailure', [0]) });
    const { undelivered, pauses } = await publish(aws, eventsOf(4));
    expect(requestsOf(aws)).toEqual([[0, 1, 2, 3], [1, 3], [1]]);
    expect(undelivered).toEqual([]);
    expect(pauses).toEqual([200, 400]);
  });

  it('gives up after three times, and says which and why', async () => {
    const aws = await startAws();
    aws.misbehave({ effect: refusing('InternalFailure', [0]) });
    const { undelivered } = await publish(aws, eventsOf(2));
    expect(requestsOf(aws)).toEqual([[0, 1], [0], [0]]);
    expect(undelivered).toEqual([{ event: eventsOf(1)[0], message: 'InternalFailure: as it was told' }]);
  });

  it.each(['InvalidArgument', 'MalformedDetail', 'NotAuthorizedForSource'])(
    'does not send again what failed with %s',
    async (code) => {
      const aws = await startAws();
      aws.misbehave({ effect: refusing(code, [1]) });
      const { undelivered } = await publish(aws, eventsOf(3));
      expect(requestsOf(aws)).toEqual([[0, 1, 2]]);
      expect(undelivered).toEqual([{ event: eventsOf(2)[1], message: `${code}: as it was told` }]);
    },
  );

  it('publishes the other batches when one is refused as a whole', async () => {
    const aws = await startAws();
    const effect = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not now' } as const;
    aws.misbehave({ operation: 'PutEvents', when: () => requestsOf(aws).at(-1)?.[0] === 0, effect });
    const { undelivered } = await publish(aws, eventsOf(12));
    expect(undelivered.map(numberOf)).toEqual(numbered(0, 10));
    expect(new Set(undelivered.map(({ message }) => message))).toEqual(
      new Set(['AccessDeniedException: not now (HTTP 400)']),
    );
    expect(eventsOn(aws).map(({ data }) => data['number'])).toEqual([10, 11]);
  });
});
