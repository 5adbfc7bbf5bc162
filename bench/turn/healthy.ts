/** How much longer than its critical path a run takes that finds everything healthy. */
import { median, milliseconds, ratio, type Finding, type Progress } from './findings.ts';
import type { Options } from './options.ts';
import { criticalPath } from './requests.ts';
import { Stage, type Measured } from './stage.ts';
import { straightforwardRun } from './straightforward.ts';
import { steadyLines } from './lines.ts';

export async function healthyRuns(
  { scale, seed }: Options,
  packageFolder: string,
  progress: Progress,
): Promise<Finding> {
  const rows: Row[] = [];
  for (const groups of scale.healthyGroups) {
    const stage = await Stage.set({ lines: steadyLines(groups, seed), packageFolder });
    try {
      // The first run connects and compiles; Lambda's environment lives for hours.
      await stage.run();
      const runs: Measured[] = [];
      for (let run = 0; run < scale.healthyRuns; run += 1) runs.push(await stage.run());
      rows.push({ monitor: 'this project', groups, ...summary(runs) });
      if (groups <= mostForOther)
        rows.push({ monitor: 'one metric a call, in turn', groups, ...(await otherRun(stage)) });
    } finally {
      await stage.close();
    }
    progress(`healthy: ${groups} groups`);
  }
  return {
    title: 'A healthy run and its critical path',
    meaning: `Medians of ${scale.healthyRuns} runs of a warm process, three Voice Connectors a group, 24 calls a minute of which 1 % fail.`,
    head: [
      'monitor',
      'groups',
      'run ÷ critical path',
      'without waits for a processor',
      'run',
      'critical path',
      'CPU of the monitor',
      'CPU of the local AWS',
      'failed runs',
    ],
    rows: rows.map((row) => [
      row.monitor,
      String(row.groups),
      ratio(row.ratio),
      ratio(row.ratioWithoutWaits),
      milliseconds(row.runMs),
      milliseconds(row.criticalMs),
      milliseconds(row.monitorCpuMs),
      milliseconds(row.awsCpuMs),
      String(row.failedRuns),
    ]),
    data: rows,
  };
}

/** With more groups it takes minutes. */
const mostForOther = 100;

async function otherRun(stage: Stage): Promise<Summary> {
  const unknown = Number.NaN;
  const { runMs, criticalMs } = await stage.runOther((url) => straightforwardRun(url, stage.regions, stage.now()));
  const unmeasured = { ratioWithoutWaits: unknown, monitorCpuMs: unknown, awsCpuMs: unknown, failedRuns: 0 };
  return { ...unmeasured, ratio: runMs / criticalMs, runMs, criticalMs };
}

type Row = Summary & {
  readonly monitor: string;
  readonly groups: number;
};

type Summary = {
  readonly ratio: number;
  readonly ratioWithoutWaits: number;
  readonly runMs: number;
  readonly criticalMs: number;
  readonly monitorCpuMs: number;
  readonly awsCpuMs: number;
  readonly failedRuns: number;
};

function summary(measured: readonly Measured[]): Summary {
  const runs = measured.map(({ run, requests, awsCpuSeconds, waitSeconds }) => {
    const { wholeMs } = criticalPath(requests);
    const runMs = run.seconds * 1000;
    const monitorCpuMs = run.outcome === 'cut off' ? Number.NaN : run.cpuSeconds * 1000;
    const ratioWithoutWaits = (runMs - waitSeconds * 1000) / wholeMs;
    return {
      ratio: runMs / wholeMs,
      ratioWithoutWaits,
      runMs,
      criticalMs: wholeMs,
      monitorCpuMs,
      awsCpuMs: awsCpuSeconds * 1000,
    };
  });
  const medianOf = (name: keyof (typeof runs)[number]): number => median(runs.map((run) => run[name]));
  return {
    ratio: medianOf('ratio'),
    ratioWithoutWaits: medianOf('ratioWithoutWaits'),
    runMs: medianOf('runMs'),
    criticalMs: medianOf('criticalMs'),
    monitorCpuMs: medianOf('monitorCpuMs'),
    awsCpuMs: medianOf('awsCpuMs'),
    failedRuns: measured.filter(({ run }) => run.outcome !== 'succeeded').length,
  };
}
