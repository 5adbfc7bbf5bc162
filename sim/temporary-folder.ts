/** Temporary folders that end with the process, also by a signal: a scenario takes minutes, and is often ended before. */
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = { readonly path: string; readonly remove: () => void };

const open = new Set<string>();

/** @param prefix of its name in the system's temporary folder */
export function temporaryFolder(prefix: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), prefix));
  open.add(path);
  endWithProcess();
  const remove = (): void => {
    rmSync(path, { recursive: true, force: true });
    open.delete(path);
  };
  return { path, remove };
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function endWithProcess(): void {
  if (process.listeners('exit').includes(removeAll)) return;
  process.once('exit', removeAll);
  for (const signal of signals) process.on(signal, exitBy);
}

function removeAll(): void {
  for (const path of open) rmSync(path, { recursive: true, force: true });
}

/** Without a listener a signal ends the process without the event `exit`. A listener of the program itself decides instead. */
function exitBy(signal: (typeof signals)[number]): void {
  if (process.listenerCount(signal) === 1) process.exit(128 + constants.signals[signal]);
}
