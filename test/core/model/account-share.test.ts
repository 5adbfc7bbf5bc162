import { describe, expect, it } from 'vitest';
import { partOf, wholeAccount } from '../../../lib/core/model/account-share.ts';

describe('the part of an amount that falls to a share of the account', () => {
  it('is the whole amount where one run decides all groups, and where there are none', () => {
    expect(partOf(3, wholeAccount(8))).toBe(3);
    expect(partOf(3, wholeAccount(0))).toBe(3);
  });

  it('is rounded up for each of three equal shards as often as for the others, and never twice running', () => {
    const holders = Array.from({ length: 90 }, (_, minute) =>
      [0, 1, 2].filter((before) => partOf(1, { groups: 3, before, own: 1, minute }) === 1).join(),
    );
    const times = ['0', '1', '2'].map((shard) => holders.filter((holder) => holder === shard).length);
    expect(times.reduce((sum, count) => sum + count, 0)).toBe(90);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(29);
    expect(holders.filter((holder, minute) => holder === holders[minute - 1])).toEqual([]);
  });
});
