import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../infra/policy-text.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';
import { problemsOf, withDefaults, withGroup, withTuning } from './policy-texts.ts';

describe('a policy with mistakes', () => {
  it('is refused with all of them, each with its place, what is allowed and what was given', () => {
    const text = `
version: 2
metricDimensions: [Region]
metricsRegions: { vc-east: virginia }
activeCallsQuota: { virginia: 20, us-east-1: 0, us-west-2: 2.5, eu-west-1: many, eu-west-2: 1000001 }
defaults:
  mode: enforced
  tuning:
    minAttempts: 0
    minExcessRatio: 50
groups:
  - group: main-line
    failback: auto
    tuning: { cooldownMinuts: 5 }
  - group: main-line
    preferredOrder: [east, east]
    tuning: { judgingMinutes: soon }
`;
    expect(problemsOf(text)).toEqual([
      'version: Invalid input: expected 1, got 2',
      'metricDimensions: Expected VoiceConnectorId among them, got ["Region"]',
      'metricsRegions.vc-east: Expected a Region name such as us-east-1, got "virginia"',
      'activeCallsQuota: Expected a Region name such as us-east-1, got "virginia"',
      'activeCallsQuota.us-east-1: Expected a whole number from 1 to 1000000, got 0',
      'activeCallsQuota.us-west-2: Expected a whole number from 1 to 1000000, got 2.5',
      'activeCallsQuota.eu-west-1: Expected a whole number from 1 to 1000000, got "many"',
      'activeCallsQuota.eu-west-2: Expected a whole number from 1 to 1000000, got 1000001',
      'defaults.mode: Invalid option: expected one of "observe"|"enforce", got "enforced"',
      'defaults.tuning.minAttempts: Expected a whole number from 5 to 1000, got 0',
      'defaults.tuning.minExcessRatio: Expected a number from 0.02 to 0.5, got 50',
      'groups[0].tuning.cooldownMinuts is not a known setting',
      'groups[1].tuning.judgingMinutes: Expected a whole number from 2 to 30, got "soon"',
      'groups[1].preferredOrder: Expected each Voice Connector once, got ["east","east"]',
      'defaults.tuning.minAttempts: Expected at least minFailures (3): otherwise a window cannot hold enough failures, got 0',
      'groups[0].failback: Expected a preferredOrder for failback auto, got none',
      'groups[1].group: Expected each group once, got "main-line" again',
    ]);
  });

  it('is refused in one readable message', () => {
    expect(() => parsePolicy(withDefaults('mode: off', 'tuning: { minFailures: 2 }'), 'policy.yml')).toThrow(
      new InvalidInputError('policy.yml', [
        'defaults.mode: Invalid option: expected one of "observe"|"enforce", got "off"',
        'defaults.tuning.minFailures: Expected a whole number from 3 to 100, got 2',
      ]),
    );
  });

  it.each([
    { case: 'a list', text: '- version: 1', problem: 'the input: Invalid input: expected object, got [{"version":1}]' },
    { case: 'nothing', text: '', problem: 'the input: Invalid input: expected object, got null' },
    { case: 'a sentence', text: 'hello', problem: 'the input: Invalid input: expected object, got "hello"' },
    {
      case: 'defaults that are a list',
      text: 'version: 1\ndefaults: [1]',
      problem: 'defaults: Invalid input: expected object, got [1]',
    },
    {
      case: 'tuning that is a number',
      text: withDefaults('tuning: 1'),
      problem: 'defaults.tuning: Invalid input: expected object, got 1',
    },
    {
      case: 'not a number',
      text: withTuning('degradedMos: .nan'),
      problem: 'defaults.tuning.degradedMos: Expected a number from 1 to 4.4, got NaN',
    },
    {
      case: 'an infinite number',
      text: withTuning('degradedMos: .inf'),
      problem: 'defaults.tuning.degradedMos: Expected a number from 1 to 4.4, got Infinity',
    },
    {
      case: 'half a minute',
      text: withTuning('judgingMinutes: 4.5'),
      problem: 'defaults.tuning.judgingMinutes: Expected a whole number from 2 to 30, got 4.5',
    },
    {
      case: 'a setting without a value',
      text: withDefaults('mode:'),
      problem: 'defaults.mode: Invalid option: expected one of "observe"|"enforce", got null',
    },
    { case: 'no version', text: 'groups: []', problem: 'version: Invalid input: expected 1, got nothing' },
    {
      case: 'a group without a name',
      text: 'version: 1\ngroups: [{ mode: enforce }]',
      problem: 'groups[0].group: Invalid input: expected string, got nothing',
    },
    {
      case: 'four Voice Connectors in preferredOrder',
      text: withGroup('preferredOrder: [a, b, c, d]'),
      problem: 'groups[0].preferredOrder: Expected array to have <=3 items, got ["a","b","c","d"]',
    },
    {
      case: 'failback approve without a preferredOrder',
      text: withGroup('failback: approve'),
      problem: 'groups[0].failback: Expected a preferredOrder for failback approve, got none',
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
});

describe('a known setting in the wrong place', () => {
  it.each([
    {
      case: 'a tuning setting beside the main ones in defaults',
      text: withDefaults('riseMinutes: 20'),
      problem: 'defaults.riseMinutes is not a known setting here: move it to defaults.tuning.riseMinutes, got 20',
    },
    {
      case: 'a tuning setting beside the main ones in a group',
      text: withGroup('mode: enforce', 'cooldownMinutes: 20'),
      problem:
        'groups[0].cooldownMinutes is not a known setting here: move it to groups[0].tuning.cooldownMinutes, got 20',
    },
    {
      case: 'a tuning setting at the top',
      text: 'version: 1\nminAttempts: 20',
      problem: 'minAttempts is not a known setting here: move it to defaults.tuning.minAttempts, got 20',
    },
    {
      case: 'a main setting under tuning',
      text: withTuning('mode: enforce'),
      problem: 'defaults.tuning.mode is not a known setting here: move it to defaults.mode, got "enforce"',
    },
    {
      case: 'a main setting at the top',
      text: 'version: 1\nmode: enforce',
      problem: 'mode is not a known setting here: move it to defaults.mode, got "enforce"',
    },
    {
      case: 'a preferred order for every group',
      text: withDefaults('preferredOrder: [a]'),
      problem: 'defaults.preferredOrder is not a known setting here: move it to an entry of groups, got ["a"]',
    },
    {
      case: 'a drill under tuning of every group',
      text: withTuning('drill: {}'),
      problem: 'defaults.tuning.drill is not a known setting here: move it to an entry of groups, got {}',
    },
  ])('is refused with the right place: $case', ({ text, problem }) => {
    expect(problemsOf(text)).toEqual([problem]);
  });
});
