import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { takeBuildLock } from '../../scripts/build-lock.ts';

function lockFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A process that takes the lock, prints what it sees, keeps the lock for a while and ends. */
const holder = `
  const { takeBuildLock } = await import('./scripts/build-lock.ts');
  const [, folder] = process.argv;
  await takeBuildLock(folder, () => undefined);
  console.log('begins');
  setTimeout(() => console.log('ends'), 200);
`;

function hold(folder: string, onOutput: (text: string) => void): Promise<number | null> {
  const args = ['--input-type=module', '-e', holder, folder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  child.stdout.on('data', (chunk: Buffer) => {
    onOutput(chunk.toString());
  });
  return new Promise((resolve) => void child.on('close', resolve));
}

describe('The lock of the commands that build', () => {
  it('lets them build one after the other, and is gone with the last one', async () => {
    const folder = lockFolder();
    const output: string[] = [];
    const ended = await Promise.all(Array.from({ length: 3 }, () => hold(folder, (text) => output.push(text))));
    expect(ended).toEqual([0, 0, 0]);
    expect(output.join('')).toBe('begins\nends\n'.repeat(3));
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  });

  it('is waited for as long as the process runs that has it', async () => {
    const folder = lockFolder();
    const holding = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    writeFileSync(join(folder, 'lock'), String(holding.pid));
    const waitedFor: number[] = [];
    await takeBuildLock(folder, (pid) => {
      waitedFor.push(pid);
      holding.kill('SIGKILL');
    });
    expect(waitedFor).toEqual([holding.pid]);
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
  });

  it('is taken from a process that was killed', async () => {
    const folder = lockFolder();
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    writeFileSync(join(folder, 'lock'), String(pid));
    await takeBuildLock(folder, () => {
      throw new Error('nothing to wait for');
    });
    expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(String(process.pid));
  });
});
