/** The counts behind the report, for further analysis. */
import { curveOf } from './curve.ts';
import type { Findings } from './findings.ts';
import { drawOutage } from './fault-library.ts';
import { falseVerdictLines } from './report-recoveries.ts';
import { trafficName } from './worlds.ts';

export function rawCounts(findings: Findings): unknown {
  const { options, healthy, worlds, calibration, ledgers, delays, pooling } = findings;
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
    outages: Array.from({ length: ledgers.length === 0 ? 0 : scale.outages }, (_, index) => {
      const { kind, traffic, durationMinutes, size, standbySize = null } = drawOutage(seed, index);
      return [index, kind, trafficName(traffic), Math.round(durationMinutes), size, standbySize];
    }).map((row) => row.join('; ')),
    ledgerColumns: 'index; contender; failed; dropped; poor audio; moves; false moves; returns; minutes to move',
    ledgers: ledgers.map((ledger) =>
      [
        ledger.index,
        ledger.key,
        ledger.failed,
        ledger.dropped,
        ledger.poorAudio,
        ledger.moves,
        ledger.falseMoves,
        ledger.returns,
        ledger.minutesToMove?.toFixed(1) ?? '',
      ].join('; '),
    ),
    delays: [...delays, ...pooling].map(({ traffic, size, connectors, thresholds, delays: minutes }) => ({
      traffic: trafficName(traffic),
      size,
      connectors,
      thresholds,
      limit: minutes.limit.join(' '),
      glr: minutes.glr.join(' '),
      ours: minutes.ours.join(' '),
    })),
    falseVerdictColumns: 'index; recovery; arm; false moves; how; connector; minutes after the end; reason',
    falseVerdicts: falseVerdictLines(findings),
  };
}
