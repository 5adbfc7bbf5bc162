import type { RoutedGroup } from './ports.ts';

/**
 * The order in which AWS tries a group's connectors.
 *
 * AWS documents that lower numbers come first and equal numbers share the calls. We assume that items without a priority come last
 * in a priority-weighted group: the API allows them and AWS does not document their order.
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

  /** All connectors in the order in which one call tries them. `share` in [0, 1) selects the first one of each shared tier. */
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
      // Sorted by id, so that the order of a group's items does not change the routing.
      .map(([, tier]) => tier.sort())
  );
}
