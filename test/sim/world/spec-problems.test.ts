import { describe, expect, it } from 'vitest';
import type { FaultSpec, WorldSpec } from '../../../sim/world/spec.ts';
import { createWorld, InvalidWorldError } from '../../../sim/world/world.ts';
import { startsAt, twoRegions } from './builders.ts';

const fault: FaultSpec = {
  fromMinute: 0,
  untilMinute: 10,
  where: { region: 'us-east-1' },
  what: { kind: 'busy', ratio: 1 },
};

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
    expect(problemsOf(twoRegions({ faults: [fault] }))).toEqual([]);
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
    [
      'controlPlane[0]: ends at 1, not after it begins at 1',
      twoRegions({ controlPlane: [{ fromMinute: 1, untilMinute: 1, what: 0 }] }),
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
