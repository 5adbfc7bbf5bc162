/** How soon the groups of a Region are moved whose lines all fail at once: alone, and while another Region does not answer. */
import { publishFailures, steadyLines, type Lines } from './lines.ts';
import { milliseconds, ratio, seconds, type Finding, type Progress } from './findings.ts';
import type { Options, Part } from './options.ts';
import { criticalPath, isWrite } from './requests.ts';
import { Stage, type Measured } from './stage.ts';
import { minuteMs } from '../../lib/core/model/time.ts';

const faultMinutes = 10;
/** Neither the Region of the primaries nor that of their standbys. */
const thirdRegion = 'eu-central-1';

export async function failingRuns(
  { scale, seed, only }: Options,
  packageFolder: string,
  progress: Progress,
): Promise<Finding> {
  const rows: Row[] = [];
  for (const [part, name] of cases) {
    if (!only.includes(part)) continue;
    const lines: Lines = {
      ...steadyLines(scale.failingGroups, seed),
      places: ['us-east-1', 'us-west-2', part === 'failing' ? 'us-west-2' : thirdRegion],
    };
    const measured = await runWhileFailing(lines, packageFolder, part === 'hanging');
    rows.push({ name, groups: lines.groups, ...writesOf(measured) });
    progress(name);
  }
  return {
    title: 'All groups of a Region fail at once',
    meaning:
      'Half as many calls again fail for ten minutes, all at the primaries in us-east-1. Times from the start of the run to the answer of UpdateVoiceConnectorGroup. The critical path has the calls that were answered.',
    head: [
      'case',
      'written',
      'first ÷ critical',
      'last ÷ critical',
      'first',
      'last',
      'critical path',
      'run',
      'ended',
      'CPU of the monitor',
      'waited for a processor',
    ],
    rows: rows.map((row) => [
      row.name,
      `${row.written} of ${row.groups}`,
      ratio(row.firstMs / row.criticalMs),
      ratio(row.lastMs / row.criticalMs),
      milliseconds(row.firstMs),
      milliseconds(row.lastMs),
      milliseconds(row.criticalMs),
      milliseconds(row.runMs),
      row.outcome,
      seconds(row.cpuSeconds),
      seconds(row.waitSeconds),
    ]),
    data: rows,
  };
}

const cases: readonly (readonly [Part, string])[] = [
  ['failing', 'every Region answers'],
  ['hanging', `Chime and CloudWatch of ${thirdRegion} hang`],
];

type Row = Writes & { readonly name: string; readonly groups: number };

/** Times in milliseconds since the start of the run. */
type Writes = {
  readonly written: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly criticalMs: number;
  readonly runMs: number;
  readonly outcome: string;
  readonly cpuSeconds: number;
  readonly waitSeconds: number;
};

async function runWhileFailing(lines: Lines, packageFolder: string, hangs: boolean): Promise<Measured> {
  const stage = await Stage.set({ lines, packageFolder });
  try {
    await stage.run();
    const until = Math.floor(stage.now() / minuteMs) * minuteMs;
    publishFailures(stage.account, lines, { from: until - faultMinutes * minuteMs, until, ratio: 0.5 });
    if (hangs) stage.hang(thirdRegion);
    return await stage.run();
  } finally {
    await stage.close();
  }
}

export function writesOf({ run, requests, waitSeconds }: Measured): Writes {
  const accepted = requests.filter((request) => isWrite(request) && Number(request.status) < 300);
  const times = accepted.map(({ answeredAtMs }) => answeredAtMs - run.startedAtMs);
  return {
    written: new Set(accepted.map(({ resource }) => resource)).size,
    firstMs: times.length === 0 ? Number.NaN : Math.min(...times),
    lastMs: times.length === 0 ? Number.NaN : Math.max(...times),
    criticalMs: criticalPath(requests).toWriteMs,
    runMs: run.seconds * 1000,
    outcome: run.outcome,
    cpuSeconds: run.outcome === 'cut off' ? Number.NaN : run.cpuSeconds,
    waitSeconds,
  };
}
