import type { RoutedGroup } from './ports.ts';

/**
 * The order in which AWS tries a group's connectors.
 *
 * AWS documents that a lower number comes first and that equal ones share. That items without a priority come last in a
 * priority-weighted group is our reading: the API allows them and says nothing.
 */
export class Route {
  readonly #tiers: readonly (readonly string[])[];
  readonly #inOrder: readonly string[];

  constructor(group: RoutedGroup) {
    this.#tiers = tiersOf(group);
    this.#inOrder = this.#tiers.flat();
  }

  get voiceConnectorIds(): readonly string[] {
    return this.#inOrder;
  }

  /** All connectors in the order one call tries them; `share` in [0, 1) picks where in each shared tier it begins. */
  attemptsOf(share: number): readonly string[] {
    if (this.#tiers.length === this.#inOrder.length) return this.#inOrder;
    return this.#tiers.flatMap((tier) => {
      const first = Math.floor(share * tier.length);
      return [...tier.slice(first), ...tier.slice(0, first)];
    });
  }
}

function tiersOf(group: RoutedGroup): readonly (readonly string[])[] {
  const byRank = new Map<number, string[]>();
  for (const { voiceConnectorId, priority } of group.items) {
    const rank = group.callDistributionType === 'LoadBalancedDistribution' ? 0 : (priority ?? Infinity);
    const tier = byRank.get(rank);
    if (tier === undefined) byRank.set(rank, [voiceConnectorId]);
    else tier.push(voiceConnectorId);
  }
  return (
    [...byRank]
      .sort(([a], [b]) => a - b)
      // By id, so that the order in which a group lists its items moves no call.
      .map(([, tier]) => tier.sort())
  );
}
