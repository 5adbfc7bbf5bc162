import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { actions, parseCommand, type Command } from '../../lib/operate/command.ts';
import { hour, minute, now } from '../wire-support/account.ts';

const common = { by: 'anna', reason: 'works on the trunk' };
const pause = { action: 'pause', group: 'main-line', ...common, until: '2h' };

function commandIn(event: unknown): Command {
  const parsed = parseCommand(event, now);
  if (parsed.kind === 'wrong') throw new Error(parsed.problems.join('\n'));
  return parsed.command;
}

function problemsIn(event: unknown): readonly string[] {
  const parsed = parseCommand(event, now);
  return parsed.kind === 'wrong' ? parsed.problems : [];
}

const events = readdirSync('events').filter((name) => name.startsWith('operate-'));

describe('the payloads of this repository', () => {
  it.each(events)('%s is a valid command of the action in its name', (name) => {
    const command = commandIn(JSON.parse(readFileSync(`events/${name}`, 'utf8')));
    expect(name.startsWith(`operate-${command.action}`)).toBe(true);
  });

  it('cover every action', () => {
    const actionsOfPayloads = events.map(
      (name) => commandIn(JSON.parse(readFileSync(`events/${name}`, 'utf8'))).action,
    );
    expect(new Set(actionsOfPayloads)).toEqual(new Set(actions));
  });
});

describe('a command', () => {
  it.each<[object, Command]>([
    [pause, { action: 'pause', group: 'main-line', ...common, until: now + 2 * hour, force: [] }],
    [
      { action: 'resume', group: 'all', ...common },
      { action: 'resume', group: 'all', ...common },
    ],
    [
      { action: 'pin', group: 'main-line', ...common, until: '90m', order: ['vc-west', 'vc-east'] },
      {
        action: 'pin',
        group: 'main-line',
        ...common,
        until: now + 90 * minute,
        order: ['vc-west', 'vc-east'],
        force: [],
        dryRun: false,
      },
    ],
    [
      { action: 'switchover', group: 'Main line', ...common, to: 'vc-west', force: ['degraded'], dryRun: true },
      { action: 'switchover', group: 'Main line', ...common, to: 'vc-west', force: ['degraded'], dryRun: true },
    ],
    [
      { action: 'failback', group: 'main-line', ...common },
      { action: 'failback', group: 'main-line', ...common, force: [], dryRun: false },
    ],
    [
      { action: 'drill', group: 'main-line', ...common },
      {
        action: 'drill',
        group: 'main-line',
        ...common,
        minutes: 15,
        pass: { minCalls: 10, maxFailureRatio: 0.1 },
        stop: { failures: 5, failureRatio: 0.2 },
        dryRun: false,
      },
    ],
    [{ action: 'status' }, { action: 'status' }],
  ])('%j is parsed, with defaults for what it leaves out', (event, command) => {
    expect(commandIn(event)).toEqual(command);
  });

  it.each([
    ['2026-11-20T11:30:00Z', Date.UTC(2026, 10, 20, 11, 30)],
    ['2026-11-20T11:30:00+01:00', Date.UTC(2026, 10, 20, 10, 30)],
    ['1m', now + minute],
    ['72h', now + 72 * hour],
  ])('until %s is parsed to that time', (until, at) => {
    expect(commandIn({ ...pause, until })).toMatchObject({ until: at });
  });

  it.each([
    '2026-11-20T09:00:30Z',
    '2026-11-19T09:00:00Z',
    '0m',
    '73h',
    '4321m',
    '2026-11-23T09:00:31Z',
    'monday',
    '2 h',
    '',
    7,
  ])('until %j is refused, with the allowed values', (until) => {
    expect(problemsIn({ ...pause, until })).toEqual([
      `until: Expected a time such as 2026-11-20T11:00:30.000Z or a duration such as 90m or 2h, at most 72 h from now, got ${JSON.stringify(until)}`,
    ]);
  });

  it('with several mistakes is refused with all of them at once', () => {
    expect(
      problemsIn({
        action: 'pin',
        by: '',
        order: ['vc-east', 'vc-east'],
        until: 'later',
        force: ['physics'],
        colour: 'red',
      }),
    ).toEqual([
      'group: Expected an id, got nothing',
      'by: Expected your name, 1 to 100 characters, got ""',
      'reason: Expected a reason, 1 to 500 characters, got nothing',
      expect.stringMatching(/^until: .*, got "later"$/),
      'order: Expected each Voice Connector once, got ["vc-east","vc-east"]',
      expect.stringMatching(/^force\[0\]: .*"paused".*"unhealthy".*, got "physics"$/),
      'colour is not a known setting',
    ]);
  });

  it.each([{ action: 'reboot', by: '' }, {}, '', null, undefined, 'pause', [pause]])(
    'without a known action is refused with the list of actions: %j',
    (event) => {
      expect(problemsIn(event).join('\n')).toContain(
        event !== 'pause' && !Array.isArray(event) ? `Expected one of ${actions.join(', ')}` : 'Invalid input',
      );
    },
  );

  it('with an unknown action still has its common fields checked', () => {
    expect(problemsIn({ action: 'reboot', by: '' })).toEqual([
      'action: Expected one of pause, resume, pin, switchover, failback, drill, status, got "reboot"',
      'by: Expected your name, 1 to 100 characters, got ""',
      'reason: Expected a reason, 1 to 500 characters, got nothing',
    ]);
  });

  it.each([
    [{ minutes: 4 }, 'minutes: Expected a whole number from 5 to 120, got 4'],
    [{ minutes: 121 }, 'minutes: Expected a whole number from 5 to 120, got 121'],
    [{ minutes: 7.5 }, 'minutes: Expected a whole number from 5 to 120, got 7.5'],
    [{ pass: { minCalls: 0 } }, 'pass.minCalls: Expected a whole number from 1 to 10000, got 0'],
    [{ pass: { maxFailureRatio: 0.6 } }, 'pass.maxFailureRatio: Expected a number from 0 to 0.5, got 0.6'],
    [{ stop: { failures: 0 } }, 'stop.failures: Expected a whole number from 1 to 1000, got 0'],
    [{ stop: { failureRatio: 0 } }, 'stop.failureRatio: Expected a number from 0.01 to 1, got 0'],
  ])('for a drill with %j is refused, with the allowed range', (changes, problem) => {
    expect(problemsIn({ action: 'drill', group: 'main-line', ...common, ...changes })).toEqual([problem]);
  });

  it.each(['pause', 'resume', 'pin', 'switchover', 'failback', 'drill'])(
    'to %s needs a name and a reason',
    (action) => {
      const problems = problemsIn({ action, by: '  ' });
      expect(problems).toContain('by: Expected your name, 1 to 100 characters, got "  "');
      expect(problems).toContain('reason: Expected a reason, 1 to 500 characters, got nothing');
    },
  );

  it('is stored without phone numbers', () => {
    expect(commandIn({ ...pause, by: 'anna +12065550147', reason: 'ask +12065550148' })).toMatchObject({
      by: 'anna (number withheld)',
      reason: 'ask (number withheld)',
    });
  });

  it('with mistakes still yields its valid fields', () => {
    expect(parseCommand({ ...pause, until: 'later', to: 7, by: 'anna' }, now)).toMatchObject({
      references: { action: 'pause', group: 'main-line', by: 'anna', to: undefined },
    });
    expect(parseCommand('pause', now)).toMatchObject({ references: {} });
  });
});
