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
      contents: withLiteralKeys(withErrorsOfParameters(path, await readFile(path, 'utf8'))),
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

/** Of Parameter Store, and of every operation. */
const errorsOfParameters = /Parameter|Throttl|TooMany|Internal|AccessDenied|Validation|InvalidKeyId|InvalidNextToken/;

/**
 * Systems Manager has 140 classes of errors, and registers all of them as its module is loaded. Parameter Store answers with few. An error
 * without a class of its own has the same name and message, as any error has that the SDK does not know.
 */
export function withErrorsOfParameters(path: string, module: string): string {
  if (!path.includes('client-ssm')) return module;
  return module.replaceAll(/^n0_registry\.registerError\(\w+\$, (\w+)\);$/gm, (line, name: string) =>
    errorsOfParameters.test(name) ? line : '',
  );
}

/**
 * The clients of S3 and of CloudWatch Logs load the part of the SDK that streams events as they are loaded themselves, and serverless.yml leaves
 * it out: a function could not start. Neither of the operations that are used, PutObject and FilterLogEvents, streams events.
 */
const withoutStreamsOfEvents: Plugin = {
  name: 'without-streams-of-events',
  setup(build) {
    const namespace = 'no-streams-of-events';
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ importer, path }) =>
      /[\\/]client-(?:s3|cloudwatch-logs)[\\/]/.test(importer) ? { namespace, path } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace }, () => ({
      contents:
        'export const eventStreamSerdeProvider = () => ({});\nexport const resolveEventStreamSerdeConfig = (config) => config;',
      loader: 'js',
    }));
  },
};

export default [literalKeysInSchemas, withoutStreamsOfEvents];
