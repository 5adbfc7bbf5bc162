import { describe, expect, it } from 'vitest';
import type { FaultSpec } from '../../../sim/world/spec.ts';
import {
  callCountsOf,
  connectorOf,
  eastFirst,
  expectedShare,
  seed,
  simulate,
  total,
  twoRegions,
  virginia,
  westFirst,
} from './builders.ts';

describe(`a first route that is down (seed ${seed})`, () => {
  const all = { fromMinute: 0, untilMinute: 2_000 };
  const down: FaultSpec = { ...all, where: { region: virginia }, what: { kind: 'first-route-down', ratio: 0.3 } };

  it('counts failures and 5xx of calls that are all answered', () => {
    const minutes = simulate(twoRegions({ faults: [down] }), 2_000);
    const counts = callCountsOf(minutes);
    expect(total(counts, ({ callsFailed, redials }) => callsFailed + redials)).toBe(0);
    const east = connectorOf(minutes, 'east');
    const sum = (name: 'inboundCallAttempts' | 'inboundCallsAnswered' | 'inboundCallFailures' | 'sip5xxCodes') =>
      total(east, (minute) => minute[name]);
    const attempts = sum('inboundCallAttempts');
    expect(sum('inboundCallsAnswered')).toBe(attempts);
    expect(sum('sip5xxCodes')).toBe(sum('inboundCallFailures'));
    expect(sum('inboundCallFailures') / attempts).toBeGreaterThan(expectedShare(0.3, attempts).least);
    expect(sum('inboundCallFailures') / attempts).toBeLessThan(expectedShare(0.3, attempts).most);
  });

  it('changes no call: neither its random numbers nor what becomes of it', () => {
    const group = {
      baselineFailureRatio: 0.2,
      redials: { probability: 0.5, atMost: 3, withinSeconds: 90, failureRatio: 0.5 },
    };
    const counts = (faults: readonly FaultSpec[]) => callCountsOf(simulate(twoRegions({ group, faults }), 60));
    expect(counts([down])).toEqual(counts([]));
  });

  it('fails the same calls on every connector, and no outbound call', () => {
    const faults = [{ ...down, where: { voiceConnectorGroupId: 'sales' } }];
    const failures = (routing: typeof eastFirst, id: string) =>
      connectorOf(simulate(twoRegions({ faults }), 60, routing), id).map((minute) => minute.inboundCallFailures);
    expect(failures(westFirst, 'west')).toEqual(failures(eastFirst, 'east'));
    const connector = { outboundCallsPerMinute: 10, outboundFailureRatio: 0 };
    const east = connectorOf(simulate(twoRegions({ faults, connector }), 60), 'east');
    expect(total(east, ({ outboundCallFailures }) => outboundCallFailures)).toBe(0);
    expect(total(east, ({ inboundCallFailures }) => inboundCallFailures)).toBeGreaterThan(100);
  });
});
