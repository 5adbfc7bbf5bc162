import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../lib/input/validation.ts';
import { loadScenario, parseScenario } from '../../../sim/scenario/format/load.ts';
import { scenarioFile, scenarioFiles } from '../../../sim/scenario/library.ts';

const minimal = `
title: healthy
shows: no faults
minutes: 20
groups:
  - id: main-line
    members:
      - { id: vc-east, region: us-east-1, priority: 1 }
      - { id: vc-west, region: us-west-2, priority: 2 }
    calls: { perMinute: 24 }
expect: { moves: [] }
`;

function problemsOf(yaml: string): readonly string[] {
  try {
    parseScenario('example.yml', yaml);
    return [];
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
}

describe('A scenario file', () => {
  it('has a default for every optional setting', () => {
    expect(parseScenario('sim/example.yml', minimal)).toMatchObject({
      name: 'example',
      startsAt: Date.parse('2026-11-20T09:00:00Z'),
      seed: 1,
      warmUpMinutes: 420,
      timeline: { faults: [], aws: [], operator: [], monitor: [] },
    });
  });

  it('is rejected with every problem at once: the value and what is allowed', () => {
    const yaml = minimal
      .replace('minutes: 20', 'minutes: 0\nseed: 1.5\nstartsAt: noon')
      .replace('priority: 2', 'priority: 100')
      .replace('moves: []', 'moves: [], holds: [{ code: top-helthy, seen: allways, between: [9, 3] }]');
    expect(problemsOf(yaml)).toEqual([
      'startsAt: Expected a time such as 2026-11-20T09:00:00Z, got "noon"',
      'seed: Expected a whole number from 0 to 2147483648, got 1.5',
      'minutes: Expected a whole number from 1 to 2880, got 0',
      'groups[0].members[1].priority: Expected a whole number from 1 to 99, got 100',
      expect.stringMatching(/^expect\.holds\[0\]\.code: Expected one of top-healthy, .*, got "top-helthy"$/) as string,
      'expect.holds[0].seen: Expected one of always, once, never, got "allways"',
      'expect.holds[0].between: Expected the last minute not to be before the first, got [9,3]',
    ]);
  });

  it('is rejected with an unknown setting', () => {
    expect(problemsOf(`${minimal}\ntimline: {}`)).toEqual(['timline is not a known setting']);
  });

  it('is rejected with unknown names, and with minutes after the end', () => {
    const timeline = `
timeline:
  faults:
    - { from: 5, until: 9, where: { region: eu-west-1 }, what: { kind: connectivity-loss } }
  operator:
    - { at: 21, does: rename, group: side-line, name: Sales }
    - { at: 2, does: add-member, group: main-line, connector: vc-south, priority: 3 }
`;
    expect(problemsOf(minimal.replace('moves: []', 'moves: [], failedTurns: { must: [[3, 30]] }') + timeline)).toEqual([
      'timeline.faults[0]: nothing is in eu-west-1',
      'timeline.operator[0].group: Expected a group of this scenario (main-line), got side-line',
      'timeline.operator[1]: Expected a Voice Connector of this scenario (vc-east, vc-west), got vc-south',
      'timeline.operator[0]: Expected at most minute 20, the last one, got 21',
      'expect.failedTurns.must[0]: Expected at most minute 20, the last one, got 30',
    ]);
  });

  it('reports contradictions together with problems of another section', () => {
    const yaml = minimal.replace('moves: []', 'moves: [], finalOrder: { main-line: [vc-north] }');
    expect(problemsOf(yaml.replace('title: healthy', 'seed: -1'))).toEqual([
      'title: Expected a text, got nothing',
      'seed: Expected a whole number from 0 to 2147483648, got -1',
      'expect.finalOrder.main-line: Expected a Voice Connector of this scenario (vc-east, vc-west), got vc-north',
    ]);
  });

  it.each([
    ['what: { kind: sip-5xxx, ratio: 1 }', /what\.kind: Expected one of connectivity-loss, .* got "sip-5xxx"/],
    ['what: { kind: sip-5xx, ratio: 2 }', /what\.ratio: Expected a number from 0 to 1, got 2/],
    ['what: { kind: sip-5xx }', /what\.ratio: Expected a number from 0 to 1, got nothing/],
  ])('reports the allowed values of a fault: %s', (what, problem) => {
    const fault = `{ from: 5, until: 9, where: { region: us-east-1 }, ${what} }`;
    expect(problemsOf(`${minimal}\ntimeline: { faults: [${fault}] }`)).toEqual([expect.stringMatching(problem)]);
  });

  it('is rejected with an invalid policy', () => {
    expect(problemsOf(`${minimal}\npolicy: { version: 1, defaults: { riseMinutes: 5, mode: on } }`)).toEqual([
      expect.stringMatching(/^policy\.defaults\.mode: .*got "on"$/),
      expect.stringMatching(/^policy\.defaults\.tuning\.riseMinutes: Expected at least 2 × judgingMinutes \(10\)/),
    ]);
  });

  it('is rejected if it is not YAML', () => {
    expect(problemsOf('title: [')).toEqual([expect.stringMatching(/^not YAML: /)]);
  });
});

describe('The library', () => {
  it.each(scenarioFiles())('has only valid files: %s', (file) => {
    expect(loadScenario(file).shows).not.toBe('');
  });

  it('covers every situation of the catalogue, S1 to S30', () => {
    const all = scenarioFiles().map((file) => loadScenario(file).title.split(' ')[0]);
    const situations = Array.from({ length: 30 }, (_, place) => `S${place + 1}`);
    expect(situations.filter((situation) => !all.includes(situation))).toEqual([]);
  });

  it('finds a scenario by a unique prefix of its name', () => {
    expect(scenarioFile('s02')).toMatch(/s02-gray-failure\.yml$/);
    expect(scenarioFile('s28-blip')).toMatch(/s28-blip\.yml$/);
    expect(() => scenarioFile('s28')).toThrow(/Expected a file or one of .*, got s28$/);
  });
});
