/** What serverless.yml adds to esbuild. */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'esbuild';

/**
 * The SDK describes the shapes of all operations of a service in one module, as `{ [_hQ]: … }` with `const _hQ = "httpQuery"`. For esbuild
 * a computed key may have a side effect, so that it keeps every shape of every operation, used or not.
 */
const literalKeysInSchemas: Plugin = {
  name: 'literal-keys-in-schemas',
  setup(build) {
    build.onLoad({ filter: /[\\/]dist-es[\\/]schemas[\\/]schemas_\d+\.js$/ }, async ({ path }) => ({
      contents: withLiteralKeys(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

export function withLiteralKeys(module: string): string {
  const texts = new Map(
    [...module.matchAll(/^const (\w+) = ("[^"\\]*");$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
  return module.replaceAll(/\[(\w+)\]:/g, (key, name: string) => {
    const text = texts.get(name);
    return text === undefined ? key : `${text}:`;
  });
}

export default [literalKeysInSchemas];
