/** A command line → a question to a function or to the log. Parsing, help and suggestions are commander's. */
import { userInfo } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Deployment } from './deployment.ts';
import { atFrom, sinceFrom, untilFrom, type Time } from './until.ts';

export type Question =
  /** To a function. */
  | { readonly kind: 'invoke'; readonly functionName: 'operate' | 'preflight'; readonly payload: object }
  /** To the log; times are in epoch milliseconds. */
  | {
      readonly kind: 'history';
      readonly group: string | undefined;
      readonly since: number;
      /** The file for the HTML report. */
      readonly report: string | undefined;
    }
  | { readonly kind: 'why'; readonly group: string | undefined; readonly at: number };

export type Request = {
  readonly deployment: Deployment;
  readonly question: Question;
  /** Prints the answer as JSON. */
  readonly isJson: boolean;
};

export type Parsed =
  | { readonly kind: 'request'; readonly request: Request }
  /** Help that was asked for, or a mistake in the command line. Its text has been written. */
  | { readonly kind: 'nothing'; readonly isMistake: boolean };

type Output = { readonly out: (text: string) => void; readonly err: (text: string) => void };

const localPort = 4599;

type Common = {
  readonly stage?: string;
  readonly region?: string;
  readonly local?: true;
  readonly port: number;
  readonly json?: true;
};

type Ordered = {
  readonly by: string;
  readonly reason: string;
  readonly force?: readonly string[];
  readonly until?: string;
  readonly dryRun?: true;
  readonly minutes?: number;
};

/** @param now in epoch milliseconds, from which durations count */
export function parseCommandLine(args: readonly string[], now: number, output: Output): Parsed {
  let request: Request | undefined;
  const program: Command = programWith(now, output, (question, common) => {
    const deployment = deploymentOf(common);
    if (deployment === undefined) program.error('error: Expected --stage and --region as deployed, or --local');
    request = { deployment, question, isJson: common.json === true };
  });
  try {
    program.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return { kind: 'nothing', isMistake: error.exitCode !== 0 };
  }
  return request === undefined ? { kind: 'nothing', isMistake: true } : { kind: 'request', request };
}

type Ask = (question: Question, common: Common) => void;

type Past = Common & { readonly group?: string };

function programWith(now: number, { out, err }: Output, ask: Ask): Command {
  const program = new Command('vcf')
    .description('Operates the failover monitor of Amazon Chime SDK Voice Connector groups.')
    .exitOverride()
    .configureOutput({ writeOut: out, writeErr: err })
    .showHelpAfterError('(--help shows how a command is written)');
  const add = (name: string, description: string): Command =>
    withCommon(program.command(name).description(description));

  add('status [group]', 'every group, what the monitor would decide now, and why').action(
    (group: string | undefined, common: Common) => {
      ask({ kind: 'invoke', functionName: 'operate', payload: { action: 'status', group } }, common);
    },
  );
  add('preflight [group]', 'whether each group could fail over right now').action(
    (groupId: string | undefined, common: Common) => {
      const payload = groupId === undefined ? {} : { groupId };
      ask({ kind: 'invoke', functionName: 'preflight', payload }, common);
    },
  );
  addPast(add, now, ask);
  const order = (action: string, common: Common & Ordered, more: object): void => {
    const { by, reason, force, until, dryRun, minutes } = common;
    const payload = { action, by, reason, force, until, dryRun, minutes, ...more };
    ask({ kind: 'invoke', functionName: 'operate', payload }, common);
  };
  withUntil(withOrder(add('pause <group>', 'the monitor does not change the group; "all" is every group')), now).action(
    (group: string, common: Common & Ordered) => {
      order('pause', common, { group });
    },
  );
  withOrder(add('resume <group>', 'removes a pause or a pin, or ends a drill early')).action(
    (group: string, common: Common & Ordered) => {
      order('resume', common, { group });
    },
  );
  withMove(
    withUntil(withOrder(add('pin <group> <members...>', 'puts the members in this order and keeps it')), now),
  ).action((group: string, members: readonly string[], common: Common & Ordered) => {
    order('pin', common, { group, order: members });
  });
  withMove(withOrder(add('switchover <group> <member>', 'moves the group to this Voice Connector now'))).action(
    (group: string, to: string, common: Common & Ordered) => {
      order('switchover', common, { group, to });
    },
  );
  withMove(withOrder(add('failback <group>', 'restores the preferred order of the policy'))).action(
    (group: string, common: Common & Ordered) => {
      order('failback', common, { group });
    },
  );
  withMove(withOrder(add('drill <group> [member]', 'moves the group to its standby, watches it, and moves it back')))
    .option('--minutes <number>', 'how long the standby carries the calls', wholeNumber)
    .action((group: string, to: string | undefined, common: Common & Ordered) => {
      order('drill', common, { group, to });
    });
  return program;
}

