/** `vcf history` and `vcf why` against what happened in a simulated world. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import type { Entry } from '../../lib/history/entry.ts';
import { loadScenario } from '../../sim/scenario/format/load.ts';
import { scenarioFile } from '../../sim/scenario/library.ts';
import { runScenario, type ScenarioRun } from '../../sim/scenario/run.ts';
import { callsFailedByFaults, type MinuteOfWorld } from '../../sim/world/minute.ts';
import { vcfAt, type Ran } from './vcf.ts';

type JsonEntry = Omit<Entry, 'at'> & { readonly at: string };

/** Runs a scenario, and `vcf` at its end. */
class Lived {
  readonly name: string;
  truth: ScenarioRun | undefined;
  #ended: () => void = () => undefined;
  #running: Promise<unknown> = Promise.resolve();
  #vcf: (...args: readonly string[]) => Promise<Ran> = () => Promise.reject(new Error('not run yet'));

  constructor(name: string) {
    this.name = name;
  }

  async run(): Promise<void> {
    const scenario = loadScenario(scenarioFile(this.name));
    const ended = Promise.withResolvers<undefined>();
    this.#ended = () => {
      ended.resolve(undefined);
    };
    const atEnd = Promise.withResolvers<undefined>();
    this.#running = runScenario(scenario, {
      packageFolder: inject('packageFolder'),
      onEnd: async ({ clock, server }) => {
        this.#vcf = (...args) => vcfAt(clock.now(), server, ...args);
        atEnd.resolve(undefined);
        await ended.promise;
      },
    }).then((run) => (this.truth = run));
    await Promise.race([atEnd.promise, this.#running]);
  }

  vcf(...args: readonly string[]): Promise<Ran> {
    return this.#vcf(...args);
  }

  async history(...args: readonly string[]): Promise<readonly JsonEntry[]> {
    const { exitCode, out, err } = await this.vcf('history', ...args, '--json');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    return (JSON.parse(out) as { entries: JsonEntry[] }).entries;
  }

  /** What `history --report` writes, beside the text. */
  async page(): Promise<string> {
    const file = join(mkdtempSync(join(tmpdir(), 'history-')), 'out.html');
    onTestFinished(() => {
      rmSync(dirname(file), { recursive: true });
    });
    const { exitCode, out, err } = await this.vcf('history', 'main-line', '--since', '1h', '--report', file);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toMatch(/^main-line, from .* entries$/m);
    return readFileSync(file, 'utf8');
  }

  async end(): Promise<ScenarioRun> {
    this.#ended();
    await this.#running;
    if (this.truth === undefined) throw new Error('the scenario did not end');
    return this.truth;
  }
}

function texts(entries: readonly JsonEntry[], what: Entry['what']): readonly string[] {
  return entries.filter((each) => each.what === what).map(({ at, text }) => `${at.slice(11, 16)} ${text}`);
}

function failedByFaults(minutes: readonly MinuteOfWorld[], from: number, until: number): number {
  const groups = minutes.slice(from, until).flatMap((minute) => minute.groups);
  return groups.reduce((sum, group) => sum + callsFailedByFaults(group), 0);
}

describe('the history of a pause during an outage', { timeout: 300_000 }, () => {
  const lived = new Lived('s27-pause-runs-out');
  let entries: readonly JsonEntry[] = [];

  beforeAll(async () => {
    await lived.run();
    entries = await lived.history('--since', '2h');
  }, 300_000);
  afterAll(() => lived.end());

  it('has every step of the incident at its minute', () => {
    const steps = entries.map(({ at, what }) => `${at.slice(11, 16)} ${what}`);
    expect(steps).toEqual([
      '09:01 override',
      '09:05 first bad minute',
      '09:09 proof',
      '09:20 override',
      '09:20 write',
      '09:20 verified',
      '09:22 green',
      '09:22 fault not seen',
      '09:29 impact',
    ]);
  });

  it('names who paused the group, and why', () => {
    expect(texts(entries, 'override')).toEqual([
      expect.stringMatching(/^09:01 paused for 19 min: .*\bops\b.*change freeze/),
      expect.stringMatching(/^09:20 pause by ops expired: change freeze/),
    ]);
  });

  it('counts the calls that the fault failed before the move, and those that the move saved', async () => {
    const [impact = ''] = texts(entries, 'impact');
    const numbers = /: about (\d+) \((\d+) to (\d+)\) of \d+, .*: about (\d+) \((\d+) to (\d+)\)$/.exec(impact);
    const [saved = 0, savedLeast = 0, savedMost = 0, failed = 0, failedLeast = 0, failedMost = 0] = (
      numbers?.slice(1) ?? []
    ).map(Number);
    const { minutes, withoutMonitor } = await lived.end();
    const calls = minutes.map((minute) => minute.calls);
    // Minute 20 of the scenario is the last one before the move; its calls are the twentieth of the list.
    const failedTruth = failedByFaults(calls, 4, 20);
    const savedTruth = failedByFaults(withoutMonitor, 20, 29) - failedByFaults(calls, 20, 29);
    expect(Math.abs(failed / failedTruth - 1), `${impact} ${failedTruth}`).toBeLessThan(0.1);
    expect(Math.abs(saved / savedTruth - 1), `${impact} ${savedTruth}`).toBeLessThan(0.15);
    expect([failedLeast <= failedTruth, failedTruth <= failedMost]).toEqual([true, true]);
    expect([savedLeast <= savedTruth, savedTruth <= savedMost], `${impact} ${savedTruth}`).toEqual([true, true]);
  });
});

