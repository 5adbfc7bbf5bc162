import { spawn } from 'node:child_process';

export type CommandResult = { readonly code: number | null; readonly out: string; readonly err: string };

/** Runs a command of `sim/` until it ends. With `endAfter` it is terminated as soon as it has printed this text. */
export function runCommandLine(
  script: string,
  args: readonly string[],
  { cwd, endAfter }: { readonly cwd?: string; readonly endAfter?: string } = {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...args], { cwd, timeout: 110_000 });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (endAfter !== undefined && out.includes(endAfter)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, out, err });
    });
  });
}
