/**
 * Every scenario meets its expectations and prints exactly its golden transcript. `UPDATE_GOLDEN=1 npx vitest run
 * test/sim/scenarios` regenerates the transcripts: read the diff before you commit it.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { loadScenario } from '../../../sim/scenario/format/load.ts';
import { scenarioFiles } from '../../../sim/scenario/library.ts';
import { runAndPrint } from '../../../sim/scenario/report.ts';
import { packagedPermissions } from '../../wire-support/permissions.ts';

const goldenFolder = join(import.meta.dirname, 'golden');
const isUpdating = process.env['UPDATE_GOLDEN'] === '1';
const scenarios = scenarioFiles().map((file) => ({ file, name: basename(file, '.yml') }));

describe.concurrent('The scenario', { timeout: 300_000 }, () => {
  it.each(scenarios)('$name', async ({ file, name }) => {
    const lines: string[] = [];
    const isAsExpected = await runAndPrint(
      loadScenario(file),
      { format: 'text', permissions: packagedPermissions(), packageFolder: inject('packageFolder') },
      (line) => lines.push(line),
    );
    const transcript = `${lines.join('\n')}\n`;
    expect(lines.filter((line) => line.startsWith('FAILED'))).toEqual([]);
    expect(isAsExpected).toBe(true);
    const golden = join(goldenFolder, `${name}.txt`);
    if (isUpdating) writeFileSync(golden, transcript);
    expect(transcript).toBe(existsSync(golden) ? readFileSync(golden, 'utf8') : 'no golden transcript yet');
  });
});

describe('The golden transcripts', () => {
  it('each belong to a scenario', () => {
    const names = scenarios.map(({ name }) => `${name}.txt`);
    expect(readdirSync(goldenFolder).filter((name) => !names.includes(name))).toEqual([]);
  });
});
