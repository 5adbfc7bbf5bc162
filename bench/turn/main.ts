/** npm run bench:turn: the packaged monitor's run against a local AWS whose answers take time. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { packageInto } from '../../scripts/package-into.ts';
import { table } from '../markdown.ts';
import type { Finding, Progress } from './findings.ts';
import { coreGrowth } from './core-growth.ts';
import { requestCounts } from './counts.ts';
import { failingRuns } from './failing.ts';
import { healthyRuns } from './healthy.ts';
import { quietFaults, quietRun } from './quiet.ts';
import { readOptions, type Options, type Part } from './options.ts';
import { shardedMinutes } from './shards.ts';
import { latency } from './stage.ts';

type Benchmark = (options: Options, packageFolder: string, progress: Progress) => Promise<Finding>;

const benchmarks: readonly (readonly [readonly Part[], Benchmark])[] = [
  [['healthy'], healthyRuns],
  [['failing', 'hanging'], failingRuns],
  [['quiet-fault'], quietFaults],
  [['counts'], requestCounts],
  [['quiet'], quietRun],
  [['shards'], shardedMinutes],
  [['core'], coreGrowth],
];

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const startedAt = performance.now();
  const progress = (line: string): void => {
    console.log(`${String(Math.round((performance.now() - startedAt) / 1000)).padStart(5)} s  ${line}`);
  };
  const folder = mkdtempSync(join(tmpdir(), 'bench-turn-'));
  try {
    const packageFolder = join(folder, 'package');
    mkdirSync(packageFolder);
    packageInto(packageFolder);
    progress('packaged');
    const findings: Finding[] = [];
    for (const [needed, run] of benchmarks) {
      if (!needed.some((part) => options.only.includes(part))) continue;
      findings.push(await run(options, packageFolder, progress));
      // After each part, because the next one may take minutes.
      await write(options, findings);
    }
    console.log(`\n${report(options, findings)}\nwritten to ${options.directory}/turn.{md,json}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function report({ seed, isQuick }: Options, findings: readonly Finding[]): string {
  const size = isQuick ? 'a small sample' : 'the full size';
  const intro = `Seed ${seed}, ${size}, Node.js ${process.versions.node}, ${cpus().length} processors. Every answer of AWS takes a log-normal time: median ${latency.medianMs} ms, sigma ${latency.sigma}. Ratios compare times of one run; the times themselves depend on the machine and on what else it does. [README](../README.md) explains them.`;
  const sections = findings.map(
    ({ title, meaning, head, rows }) => `## ${title}\n\n${meaning}\n\n${table(head, rows)}\n`,
  );
  return ['# The monitor’s run\n', `${intro}\n`, ...sections].join('\n');
}

async function write(options: Options, findings: readonly Finding[]): Promise<void> {
  const { directory } = options;
  const text = report(options, findings);
  await mkdir(directory, { recursive: true });
  const data = Object.fromEntries(findings.map((finding) => [finding.title, finding.data]));
  const style = await resolveConfig(join(directory, 'turn.md'));
  await writeFile(join(directory, 'turn.md'), await format(text, { ...style, parser: 'markdown' }));
  await writeFile(join(directory, 'turn.json'), await format(JSON.stringify(data), { ...style, parser: 'json' }));
}

await main();
