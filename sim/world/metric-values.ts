import type { Spread } from './minute.ts';
import { minutesOn } from './period.ts';
import type { MetricValue, MetricValuesSpec } from './spec.ts';

/** The values by hand of a connector's minute, under AWS's metric names. */
export function measurementsByHand(
  entries: readonly MetricValuesSpec[],
  voiceConnectorId: string,
  minute: number,
): readonly (readonly [string, Spread])[] {
  return entries
    .filter((entry) => entry.voiceConnectorId === voiceConnectorId && minutesOn(entry, minute, minute + 1) > 0)
    .flatMap(({ values }) => Object.entries(values))
    .map(([metricName, value]) => [metricName, spreadOf(value)]);
}

function spreadOf(value: MetricValue): Spread {
  if (typeof value === 'number') return { count: 1, sum: value, minimum: value, maximum: value };
  const { samples: count, sum, minimum, maximum } = value;
  return { count, sum, minimum, maximum };
}
