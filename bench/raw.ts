/** The counts behind the report, for further analysis. */
import { curveOf } from './curve.ts';
import type { Findings } from './findings.ts';
import { drawOutage, type Library } from './fault-library.ts';
import type { Ledger } from './outages.ts';
import { falseVerdictLines } from './report-recoveries.ts';
import { trafficName } from './worlds.ts';

export function rawCounts(findings: Findings): unknown {
  const { options, healthy, worlds, calibration, ledgers, refusals, delays, pooling } = findings;
  const { seed, scale } = options;
  return {
    seed,
    scale,
    calibration,
    ...(healthy.length > 0 && ledgers.length > 0 ? { curve: curveOf(findings) } : {}),
    healthy: [...healthy, ...worlds].map(({ world, days, falseMoves, falseVerdicts, mostPerOccasion, gate }) => ({
      world,
      days,
      falseMoves,
      falseVerdicts,
      mostPerOccasion,
      gate,
    })),
    outages: outageLines(seed, ledgers.length === 0 ? 0 : scale.outages, 'faults'),
    ledgerColumns: 'index; contender; failed; dropped; poor audio; moves; false moves; returns; minutes to move',
    ledgers: ledgers.map(ledgerLine),
    refusals: outageLines(seed, refusals.length === 0 ? 0 : scale.refusals, 'refusals'),
    refusalLedgers: refusals.map(ledgerLine),
    delays: [...delays, ...pooling].map(({ traffic, size, connectors, thresholds, delays: minutes }) => ({
      traffic: trafficName(traffic),
      size,
      connectors,
      thresholds,
      ...Object.fromEntries(Object.entries(minutes).map(([detector, all]) => [detector, all.join(' ')])),
    })),
    falseVerdictColumns: 'index; recovery; arm; false moves; how; connector; minutes after the end; reason',
    falseVerdicts: falseVerdictLines(findings),
  };
}

function outageLines(seed: number, outages: number, library: Library): readonly string[] {
  return Array.from({ length: outages }, (_, index) => {
    const { kind, traffic, durationMinutes, size, standbySize = null } = drawOutage(seed, index, library);
    return [index, kind, trafficName(traffic), Math.round(durationMinutes), size, standbySize].join('; ');
  });
}

function ledgerLine(ledger: Ledger): string {
  const { index, key, failed, dropped, poorAudio, moves, falseMoves, returns, minutesToMove } = ledger;
  return [index, key, failed, dropped, poorAudio, moves, falseMoves, returns, minutesToMove?.toFixed(1) ?? ''].join(
    '; ',
  );
}
