/** The two commands: options → history → result. */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { formatDuration } from '../lib/core/model/format.ts';
import { table } from '../lib/core/model/table.ts';
import { safeText } from '../lib/input/safe-text.ts';
import { UnreadablePolicyError, type Policy } from '../lib/input/policy.ts';
import { InvalidInputError } from '../lib/input/validation.ts';
import { loadPolicy } from '../infra/policy-text.ts';
import { backtest, lastDays, type PolicyResult, type Span } from './backtest.ts';
import { comparisonText } from './comparison.ts';
import { readHistory, writeHistory } from './history-file.ts';
import type { History } from './history.ts';
import type { Io } from './io.ts';
import { parseBacktest, parseExport, type BacktestOptions, type Source } from './options.ts';
import { AccountError, readAccount, type AccountHistory } from './read-account.ts';
import { assumptions, clockTime, findingsText, lineWidth } from './text.ts';
import { writeBacktestReport } from './to-report.ts';

const done = 0;
/** The command line, a file or the account is not as it must be: nothing was computed. */
const failed = 2;

export async function runBacktest(args: readonly string[], io: Io): Promise<number> {
  const parsed = parseBacktest(args, io);
  if (parsed.kind === 'nothing') return parsed.isMistake ? failed : done;
  return refusing(io, async () => {
    await backtestWith(parsed.options, io);
  });
}

export async function runExport(args: readonly string[], io: Io): Promise<number> {
  const parsed = parseExport(args, io);
  if (parsed.kind === 'nothing') return parsed.isMistake ? failed : done;
  const { out } = parsed.options;
  return refusing(io, async () => {
    requireFolderOf(out);
    const { history } = await fromAccount(parsed.options, loadPolicy(parsed.options.policy), io);
    const { rows } = await writeHistory(history, out);
    io.out(`${rows} rows written to ${out}: npm run backtest -- --input ${out}\n`);
  });
}

/** What the person can correct is printed without a stack trace. */
async function refusing(io: Io, act: () => Promise<void>): Promise<number> {
  try {
    await act();
    return done;
  } catch (error) {
    const isExpected =
      error instanceof InvalidInputError || error instanceof UnreadablePolicyError || error instanceof AccountError;
    if (!isExpected) throw error;
    io.err(`${safeText(error.message)}\n`);
    return failed;
  }
}

/** Reading and replaying take minutes: a file that cannot be written is refused before. @throws InvalidInputError */
function requireFolderOf(file: string): void {
  if (!existsSync(dirname(resolve(file))))
    throw new InvalidInputError(file, ['Expected a file in a folder that exists']);
}

async function backtestWith(options: BacktestOptions, io: Io): Promise<void> {
  if (options.report !== undefined) requireFolderOf(options.report);
  const { policy: file, compare } = options;
  const hasSameName = compare !== undefined && basename(compare) === basename(file);
  const named = (each: string) => ({ name: hasSameName ? each : basename(each), policy: loadPolicy(each) });
  const first = named(file);
  const policies = compare === undefined ? [first] : [first, named(compare)];
  const { history, from, until } = await historyFor(options, first.policy, io);
  requireGroup(history, options.group);
  const results: PolicyResult[] = [];
  for (const { name, policy } of policies) {
    const onReplayed = (end: number): void => {
      io.progress(`replaying ${name}`, (end - from) / (until - from));
    };
    results.push(selected(await backtest(history, { name, policy }, { from, until, onReplayed }), options.group));
  }
  print(results, { from, until }, io);
  if (options.report === undefined) return;
  writeBacktestReport(options.report, history, results);
  io.out(`\nReport written to ${options.report}\n`);
}

function print(results: readonly PolicyResult[], { from, until }: Span, io: Io): void {
  const line = (text = ''): void => {
    io.out(`${safeText(text)}\n`);
  };
  line(`Backtest from ${clockTime(from)} to ${clockTime(until)} UTC, ${formatDuration(until - from)}`);
  for (const { name, findings } of results) {
    line();
    line(`Policy ${name}`);
    line();
    findingsText(findings).forEach(line);
  }
  comparisonText(results).forEach(line);
  line('What the numbers rest on:');
  table(
    assumptions.map((text) => ['  -', text]),
    lineWidth,
  ).forEach(line);
}

async function historyFor(options: BacktestOptions, policy: Policy, io: Io): Promise<AccountHistory> {
  if (options.input === undefined) return fromAccount(options, policy, io);
  const history = await readHistory(options.input, { allowsGaps: options.allowGaps === true });
  return { history, ...lastDays(history, options.days) };
}

function fromAccount(source: Source, policy: Policy, io: Io): Promise<AccountHistory> {
  return readAccount(source, policy, {
    now: io.now,
    agrees: async (text) => {
      io.err(`${text}\n`);
      if (source.yes === true) return true;
      if (io.ask === undefined) throw new AccountError('nobody can be asked without a terminal: add --yes to go on');
      return io.ask('Go on?');
    },
    onPart: (part, all) => {
      io.progress('reading CloudWatch', part / all);
    },
    warn: (text) => {
      io.err(`warning: ${safeText(text)}\n`);
    },
  });
}

function requireGroup({ account }: History, group: string | undefined): void {
  const known = account.groups.flatMap(({ voiceConnectorGroupId, name }) => [voiceConnectorGroupId, name]);
  if (group === undefined || known.includes(group)) return;
  throw new InvalidInputError('the command line', [
    `--group: Expected one of ${[...new Set(known)].slice(0, 20).join(', ')}, got ${group}`,
  ]);
}

function selected(result: PolicyResult, group: string | undefined): PolicyResult {
  const isSelected = ({ group: { voiceConnectorGroupId, name } }: PolicyResult['findings'][number]): boolean =>
    group === undefined || group === voiceConnectorGroupId || group === name;
  return { ...result, findings: result.findings.filter(isSelected) };
}
