import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DelayJob, DelayResult } from '../../bench/delays.ts';
import { Journal } from '../../bench/journal.ts';

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
