import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadPolicy, parsePolicy, policyOf } from '../../lib/input/policy.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';
import { aPolicy } from '../builders/policy.ts';

const file = new URL('../../policy.yml', import.meta.url).pathname;

function problemsOf(text: string): readonly string[] {
  try {
    parsePolicy(text, 'policy.yml');
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

/** A policy with these lines under `defaults`. */
function defaults(...lines: readonly string[]) {
  return ['version: 1', 'defaults:', ...lines.map((line) => `  ${line}`)].join('\n');
}
/** A policy with one group that has these lines. */
function group(...lines: readonly string[]) {
  return ['version: 1', 'groups:', '  - group: main-line', ...lines.map((line) => `    ${line}`)].join('\n');
}

describe('the policy of this repository', () => {
  it('spells out the defaults, and changes nothing', () => {
    expect(loadPolicy(file)).toEqual({
      hash: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 12),
      metricDimensions: ['VoiceConnectorId'],
      defaults: aPolicy(),
      groups: new Map(),
    });
  });

  it('says what a policy without a word would say', () => {
    const { hash, ...silent } = parsePolicy('version: 1', 'policy.yml');
    const { hash: spelled, ...loaded } = loadPolicy(file);
    expect(silent).toEqual(loaded);
    expect(hash).not.toBe(spelled);
  });

  it('has a valid example', () => {
    const [, example = ''] = readFileSync(file, 'utf8').split(/(?=^# groups:$)/m);
    const uncommented = example.replace(/^# /gm, '').replace(/^groups: \[\]$/m, '');
    expect(parsePolicy(`version: 1\n${uncommented}`, 'policy.yml').groups.get('main-line')).toEqual(
      aPolicy({
        mode: 'enforce',
        failback: 'auto',
        preferredOrder: ['abcdef1ghij2klmno3pqr4', 'stuvwx5yzabc6defgh7ijk8'],
        drill: { day: 'tue', from: '03:00', until: '05:00', minutes: 15 },
      }),
    );
  });

  it('states for every number the range that is enforced', () => {
    const text = readFileSync(file, 'utf8');
    const explained = [...text.matchAll(/((?: {2}#.*\n)+)((?: {2}\w+: [\d.e+-]+\n)+)/g)];
    const ranges = explained.flatMap(([, comment = '', settings = '']) => {
      const [, minimum, maximum] = /([\d.e-]+) to ([\d.e-]*\d)(?:\.|, at most|\))/.exec(
        comment
          .replaceAll(/\s*#\s*/g, ' ')
          .split(';')
          .at(-1)!,
      )!;
      return [...settings.matchAll(/(\w+):/g)].map(([, name = '']) => ({
        name,
        minimum: Number(minimum),
        maximum: Number(maximum),
      }));
    });
    expect(ranges.map(({ name }) => name)).toHaveLength(18);
    for (const { name, minimum, maximum } of ranges) {
      const range = `from ${minimum} to ${maximum}`;
      for (const value of [minimum - 0.001, maximum + 1]) {
        const told = problemsOf(defaults(`${name}: ${value}`)).filter((line) =>
          line.startsWith(`defaults.${name}: Expected a`),
        );
        expect(told, `${name}: ${value}`).not.toEqual([]);
      }
      for (const value of [minimum - 1, maximum + 1]) {
        expect(problemsOf(defaults(`${name}: ${value}`)).join('\n')).toContain(`${range}, got ${value}`);
      }
      for (const value of [minimum, maximum]) {
        const told = problemsOf(defaults(`${name}: ${value}`)).filter((line) => line.includes(range));
        expect(told, `${name}: ${value}`).toEqual([]);
      }
    }
  });
});

describe('a policy with mistakes', () => {
  it('is refused with all of them, each with its place, what is allowed and what was given', () => {
    const text = `
version: 2
metricDimensions: [Region]
defaults:
  mode: enforced
  minAttempts: 0
  minExcessRatio: 50
groups:
  - group: main-line
    failback: auto
    cooldownMinuts: 5
  - group: main-line
    preferredOrder: [east, east]
    judgingMinutes: soon
`;
    expect(problemsOf(text)).toEqual([
      'version: Invalid input: expected 1, got 2',
      'metricDimensions: Expected VoiceConnectorId among them, got ["Region"]',
      'defaults.mode: Invalid option: expected one of "observe"|"enforce", got "enforced"',
      'defaults.minAttempts: Expected a whole number from 5 to 1000, got 0',
      'defaults.minExcessRatio: Expected a number from 0.02 to 0.5, got 50',
      'groups[0].cooldownMinuts is not a known setting',
      'groups[1].judgingMinutes: Expected a whole number from 2 to 30, got "soon"',
      'groups[1].preferredOrder: a Voice Connector may stand in it once, got ["east","east"]',
      'defaults.minAttempts: Expected at least minFailures (3): no window could ever hold enough failures, got 0',
      'groups[0].failback: auto needs a preferredOrder to go back to',
      'groups[1].group: "main-line" is listed twice',
    ]);
  });

  it('is refused in one readable message', () => {
    expect(() => parsePolicy(defaults('mode: off', 'minFailures: 2'), 'policy.yml')).toThrow(
      new InvalidInputError('policy.yml', [
        'defaults.mode: Invalid option: expected one of "observe"|"enforce", got "off"',
        'defaults.minFailures: Expected a whole number from 3 to 100, got 2',
      ]),
    );
    expect(new InvalidInputError('policy.yml', ['a', 'b']).message).toBe('policy.yml: 2 problems\n  - a\n  - b');
    expect(new InvalidInputError('policy.yml', ['a']).message).toBe('policy.yml: 1 problem\n  - a');
  });

  it.each([
    {
      case: 'recovery is believed too soon',
      text: defaults('judgingMinutes: 6'),
      problems: [
        'defaults.riseMinutes: Expected at least 2 × judgingMinutes (12): recovery must take longer to believe than failure, got 10',
      ],
    },
    {
      case: 'a failback comes before recovery is proven',
      text: defaults('riseMinutes: 40'),
      problems: [
        'defaults.failbackHoldMinutes: Expected at least riseMinutes (40): a failback may not come before recovery is proven, got 30',
      ],
    },
    {
      case: 'a group would go back before it rested',
      text: defaults('cooldownMinutes: 16'),
      problems: [
        'defaults.failbackHoldMinutes: Expected at least 2 × cooldownMinutes (32): a group must rest before it moves back, got 30',
      ],
    },
    {
      case: 'no window could hold enough failures',
      text: defaults('minFailures: 11'),
      problems: [
        'defaults.minAttempts: Expected at least minFailures (11): no window could ever hold enough failures, got 10',
      ],
    },
    {
      case: 'one that was left rests shorter than its group',
      text: defaults('holdDownMinutes: 9'),
      problems: [
        'defaults.holdDownMinutes: Expected at least cooldownMinutes (10): a Voice Connector that was left must rest longer than the group, got 9',
      ],
    },
    {
      case: 'the hold-down begins beyond its limit',
      text: defaults('holdDownMinutes: 241'),
      problems: [
        'defaults.holdDownLimitMinutes: Expected at least holdDownMinutes (241): a limit may not be below what it limits, got 240',
      ],
    },
    {
      case: 'audio could be critical without being degraded',
      text: defaults('criticalMos: 3.6'),
      problems: [
        'defaults.degradedMos: Expected at least criticalMos (3.6): what is critical is degraded too, got 3.5',
      ],
    },
    {
      case: 'a group contradicts what it inherits',
      text: `${defaults('judgingMinutes: 4', 'riseMinutes: 8')}\ngroups:\n  - group: a\n    judgingMinutes: 5\n  - group: b\n    riseMinutes: 9`,
      problems: [
        'groups[0].riseMinutes: Expected at least 2 × judgingMinutes (10): recovery must take longer to believe than failure, got 8',
      ],
    },
  ])('is refused where $case', ({ text, problems }) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('is accepted where the inequalities just hold', () => {
    const edge = defaults(
      'judgingMinutes: 5',
      'riseMinutes: 10',
      'cooldownMinutes: 15',
      'minFailures: 10',
      'holdDownMinutes: 15',
      'holdDownLimitMinutes: 15',
      'criticalMos: 3.5',
    );
    expect(problemsOf(edge)).toEqual([]);
  });

  it.each([
    { case: 'a list', text: '- version: 1', problem: 'the whole: Invalid input: expected object, got [{"version":1}]' },
    { case: 'nothing', text: '', problem: 'the whole: Invalid input: expected object, got null' },
    { case: 'a sentence', text: 'hello', problem: 'the whole: Invalid input: expected object, got "hello"' },
    {
      case: 'defaults that are a list',
      text: 'version: 1\ndefaults: [1]',
      problem: 'defaults: Invalid input: expected object, got [1]',
    },
    {
      case: 'not a number',
      text: defaults('degradedMos: .nan'),
      problem: 'defaults.degradedMos: Expected a number from 1 to 4.4, got NaN',
    },
    {
      case: 'an endless number',
      text: defaults('degradedMos: .inf'),
      problem: 'defaults.degradedMos: Expected a number from 1 to 4.4, got Infinity',
    },
    {
      case: 'half a minute',
      text: defaults('judgingMinutes: 4.5'),
      problem: 'defaults.judgingMinutes: Expected a whole number from 2 to 30, got 4.5',
    },
    {
      case: 'a setting left empty',
      text: defaults('mode:'),
      problem: 'defaults.mode: Invalid option: expected one of "observe"|"enforce", got null',
    },
    {
      case: 'a preferred order for every group',
      text: defaults('preferredOrder: [a]'),
      problem: 'defaults.preferredOrder is not a known setting',
    },
    { case: 'no version', text: 'groups: []', problem: 'version: Invalid input: expected 1, got nothing' },
    {
      case: 'a group without a name',
      text: 'version: 1\ngroups: [{ mode: enforce }]',
      problem: 'groups[0].group: Invalid input: expected string, got nothing',
    },
    {
      case: 'four choices',
      text: group('preferredOrder: [a, b, c, d]'),
      problem: 'groups[0].preferredOrder: Expected array to have <=3 items, got ["a","b","c","d"]',
    },
    {
      case: 'an approval without a choice',
      text: group('failback: approve'),
      problem: 'groups[0].failback: approve needs a preferredOrder to go back to',
    },
  ])('is refused for $case', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });

  it('is refused where it is not YAML', () => {
    const [problem, ...others] = problemsOf('version: [1');
    expect(problem).toMatch(/^not YAML: .*line 1/s);
    expect(others).toEqual([]);
    expect(problemsOf('version: 1\nversion: 1')[0]).toMatch(/^not YAML: Map keys must be unique/);
  });

  it('is named with its cause where it cannot be read', () => {
    const missing = new URL('missing.yml', import.meta.url).pathname;
    expect(() => loadPolicy(missing)).toThrow(
      expect.objectContaining({
        message: `reading the policy file ${missing}`,
        cause: expect.objectContaining({ code: 'ENOENT' }) as unknown,
      }),
    );
  });
});

describe('the policy of a group', () => {
  const text = `
version: 1
defaults:
  cooldownMinutes: 12
groups:
  - group: vcg-1
    mode: enforce
  - group: main-line
    minAttempts: 20
  - group: back-line
    failback: auto
    preferredOrder: [east, west]
`;
  const policy = parsePolicy(text, 'policy.yml');

  it('is found by id before name', () => {
    const both = { voiceConnectorGroupId: 'vcg-1', name: 'main-line' };
    expect(policyOf(policy)(both)).toEqual(aPolicy({ cooldownMinutes: 12, mode: 'enforce' }));
  });

  it('is found by name where no id is listed', () => {
    const named = { voiceConnectorGroupId: 'vcg-2', name: 'main-line' };
    expect(policyOf(policy)(named)).toEqual(aPolicy({ cooldownMinutes: 12, minAttempts: 20 }));
    expect(policyOf(policy)({ ...named, name: 'back-line' })).toEqual(
      aPolicy({ cooldownMinutes: 12, failback: 'auto', preferredOrder: ['east', 'west'] }),
    );
  });

  it('is the defaults for a group that nobody lists', () => {
    const stranger = { voiceConnectorGroupId: 'vcg-3', name: 'other' };
    expect(policyOf(policy)(stranger)).toEqual(aPolicy({ cooldownMinutes: 12 }));
  });

  it('is known in every record by its text', () => {
    expect(policy.hash).toMatch(/^[0-9a-f]{12}$/);
    expect(parsePolicy(text, 'elsewhere.yml').hash).toBe(policy.hash);
    expect(parsePolicy(`${text} `, 'policy.yml').hash).not.toBe(policy.hash);
  });
});

describe('a weekly drill', () => {
  const drill = (settings: string, ...lines: readonly string[]) =>
    problemsOf(group('mode: enforce', `drill: { ${settings} }`, ...lines));

  it.each([
    ["day: tue, from: '03:00', until: '03:45'"],
    ["day: sun, from: '00:00', until: '24:00', minutes: 120, to: vc-west"],
  ])('may be { %s }', (settings) => {
    expect(drill(settings)).toEqual([]);
  });

  it.each([
    ["day: tuesday, from: '03:00', until: '05:00'", /^groups\[0\]\.drill\.day: .*"tuesday"$/],
    [
      "day: tue, from: '3:00', until: '05:00'",
      /^groups\[0\]\.drill\.from: Expected a time of the day in UTC, .*"3:00"$/,
    ],
    ['day: tue, from: 03:00, until: 25:00', /^groups\[0\]\.drill\.until: .*got "25:00"$/],
    [
      "day: tue, from: '03:00', until: '05:00', minutes: 4",
      /drill\.minutes: Expected a whole number from 5 to 120, got 4$/,
    ],
    ["day: tue, from: '03:00', until: '03:44'", /drill\.until: Expected at least 45 min after from: .*, got 44 min$/],
    [
      "day: tue, from: '23:00', until: '01:00'",
      /drill\.until: Expected at least 45 min after from: .*crosses midnight/,
    ],
    ["day: tue, from: '03:00', until: '05:00', minutes: 91", /Expected at least 121 min after from: .*, got 120 min$/],
  ])('may not be { %s }', (settings, problem) => {
    expect(drill(settings)).toEqual([expect.stringMatching(problem)]);
  });

  it('is a contradiction where the group is only observed, by its own word or by default', () => {
    const observed = expect.stringMatching(/^groups\[0\]\.drill: .*Expected mode enforce$/) as unknown;
    const settings = "drill: { day: tue, from: '03:00', until: '05:00' }";
    expect(problemsOf(group(settings))).toEqual([observed]);
    expect(problemsOf(group('mode: observe', settings))).toEqual([observed]);
    expect(problemsOf(`${defaults('mode: enforce')}\n${group(settings).replace('version: 1\n', '')}`)).toEqual([]);
  });

  it('may not use up the changes of a day', () => {
    expect(drill("day: tue, from: '03:00', until: '05:00'", 'maxChangesPerDay: 2')).toEqual([
      expect.stringMatching(/^groups\[0\]\.maxChangesPerDay: Expected at least 3: .*, got 2$/),
    ]);
    expect(drill("day: tue, from: '03:00', until: '05:00'", 'maxChangesPerDay: 3')).toEqual([]);
  });

  it('is for a group to have, and not by default', () => {
    expect(problemsOf(defaults("drill: { day: tue, from: '03:00', until: '05:00' }"))).toEqual([
      'defaults.drill is not a known setting',
    ]);
  });
});
