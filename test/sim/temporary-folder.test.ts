import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

/** What the program leaves if the signal ends it as soon as it has a temporary folder. */
async function endedBy(signal: NodeJS.Signals, ...program: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'ended-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const env = { ...process.env, TMPDIR: folder };
  const child = spawn(process.execPath, program, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = new Promise((resolve) => void child.on('close', resolve));
  await vi.waitUntil(() => readdirSync(folder).length > 0, { timeout: 30_000 });
  child.kill(signal);
  return { status: await ended, left: readdirSync(folder) };
}

describe('A temporary folder of the local AWS', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('ends with a scenario that %s ends', async (signal, status) => {
    const ended = await endedBy(signal, 'sim/scenario/main.ts', 's38-last-change-of-the-day');
    expect(ended).toEqual({ status, left: [] });
  });
});
