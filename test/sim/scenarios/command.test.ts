import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../command-line.ts';

const folder = mkdtempSync(join(tmpdir(), 'scenario-command-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function scenario(...args: readonly string[]) {
  return runCommandLine('sim/scenario/main.ts', args);
}

function scenarioFile(expectations: string, more = ''): string {
  const file = join(folder, `${expectations.length}-${more.length}.yml`);
  writeFileSync(
    file,
    `title: healthy
shows: no faults
warmUpMinutes: 6
minutes: 3
groups:
  - id: main-line
    members:
      - { id: vc-east, region: us-east-1, priority: 1 }
      - { id: vc-west, region: us-west-2, priority: 2 }
    calls: { perMinute: 24 }
expect: ${expectations}
${more}`,
  );
  return file;
}

describe.concurrent('npm run scenario', { timeout: 120_000 }, () => {
  it('lists the scenarios with their descriptions', async () => {
    const { code, out } = await scenario();
    expect(code).toBe(0);
    expect(out).toMatch(/^s02-gray-failure +us-east-1 fails 20 %/m);
  });

  it('prints the transcript, then the result of every expectation, and exits with 0', async () => {
    const { code, out } = await scenario(scenarioFile('{ moves: [], writes: 0 }'));
    expect(code).toBe(0);
    expect(out.match(/^09:01 .* hold: top-healthy$/gm)).toHaveLength(1);
    expect(out).toMatch(/^09:02–09:03 +\d+ +\d+ {2}unchanged, 2 min$/m);
    expect(out).toMatch(/^ok {6}no move\nok {6}every run succeeds\nok {6}0 UpdateVoiceConnectorGroup requests$/m);
  });

  it('explains unmet expectations and exits with 1', async () => {
    const expectations =
      '{ moves: [], holds: [{ code: cooldown, seen: once, between: [1, 3] }], callsSaved: { atLeast: 1 } }';
    const { code, out } = await scenario(scenarioFile(expectations));
    expect(code).toBe(1);
    expect(out).toMatch(/^FAILED {2}hold cooldown once in minutes 1 to 3: it did not occur$/m);
    expect(out).toMatch(/^FAILED {2}at least 1 calls saved: 0 were saved$/m);
  });

  it('prints JSON with --json, and uses the seed of --seed', async () => {
    const { code, out } = await scenario(scenarioFile('{ moves: [], writes: 0 }'), '--json', '--seed', '7');
    expect(code).toBe(0);
    const [first, , , last] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(first).toMatchObject({
      minute: 1,
      at: '2026-11-20T09:01:00.000Z',
      events: {},
      writes: 0,
    });
    expect(last).toMatchObject({
      seed: 7,
      expectations: [{ expected: 'no move', ok: true }, { ok: true }, { ok: true }],
    });
  });

  it('uses the policy of --policy', async () => {
    const policy = join(folder, 'policy.yml');
    writeFileSync(policy, 'version: 1\nmetricDimensions: [VoiceConnectorId, Region]\n');
    const { code, out } = await scenario(scenarioFile('{ moves: [] }', '# other policy'), '--policy', policy);
    expect(code).toBe(0);
    expect(out).toContain('vc-east 1 unknown (idle)');
  });

  it.each([
    ['an unknown name', ['no-such-scenario'], /Expected a file or one of .*, got no-such-scenario/],
    ['an invalid seed', ['s02', '--seed', 'x'], /--seed: Expected a whole number from 0 to 999999999, got x/],
    ['an unknown option', ['--sed'], /--sed/],
    ['two names', ['s02', 's05'], /Expected one scenario, got s02, s05/],
    ['an invalid file', [scenarioFile('{}')], /expect\.moves: .*got nothing/],
    ['a missing policy file', ['s02', '--policy', 'none.yml'], /none\.yml/],
  ])('exits with 2 for %s', async (_case, args, message) => {
    const { code, err } = await scenario(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) as string });
  });
});
