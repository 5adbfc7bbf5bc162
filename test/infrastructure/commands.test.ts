/** The command lines in alarms and messages: complete, and accepted by a shell and by the function. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCommandLine, type Request } from '../../cli/request.ts';
import { formatVcfCommand } from '../../infra/commands.ts';
import { parseCommand } from '../../lib/operate/command.ts';
import { template } from './template.ts';

/** Every text of the packaged template. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A command is the rest of its line; a line of a message ends with the quote of its JSON string. */
function commandsIn(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => [...line.replace(/^"(.*)"$/, '$1').matchAll(/(?:npx sls|npm run) .*$/g)])
    .map(([command]) => command);
}

const commands = [...new Set(textsIn(template).flatMap(commandsIn))];

/** The arguments that a shell passes to a program for a command. */
function shellArguments(command: string): readonly string[] {
  const script = `npx() { printf '%s\\n' "$@"; }; npm() { printf '%s\\n' "$@"; }; ${command}`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect({ status, stderr }, command).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

/** What the command line asks. */
function questionOf(args: readonly string[]): Request {
  let errors = '';
  const output = { out: () => undefined, err: (text: string) => void (errors += text) };
  const parsed = parseCommandLine(args, now, output);
  if (parsed.kind !== 'request') throw new Error(errors);
  return parsed.request;
}

const now = Date.UTC(2026, 10, 20);

describe('Every command in the template', () => {
  it('is there', () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  it.each(commands)('names the stage and the Region, and is accepted: %s', (command) => {
    const [first, second, ...args] = shellArguments(command);
    if (first === 'sls') {
      expect([second, ...args]).toEqual(['invoke', '-f', 'monitor', '--stage', 'dev', '--region', 'us-east-1']);
      return;
    }
    expect([first, second, args[0]]).toEqual(['run', 'vcf', '--']);
    const { deployment, question } = questionOf(args.slice(1));
    expect(deployment).toEqual({ kind: 'stack', stage: 'dev', region: 'us-east-1' });
    if (question.kind !== 'invoke' || question.functionName !== 'operate') return;
    expect(parseCommand(JSON.parse(JSON.stringify(question.payload)), now)).toMatchObject({ kind: 'command' });
  });
});

describe('A command in the sources', () => {
  const isComment = (line: string): boolean => /^\s*(\/\*|\*|\/\/|#)/.test(line);

  it('has --stage and --region', () => {
    const lines = globSync('{infra,lib,functions,scripts}/**/*.{ts,yml,cjs}').flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .flatMap((line) => (isComment(line) ? [] : [`${file}: ${line}`])),
    );
    const found = lines.filter((line) =>
      /\bnpx sls\b|\bsls (deploy|invoke|remove)\b|npm run (-s )?(invoke|vcf)\b/.test(line),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !/--stage .*--region /.test(line))).toEqual([]);
  });
});

describe('formatVcfCommand', () => {
  const place = { stage: 'prod', region: 'us-west-2' };

  it('names the stage and the Region', () => {
    expect(formatVcfCommand({ ...place, args: ['status', 'main-line'] })).toBe(
      'npm run vcf -- status main-line --stage prod --region us-west-2',
    );
  });

  it('quotes what a shell would not pass on as it is', () => {
    const reason = `it's "down" $HOME \\ now`;
    const command = formatVcfCommand({ ...place, args: ['pause', '<groupId>'], options: { until: '2h', reason } });
    expect(shellArguments(command)).toEqual([
      'run',
      'vcf',
      '--',
      'pause',
      '<groupId>',
      '--until',
      '2h',
      '--reason',
      reason,
      '--stage',
      'prod',
      '--region',
      'us-west-2',
    ]);
  });
});
