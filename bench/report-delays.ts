import { longestDelayMinutes, type DelayResult } from './delays.ts';
import type { Findings } from './findings.ts';
import { percent, rate, table } from './markdown.ts';
import { mean, quantile } from './statistics.ts';
import { falseMoveRate } from './tally.ts';
import { trafficName } from './worlds.ts';

/** What is promised beside the metric lag and one turn. */
const promisedFactor = 1.3;
const oneTurn = 1;

function spread(delays: readonly number[]): string {
  return `${mean(delays).toFixed(1)} (${quantile(delays, 0.5)})`;
}

function isKept(delays: readonly number[], limit: readonly number[]): boolean {
  return mean(delays) <= promisedFactor * mean(limit) + oneTurn;
}

function verdict(delays: readonly number[], limit: readonly number[]): string {
  return `${(mean(delays) / mean(limit)).toFixed(2)} ${isKept(delays, limit) ? 'kept' : '**missed**'}`;
}

export function delaysSection({ delays, healthy, calibration }: Findings): string {
  const rows = delays.map((result) => {
    const { limit, glr, ours } = result.delays;
    return [
      trafficName(result.traffic),
      percent(result.size),
      spread(limit),
      spread(glr),
      spread(ours),
      verdict(glr, limit),
      verdict(ours, limit),
      rate(falseMoveRate(healthy, 'ours', trafficName(result.traffic))),
    ];
  });
  const head = [
    'world',
    'fault',
    '(g) told CUSUM',
    'GLR',
    'ours',
    'GLR beside (g)',
    'ours beside (g)',
    'our false moves there',
  ];
  const keptBy = (detector: 'glr' | 'ours'): number =>
    delays.filter((result) => isKept(result.delays[detector], result.delays.limit)).length;
  return `## Minutes of a fault that must be seen

${table(head, rows)}

Mean (median) minutes of calls at the busiest hour's rate until the alarm, whole minutes only; after ${longestDelayMinutes} min one counts as that late. To act takes the metric lag and up to one turn more, for everybody. (g) and the GLR are calibrated to ${calibration.ratePerYear.toPrecision(2)} false alarms a group-year in the healthy worlds above, the budget that ours is given; the tails are exponential fits where the run is too short to count. Kept: at most ${promisedFactor} times (g) and one turn. Ours keeps it in ${keptBy('ours')} of ${delays.length} rows, the GLR in ${keptBy('glr')}.`;
}

export function poolingSection({ pooling }: Findings): string {
  const rows = pooling.map((result: DelayResult) => [
    trafficName(result.traffic),
    percent(result.size),
    String(result.connectors),
    spread(result.delays.limit),
    spread(result.delays.glr),
    spread(result.delays.ours),
  ]);
  const head = ['each connector', 'Region-wide fault', 'connectors', '(g), pooled', 'GLR, pooled', 'ours, first move'];
  return `## Region pooling moves the limit

${table(head, rows)}

The same Region-wide fault, seen by 1, 3 and 9 connectors. (g) and the GLR are given all calls of the Region as one stream.`;
}
