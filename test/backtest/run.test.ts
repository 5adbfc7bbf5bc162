import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { writeHistory } from '../../backtest/history-file.ts';
import type { Io } from '../../backtest/io.ts';
import { planReading, priceOf, usdPerMillionMetrics } from '../../backtest/reading-plan.ts';
import { runBacktest, runExport } from '../../backtest/run.ts';
import { liveRun, minuteMs, useAws } from './live.ts';
import { day, historyOf, withFault } from './histories.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
});

function policyFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

type Ran = { readonly code: number; readonly out: string; readonly err: string };

async function ran(run: typeof runBacktest, args: readonly string[], changes: Partial<Io> = {}): Promise<Ran> {
  const texts = { out: '', err: '' };
  const code = await run(args, {
    now: Date.now,
    out: (text) => (texts.out += text),
    err: (text) => (texts.err += text),
    progress: () => undefined,
    ask: undefined,
    ...changes,
  });
  return { code, ...texts };
}

async function fileWithFault(): Promise<string> {
  const file = join(folder, 'history.csv');
  await writeHistory(historyOf(day, withFault), file);
  return file;
}

describe('a file to write in a folder that does not exist', () => {
  const file = '/nonexistent/history.csv';

  it.each([
    { name: 'a report', run: runBacktest, option: '--report' },
    { name: 'an exported history', run: runExport, option: '--out' },
  ])('is refused before anything is read: $name', async ({ run, option }) => {
    const { code, err } = await ran(run, [option, file]);
    expect(code).toBe(2);
    expect(err).toContain(`${file}: 1 problem\n  - Expected a file in a folder that exists`);
  });
});

describe('npm run backtest', () => {
  it('prints each move with its evidence, calls with and without, and the rate of false moves', async () => {
    const policy = policyFile('policy.yml', 'version: 1');
    const report = join(folder, 'out.html');
    const { code, out, err } = await ran(runBacktest, [
      '--input',
      await fileWithFault(),
      '--policy',
      policy,
      '--report',
      report,
    ]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Backtest from 2026-11-02 00:00 to 2026-11-03 00:00 UTC, 24 h$/m);
    expect(out).toMatch(/in the history +300 of 14400 calls failed \(2\.1 %\)/);
    expect(out).toMatch(
      /with this policy +\d+ of 14400 calls failed .*assumed for 7\.\d h after moves that were not made/,
    );
    expect(out).toMatch(
      /failover from vc-east to vc-west, not made in the history\n +why +vc-east \(us-east-1\) unhealthy: /,
    );
    expect(out).toMatch(/borne out: 150 of 300 calls failed \(50 %\) at vc-east in the 30 min after it/);
    expect(out).toContain(
      'false moves of this line at this policy: 0 a year (95 %: 0 to 1300, from 24 h); 0 of 1 failover unneeded',
    );
    expect(readFileSync(report, 'utf8')).toContain('<title>Backtest of Main line</title>');
  });

  it('compares two policies', async () => {
    const policy = policyFile('one.yml', 'version: 1');
    const window = '{ day: daily, from: "16:00", until: "18:00", timeZone: UTC, reason: works }';
    const other = policyFile('other.yml', `version: 1\ngroups: [{ group: main-line, maintenance: [${window}] }]`);
    const { out } = await ran(runBacktest, ['--input', await fileWithFault(), '--policy', policy, '--compare', other]);
    expect(out).toMatch(/one\.yml compared with other\.yml/);
    expect(out).toMatch(/moves +1 +0/);
    expect(out).toMatch(/2\d\d calls more fail with other\.yml/);
    expect(out).toMatch(/only one\.yml: 2026-11-02 16:4\d failover from vc-east to vc-west/);
  });

  it.each([
    [['--days', '0'], /--days.*Expected a whole number from 1 to 63/],
    [['--polcy', 'x'], /Did you mean --policy\?/],
    [['--policy', 'none.yml'], /cannot read the policy file none\.yml/],
  ])('refuses %s', async (args, message) => {
    const { code, out, err } = await ran(runBacktest, args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  it('refuses a group that the history does not have, and names those it has', async () => {
    const policy = policyFile('policy.yml', 'version: 1');
    const { code, err } = await ran(runBacktest, [
      '--input',
      await fileWithFault(),
      '--policy',
      policy,
      '--group',
      'line',
    ]);
    expect(code).toBe(2);
    expect(err).toContain('--group: Expected one of main-line, Main line, got line');
  });
});

describe('reading an account', () => {
  it('costs what docs/cost.md says that a metric costs, and says so before', async () => {
    expect(readFileSync('docs/cost.md', 'utf8')).toMatch(
      new RegExp(`CloudWatch metrics read .*\\| +${usdPerMillionMetrics} a million`),
    );
    const { parts } = planReading(14, Date.UTC(2026, 10, 20, 12));
    expect(priceOf(parts, 9)).toBeCloseTo(0.025, 3);
    const live = await liveRun(1, 1, []);
    useAws(live.aws);
    const now = () => live.until + 15 * minuteMs;
    live.aws.simulateUntil(now());
    const args = [
      '--days',
      '1',
      '--cache',
      join(folder, 'cache'),
      '--policy',
      live.policyFile,
      '--out',
      join(folder, 'h.csv'),
    ];
    const unasked = await ran(runExport, args, { now });
    expect(unasked).toMatchObject({
      code: 2,
      err: expect.stringMatching(/costs less than 0\.01 USD\.\nnobody can be asked .* add --yes/) as string,
    });
    const refused = await ran(runExport, args, { now, ask: () => Promise.resolve(false) });
    expect(refused).toMatchObject({ code: 2, err: expect.stringMatching(/nothing was read\n$/) as string });
    expect(existsSync(join(folder, 'h.csv'))).toBe(false);
    const written = await ran(runExport, [...args, '--yes'], { now });
    expect(written).toMatchObject({ code: 0, out: expect.stringMatching(/^\d{4} rows written to /) as string });
    const replayed = await ran(runBacktest, ['--input', join(folder, 'h.csv'), '--policy', live.policyFile]);
    expect(replayed).toMatchObject({
      code: 0,
      err: '',
      out: expect.stringContaining('Group Main line (main-line)') as string,
    });
  });

  it('of more than 15 days reads minutes of 15 days, and says from when on', () => {
    const now = Date.UTC(2026, 10, 20, 12);
    const { from, parts, missing } = planReading(30, now);
    expect(missing).toBe(
      'CloudWatch keeps values of a minute for 15 days: the 30 days are replayed from 2026-11-05T13:00:00.000Z on, and half hours of the time before only show what is usual',
    );
    expect(parts[0]).toMatchObject({ resolution: 'half-hour', from: Date.UTC(2026, 9, 21, 11, 30), until: from });
    expect(planReading(14, now).missing).toBeUndefined();
  });
});
