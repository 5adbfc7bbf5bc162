import { describe, expect, it } from 'vitest';
import type { FaultKind, FaultSpec } from '../../../sim/world/spec.ts';
import { connectorOf, seed, simulate, total, twoRegions, virginia } from './builders.ts';

function inVirginia(what: FaultKind): FaultSpec {
  return { fromMinute: 20, untilMinute: 40, where: { region: virginia }, what };
}

describe(`failures that count later than their attempts (seed ${seed})`, () => {
  const refused = inVirginia({ kind: 'busy', ratio: 1, code: 603 });
  const failing = inVirginia({ kind: 'sip-5xx', ratio: 0.5 });

  it('are those of the minute before, with their responses', () => {
    for (const [fault, code] of [
      [refused, 'sip6xxCodes'],
      [failing, 'sip5xxCodes'],
    ] as const) {
      const east = (failuresLateMinutes: number) =>
        connectorOf(simulate(twoRegions({ faults: [fault], metrics: { failuresLateMinutes } }), 60), 'east');
      for (const value of ['inboundCallFailures', code] as const) {
        const atOnce = east(0).map((minute) => minute[value]);
        expect(east(1).map((minute) => minute[value])).toEqual([0, ...atOnce.slice(0, -1)]);
        expect(east(3).map((minute) => minute[value])).toEqual([0, 0, 0, ...atOnce.slice(0, -3)]);
        expect(atOnce[20]).toBeGreaterThan(0);
      }
      expect(east(3).map((minute) => minute.inboundCallAttempts)).toEqual(
        east(0).map((minute) => minute.inboundCallAttempts),
      );
    }
  });

  it('do not include throttled calls, which fail at once', () => {
    const faults = [inVirginia({ kind: 'throttles', callsPerMinuteLimit: 2 })];
    const east = connectorOf(simulate(twoRegions({ faults, metrics: { failuresLateMinutes: 2 } }), 60), 'east');
    const throttled = east.map(({ throttles }) => throttles);
    expect(east.map(({ inboundCallFailures }) => inboundCallFailures)).toEqual(throttled);
    expect(east.map(({ sip5xxCodes }) => sip5xxCodes)).toEqual(throttled);
    expect(total(throttled, (count) => count)).toBeGreaterThan(50);
  });
});
