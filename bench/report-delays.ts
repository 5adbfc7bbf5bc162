import { longestDelayMinutes, type DelayResult } from './delays.ts';
import type { Findings } from './findings.ts';
import { percent, rate, table } from './markdown.ts';
import { mean, quantile } from './statistics.ts';
import { falseMoveRate } from './tally.ts';
import { trafficName } from './worlds.ts';

/** The promised mean delay as a multiple of the limit's, in addition to the metric lag and one run. */
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
    '(g) informed CUSUM',
    'GLR',
    'this project',
    'GLR / (g)',
    'this project / (g)',
    "this project's false moves there",
  ];
  const keptBy = (detector: 'glr' | 'ours'): number =>
    delays.filter((result) => isKept(result.delays[detector], result.delays.limit)).length;
  return `## Minutes of a fault until the alarm

${table(head, rows)}

Mean (median) minutes of calls at the busiest hour's rate until the alarm, whole minutes only; an alarm after more than ${longestDelayMinutes} min counts as ${longestDelayMinutes}. The move follows after the metric lag and at most one more run, for every contender. (g) and the GLR are calibrated to ${calibration.ratePerYear.toPrecision(2)} false alarms a group-year in the healthy worlds above, which is this project's budget; their tails are exponential fits if the run is too short to count. Kept: at most ${promisedFactor} times (g) and one run. This project keeps the promise in ${keptBy('ours')} of ${delays.length} rows, the GLR in ${keptBy('glr')}.`;
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
  const head = [
    'each connector',
    'Region-wide fault',
    'connectors',
    '(g), pooled',
    'GLR, pooled',
    'this project, first move',
  ];
  return `## Region pooling

${table(head, rows)}

The same Region-wide fault with 1, 3 and 9 connectors. (g) and the GLR receive all calls of the Region as one stream.`;
}
