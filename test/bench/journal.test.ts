import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DelayJob, DelayResult } from '../../bench/delays.ts';
import { Journal, sourcesOf } from '../../bench/journal.ts';

const traffic = { callsPerMinute: 10, baseline: 0.02 };
const thresholds = { limit: Infinity, glr: 9, focus: 9, 'shiryaev-roberts': 9, 'beta-binomial': 9 };

function aJob(seed: number): DelayJob {
  return { kind: 'delays', seed, traffic, size: 0.3, replicates: 1, connectors: 1, thresholds };
}
function aResult(seed: number): DelayResult {
  const delays = { limit: [3], glr: [4], focus: [4], 'shiryaev-roberts': [4], 'beta-binomial': [5], ours: [4] };
  return { ...aJob(seed), delays };
}

describe('the journal of a benchmark', () => {
  let directory = '';
  const path = (): string => join(directory, 'results', 'finished.jsonl');
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'journal-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  it('gives an interrupted run the results of its finished jobs, and of no others', () => {
    new Journal(path(), 'abc').add(aJob(1), aResult(1));
    const resumed = new Journal(path(), 'abc');
    expect(resumed.resultOf(aJob(1))).toEqual(aResult(1));
    expect(resumed.resultOf(aJob(2))).toBeUndefined();
    resumed.add(aJob(2), aResult(2));
    expect(new Journal(path(), 'abc').resultOf(aJob(2))).toEqual(aResult(2));
  });

  it('leaves out a line that was cut off by the interruption', () => {
    new Journal(path(), 'abc').add(aJob(1), aResult(1));
    appendFileSync(path(), '{"sources":"abc","job":"{');
    const resumed = new Journal(path(), 'abc');
    expect(resumed.resultOf(aJob(1))).toEqual(aResult(1));
    resumed.add(aJob(2), aResult(2));
    expect(new Journal(path(), 'abc').resultOf(aJob(2))).toEqual(aResult(2));
  });

  it('refuses results of other sources', () => {
    new Journal(path(), 'abc').add(aJob(1), aResult(1));
    expect(() => new Journal(path(), 'abd')).toThrow('holds results of other sources');
  });

  it('is empty after it was deleted', () => {
    const journal = new Journal(path(), 'abc');
    journal.add(aJob(1), aResult(1));
    journal.delete();
    expect(new Journal(path(), 'abd').resultOf(aJob(1))).toBeUndefined();
  });
});

describe('what the results of a job depend on', () => {
  const bench = join(import.meta.dirname, '../../bench');

  it('is the judge, the simulation and the contenders, and not what reports the results', () => {
    const sources = sourcesOf(join(bench, 'job.ts'));
    expect(sources).toEqual(
      expect.arrayContaining([
        join(bench, 'this-project.ts'),
        join(bench, 'contenders/glr.ts'),
        join(bench, '../lib/core/judge/evidence.ts'),
        join(bench, '../sim/world/callers.ts'),
      ]),
    );
    expect(sources).not.toContain(join(bench, 'report.ts'));
  });

  it('is each file that is imported, directly or not, for more than its types', () => {
    const directory = mkdtempSync(join(tmpdir(), 'sources-'));
    const write = (name: string, text: string): string => {
      writeFileSync(join(directory, name), text);
      return join(directory, name);
    };
    const entry = write('entry.ts', "import type { T } from './types.ts';\nimport {\n  one,\n} from './one.ts';\n");
    const one = write(
      'one.ts',
      "import './effect.ts';\nexport { two } from './two.ts';\nimport { join } from 'node:path';\n",
    );
    const [effect, two] = [write('effect.ts', ''), write('two.ts', "import { entry } from './entry.ts';\n")];
    expect(sourcesOf(entry)).toEqual([entry, one, effect, two]);
    rmSync(directory, { recursive: true });
  });
});
