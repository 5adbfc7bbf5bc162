import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../lib/events/event.ts';
import { Pipe } from '../../sim/pipe.ts';
import { askedFor, eventsOn, eventTypes, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { eventBusName, outboxQueueName } from '../../sim/stack.ts';
import { seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const noBus = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' } as const;
const noQueue = { kind: 'error', status: 400, code: 'QueueDoesNotExist', message: 'no such queue' } as const;

function depth({ account }: TestAws): number {
  return account.queues.depths()[0]?.messages ?? 0;
}

function withoutId(problems: readonly { readonly doing: string; readonly message: string }[]) {
  return problems.map(({ doing, message }) => ({ doing: doing.replace(/ [0-9a-f]{32}$/, ''), message }));
}

describe('an event that EventBridge does not take', () => {
  it('does not stop a failover, is stored in the outbox, and fails the run', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'PutEvents', effect: noBus });
    const { result, lines } = await takeTurn(aws);

    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(eventsOn(aws)).toEqual([]);
    expect(depth(aws)).toBe(3);
    expect(result.outcome).toBe('failed');
    const message = 'AccessDeniedException: not on this bus (HTTP 400); in the outbox until EventBridge takes it';
    expect(withoutId(result.problems)).toEqual([
      { doing: 'publishing Priority Change Intended', message },
      { doing: 'publishing Priority Change Applied', message },
      { doing: 'publishing Run Failed', message },
    ]);
    expect(lines.filter(({ message }) => message === 'event lost')).toEqual([]);
  });

  it('is delivered by the pipe without a difference from direct delivery', async () => {
    const direct = await startAws();
    seedUnhealthy(direct);
    await takeTurn(direct);
    const aws = await startAws();
    seedUnhealthy(aws);
    let isRefusing = true;
    aws.misbehave({ operation: 'PutEvents', when: () => isRefusing, effect: noBus });
    await takeTurn(aws);
    isRefusing = false;
    const pipe = new Pipe({
      url: aws.server.url,
      region: 'us-east-1',
      queueName: outboxQueueName,
      eventBusName,
      account: aws.account,
    });
    aws.clock.jumpTo(aws.clock.now() + 10 * 60_000);
    await pipe.poll();
    pipe.close();

    const eventsWithoutIds = ({ account }: TestAws) =>
      account.eventBridge.events.map((event) => ({ ...event, id: 'assigned by EventBridge' }));
    expect(eventsWithoutIds(aws).filter(({ detailType }) => detailType !== 'Run Failed')).toEqual(
      eventsWithoutIds(direct),
    );
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied', 'Run Failed']);
    expect(depth(aws)).toBe(0);
  });

  it('stays in the outbox until EventBridge has accepted that event itself', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    let isRefusing = true;
    aws.misbehave({ operation: 'PutEvents', when: () => isRefusing, effect: noBus });
    await takeTurn(aws);
    isRefusing = false;
    aws.misbehave({
      effect: { kind: 'event-entry-failure', code: 'InternalFailure', message: 'no', indexes: [1] },
      times: 1,
    });
    const pipe = new Pipe({
      url: aws.server.url,
      region: 'us-east-1',
      queueName: outboxQueueName,
      eventBusName,
      account: aws.account,
    });
    await pipe.poll();
    expect([eventTypes(aws).length, depth(aws)]).toEqual([2, 1]);
    aws.clock.jumpTo(aws.clock.now() + 10 * 60_000);
    await pipe.poll();
    pipe.close();
    expect([eventTypes(aws).length, depth(aws)]).toEqual([3, 0]);
  });

  it('is logged in full when the outbox does not take it either', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'PutEvents', effect: noBus });
    aws.misbehave({ operation: 'SendMessageBatch', effect: noQueue });
    const { result, lines } = await takeTurn(aws);

    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    const lost = lines.filter(({ message }) => message === 'event lost');
    expect(lost.map(({ level, fields }) => [level, (fields['event'] as AuditEvent).detailType])).toEqual([
      ['error', 'Priority Change Intended'],
      ['error', 'Priority Change Applied'],
      ['error', 'Run Failed'],
    ]);
    expect(lost[1]?.fields).toMatchObject({
      message: 'AccessDeniedException: not on this bus (HTTP 400)',
      outboxFailure: 'QueueDoesNotExist: no such queue (HTTP 400)',
      event: { detail: { data: { decision: 'failover', outcome: { kind: 'applied' } } } },
    });
    expect(result.outcome).toBe('failed');
    expect(withoutId(result.problems)[1]).toEqual({
      doing: 'publishing Priority Change Applied',
      message:
        'AccessDeniedException: not on this bus (HTTP 400); the outbox did not take it either: QueueDoesNotExist: no such queue (HTTP 400)',
    });
  });

  it('is logged before it is sent to EventBridge or the outbox', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const order: string[] = [];
    aws.misbehave({
      when: ({ operation }) => {
        const isAsked = operation === 'PutEvents' || operation === 'SendMessageBatch';
        // The SDK repeats a request when its clock differs from the server's, as the clock of the machine does from that of the test.
        if (isAsked && order.at(-1) !== operation) order.push(operation);
        return operation === 'PutEvents';
      },
      effect: noBus,
    });
    await takeTurn(aws, {
      adapted: (ports) => ({
        ...ports,
        log: {
          ...ports.log,
          info: (message) => {
            order.push(message);
          },
          error: (message) => {
            order.push(message);
          },
        },
      }),
    });
    expect(order).toEqual(
      ['Priority Change Intended', 'Priority Change Applied', 'decision', 'Run Failed'].flatMap((line) =>
        line === 'decision' ? [line] : [line, 'PutEvents', 'SendMessageBatch'],
      ),
    );
  });

  it('is sent again after a temporary failure, and the run succeeds', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const effect = { kind: 'event-entry-failure', code: 'InternalFailure', message: 'try again' } as const;
    aws.misbehave({ times: 2, effect });
    const { result } = await takeTurn(aws);
    expect(result.outcome).toBe('succeeded');
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
    expect(askedFor(aws, 'PutEvents')).toHaveLength(4);
    expect(depth(aws)).toBe(0);
  });

  it('is one more problem of the run when the event is Run Failed', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'throttle' } });
    aws.misbehave({
      operation: 'PutEvents',
      when: ({ input }) => JSON.stringify(input).includes('Run Failed'),
      effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no' },
    });
    const { result } = await takeTurn(aws);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Rejected']);
    expect(withoutId(result.problems).at(-1)).toEqual({
      doing: 'publishing Run Failed',
      message: 'NotAuthorizedForSource: no; in the outbox until EventBridge takes it',
    });
    expect(result.problems).toHaveLength(2);
  });
});
