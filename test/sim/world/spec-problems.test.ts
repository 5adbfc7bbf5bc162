import { describe, expect, it } from 'vitest';
import type { FaultSpec, GroupSpec, WorldSpec } from '../../../sim/world/spec.ts';
import { createWorld, InvalidWorldError } from '../../../sim/world/world.ts';
import { startsAt, twoRegions } from './builders.ts';

const fault: FaultSpec = {
  fromMinute: 0,
  untilMinute: 10,
  where: { region: 'us-east-1' },
  what: { kind: 'busy', ratio: 1 },
};

const period = { from: '12:00', until: '13:00', ratio: 0.1 };
const range = { lowest: 0.1, highest: 0.2 };
const walk = { ...range, stepPerHour: 0.01 };
const machine = { fromMinute: 0, untilMinute: 10, everySeconds: 4, code: 404 } as const;

const values = { fromMinute: 0, untilMinute: 10, voiceConnectorId: 'east', values: { Throttles: 1 } };

const failureSettings: readonly (readonly [string, Partial<GroupSpec>])[] = [
  ['failurePeriods[0]: no days', { failurePeriods: [{ ...period, days: [] }] }],
  ['failurePeriods[0]: from is 24:00, not a time such as 12:00', { failurePeriods: [{ ...period, from: '24:00' }] }],
  ['failurePeriods[0]: until is 24:01, not a time such as 12:00', { failurePeriods: [{ ...period, until: '24:01' }] }],
  ['failurePeriods[0]: from is 9:00, not a time such as 12:00', { failurePeriods: [{ ...period, from: '9:00' }] }],
  ['failurePeriods[1]: begins and ends at 12:00', { failurePeriods: [period, { ...period, until: '12:00' }] }],
  ['failurePeriods[0]: ratio is 8, not between 0 and 1', { failurePeriods: [{ ...period, ratio: 8 }] }],
  [
    'failurePeriods[0]: serverErrorShare is -1, not between 0 and 1',
    { failurePeriods: [{ ...period, serverErrorShare: -1 }] },
  ],
  [
    'failureSwing: lowest is 0.2, not less than highest, 0.2',
    { failureSwing: { ...range, lowest: 0.2, periodMinutes: 60 } },
  ],
  ['failureSwing.highest is 2, not between 0 and 1', { failureSwing: { ...range, highest: 2, periodMinutes: 60 } }],
  ['failureSwing.periodMinutes is 0, not more than 0', { failureSwing: { ...range, periodMinutes: 0 } }],
  [
    'failureWalk.lowest is -0.1, not between 0 and 1',
    { failureWalk: { ...walk, lowest: -0.1 }, baselineFailureRatio: 0.1 },
  ],
  [
    'failureWalk.stepPerHour is -1, not 0 or more',
    { failureWalk: { ...walk, stepPerHour: -1 }, baselineFailureRatio: 0.1 },
  ],
  ['baselineFailureRatio is 0.3, where failureWalk cannot start', { failureWalk: walk, baselineFailureRatio: 0.3 }],
  [
    'both failureSwing and failureWalk',
    { failureSwing: { ...range, periodMinutes: 60 }, failureWalk: walk, baselineFailureRatio: 0.1 },
  ],
  ['minuteCorrelation is 0, not more than 0 and less than 1', { minuteCorrelation: 0 }],
  ['minuteCorrelation is 1, not more than 0 and less than 1', { minuteCorrelation: 1 }],
  ['machines[0]: ends at 0, not after it begins at 0', { machines: [{ ...machine, untilMinute: 0 }] }],
  ['machines[0].everySeconds is 0, not more than 0', { machines: [{ ...machine, everySeconds: 0 }] }],
];

function problemsOf(spec: WorldSpec): readonly string[] {
  try {
    createWorld(spec);
    return [];
  } catch (error) {
    return (error as InvalidWorldError).problems;
  }
}

