import type { GroupMinute, MinuteOfWorld, ConnectorMinute } from '../../../sim/world/minute.ts';
import type { RoutedGroup } from '../../../sim/world/ports.ts';
import type { ConnectorSpec, FaultSpec, GroupSpec, WorldSpec } from '../../../sim/world/spec.ts';
import { createWorld } from '../../../sim/world/world.ts';

/** Printed in the names of the suites that depend on it. */
export const seed = 20261120;
export const startsAt = Date.parse('2026-11-20T12:00:00Z');

export const virginia = 'us-east-1';
export const oregon = 'us-west-2';

/** One group of two connectors, first in Virginia, then in Oregon, with ten calls a minute and nothing wrong. */
export function twoRegions(
  changes: {
    readonly seed?: number;
    readonly group?: Partial<GroupSpec>;
    readonly connector?: Partial<ConnectorSpec>;
    readonly faults?: readonly FaultSpec[];
  } & Pick<WorldSpec, 'controlPlane' | 'metrics'> = {},
): WorldSpec {
  const { group, connector, ...others } = changes;
  const quiet = { outboundCallsPerMinute: 0, ...connector };
  return {
    seed,
    startsAt,
    groups: [{ voiceConnectorGroupId: 'sales', callsPerMinute: 10, baselineFailureRatio: 0, ...group }],
    connectors: [
      { voiceConnectorId: 'east', region: virginia, ...quiet },
      { voiceConnectorId: 'west', region: oregon, ...quiet },
    ],
    ...others,
  };
}

/** Tries these connectors in this order. */
export function inOrder(...voiceConnectorIds: readonly string[]): readonly RoutedGroup[] {
  return prioritised(Object.fromEntries(voiceConnectorIds.map((id, index) => [id, index + 1])));
}

export function prioritised(
  priorities: Readonly<Record<string, number | undefined>>,
  callDistributionType: RoutedGroup['callDistributionType'] = 'PriorityWeightedDistribution',
): readonly RoutedGroup[] {
  const items = Object.entries(priorities).map(([voiceConnectorId, priority]) => ({ voiceConnectorId, priority }));
  return [{ voiceConnectorGroupId: 'sales', callDistributionType, items }];
}

export const eastFirst = inOrder('east', 'west');
export const westFirst = inOrder('west', 'east');

export function simulate(spec: WorldSpec, minutes: number, routing = eastFirst): readonly MinuteOfWorld[] {
  const world = createWorld(spec);
  return Array.from({ length: minutes }, () => world.runMinute(routing));
}

/** The ledger of the group, minute by minute. */
export function callCountsOf(minutes: readonly MinuteOfWorld[]): readonly GroupMinute[] {
  return minutes.map(({ groups }) => groups[0]!);
}

export function connectorOf(minutes: readonly MinuteOfWorld[], voiceConnectorId: string): readonly ConnectorMinute[] {
  return minutes.map(({ connectors }) => connectors.find((one) => one.voiceConnectorId === voiceConnectorId)!);
}

export function total<Row>(rows: readonly Row[], value: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + value(row), 0);
}

/** For so many trials of that probability: the bounds beyond which a count is worth four standard deviations. */
export function expectedShare(probability: number, trials: number): { readonly least: number; readonly most: number } {
  const deviation = 4 * Math.sqrt((probability * (1 - probability)) / trials);
  return { least: probability - deviation, most: probability + deviation };
}
