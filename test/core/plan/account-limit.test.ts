import { describe, expect, it } from 'vitest';
import { wholeAccount } from '../../../lib/core/model/account-share.ts';
import { holdByAccountLimit, isLocalFailover, type Account } from '../../../lib/core/plan/account-limit.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import type { Move } from '../../../lib/core/model/plan.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aPlanInput, aRecord, healthy, losing, unhealthy, unreadableRecord } from '../../builders/plan.ts';

type Changes = Parameters<typeof aPlanInput>[0];

/** A failover from east, which loses half of its calls, to west. */
function aFailover(changes: Changes = {}) {
  const input = aPlanInput({ verdicts: { east: losing('unhealthy', 0.5), west: healthy }, ...changes });
  const move = plan(input);
  if (move.kind !== 'failover') throw new Error('no failover');
  return { input, move };
}

/** Failovers for single Voice Connectors that the record has, by how many minutes ago. */
function recorded(...failovers: readonly (readonly [minutesAgo: number, count: number])[]): Changes {
  const thisMinute = Math.floor(observedAt / minuteMs) * minuteMs;
  const localFailovers = new Map(failovers.map(([ago, count]) => [thisMinute - ago * minuteMs, count]));
  return { record: aRecord({ localFailovers }) };
}

function limited(changes: Changes, account: Partial<Account> = {}) {
  const { input, move } = aFailover(changes);
  return holdByAccountLimit(move, input, { share: wholeAccount(8), leftInThisRun: new Set(), ...account });
}

describe('the account limit', () => {
  it('lets three failovers in ten minutes pass, and holds the fourth with the numbers it compared', () => {
    expect(limited(recorded([1, 2]))).toBeUndefined();
    expect(limited(recorded([1, 2], [9, 1]))).toEqual({
      kind: 'hold',
      code: 'account-limit',
      reason: `east (us-east-1) is to be left, but the monitor made 3 failovers in 10 min that no fault of a Region explains, and makes at most 3 for 8 groups: ${aFailover().move.reason}`,
      rejected: [],
    });
  });

  it('forgets failovers after ten minutes, to the millisecond', () => {
    expect(limited(recorded([9, 3]))).toMatchObject({ code: 'account-limit' });
    const beginsMinute = Math.floor(observedAt / minuteMs) * minuteMs;
    expect(limited({ ...recorded([10, 3]), observedAt: beginsMinute - 1 })).toMatchObject({ code: 'account-limit' });
    expect(limited({ ...recorded([10, 3]), observedAt: beginsMinute })).toBeUndefined();
  });

  it('lets a tenth of the groups of a large account pass', () => {
    expect(limited(recorded([2, 5]), { share: wholeAccount(51) })).toBeUndefined();
    expect(limited(recorded([2, 5]), { share: wholeAccount(50) })).toMatchObject({ code: 'account-limit' });
  });

  it('counts the failovers of its own run, and not again as the record of this minute has them', () => {
    const leftInThisRun = new Set(['a', 'b']);
    expect(limited(recorded([0, 2]), { leftInThisRun })).toBeUndefined();
    expect(limited(recorded([1, 1]), { leftInThisRun })).toMatchObject({
      code: 'account-limit',
      reason: expect.stringContaining('the monitor made 3 failovers') as string,
    });
  });

  it('lets other groups leave a Voice Connector that one has left', () => {
    const leftInThisRun = new Set(['a', 'b', 'east']);
    expect(limited({}, { leftInThisRun })).toBeUndefined();
  });

  it('says how much of the rest of the account’s limit falls to a shard', () => {
    const share = { groups: 40, before: 0, own: 10, minute: 0 };
    expect(limited(recorded([1, 2]), { share })).toMatchObject({
      reason: expect.stringContaining(
        'at most 4 for 40 groups, in this minute 0 of them for the 10 groups of this shard: east',
      ) as string,
    });
  });

  it('takes an unreadable record for an empty one, and so one that was not read', () => {
    expect(limited({ record: unreadableRecord })).toBeUndefined();
    const { input, move } = aFailover();
    const account = { share: wholeAccount(8), leftInThisRun: new Set<string>() };
    expect(holdByAccountLimit(move, { ...input, candidateEvidence: undefined }, account)).toBeUndefined();
  });
});

describe('a failover that counts', () => {
  it('has no fault of its Region behind it', () => {
    const isLocal = (changes: Changes) => {
      const { input, move } = aFailover(changes);
      return isLocalFailover(move, input);
    };
    expect(isLocal({})).toBe(true);
    expect(isLocal({ regions: { 'us-east-1': unhealthy } })).toBe(false);
    expect(isLocal({ regions: { 'us-west-2': healthy } })).toBe(true);
    expect(isLocal({ connectorRegions: new Map([['east', 'a Region without a verdict']]) })).toBe(true);
  });

  it('is the first from its Voice Connector in ten minutes', () => {
    const leftBefore = (...minutes: readonly number[]) => {
      const record = aRecord({ demotedAt: { east: minutes.map((ago) => observedAt - ago * minuteMs) } });
      const { move } = aFailover();
      return isLocalFailover(move, aPlanInput({ record }));
    };
    expect(leftBefore(9)).toBe(false);
    expect(leftBefore(300, 9)).toBe(false);
    expect(leftBefore(10)).toBe(true);
  });

  it('is the first too as far as a record shows that cannot be read, or was not', () => {
    const { input, move } = aFailover({ record: unreadableRecord });
    expect(isLocalFailover(move, input)).toBe(true);
    expect(isLocalFailover(move, { ...input, candidateEvidence: undefined })).toBe(true);
  });

  it('is no failback, and no operator’s move', () => {
    const { input, move } = aFailover();
    for (const kind of ['failback', 'switchover', 'drill', 'restore'] as const) {
      const other: Move = { ...move, kind };
      expect(isLocalFailover(other, input)).toBe(false);
    }
  });
});
