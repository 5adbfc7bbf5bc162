/** Runs `vcf` against a local AWS. */
import { run } from '../../cli/run.ts';
import { now } from '../wire-support/account.ts';

export type Ran = { readonly exitCode: number; readonly out: string; readonly err: string };

/** @param at what the clock of the person's computer shows, in epoch milliseconds */
export async function vcfAt(
  at: number,
  server: { readonly url: string } | undefined,
  ...args: readonly string[]
): Promise<Ran & { readonly progress: readonly string[] }> {
  const port = server === undefined ? '1' : new URL(server.url).port;
  const written = { out: '', err: '' };
  const progress: string[] = [];
  const exitCode = await run([...args, '--local', '--port', port], {
    now: () => at,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    progress: (text) => progress.push(text),
    hasColours: false,
  });
  return { exitCode, ...written, progress };
}

export async function vcf(
  aws: { readonly server: { readonly url: string } } | undefined,
  ...args: readonly string[]
): Promise<Ran> {
  const { exitCode, out, err } = await vcfAt(now, aws?.server, ...args);
  return { exitCode, out, err };
}
