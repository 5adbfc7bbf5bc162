import { describe, expect, it } from 'vitest';
import { askedFor, eventsOn, eventTypes, orderOf, startAws } from '../wire-support/account.ts';
import { seedSick } from '../wire-support/scenes.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

describe('a record that EventBridge does not take', () => {
  it('does not stop a rescue, stands in the log with its whole event, and fails the turn', async () => {
    const aws = await startAws();
    seedSick(aws);
    aws.misbehave({
      operation: 'PutEvents',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' },
    });
    const { result, lines } = await takeTurn(aws);

    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(eventsOn(aws)).toEqual([]);
    const lost = lines.filter(({ message }) => message === 'event not delivered');
    expect(lost).toMatchObject([
      { level: 'error', fields: { event: { detailType: 'Priority Change Intended' } } },
      { level: 'error', fields: { event: { detailType: 'Priority Change Applied' } } },
      { level: 'error', fields: { event: { detailType: 'Turn Failed' } } },
    ]);
    expect(lost[1]?.fields).toMatchObject({
      message: 'AccessDeniedException: not on this bus (HTTP 400)',
      event: { detail: { data: { decision: 'failover', outcome: { kind: 'applied' } } } },
    });
    expect(result.outcome).toBe('failed');
    expect(result.problems.map(({ doing }) => doing.replace(/ [0-9a-f]{32}$/, ''))).toEqual([
      'publishing Priority Change Intended',
      'publishing Priority Change Applied',
      'publishing Turn Failed',
    ]);
  });

  it('is sent again when the reason passes, and then nothing has failed', async () => {
    const aws = await startAws();
    seedSick(aws);
    const effect = { kind: 'event-entry-failure', code: 'InternalFailure', message: 'again, please' } as const;
    aws.misbehave({ times: 2, effect });
    const { result } = await takeTurn(aws);
    expect(result.outcome).toBe('succeeded');
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Applied']);
    expect(askedFor(aws, 'PutEvents')).toHaveLength(4);
  });

  it('of an event that says the turn failed is a problem of its own', async () => {
    const aws = await startAws();
    seedSick(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'throttle' } });
    aws.misbehave({
      operation: 'PutEvents',
      when: ({ input }) => JSON.stringify(input).includes('Turn Failed'),
      effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no' },
    });
    const { result, lines } = await takeTurn(aws);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Rejected']);
    expect(result.problems).toHaveLength(2);
    expect(result.problems[1]?.doing).toMatch(/^publishing Turn Failed /);
    expect(lines.at(-1)).toMatchObject({ level: 'error', message: 'event not delivered' });
  });
});
