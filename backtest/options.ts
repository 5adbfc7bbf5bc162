/** The command lines of `npm run backtest` and `npm run export-history`. Parsing, help and suggestions are commander's. */
import { Command, CommanderError, InvalidArgumentError, type OutputConfiguration } from 'commander';
import { regionName } from '../lib/input/region-name.ts';

/** Where a history comes from. */
export type Source = {
  readonly days: number;
  readonly controlRegions: readonly string[];
  readonly monitorRegions: readonly string[];
  readonly policy: string;
  readonly cache: string;
  /** Goes on without asking. */
  readonly yes?: true;
};

export type BacktestOptions = Source & {
  readonly group?: string;
  readonly compare?: string;
  readonly input?: string;
  readonly allowGaps?: true;
  readonly report?: string;
};

export type ExportOptions = Source & { readonly out: string };

export type Parsed<Options> =
  | { readonly kind: 'options'; readonly options: Options }
  /** Help that was asked for, or a mistake in the command line. Its text has been written. */
  | { readonly kind: 'nothing'; readonly isMistake: boolean };

export type Output = { readonly out: (text: string) => void; readonly err: (text: string) => void };

export function parseBacktest(args: readonly string[], output: Output): Parsed<BacktestOptions> {
  const command = withSource(new Command('backtest'))
    .description(
      'Replays the monitor over the history of an account: every move that a policy would have made, and what it would have saved. Reads only.',
    )
    .option('--group <id>', 'reports this group only; the others are replayed too, because Regions are judged together')
    .option('--compare <file>', 'replays a second policy, and reports what differs')
    .option(
      '--input <file>',
      'a history in a .csv or .json file instead of the account; docs/backtest.md has the format',
    )
    .option('--allow-gaps', 'accepts a file without any row for more than a day')
    .option('--report <file>', 'writes the result as one HTML file');
  return parsed<BacktestOptions>(command, args, output);
}

export function parseExport(args: readonly string[], output: Output): Parsed<ExportOptions> {
  const command = withSource(new Command('export-history'))
    .description('Writes the history of an account to a file that npm run backtest reads. Reads only.')
    .requiredOption(
      '--out <file>',
      'a .csv file, beside which its .account.json is written, or a .json file',
      dataFile,
    );
  return parsed<ExportOptions>(command, args, output);
}

function withSource(command: Command): Command {
  return command
    .option('--days <number>', 'how many days before now, or before the end of the file, 1 to 63', daysFrom, 14)
    .option('--policy <file>', 'the policy', 'policy.yml')
    .option('--control-regions <names>', 'where groups are listed', regionsFrom, ['us-east-1', 'us-west-2'])
    .option('--monitor-regions <names>', 'where the monitor records its changes', regionsFrom, [
      'us-east-1',
      'us-west-2',
    ])
    .option('--cache <folder>', 'keeps what was read of whole days, so that a second try goes on', '.backtest')
    .option('--yes', 'does not ask before the reading that costs money');
}

function parsed<Options extends object>(
  command: Command,
  args: readonly string[],
  { out, err }: Output,
): Parsed<Options> {
  const texts: OutputConfiguration = { writeOut: out, writeErr: err };
  let options: Options | undefined;
  command
    .exitOverride()
    .configureOutput(texts)
    .showHelpAfterError('(--help shows every option)')
    .action((values: Options) => {
      options = values;
    });
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'nothing', isMistake: error.exitCode !== 0 };
  }
  return options === undefined ? { kind: 'nothing', isMistake: true } : { kind: 'options', options };
}

/** CloudWatch keeps values of five minutes for 63 days. */
const mostDays = 63;

function daysFrom(text: string): number {
  const days = Number(text);
  if (!Number.isSafeInteger(days) || days < 1 || days > mostDays) {
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${mostDays}.`);
  }
  return days;
}

function regionsFrom(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every((name) => regionName.test(name))) {
    throw new InvalidArgumentError('Expected Region names separated by commas, such as us-east-1,us-west-2.');
  }
  return [...new Set(names)];
}

function dataFile(text: string): string {
  if (!/\.(csv|json)$/.test(text)) throw new InvalidArgumentError('Expected a name that ends in .csv or .json.');
  return text;
}
