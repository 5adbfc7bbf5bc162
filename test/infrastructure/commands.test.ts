/** The command lines in alarms and messages: complete, and accepted by a shell and by the function. */
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatInvokeCommand } from '../../infra/commands.ts';
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

/** The arguments that a shell passes to `npx` for a command. */
function shellArguments(command: string): readonly string[] {
  const script = `npx() { printf '%s\\n' "$@"; }; ${command}`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect({ status, stderr }, command).toEqual({ status: 0, stderr: '' });
  return stdout.trimEnd().split('\n');
}

describe('Every command in the template', () => {
  it('is there', () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  it.each(commands)('names the stage and the Region, and has a payload that its function accepts: %s', (command) => {
    const [sls, invoke, f, functionName, ...options] = shellArguments(command);
    expect([sls, invoke, f]).toEqual(['sls', 'invoke', '-f']);
    expect(['monitor', 'operate', 'preflight', 'sessions']).toContain(functionName);
    expect(options.slice(0, 4)).toEqual(['--stage', 'dev', '--region', 'us-east-1']);
    const data = options.slice(4);
    if (functionName !== 'operate') return;
    expect(data).toEqual(['-d', expect.any(String)]);
    expect(parseCommand(JSON.parse(data[1]!), 0)).toMatchObject({ kind: 'command' });
  });

  it.each(commands.filter((command) => command.includes(String.raw`\"`)))(
    'is the same whether EventBridge delivers its quotes escaped or not: %s',
    (command) => {
      expect(shellArguments(command.replaceAll(String.raw`\"`, '"'))).toEqual(shellArguments(command));
    },
  );
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
      /\bnpx sls\b|\bsls (deploy|invoke|remove)\b|npm run (-s )?invoke\b/.test(line),
    );
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter((line) => !/--stage .*--region /.test(line))).toEqual([]);
  });
});

describe('formatInvokeCommand', () => {
  const place = { stage: 'prod', region: 'us-west-2' };

  it('names function, stage and Region', () => {
    expect(formatInvokeCommand({ ...place, functionName: 'preflight' })).toBe(
      'npx sls invoke -f preflight --stage prod --region us-west-2',
    );
  });

  it.each([{ action: 'status' }, { reason: `it's "down" $HOME \\ now` }])(
    'quotes a payload so that a shell passes it on as it is: %j',
    (payload) => {
      const passed = shellArguments(formatInvokeCommand({ ...place, functionName: 'operate', payload }));
      expect(JSON.parse(passed.at(-1)!)).toEqual(payload);
    },
  );
});
