/** What a command line of the documentation is, and whether it is well formed. An unknown kind or option is an error. */
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseBacktest, parseExport, type Output, type Parsed } from '../../backtest/options.ts';
import { readOptions } from '../../bench/options.ts';
import { readOptions as readTurnOptions } from '../../bench/turn/options.ts';
import { pageText } from './pages.ts';
import { parseCommand, type CommandLine } from './shell.ts';

export type SlsInvocation = {
  readonly functionName: string;
  readonly stage: string;
  readonly region: string;
  /** JSON, as `-d` or the file of `-p` has it. */
  readonly payload: string;
};

export type Kind =
  /** Nothing more to run: it was parsed and found well formed. */
  | { readonly kind: 'parsed' }
  /** `sls deploy`, `sls package`, `sls remove` */
  | { readonly kind: 'stack'; readonly stage: string; readonly region: string }
  | ({ readonly kind: 'invoke' } & SlsInvocation)
  /** `sls invoke local`, run as it is written. */
  | { readonly kind: 'invoke-local'; readonly functionName: string }
  /** A program of this repository that ends by itself. */
  | { readonly kind: 'program'; readonly file: string; readonly args: readonly string[] }
  /** The command line of the deployed functions. */
  | { readonly kind: 'vcf'; readonly args: readonly string[] }
  /** The local AWS, which must be ended. */
  | { readonly kind: 'server'; readonly file: string; readonly args: readonly string[] }
  | { readonly kind: 'aws'; readonly service: string; readonly operation: string }
  | { readonly kind: 'curl'; readonly url: string; readonly method: string; readonly body: string | undefined };

const packageJson = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** @throws Error for a command that does not work as it is written, or whose kind is not known here */
export function kindOf({ text }: CommandLine): Kind {
  const { tokens } = parseCommand(text);
  const [program, ...args] = tokens;
  switch (program) {
    case 'export':
      return exportOf(args);
    case 'npm':
      return npmOf(args);
    case 'npx':
      if (args[0] !== 'sls') throw new Error(`npx ${args[0] ?? ''} is not known here`);
      return slsOf(args.slice(1));
    case 'aws':
      return awsOf(args);
    case 'curl':
      return curlOf(args);
    case 'cp':
    case 'git':
      return rehearsed(text);
    default:
      throw new Error(`the program ${program ?? ''} is not known here`);
  }
}

const exportable = /^AWS_(?:ENDPOINT_URL|ACCESS_KEY_ID|SECRET_ACCESS_KEY|REGION|DEFAULT_REGION)=\S+$/;

function exportOf(args: readonly string[]): Kind {
  const wrong = args.find((arg) => !exportable.test(arg));
  if (wrong !== undefined || args.length === 0) throw new Error(`export ${wrong ?? ''} is not known here`);
  return { kind: 'parsed' };
}

function npmOf([command = '', ...rest]: readonly string[]): Kind {
  if (command === 'ci' && rest.length === 0) return { kind: 'parsed' };
  const [script = '', ...others] = command === 'run' ? rest : [command, ...rest];
  const separator = others.indexOf('--');
  const args = separator === -1 ? [] : others.slice(separator + 1);
  const before = separator === -1 ? others : others.slice(0, separator);
  if (before.length > 0) throw new Error(`npm takes ${before.join(' ')} for itself: it belongs after --`);
  const known = scripts[script];
  if (known === undefined || packageJson.scripts[script] === undefined) {
    throw new Error(`the script ${script} is not known here`);
  }
  return known(args);
}

