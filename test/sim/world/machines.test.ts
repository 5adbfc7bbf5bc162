import { describe, expect, it } from 'vitest';
import { callsFailedByFaults } from '../../../sim/world/minute.ts';
import type { FaultSpec, MachineCode } from '../../../sim/world/spec.ts';
import { callCountsOf, connectorOf, seed, simulate, total, twoRegions, virginia, westFirst } from './builders.ts';

const machine = { fromMinute: 10, untilMinute: 20, everySeconds: 4, code: 404 } as const;

function withMachine(changes: Partial<Parameters<typeof twoRegions>[0]> = {}, code: MachineCode = 404) {
  return twoRegions({ ...changes, group: { callsPerMinute: 0, machines: [{ ...machine, code }], ...changes.group } });
}

describe(`a machine that redials (seed ${seed})`, () => {
  it('dials at its interval while it runs, and every call fails', () => {
    const minutes = simulate(withMachine(), 30);
    const expected = Array.from({ length: 30 }, (_, minute) => (minute >= 10 && minute < 20 ? 15 : 0));
    for (const value of ['inboundCallAttempts', 'inboundCallFailures', 'sip4xxCodes'] as const) {
      expect(connectorOf(minutes, 'east').map((minute) => minute[value])).toEqual(expected);
    }
    const counts = callCountsOf(minutes);
    expect(counts.map(({ machineCalls }) => machineCalls)).toEqual(expected);
    expect(counts.map(({ callsOffered }) => callsOffered)).toEqual(expected);
    expect(counts.map(({ callsFailed }) => callsFailed)).toEqual(expected);
    expect(total(counts, ({ newCallers, redials }) => newCallers + redials)).toBe(0);
    expect(total(counts, callsFailedByFaults)).toBe(0);
  });

  it('keeps an interval that does not divide a minute, from a moment within one', () => {
    const machines = [{ fromMinute: 0.5, untilMinute: 5, everySeconds: 40, code: 404 } as const];
    const counts = callCountsOf(simulate(twoRegions({ group: { callsPerMinute: 0, machines } }), 6));
    // At 30, 70, 110, 150, 190, 230 and 270 seconds.
    expect(counts.map(({ machineCalls }) => machineCalls)).toEqual([1, 2, 1, 2, 1, 0]);
  });

  it.each([
    [404, 'sip4xxCodes'],
    [480, 'sip4xxCodes'],
    [486, 'sip4xxCodes'],
    [503, 'sip5xxCodes'],
    [603, 'sip6xxCodes'],
  ] as const)('that fails with %d counts as %s and as no other', (code, counted) => {
    const east = connectorOf(simulate(withMachine({}, code), 30), 'east');
    const classes = ['sip3xxCodes', 'sip4xxCodes', 'sip5xxCodes', 'sip6xxCodes'] as const;
    expect(classes.map((each) => total(east, (minute) => minute[each]))).toEqual(
      classes.map((each) => (each === counted ? 150 : 0)),
    );
  });

  it('dials the connector that is reached, and follows the routing', () => {
    const loss: FaultSpec = {
      fromMinute: 0,
      untilMinute: 30,
      where: { region: virginia },
      what: { kind: 'connectivity-loss' },
    };
    for (const minutes of [simulate(withMachine({ faults: [loss] }), 30), simulate(withMachine(), 30, westFirst)]) {
      expect(total(connectorOf(minutes, 'east'), ({ inboundCallAttempts }) => inboundCallAttempts)).toBe(0);
      expect(total(connectorOf(minutes, 'west'), ({ sip4xxCodes }) => sip4xxCodes)).toBe(150);
    }
  });

  it('fails with its code during a fault too, which is not counted as the cause', () => {
    const everything = { fromMinute: 0, untilMinute: 30, where: { region: virginia } };
    const faults: readonly FaultSpec[] = [{ ...everything, what: { kind: 'sip-5xx', ratio: 1 } }];
    const minutes = simulate(withMachine({ faults }), 30);
    expect(total(connectorOf(minutes, 'east'), ({ sip5xxCodes }) => sip5xxCodes)).toBe(0);
    expect(total(callCountsOf(minutes), callsFailedByFaults)).toBe(0);
  });

  it('does not change the calls of people', () => {
    const people = { group: { callsPerMinute: 10, baselineFailureRatio: 0.2 } };
    const redials = { probability: 0.5, atMost: 3, withinSeconds: 90, failureRatio: 0.5 };
    const alone = callCountsOf(simulate(twoRegions({ group: { ...people.group, redials } }), 30));
    const beside = callCountsOf(simulate(withMachine({ group: { ...people.group, redials } }), 30));
    const ofPeople = (counts: typeof alone) =>
      counts.map(({ newCallers, redials: again, callsAnswered }) => [newCallers, again, callsAnswered]);
    expect(ofPeople(beside)).toEqual(ofPeople(alone));
    expect(total(beside, ({ machineCalls }) => machineCalls)).toBe(150);
  });
});
