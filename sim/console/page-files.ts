/** The files of the page. The script is bundled when it is first asked for, so that nobody has to build anything. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Reply } from '../wire/reply.ts';

const folder = `${import.meta.dirname}/page`;

/** Their order counts: a later rule wins over an earlier one of the same weight. */
const styles = ['base', 'head', 'panels', 'group', 'charts', 'faults', 'operate', 'events', 'narrow'];

/** No script, style or address but the server's own, and no frame of another page around this one. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export class PageFiles {
  #script: Promise<string> | undefined;

  async html(): Promise<Reply> {
    return reply('text/html; charset=utf-8', await readFile(`${folder}/page.html`, 'utf8'));
  }

  async style(): Promise<Reply> {
    const own = styles.map((name) => `${folder}/style/${name}.css`);
    const files = [fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css')), ...own];
    const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
    return reply('text/css; charset=utf-8', texts.join('\n'));
  }

  async script(): Promise<Reply> {
    this.#script ??= bundled();
    return reply('text/javascript; charset=utf-8', await this.#script);
  }
}

async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${folder}/main.tsx`],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    // The repository's tsconfig.json is for Node.
    tsconfigRaw: {},
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('');
}

function reply(contentType: string, body: string): Reply {
  const headers = {
    'content-type': contentType,
    'cache-control': 'no-store',
    'content-security-policy': contentSecurityPolicy,
    'x-content-type-options': 'nosniff',
  };
  return { status: 200, headers, body };
}