/** By script of package.json, what its arguments mean. */
const scripts: Readonly<Record<string, (args: readonly string[]) => Kind>> = {
  start: (args) => ({ kind: args.includes('--serve') ? 'server' : 'program', file: 'sim/demo/main.ts', args }),
  scenario: (args) => ({ kind: 'program', file: 'sim/scenario/main.ts', args }),
  sim: (args) => ({ kind: 'server', file: 'sim/main.ts', args }),
  vcf: (args) => ({ kind: 'vcf', args }),
  console: consoleOf,
  config: (args) => ({ kind: 'program', file: 'scripts/check-config.ts', args }),
  release: (args) => rehearsed(`npm run release -- ${args.join(' ')}`),
  invoke: (args) => slsOf(['invoke', ...args]),
  'invoke:local': (args) => slsOf(['invoke', 'local', ...args]),
  package: (args) => (args.length === 0 ? { kind: 'parsed' } : slsOf(['package', ...args])),
  'test:run': suitesAt,
  backtest: (args) => parsedBy(parseBacktest, args),
  'export-history': (args) => parsedBy(parseExport, args),
  'bench:decisions': (args) => {
    readOptions(args);
    return { kind: 'parsed' };
  },
  'bench:turn': (args) => {
    readTurnOptions(args);
    return { kind: 'parsed' };
  },
  test: withoutArguments,
  'test:mutation': withoutArguments,
  'lint:template': withoutArguments,
};

/** test/console runs it: it needs a stage that is deployed. */
function consoleOf(args: readonly string[]): Kind {
  const options = { stage: { type: 'string' }, region: { type: 'string' }, port: { type: 'string' } } as const;
  const { stage, region } = parseArgs({ args: [...args], options }).values;
  if (stage === undefined || region === undefined) throw new Error('npm run console needs --stage and --region');
  return { kind: 'stack', stage, region };
}

/** It changes the repository: test/docs/deploy.test.ts runs it in a clone. */
function rehearsed(text: string): Kind {
  if (!pageText('docs/deploy.md').includes(text)) throw new Error(`docs/deploy.md has no ${text}`);
  return { kind: 'parsed' };
}

/** test/backtest runs it: fourteen days of one minute each take too long here. */
function parsedBy(parse: (args: readonly string[], output: Output) => Parsed<object>, args: readonly string[]): Kind {
  const texts: string[] = [];
  const write = (text: string): void => {
    texts.push(text);
  };
  const parsed = parse(args, { out: write, err: write });
  if (parsed.kind === 'nothing' && parsed.isMistake) throw new Error(texts.join(''));
  return { kind: 'parsed' };
}

function withoutArguments(args: readonly string[]): Kind {
  if (args.length > 0) throw new Error(`arguments are not known here: ${args.join(' ')}`);
  return { kind: 'parsed' };
}

function suitesAt(paths: readonly string[]): Kind {
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) throw new Error(`there is no ${missing}`);
  return { kind: 'parsed' };
}

function slsOf(args: readonly string[]): Kind {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      region: { type: 'string' },
      function: { type: 'string', short: 'f' },
      data: { type: 'string', short: 'd' },
      path: { type: 'string', short: 'p' },
    },
  });
  const { stage, region } = values;
  if (stage === undefined || region === undefined) {
    throw new Error('sls without --stage and --region addresses another deployment than the one that was made');
  }
  const command = positionals.join(' ');
  if (['deploy', 'package', 'remove', 'info'].includes(command)) return { kind: 'stack', stage, region };
  if (command !== 'invoke' && command !== 'invoke local') throw new Error(`sls ${command} is not known here`);
  const functionName = values.function ?? '';
  if (!existsSync(`functions/${functionName}.ts`)) throw new Error(`there is no function ${functionName}`);
  const payload = values.path === undefined ? (values.data ?? '{}') : readFileSync(values.path, 'utf8');
  JSON.parse(payload);
  return command === 'invoke local'
    ? { kind: 'invoke-local', functionName }
    : { kind: 'invoke', functionName, stage, region, payload };
}

function awsOf([service = '', operation = '']: readonly string[]): Kind {
  return { kind: 'aws', service, operation };
}

function curlOf(args: readonly string[]): Kind {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { request: { type: 'string', short: 'X' }, data: { type: 'string', short: 'd' } },
  });
  const [url = ''] = positionals;
  const prefix = '$AWS_ENDPOINT_URL';
  if (!url.startsWith(prefix)) throw new Error(`curl calls ${url}, which is not the local AWS`);
  const { data: body } = values;
  return {
    kind: 'curl',
    url: url.slice(prefix.length),
    method: values.request ?? (body === undefined ? 'GET' : 'POST'),
    body,
  };
}
