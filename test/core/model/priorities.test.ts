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

  it('is formatted as AWS tries it', () => {
    expect(formatItems(items({ west: 2, east: 1, tokyo: undefined }))).toBe('east 1, west 2, tokyo without priority');
    expect(formatItems([])).toBe('');
  });

  it('is equal in any sequence, and differs with any other priority or member', () => {
    const order = items({ east: 1, west: 2 });
    expect(sameItems(order, order.toReversed())).toBe(true);
    expect(sameItems(order, items({ east: 2, west: 1 }))).toBe(false);
    expect(sameItems(order, items({ east: 1 }))).toBe(false);
    expect(sameItems(order, items({ east: 1, west: 2, tokyo: 3 }))).toBe(false);
    expect(sameItems(order, items({ east: 1, tokyo: 2 }))).toBe(false);
  });
});

describe('the differences of a group since it was judged', () => {
  const group = aGroup({ updatedAt: 1000 });

  it('are none where only the sequence of the listing differs', () => {
    expect(differences(group, { ...group, items: group.items.toReversed() })).toEqual([]);
  });

  it.each<{ change: Partial<VoiceConnectorGroup>; text: string }>([
    { change: { name: 'renamed' }, text: 'Name was main-line, is renamed' },
    {
      change: { callDistributionType: undefined },
      text: 'CallDistributionType was PriorityWeightedDistribution, is absent',
    },
    {
      change: { items: items({ east: 2, west: 1 }) },
      text: 'VoiceConnectorItems was east 1, west 2, is west 1, east 2',
    },
    {
      change: { items: items({ east: 1, west: 2, tokyo: 3 }) },
      text: 'VoiceConnectorItems was east 1, west 2, is east 1, west 2, tokyo 3',
    },
    { change: { updatedAt: 1001 }, text: 'UpdatedTimestamp moved by 0 s' },
    { change: { updatedAt: 7_201_000 }, text: 'UpdatedTimestamp moved by 2 h' },
    { change: { updatedAt: undefined }, text: 'UpdatedTimestamp is present in one of the two only' },
  ])('are formatted: $text', ({ change, text }) => {
    expect(differences(group, { ...group, ...change })).toEqual([text]);
  });

  it('include a time that AWS did not report before', () => {
    const silent = { ...group, callDistributionType: undefined, updatedAt: undefined };
    expect(differences(silent, group)).toEqual([
      'CallDistributionType was absent, is PriorityWeightedDistribution',
      'UpdatedTimestamp is present in one of the two only',
    ]);
  });

  it('are complete', () => {
    expect(differences(group, { ...group, name: 'renamed', updatedAt: 2000 })).toHaveLength(2);
  });
});