/** The commands that read the log. */
function addPast(add: (name: string, description: string) => Command, now: number, ask: Ask): void {
  withGroup(
    add('history [group]', 'what happened: faults, moves, overrides, drills, long holds, calls failed and saved'),
  )
    .addOption(
      timeOption('--since <time>', `the beginning: ${example}`, (text) => sinceFrom(text, now)).default(
        now - 12 * hourMs,
        '12h',
      ),
    )
    .option('--report <file>', 'writes the same as one HTML page too, with the calls and the verdicts of each minute')
    .action(
      (
        group: string | undefined,
        past: Past & { readonly since: number; readonly report?: string },
        command: Command,
      ) => {
        const { since, report } = past;
        ask({ kind: 'history', group: onlyGroup(group, past, command), since, report }, past);
      },
    );
  withGroup(add('why [group]', 'the decision of one minute, with its evidence and its alternatives'))
    .addOption(
      timeOption('--at <time>', `the minute: a time of day in UTC such as 03:12, or ${example}`, (text) =>
        atFrom(text, now),
      ).makeOptionMandatory(),
    )
    .action((group: string | undefined, past: Past & { readonly at: number }, command: Command) => {
      ask({ kind: 'why', group: onlyGroup(group, past, command), at: past.at }, past);
    });
}

function withGroup(command: Command): Command {
  return command.option('--group <group>', 'the same as the argument: an id or a name');
}

function onlyGroup(argument: string | undefined, { group }: Past, command: Command): string | undefined {
  if (argument !== undefined && group !== undefined && argument !== group) {
    command.error(`error: Expected one group, got ${argument} and --group ${group}`);
  }
  return argument ?? group;
}

const hourMs = 60 * 60_000;

const example = 'a duration such as 90m, 2h30m or 1d, or a time with its zone such as 2026-11-21T06:00:00Z';

function timeOption(flags: string, description: string, read: (text: string) => Time): Option {
  return new Option(flags, description).argParser((text: string) => {
    const time = read(text);
    if (time.kind === 'unreadable') throw new InvalidArgumentError(time.expected);
    return time.at;
  });
}

function withCommon(command: Command): Command {
  return command
    .option('--stage <name>', 'the stage as deployed')
    .option('--region <name>', 'the Region as deployed')
    .option('--local', 'the local AWS of npm run sim instead of a stage')
    .option('--port <number>', 'of the local AWS', wholeNumber, localPort)
    .option('--json', 'prints the answer as JSON');
}

function withOrder(command: Command): Command {
  return command
    .option('--by <name>', 'who orders it', userInfo().username)
    .requiredOption('--reason <text>', 'why')
    .option('--force <rules...>', 'the rules to override, as a refusal names them');
}

function withUntil(command: Command, now: number): Command {
  return command.requiredOption('--until <time>', example, (text: string) => {
    const until = untilFrom(text, now);
    if (until.kind === 'unreadable') throw new InvalidArgumentError(until.expected);
    return new Date(until.at).toISOString();
  });
}

function withMove(command: Command): Command {
  return command.option('--dry-run', 'reports what would be done, and changes nothing');
}

function wholeNumber(text: string): number {
  const value = Number(text);
  // Number('1e2') is 100, and Number('0x10') is 16.
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1)
    throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

/** A stack without its Region would be another stack, or none. */
function deploymentOf({ local, port, stage, region }: Common): Deployment | undefined {
  if (local !== undefined) return { kind: 'local', port };
  return stage === undefined || region === undefined ? undefined : { kind: 'stack', stage, region };
}
