/**
 * One Serverless command at a time builds in a checkout. All of them use `.esbuild` and `.serverless`: two at once fail because of each
 * other's files, or package each other's policy.
 */
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 100;

/**
 * Waits until no running process has the lock. The end of this process releases it; one that was killed releases it too, because it does
 * not run any more.
 *
 * @param folder for the lock and nothing else
 * @param onWait called once, with the id of the process that has the lock, if there is one
 * @throws Error of the file system if the lock cannot be written
 */
export async function takeBuildLock(folder: string, onWait: (pid: number) => void): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // `sls invoke local` changes the working directory.
  const file = resolve(folder, 'lock');
  for (let isWaiting = false; !(await isTaken(file, resolve(folder, String(process.pid)))); isWaiting = true) {
    const holder = holderOf(file);
    if (holder === undefined || !isRunning(holder)) rmSync(file, { force: true });
    else if (!isWaiting) onWait(holder);
    await delay(retryMs);
  }
  process.once('exit', () => {
    if (holderOf(file) === process.pid) rmSync(file);
  });
}

/** A link, because it appears together with its content. */
async function isTaken(file: string, own: string): Promise<boolean> {
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    return false;
  } finally {
    rmSync(own);
  }
  // Another process that found the lock of one that was killed may have removed this one instead.
  await delay(retryMs / 2);
  return holderOf(file) === process.pid;
}

function holderOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
