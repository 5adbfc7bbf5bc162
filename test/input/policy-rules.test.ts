import { describe, expect, it } from 'vitest';
import { problemsOf, withDefaults, withGroup, withTuning } from './policy-texts.ts';

describe('settings that contradict each other', () => {
  it.each([
    {
      case: 'recovery would need less proof than a fault',
      text: withTuning('judgingMinutes: 6'),
      problems: [
        'defaults.tuning.riseMinutes: Expected at least 2 × judgingMinutes (12): recovery needs more proof than a fault, got 10',
      ],
    },
    {
      case: 'a failback would precede proven recovery',
      text: withTuning('riseMinutes: 40'),
      problems: [
        'defaults.tuning.failbackHoldMinutes: Expected at least riseMinutes (40): a failback must not precede proven recovery, got 30',
      ],
    },
    {
      case: 'a failback would follow a move at once',
      text: withTuning('cooldownMinutes: 16'),
      problems: [
        'defaults.tuning.failbackHoldMinutes: Expected at least 2 × cooldownMinutes (32): a failback must not follow a move at once, got 30',
      ],
    },
    {
      case: 'no window could hold enough failures',
      text: withTuning('minFailures: 11'),
      problems: [
        'defaults.tuning.minAttempts: Expected at least minFailures (11): otherwise a window cannot hold enough failures, got 10',
      ],
    },
    {
      case: 'a failed Voice Connector would wait less than its group',
      text: withTuning('holdDownMinutes: 9'),
      problems: [
        'defaults.tuning.holdDownMinutes: Expected at least cooldownMinutes (10): a Voice Connector that failed must wait at least as long as its group, got 9',
      ],
    },
    {
      case: 'the hold-down would begin beyond its limit',
      text: withTuning('holdDownMinutes: 241'),
      problems: [
        'defaults.tuning.holdDownLimitMinutes: Expected at least holdDownMinutes (241): a limit must not be below what it limits, got 240',
      ],
    },
    {
      case: 'audio could be critical without being degraded',
      text: withTuning('criticalMos: 3.6'),
      problems: [
        'defaults.tuning.degradedMos: Expected at least criticalMos (3.6): critical audio is also degraded audio, got 3.5',
      ],
    },
    {
      case: 'a group contradicts what it inherits',
      text: `${withTuning('judgingMinutes: 4', 'riseMinutes: 8')}\ngroups:\n  - group: a\n    tuning: { judgingMinutes: 5 }\n  - group: b\n    tuning: { riseMinutes: 9 }`,
      problems: [
        'groups[0].tuning.riseMinutes: Expected at least 2 × judgingMinutes (10): recovery needs more proof than a fault, got 8',
      ],
    },
  ])('are refused where $case', ({ text, problems }) => {
    expect(problemsOf(text)).toEqual(problems);
  });

  it('are accepted where the inequalities just hold', () => {
    const edge = withTuning(
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
});

describe('a weekly drill', () => {
  const problemsOfDrill = (settings: string, ...lines: readonly string[]): readonly string[] =>
    problemsOf(withGroup('mode: enforce', `drill: { ${settings} }`, ...lines));

  it.each([
    ["day: tue, from: '03:00', until: '03:45'"],
    ["day: sun, from: '00:00', until: '24:00', minutes: 120, to: vc-west"],
  ])('may be { %s }', (settings) => {
    expect(problemsOfDrill(settings)).toEqual([]);
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
      /drill\.until: Expected at least 45 min after from: .*cross midnight, got -1320 min$/,
    ],
    ["day: tue, from: '03:00', until: '05:00', minutes: 91", /Expected at least 121 min after from: .*, got 120 min$/],
  ])('may not be { %s }', (settings, problem) => {
    expect(problemsOfDrill(settings)).toEqual([expect.stringMatching(problem)]);
  });

  it('is refused for a group in mode observe, set or inherited', () => {
    const observed =
      'groups[0].drill: Expected mode enforce: in mode observe nothing moves the group, got mode observe';
    const settings = "drill: { day: tue, from: '03:00', until: '05:00' }";
    expect(problemsOf(withGroup(settings))).toEqual([observed]);
    expect(problemsOf(withGroup('mode: observe', settings))).toEqual([observed]);
    expect(problemsOf(`${withDefaults('mode: enforce')}\n${withGroup(settings).replace('version: 1\n', '')}`)).toEqual(
      [],
    );
  });

  it('may not use up the daily limit, set or inherited', () => {
    const settings = "day: tue, from: '03:00', until: '05:00'";
    const refused = [expect.stringMatching(/^groups\[0\]\.tuning\.maxChangesPerDay: Expected at least 3: .*, got 2$/)];
    expect(problemsOfDrill(settings, 'tuning: { maxChangesPerDay: 2 }')).toEqual(refused);
    expect(problemsOfDrill(settings, 'tuning: { maxChangesPerDay: 3 }')).toEqual([]);
    const group = withGroup('mode: enforce', `drill: { ${settings} }`).replace('version: 1\n', '');
    expect(problemsOf(`${withTuning('maxChangesPerDay: 2')}\n${group}`)).toEqual(refused);
  });
});

describe('failback: auto', () => {
  const returning = (changes: number, failback = 'auto') =>
    problemsOf(
      withGroup(`failback: ${failback}`, 'preferredOrder: [vc-east]', `tuning: { maxChangesPerDay: ${changes} }`),
    );

  it('needs a third change a day, for the failover that may follow a failback', () => {
    expect(returning(3)).toEqual([]);
    expect(returning(2)).toEqual([
      'groups[0].tuning.maxChangesPerDay: Expected at least 3: failback: auto makes a second change and must leave one for a failover, got 2',
    ]);
    expect(returning(2, 'never')).toEqual([]);
  });
});