describe('a world’s spec', () => {
  it('is accepted if it is valid', () => {
    const group = {
      baselineFailureRatio: 0.1,
      failurePeriods: [period, { ...period, from: '22:00', until: '24:00' }],
      failureWalk: walk,
      minuteCorrelation: 0.1,
      machines: [machine],
    };
    expect(problemsOf(twoRegions({ faults: [fault], group, metrics: { failuresLateMinutes: 2 } }))).toEqual([]);
  });

  it.each<[string, WorldSpec]>([
    ['seed 0.5 is not an integer', twoRegions({ seed: 0.5 })],
    [`startsAt ${startsAt + 1} is not the start of a minute`, { ...twoRegions(), startsAt: startsAt + 1 }],
    ['group sales: callsPerMinute is -1, not 0 or more', twoRegions({ group: { callsPerMinute: -1 } })],
    ['group sales: baselineFailureRatio is 2, not between 0 and 1', twoRegions({ group: { baselineFailureRatio: 2 } })],
    ['group sales: meanCallMinutes is 0, not more than 0', twoRegions({ group: { meanCallMinutes: 0 } })],
    [
      'group sales: spikes[0]: ends at 1, not after it begins at 2',
      twoRegions({ group: { spikes: [{ fromMinute: 2, untilMinute: 1, factor: 1 }] } }),
    ],
    [
      'connector east is there twice',
      {
        ...twoRegions(),
        connectors: ['east', 'east'].map((voiceConnectorId) => ({ voiceConnectorId, region: 'us-east-1' })),
      },
    ],
    ['faults[0]: nothing is in eu-west-1', twoRegions({ faults: [{ ...fault, where: { region: 'eu-west-1' } }] })],
    ['faults[0]: no connector north', twoRegions({ faults: [{ ...fault, where: { voiceConnectorId: 'north' } }] })],
    [
      'faults[0]: no group support',
      twoRegions({ faults: [{ ...fault, where: { voiceConnectorGroupId: 'support' } }] }),
    ],
    ['faults[0]: ends at 0, not after it begins at 0', twoRegions({ faults: [{ ...fault, untilMinute: 0 }] })],
    [
      'faults[0]: ratio is 30, not between 0 and 1',
      twoRegions({ faults: [{ ...fault, what: { kind: 'sip-5xx', ratio: 30 } }] }),
    ],
    [
      'faults[0]: a MOS of 5 is not between 1.0 and 4.4',
      twoRegions({
        faults: [{ ...fault, what: { kind: 'bad-audio', mos: 5, rttMicroseconds: 0, jitterMicroseconds: 0 } }],
      }),
    ],
    [
      'faults[0]: pulses of 5 minutes do not fit into every 4',
      twoRegions({ faults: [{ ...fault, every: { minutes: 4, forMinutes: 5 } }] }),
    ],
    ...[
      ['no connector north', { ...values, voiceConnectorId: 'north' }] as const,
      ['no metric Throttels', { ...values, values: { Throttels: 1 } }] as const,
      ['ends at 0, not after it begins at 0', { ...values, untilMinute: 0 }] as const,
    ].map(([problem, entry]): [string, WorldSpec] => [
      `metricValues[0]: ${problem}`,
      { ...twoRegions(), metricValues: [entry] },
    ]),
    [
      'controlPlane[0]: ends at 1, not after it begins at 1',
      twoRegions({ controlPlane: [{ fromMinute: 1, untilMinute: 1, what: 0 }] }),
    ],
    ...failureSettings.map(([problem, group]): [string, WorldSpec] => [
      `group sales: ${problem}`,
      twoRegions({ group }),
    ]),
    ['metrics.failuresLateMinutes is 0.5, not a whole number', twoRegions({ metrics: { failuresLateMinutes: 0.5 } })],
    [
      'faults[0]: ratio is 2, not between 0 and 1',
      twoRegions({ faults: [{ ...fault, what: { kind: 'first-route-down', ratio: 2 } }] }),
    ],
  ])('is rejected because %s', (problem, spec) => {
    expect(problemsOf(spec)).toEqual([problem]);
  });

  it('is rejected with all its problems at once', () => {
    const spec = twoRegions({ seed: Number.NaN, faults: [{ ...fault, untilMinute: 0 }] });
    expect(() => createWorld(spec)).toThrow(
      new InvalidWorldError(['seed NaN is not an integer', 'faults[0]: ends at 0, not after it begins at 0']),
    );
  });
});
