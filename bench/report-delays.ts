import { descriptions, yardstickKinds } from './contender-spec.ts';
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

export function delaysSection(findings: Findings): string {
  const { delays, healthy, calibration } = findings;
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

Mean (median) minutes of calls at the busiest hour's rate until the alarm, whole minutes only; an alarm after more than ${longestDelayMinutes} min counts as ${longestDelayMinutes}. The move follows after the metric lag and at most one more run, for every contender. (g) and the GLR are calibrated to ${calibration.ratePerYear.toPrecision(2)} false alarms a group-year in the healthy worlds above, which is this project's budget; their tails are exponential fits if the run is too short to count. Kept: at most ${promisedFactor} times (g) and one run. This project keeps the promise in ${keptBy('ours')} of ${delays.length} rows, the GLR in ${keptBy('glr')}.

${yardsticksTable(findings)}`;
}

/** The yardsticks beside this project, by size of the fault: what is gained by another statistic at equal false alarms. */
function yardsticksTable({ delays }: Findings): string {
  const shown = [...yardstickKinds, 'ours'] as const;
  const rows = [...new Set(delays.map(({ size }) => size))].map((size) => {
    const ofSize = delays.filter((result) => result.size === size);
    return [
      percent(size),
      ...shown.map((detector) => {
        const factors = ofSize.map((result) => mean(result.delays[detector]) / mean(result.delays.limit));
        const kept = ofSize.filter((result) => isKept(result.delays[detector], result.delays.limit)).length;
        return `${mean(factors).toFixed(2)} (${kept} of ${ofSize.length})`;
      }),
    ];
  });
  return `### Other statistics at equal false alarms

${table(['fault', ...shown.map((kind) => descriptions[kind].name)], rows)}

Mean over the worlds of the delay divided by that of (g), and in how many worlds the promise is kept. Each statistic has in each world the threshold at which it raises as many false alarms there as this project's budget allows; no detector that must hold in every world with one threshold has that advantage. What their own stated thresholds allow is shown with the healthy worlds.`;
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