describe('the past of a gray failure', { timeout: 300_000 }, () => {
  const lived = new Lived('s02-gray-failure');
  beforeAll(() => lived.run(), 300_000);
  afterAll(() => lived.end());

  it('has the failover, the long hold and the way back', async () => {
    const entries = await lived.history('main-line');
    expect(texts(entries, 'write')).toEqual([expect.stringMatching(/^09:09 failover from vc-east to vc-west; /)]);
    expect(texts(entries, 'hold')).toEqual([expect.stringMatching(/^09:10 failback-hold for 29 min: /)]);
    expect(texts(entries, 'back')).toEqual([expect.stringMatching(/^09:45 failback from vc-west to vc-east; /)]);
    expect(texts(entries, 'first bad minute')).toEqual(['09:05 of vc-east, as found at the proof']);
  });

  it('is one HTML page with the calls, the verdicts and both moves', async () => {
    const page = await lived.page();
    expect(page).toContain('<td data-label="move">failover from vc-east to vc-west</td>');
    expect(page).toContain('<td data-label="move">failback from vc-west to vc-east</td>');
    // Verdicts as a table, and the times of the primaries.
    expect(page).toMatch(/data-label="Voice Connector">vc-east<\/td>.*data-label="verdict">unhealthy/);
    expect(page).toMatch(/data-label="for">36 min<\/td><td data-label="Voice Connector">vc-west/);
    const [, calls] = /<dt>calls<\/dt><dd>(\d+)/.exec(page) ?? [];
    expect(Number(calls)).toBeGreaterThan(1000);
  });

  it('says that a report could not be written', async () => {
    const { exitCode, err } = await lived.vcf('history', '--since', '1h', '--report', '/nonexistent/out.html');
    expect(exitCode).toBe(2);
    expect(err).toMatch(/^\/nonexistent\/out.html was not written: ENOENT/);
  });

  it('shows a day above its lines, with the times in UTC', async () => {
    const { exitCode, out } = await lived.vcf('history', '--since', '1h');
    const [summary, day, first] = out.split('\n');
    expect({ exitCode, summary, day }).toEqual({
      exitCode: 0,
      summary: 'every group, from 2026-11-20T08:50:04Z to 2026-11-20T09:50:04Z: 11 entries',
      day: '2026-11-20 (UTC)',
    });
    expect(first).toBe('09:05:00  main-line  first bad minute  of vc-east, as found at the proof');
  });

  it('explains the decision of a minute as it was logged, with its evidence and its alternatives', async () => {
    const { exitCode, out } = await lived.vcf('why', '--at', '09:09', '--group', 'main-line');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^main-line \(main-line\) {2}mode enforce, logged 2026-11-20T09:09:04.000Z by run \S+\n/);
    expect(out).toMatch(/^ {2}decision: failover: vc-east \(us-east-1\) unhealthy: 18 of 69 calls failed in 3 min/m);
    expect(out).toMatch(/^ {2}outcome: applied: accepted by AWS/m);
    expect(out).toMatch(/^ {4}1 {2}vc-east {2}us-east-1 {2}unhealthy: 18 of 69 calls failed in 3 min/m);
    expect(out).toMatch(/^ {2}alternatives:\n {4}no other member/m);
  });

  it('recomputes a minute without a logged decision, and says so', async () => {
    const { exitCode, out } = await lived.vcf('why', 'main-line', '--at', '2026-11-20T08:59Z');
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /^no run logged a decision at 2026-11-20T08:59Z; none in the 15 min before, the nearest after: 2026-11-20T09:01Z\nrecomputed from the metrics of that time; order, standby signals, overrides and policy are those of now:\n/,
    );
    expect(out).toContain('one group at 2026-11-20T08:59:00.000Z');
    expect(out).toMatch(/vc-east .*healthy/);
  });
});

describe('the past of a drill', { timeout: 300_000 }, () => {
  const lived = new Lived('s31-drill-standby-failing');
  beforeAll(() => lived.run(), 300_000);
  afterAll(() => lived.end());

  it('is one HTML page with both moves, the result, and the calls and verdicts of the standby', async () => {
    const page = await lived.page();
    const moves = [...page.matchAll(/<td data-label="move">([^<]*)/g)].map(([, move]) => move);
    expect(moves).toEqual(['drill from vc-east to vc-west', 'restore from vc-west to vc-east']);
    expect(page).toMatch(/<dt>drill<\/dt><dd>failed *<small>vc-west \(us-west-2\): \d+ of \d+ calls failed/);
    expect(page).toContain('failed (standby-impaired), ordered by ops: ');
    expect(page).toMatch(/data-label="Voice Connector">vc-west<\/td>.*data-label="verdict">/);
  });
});
