import { describe, expect, it } from 'vitest';
import { Route } from '../../../sim/world/routing.ts';
import { createWorld } from '../../../sim/world/world.ts';
import {
  connectorOf,
  eastFirst,
  expectedShare,
  inOrder,
  callCountsOf,
  simulate,
  prioritised,
  seed,
  total,
  twoRegions,
  westFirst,
} from './builders.ts';

function orders(route: Parameters<typeof prioritised>): readonly (readonly string[])[] {
  const [group] = prioritised(...route);
  return [0, 0.4, 0.99].map((share) => new Route(group!).attemptsOf(share));
}

describe('a route', () => {
  it.each<[string, Parameters<typeof prioritised>, readonly (readonly string[])[]]>([
    ['tries the lower number first', [{ b: 99, a: 7, c: 1 }], Array(3).fill(['c', 'a', 'b'])],
    [
      'shares ties evenly, whatever the order of the items',
      [{ b: 1, a: 1 }],
      [
        ['a', 'b'],
        ['a', 'b'],
        ['b', 'a'],
      ],
    ],
    [
      'keeps a tie behind the first',
      [{ c: 2, b: 2, a: 1 }],
      [
        ['a', 'b', 'c'],
        ['a', 'b', 'c'],
        ['a', 'c', 'b'],
      ],
    ],
    ['tries items without a priority last', [{ a: undefined, b: 99 }], Array(3).fill(['b', 'a'])],
    [
      'shares evenly in a load-balanced group, priorities or not',
      [{ c: 1, b: 2, a: undefined }, 'LoadBalancedDistribution'],
      [
        ['a', 'b', 'c'],
        ['b', 'c', 'a'],
        ['c', 'a', 'b'],
      ],
    ],
    ['of an empty group leads nowhere', [{}], [[], [], []]],
  ])('%s', (_, group, expected) => {
    expect(orders(group)).toEqual(expected);
  });
});

describe(`calls under a routing (seed ${seed})`, () => {
  it('all go to the first connector while it can be reached', () => {
    const minutes = simulate(twoRegions(), 60);
    const offered = total(callCountsOf(minutes), ({ callsOffered }) => callsOffered);
    expect(total(connectorOf(minutes, 'east'), ({ inboundCallAttempts }) => inboundCallAttempts)).toBe(offered);
    expect(total(connectorOf(minutes, 'west'), ({ inboundCallAttempts }) => inboundCallAttempts)).toBe(0);
  });

  it('are distributed evenly among equal priorities', () => {
    const minutes = simulate(twoRegions(), 2_000, prioritised({ east: 5, west: 5 }));
    const offered = total(callCountsOf(minutes), ({ callsOffered }) => callsOffered);
    const east = total(connectorOf(minutes, 'east'), ({ inboundCallAttempts }) => inboundCallAttempts) / offered;
    expect(east).toBeGreaterThan(expectedShare(0.5, offered).least);
    expect(east).toBeLessThan(expectedShare(0.5, offered).most);
    expect(total(callCountsOf(minutes), ({ callsRerouted }) => callsRerouted)).toBe(0);
  });

  it('fail when their group is unknown, empty or holds connectors that do not exist', () => {
    for (const routing of [[], inOrder(), inOrder('south')]) {
      const counts = callCountsOf(simulate(twoRegions(), 10, routing));
      const offered = total(counts, ({ callsOffered }) => callsOffered);
      expect(offered).toBeGreaterThan(0);
      expect(total(counts, ({ callsFailedBecause }) => callsFailedBecause.noConnectorReachable)).toBe(offered);
    }
  });

  it('in progress stay where they are when the order changes', () => {
    const created = createWorld(twoRegions({ group: { callsPerMinute: 600, meanCallMinutes: 60 } }));
    const world = [eastFirst, westFirst].map((routing) => created.runMinute(routing).connectors);
    expect(world.map(([east, west]) => [east!.inboundCallAttempts > 0, west!.inboundCallAttempts > 0])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(world[1]![0]!.inboundCallsActive).toBeGreaterThan(0.9 * world[0]![0]!.inboundCallsActive);
  });
});
