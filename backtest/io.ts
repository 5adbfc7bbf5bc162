/** The terminal: text, a progress bar, and the question whether to go on. */
import { createInterface } from 'node:readline/promises';
import type { Output } from './options.ts';

export type Io = Output & {
  /** In epoch milliseconds. */
  readonly now: () => number;
  /** Shows how far something is; does nothing without a terminal. */
  readonly progress: (what: string, share: number) => void;
  /** Undefined without a terminal: nobody can answer. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
};

const barWidth = 30;

export function processIo(): Io {
  const { stdin, stdout, stderr } = process;
  let shown = -1;
  return {
    now: Date.now,
    out: (text) => stdout.write(text),
    err: (text) => stderr.write(text),
    progress: (what, share) => {
      const percent = Math.floor(share * 100);
      if (!stderr.isTTY || percent === shown) return;
      shown = percent;
      const full = Math.round(share * barWidth);
      const bar = `${'#'.repeat(full)}${'-'.repeat(barWidth - full)}`;
      stderr.write(share >= 1 ? '\r\u001b[K' : `\r${what} [${bar}] ${percent} %`);
    },
    ask: stdin.isTTY
      ? async (question) => {
          const lines = createInterface({ input: stdin, output: stderr });
          try {
            return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
          } finally {
            lines.close();
          }
        }
      : undefined,
  };
}

/** The reader of a pipe, such as head, may have read enough. */
export function endGently(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}
