/**
 * Every temporary folder of a run of the tests, of the suites and of the programs that they start is inside one that ends with the run.
 * A suite that leaves something in it fails the run.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

/** For this process, whose end removes it. Vitest keeps a folder of its own in it. */
export function useOwnTemporaryFolder(): void {
  const folder = mkdtempSync(join(tmpdir(), 'failover-tests-'));
  process.env['TMPDIR'] = folder;
  process.once('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  // Without a listener a signal ends the process without the event `exit`.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
}

const suites = 'suites';

/** Vitest calls it once for each project, before its suites start. @returns the check after the last one */
export default function useFolderForSuites({ config }: TestProject): () => void {
  const parent = tmpdir();
  const folder = parent.endsWith(suites) ? parent : join(parent, suites);
  mkdirSync(folder, { recursive: true });
  process.env['TMPDIR'] = folder;
  return () => {
    // With -t, a suite without a test to run runs no hook either, and keeps what it made when it was read.
    if (config.testNamePattern !== undefined) return;
    const left = readdirSync(folder);
    if (left.length > 0) throw new Error(`The tests left ${left.length} entries in ${folder}: ${left.join(', ')}`);
  };
}
