import { describe, expect, it } from 'vitest';
import type { VoiceConnectorGroup } from '../../../lib/core/model/group.ts';
import { differences, inOrder, formatItems, sameItems } from '../../../lib/core/model/priorities.ts';
import { aGroup, items } from '../../builders/group.ts';

describe('the order of a group', () => {
  it('is by priority, members without one last, and ties by id', () => {
    const mixed = items({ d: undefined, c: 9, b: 2, a: 2, e: undefined });
    expect(inOrder(mixed)).toEqual(items({ a: 2, b: 2, c: 9, d: undefined, e: undefined }));
    expect(inOrder(mixed.toReversed())).toEqual(inOrder(mixed));
  });

  it('is printed as calls try it', () => {
    expect(formatItems(items({ west: 2, east: 1, tokyo: undefined }))).toBe('east 1, west 2, tokyo without priority');
    expect(formatItems([])).toBe('');
  });

  it('is the same however it is written down, and another with any other priority or member', () => {
    const order = items({ east: 1, west: 2 });
    expect(sameItems(order, order.toReversed())).toBe(true);
    expect(sameItems(order, items({ east: 2, west: 1 }))).toBe(false);
    expect(sameItems(order, items({ east: 1 }))).toBe(false);
    expect(sameItems(order, items({ east: 1, west: 2, tokyo: 3 }))).toBe(false);
    expect(sameItems(order, items({ east: 1, tokyo: 2 }))).toBe(false);
  });
});

describe('what changed in a group since it was judged', () => {
  const group = aGroup({ updatedAt: 1000 });

  it('is nothing where only the order of the listing differs', () => {
    expect(differences(group, { ...group, items: group.items.toReversed() })).toEqual([]);
  });

  it.each<{ change: Partial<VoiceConnectorGroup>; words: string }>([
    { change: { name: 'renamed' }, words: 'Name was main-line, is renamed' },
    {
      change: { callDistributionType: undefined },
      words: 'CallDistributionType was PriorityWeightedDistribution, is absent',
    },
    {
      change: { items: items({ east: 2, west: 1 }) },
      words: 'VoiceConnectorItems was east 1, west 2, is west 1, east 2',
    },
    {
      change: { items: items({ east: 1, west: 2, tokyo: 3 }) },
      words: 'VoiceConnectorItems was east 1, west 2, is east 1, west 2, tokyo 3',
    },
    { change: { updatedAt: 1001 }, words: 'UpdatedTimestamp moved by 0 s' },
    { change: { updatedAt: 7_201_000 }, words: 'UpdatedTimestamp moved by 2 h' },
    { change: { updatedAt: undefined }, words: 'UpdatedTimestamp is present in one of the two only' },
  ])('is told: $words', ({ change, words }) => {
    expect(differences(group, { ...group, ...change })).toEqual([words]);
  });

  it('is told where AWS says now what it did not say before', () => {
    const silent = { ...group, callDistributionType: undefined, updatedAt: undefined };
    expect(differences(silent, group)).toEqual([
      'CallDistributionType was absent, is PriorityWeightedDistribution',
      'UpdatedTimestamp is present in one of the two only',
    ]);
  });

  it('is told in full', () => {
    expect(differences(group, { ...group, name: 'renamed', updatedAt: 2000 })).toHaveLength(2);
  });
});
