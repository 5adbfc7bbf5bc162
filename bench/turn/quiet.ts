/** Many quiet lines: healthy ones, and those of a Region that fails some of their calls, with the processor share of Lambda. */
import { canLimit, lambdaShare, limitCpu } from './cpu-limit.ts';
import { writesOf } from './failing.ts';
import { publishFailures, steadyLines, type Lines } from './lines.ts';
import { megabytes, seconds, type Finding, type Progress } from './findings.ts';
import type { Options } from './options.ts';
import { countOf, intentsIn } from './requests.ts';
import { Stage } from './stage.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

const faultMinutes = 15;

function quietLines(groups: number, seed: number): Lines {
  return { ...steadyLines(groups, seed), callsPerMinute: 1 };
}

/** Four hours of minutes, because suspects are asked for them. */
const suspectMinutes = 255;

export async function quietFaults(options: Options, packageFolder: string, progress: Progress): Promise<Finding> {
  const rows = [];
  for (const groups of options.scale.quietFailingGroups) {
    const lines = { ...quietLines(groups, options.seed), minutes: suspectMinutes };
    const stage = await Stage.set({ lines, packageFolder });
    try {
      await stage.run();
      const until = Math.floor(stage.now() / minuteMs) * minuteMs;
      publishFailures(stage.account, lines, { from: until - faultMinutes * minuteMs, until, ratio: 0.5 });
      const endLimit = canLimit ? limitCpu({ pid: stage.monitor.pid, share: lambdaShare }) : undefined;
      const measured = await stage.run();
      await endLimit?.();
      const { requests, run } = measured;
      const peakMegabytes = run.outcome === 'cut off' ? Number.NaN : run.peakMegabytes;
      rows.push({ groups, begun: intentsIn(requests), ...writesOf(measured), peakMegabytes, ...countOf(requests) });
    } finally {
      await stage.close();
    }
    progress(`quiet-fault: ${groups} groups`);
  }
  return {
    title: 'A gray fault of a Region with quiet lines',
    meaning: `A call a minute and line, half as many again fail for ${faultMinutes} minutes. ${canLimit ? `The monitor has ${lambdaShare.toFixed(3)} of a processor, as with 512 MB in Lambda.` : 'The share of a processor could not be limited on this system.'} All groups are due; a move has begun once its intent is published. Lambda cuts a run off after 50 s; the monitor stops its work before.`,
    head: [
      'groups',
      'begun',
      'written',
      'first',
      'last',
      'run',
      'ended',
      'CPU of the monitor',
      'waited for a processor',
      'peak memory',
      'requests',
    ],
    rows: rows.map((row) => [
      String(row.groups),
      String(row.begun),
      String(row.written),
      seconds(row.firstMs / 1000),
      seconds(row.lastMs / 1000),
      seconds(row.runMs / 1000),
      row.outcome,
      seconds(row.cpuSeconds),
      seconds(row.waitSeconds),
      megabytes(row.peakMegabytes),
      String(Object.values(row.byOperation).reduce((total, each) => total + each, 0)),
    ]),
    data: rows,
  };
}

export async function quietRun({ scale, seed }: Options, packageFolder: string, progress: Progress): Promise<Finding> {
  const groups = scale.quietGroups;
  const stage = await Stage.set({ lines: quietLines(groups, seed), packageFolder });
  try {
    const rows = [];
    for (const name of ['cold', 'warm']) {
      const { run, requests, waitSeconds } = await stage.run();
      const used = run.outcome === 'cut off' ? { cpuSeconds: Number.NaN, peakMegabytes: Number.NaN } : run;
      const { cpuSeconds, peakMegabytes } = used;
      const row = { cpuSeconds, peakMegabytes, waitSeconds, ...countOf(requests) };
      rows.push({ name, outcome: run.outcome, runSeconds: run.seconds, ...row });
      progress(`quiet: ${groups} groups, ${name}`);
    }
    return {
      title: `A run over ${groups} quiet healthy groups`,
      meaning: `A call a minute and line. With the share of Lambda at 512 MB the CPU time alone takes ${(1 / lambdaShare).toFixed(1)} times as long.`,
      head: [
        'process',
        'ended',
        'run',
        'waited for a processor',
        'CPU',
        'CPU at the share of Lambda',
        'peak memory',
        'metrics',
      ],
      rows: rows.map((row) => [
        row.name,
        row.outcome,
        seconds(row.runSeconds),
        seconds(row.waitSeconds),
        seconds(row.cpuSeconds),
        seconds(row.cpuSeconds / lambdaShare),
        megabytes(row.peakMegabytes),
        String(row.metrics),
      ]),
      data: rows,
    };
  } finally {
    await stage.close();
  }
}
