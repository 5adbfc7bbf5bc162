import { describe, expect, it } from 'vitest';
import { InvalidInputError } from '../../../lib/input/validation.ts';
import { inheritedFields, tuningFields } from '../../../lib/input/policy-fields.ts';
import { builtInSettings } from '../../../lib/input/policy-rules.ts';
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

const inheritedNames = Object.keys({ ...inheritedFields, ...tuningFields });

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
      'seed: Expected a whole number from 0 to 999999999, got 1.5',
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
      'seed: Expected a whole number from 0 to 999999999, got -1',
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

  it.each<readonly [string, string]>([
    [
      'failurePeriods: [{ from: 12, until: "13:00", ratio: 0.1 }]',
      'failurePeriods[0].from: Invalid input: expected string, got 12',
    ],
    [
      'failurePeriods: [{ from: noon, until: "13:00", ratio: 0.1 }]',
      'failurePeriods[0].from: Expected a time of the day in UTC, in quotes, such as "03:00", got "noon"',
    ],
    [
      'failurePeriods: [{ days: [monday], from: "12:00", until: "13:00", ratio: 0.1 }]',
      'failurePeriods[0].days[0]: Expected one of sun, mon, tue, wed, thu, fri, sat, got "monday"',
    ],
    [
      'machines: [{ from: 9, until: 5, everySeconds: 4, code: 404 }]',
      'machines[0].until: Expected an until later than from, got 5',
    ],
    [
      'machines: [{ from: 5, until: 9, everySeconds: 4, code: 200 }]',
      'machines[0].code: Expected one of 404, 480, 486, 603, 503, got 200',
    ],
  ])('is rejected with invalid failures of calls: %s', (setting, problem) => {
    const yaml = minimal.replace('perMinute: 24', `perMinute: 24, ${setting}`);
    expect(problemsOf(yaml)).toEqual([`groups[0].calls.${problem}`]);
  });

  it('is rejected with failures of calls that contradict each other', () => {
    const yaml = minimal.replace(
      'perMinute: 24',
      'perMinute: 24, minuteCorrelation: 1, failureWalk: { lowest: 0.1, highest: 0.2, stepPerHour: 0.01 }',
    );
    expect(problemsOf(yaml)).toEqual([
      'group main-line: baselineFailureRatio is 0.02, where failureWalk cannot start',
      'group main-line: minuteCorrelation is 1, not more than 0 and less than 1',
    ]);
  });

  it('is rejected with values of an unknown metric, Voice Connector or minute', () => {
    const timeline = `
timeline:
  metricValues:
    - { from: 5, until: 9, connector: vc-north, values: { Throttles: 1 } }
    - { from: 21, until: 22, connector: vc-east, values: { Throttels: 1 } }
`;
    expect(problemsOf(minimal + timeline)).toEqual([
      'timeline.metricValues[0]: no connector vc-north',
      'timeline.metricValues[1]: no metric Throttels',
      'timeline.metricValues[1]: Expected at most minute 20, the last one, got 21',
    ]);
    expect(problemsOf(minimal + timeline.replace('from: 5, until: 9', 'from: 5.5, until: 9'))).toContainEqual(
      'timeline.metricValues[0].from: Expected a whole number from -20160 to 2880, got 5.5',
    );
  });

  it('is rejected with a shared member that nothing describes', () => {
    const shared = minimal.replace('id: vc-west, region: us-west-2', 'id: vc-west, shared: true');
    expect(problemsOf(shared)).toEqual([
      'groups[0].members[1]: Expected a Voice Connector that another group or spares describes, got vc-west',
    ]);
    expect(problemsOf(`${shared}spares: [{ id: vc-west, region: us-west-2 }]`)).toEqual([]);
  });

  it('has any policy, with every setting', () => {
    const settings = Object.fromEntries(inheritedNames.map((name) => [name, builtInSettings[name]]));
    const drill = { day: 'mon', from: '03:00', until: '04:00' };
    const group = { ...settings, mode: 'enforce', group: 'main-line', preferredOrder: ['vc-east', 'vc-west'], drill };
    const policy = { version: 1, metricDimensions: ['VoiceConnectorId', 'Region'], defaults: settings };
    expect(problemsOf(`${minimal}\npolicy: ${JSON.stringify({ ...policy, groups: [group] })}`)).toEqual([]);
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
