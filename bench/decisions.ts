/** npm run bench:decisions: runs every contender in the same worlds, and writes the report. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { calibrationOf } from './calibration.ts';
import type { DelayResult } from './delays.ts';
import type { Findings } from './findings.ts';
import type { HealthyResult } from './healthy.ts';
import type { Job, JobResult } from './job.ts';
import { digestOfSources, Journal } from './journal.ts';
import { delayJobs, healthyJobs, outageJobs, poolingJobs, recoveryJobs, refusalJobs, worldJobs } from './jobs.ts';
import { readOptions, type Options } from './options.ts';
import type { OutageResult } from './outages.ts';
import { isSelected } from './parts.ts';
import { picture } from './picture.ts';
import { runAll } from './pool.ts';
import { rawCounts } from './raw.ts';
import type { RecoveryResult } from './recoveries.ts';
import { report } from './report.ts';

function isHealthy(result: JobResult): result is HealthyResult {
  return result.kind === 'healthy';
}
function isOutage(result: JobResult): result is OutageResult {
  return result.kind === 'outages';
}
function isDelay(result: JobResult): result is DelayResult {
  return result.kind === 'delays';
}
function isRecovery(result: JobResult): result is RecoveryResult {
  return result.kind === 'recoveries';
}

type Run = { readonly options: Options; readonly journal: Journal };

async function run(title: string, jobs: readonly Job[], { options, journal }: Run): Promise<readonly JobResult[]> {
  const startedAt = performance.now();
  const left = jobs.filter((job) => journal.resultOf(job) === undefined);
  if (left.length < jobs.length) {
    console.log(`${title}: ${jobs.length - left.length} of ${jobs.length} jobs were finished before the interruption`);
  }
  let shown = 0;
  const onProgress = (done: number, of: number): void => {
    const tenth = Math.floor((10 * done) / of);
    if (tenth === shown) return;
    shown = tenth;
    console.log(`${title}: ${tenth * 10} % after ${Math.round((performance.now() - startedAt) / 1000)} s`);
  };
  const onResult = (job: Job, result: JobResult): void => {
    journal.add(job, result);
  };
  await runAll(left, { threads: options.threads, onProgress, onResult });
  return jobs.flatMap((job) => journal.resultOf(job) ?? []);
}

async function findingsOf(current: Run): Promise<Findings> {
  const { options } = current;
  const runPart = async (part: string, jobs: () => readonly Job[]): Promise<readonly JobResult[]> =>
    isSelected(options.only, part) ? run(part, jobs(), current) : [];
  const healthy = (await runPart('healthy:steady', () => healthyJobs(options))).filter(isHealthy);
  const calibration = await calibrationOf(healthy, options.only);
  const worlds = (await run('healthy worlds', worldJobs(options), current)).filter(isHealthy);
  const outages = (await runPart('outages', () => outageJobs(options, calibration.limits))).filter(isOutage);
  const refusals = (await runPart('refusals', () => refusalJobs(options, calibration.limits))).filter(isOutage);
  const delays = (await runPart('delays', () => delayJobs(options, calibration))).filter(isDelay);
  const pooling = (await runPart('pooling', () => poolingJobs(options, calibration))).filter(isDelay);
  const recoveries = (await runPart('recoveries', () => recoveryJobs(options))).filter(isRecovery);
  return {
    options,
    healthy,
    worlds,
    calibration,
    ledgers: outages.flatMap(({ ledgers }) => ledgers),
    refusals: refusals.flatMap(({ ledgers }) => ledgers),
    delays,
    pooling,
    recoveries: recoveries.flatMap(({ ledgers }) => ledgers),
  };
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const startedAt = performance.now();
  console.log(
    `seed ${options.seed}${options.isFullSize ? '' : ', a part of the full size: too small to prove anything'}`,
  );
  const journal = new Journal(join(options.directory, 'finished.jsonl'), digestOfSources());
  const findings = await findingsOf({ options, journal });
  await write(findings);
  if (options.only.length === 0) journal.delete();
  console.log(report(findings));
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`seed ${options.seed}, ${seconds} s; written to ${options.directory}/decisions.{md,svg,json}`);
}

/** Formats the results with Prettier, because those of the full size are committed. */
async function write(findings: Findings): Promise<void> {
  const { directory } = findings.options;
  await mkdir(directory, { recursive: true });
  const style = await resolveConfig(join(directory, 'decisions.md'));
  const [markdown, json] = await Promise.all([
    format(report(findings), { ...style, parser: 'markdown' }),
    format(JSON.stringify(rawCounts(findings)), { ...style, parser: 'json' }),
  ]);
  await writeFile(join(directory, 'decisions.md'), markdown);
  await writeFile(join(directory, 'decisions.json'), json);
  const { healthy, ledgers } = findings;
  if (healthy.length > 0 && ledgers.length > 0) await writeFile(join(directory, 'decisions.svg'), picture(findings));
}

await main();
