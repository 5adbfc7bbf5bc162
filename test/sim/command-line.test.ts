import { describe, expect, it } from 'vitest';
import { runCommandLine } from './command-line.ts';

const commands = ['sim/main.ts', 'sim/demo/main.ts', 'sim/scenario/main.ts'];

describe.concurrent.each(commands)('%s', { timeout: 120_000 }, (command) => {
  it('prints its usage with --help', async () => {
    const { code, out, err } = await runCommandLine(command, ['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^npm (start|run sim|run scenario) -- .*\n(.*\n)+ +--policy FILE .*\n/);
  });

  it.each([
    [['--sed', '1'], /^Unknown option '--sed'\. Expected options: .*--seed.*; see --help\n$/],
    [['--seed'], /^Option '--seed <value>' argument missing\. Expected options: .*; see --help\n$/],
    [['--seed', 'x'], /^--seed: Expected a whole number from 0 to 999999999, got x; see --help\n$/],
    [['--seed', '1.5'], /^--seed: Expected a whole number from 0 to 999999999, got 1\.5; see --help\n$/],
    [['--seed', ''], /^--seed: Expected a whole number from 0 to 999999999, got ; see --help\n$/],
    [['--policy', 'nope.yml'], /^--policy: Expected a readable file, got nope\.yml \(ENOENT\); see --help\n$/],
    [['--policy', 'sim'], /^--policy: Expected a readable file, got sim \(EISDIR\); see --help\n$/],
    [['--policy', 'package.json'], /^package\.json: .*\n( {2}- .*\n)+$/],
  ])('rejects %j in one line, without a stack trace', async (args, message) => {
    const { code, out, err } = await runCommandLine(command, args);
    expect({ code, out, err }).toEqual({ code: 2, out: '', err: expect.stringMatching(message) as string });
  });
});

describe('sim/main.ts', { timeout: 120_000 }, () => {
  it('reports every invalid value', async () => {
    const { code, err } = await runCommandLine('sim/main.ts', ['--port', '65536', '--unhealthy-after', '-1']);
    expect(code).toBe(2);
    expect(err).toMatch(/^Option '--unhealthy-after' argument is ambiguous/);
    const both = await runCommandLine('sim/main.ts', ['--port', '65536', '--unhealthy-after', 'soon']);
    expect(both).toMatchObject({
      code: 2,
      err: '--port: Expected a whole number from 0 to 65535, got 65536; --unhealthy-after: Expected a whole number from 0 to 10000, got soon; see --help\n',
    });
  });
});

describe.each(['sim/main.ts', 'sim/demo/main.ts'])('%s', { timeout: 120_000 }, (command) => {
  it('takes no positional argument', async () => {
    const { code, err } = await runCommandLine(command, ['s02']);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringMatching(/^Unexpected argument 's02'\. Expected options: .*; see --help\n$/) as string,
    });
  });
});

describe('sim/demo/main.ts', { timeout: 120_000 }, () => {
  it.each([
    [['--speed', '60'], '--port, --speed and --state: Expected --serve with them; see --help\n'],
    [['--serve', '--speed', '0'], '--speed: Expected a whole number from 1 to 600, got 0; see --help\n'],
    [
      ['--serve', '--port', 'x', '--speed', '601'],
      '--port: Expected a whole number from 0 to 65535, got x; --speed: Expected a whole number from 1 to 600, got 601; see --help\n',
    ],
  ])('rejects %j', async (args, err) => {
    expect(await runCommandLine('sim/demo/main.ts', args)).toEqual({ code: 2, out: '', err });
  });
});
