import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'scenario-command-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function scenario(...args: readonly string[]) {
  return new Promise<{ readonly code: number; readonly out: string; readonly err: string }>((resolve) => {
    const run = execFile(process.execPath, ['sim/scenario/main.ts', ...args], (_error, out, err) => {
      resolve({ code: run.exitCode ?? -1, out, err });
    });
  });
}

function story(expectations: string, more = ''): string {
  const file = join(folder, `${expectations.length}-${more.length}.yml`);
  writeFileSync(
    file,
    `title: all is well
shows: nothing happens
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

describe.concurrent('npm run scenario', { timeout: 60_000 }, () => {
  it('lists the scenarios, each with its sentence', async () => {
    const { code, out } = await scenario();
    expect(code).toBe(0);
    expect(out).toMatch(/^s02-gray-failure +us-east-1 fails 20 %/m);
  });

  it('prints a line a minute, then what was expected, and exits with 0', async () => {
    const { code, out } = await scenario(story('{ moves: [], writes: 0 }'));
    expect(code).toBe(0);
    expect(out.match(/^09:0\d .* hold: top-healthy$/gm)).toHaveLength(3);
    expect(out).toMatch(/^ok {6}no move\nok {6}every turn succeeds\nok {6}0 UpdateVoiceConnectorGroup requests$/m);
  });

  it('says what is not as expected and why, and exits with 1', async () => {
    const expectations =
      '{ moves: [], holds: [{ code: cooldown, seen: once, between: [1, 3] }], callsSaved: { atLeast: 1 } }';
    const { code, out } = await scenario(story(expectations));
    expect(code).toBe(1);
    expect(out).toMatch(/^FAILED {2}hold cooldown once in minutes 1 to 3: it was not$/m);
    expect(out).toMatch(/^FAILED {2}at least 1 calls saved: 0 were$/m);
  });

  it('prints JSON, and plays the seed it is told', async () => {
    const { code, out } = await scenario(story('{ moves: [], writes: 0 }'), '--json', '--seed', '7');
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

  it('plays another policy', async () => {
    const policy = join(folder, 'policy.yml');
    writeFileSync(policy, 'version: 1\nmetricDimensions: [VoiceConnectorId, Region]\n');
    const { code, out } = await scenario(story('{ moves: [] }', '# other policy'), '--policy', policy);
    expect(code).toBe(0);
    expect(out).toContain('vc-east 1 unknown (idle)');
  });

  it.each([
    ['an unknown name', ['no-such-story'], /Expected a file or one of .*, got no-such-story/],
    ['a wrong seed', ['s02', '--seed', 'x'], /--seed: Expected a whole number from 0 to 2147483648, got x/],
    ['an unknown option', ['--sed'], /--sed/],
    ['two names', ['s02', 's05'], /Expected one scenario, got s02, s05/],
    ['a file with mistakes', [story('{}')], /expect\.moves: .*got nothing/],
    ['a policy that is not there', ['s02', '--policy', 'none.yml'], /none\.yml/],
  ])('exits with 2 for %s', async (_case, args, message) => {
    const { code, err } = await scenario(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(message) as string });
  });
});
