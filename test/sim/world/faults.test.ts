import { describe, expect, it } from 'vitest';
import { callsFailedByFaults } from '../../../sim/world/minute.ts';
import { createWorld } from '../../../sim/world/world.ts';
import type { FaultKind, FaultSpec } from '../../../sim/world/spec.ts';
import {
  connectorOf,
  eastFirst,
  expectedShare,
  callCountsOf,
  oregon,
  simulate,
  prioritised,
  seed,
  startsAt,
  total,
  twoRegions,
  virginia,
  westFirst,
} from './builders.ts';

function inVirginia(what: FaultKind, period: Partial<FaultSpec> = {}): FaultSpec {
  return { fromMinute: 20, untilMinute: 40, where: { region: virginia }, what, ...period };
}

function ofSales(what: FaultKind): FaultSpec {
  return { fromMinute: 20, untilMinute: 40, where: { voiceConnectorGroupId: 'sales' }, what };
}

/** Attempts on east and west in minutes 0-19, 20-39 and 40-59. */
function attempts(minutes: ReturnType<typeof simulate>): readonly (readonly number[])[] {
  return [0, 20, 40].map((from) =>
    ['east', 'west'].map((id) =>
      total(connectorOf(minutes.slice(from, from + 20), id), ({ inboundCallAttempts }) => inboundCallAttempts),
    ),
  );
}

describe(`a loss of connectivity (seed ${seed})`, () => {
  const loss = inVirginia({ kind: 'connectivity-loss' });

  it('reroutes calls from the unreachable connector to the next, where they succeed', () => {
    const minutes = simulate(twoRegions({ faults: [loss] }), 60);
    const calm = attempts(simulate(twoRegions(), 60));
    expect(attempts(minutes)).toEqual([calm[0], [0, calm[1]![0]], calm[2]]);
    const counts = callCountsOf(minutes);
    expect(total(counts, ({ callsFailed }) => callsFailed)).toBe(0);
    expect(total(counts, ({ callsRerouted }) => callsRerouted)).toBe(calm[1]![0]);
  });

  it('of one connector does not affect the other', () => {
    const minutes = simulate(twoRegions({ faults: [{ ...loss, where: { voiceConnectorId: 'west' } }] }), 60);
    expect(attempts(minutes)).toEqual(attempts(simulate(twoRegions(), 60)));
  });

  it('moves the calls of a tie to the other member', () => {
    const minutes = simulate(twoRegions({ faults: [loss] }), 60, prioritised({ east: 1, west: 1 }));
    expect(attempts(minutes)[1]![0]).toBe(0);
    expect(total(callCountsOf(minutes), ({ callsFailed }) => callsFailed)).toBe(0);
  });

  it('of all connectors fails the calls, and no connector counts an attempt', () => {
    const minutes = simulate(twoRegions({ faults: [loss, { ...loss, where: { region: oregon } }] }), 60);
    expect(attempts(minutes)[1]).toEqual([0, 0]);
    const during = callCountsOf(minutes).slice(20, 40);
    expect(during.map(({ callsFailedBecause }) => callsFailedBecause.noConnectorReachable)).toEqual(
      during.map(({ callsOffered }) => callsOffered),
    );
  });

  it('drops the calls in progress at its first moment', () => {
    const minutes = simulate(twoRegions({ faults: [loss], group: { meanCallMinutes: 30 } }), 60);
    const active = connectorOf(minutes, 'east').map(({ inboundCallsActive }) => inboundCallsActive);
    expect(active[19]).toBeGreaterThan(50);
    expect(active.slice(20, 40)).toEqual(Array(20).fill(0));
    expect(callCountsOf(minutes).map(({ callsDropped }) => callsDropped)).toEqual(
      Array.from({ length: 60 }, (_, minute) => (minute === 20 ? active[19] : 0)),
    );
  });

  it('of 43 seconds affects the calls of those seconds only', () => {
    const blip = { ...loss, untilMinute: 20 + 43 / 60 };
    const spec = twoRegions({ faults: [blip], group: { callsPerMinute: 600 } });
    const [east, west] = [connectorOf(simulate(spec, 21), 'east')[20]!, connectorOf(simulate(spec, 21), 'west')[20]!];
    const share = west.inboundCallAttempts / (east.inboundCallAttempts + west.inboundCallAttempts);
    expect(share).toBeGreaterThan(expectedShare(43 / 60, 600).least);
    expect(share).toBeLessThan(expectedShare(43 / 60, 600).most);
  });

  it('stops the OPTIONS pings and the outbound calls of the customer', () => {
    const connector = { outboundCallsPerMinute: 10, optionsPing: { everySeconds: 30, source: '192.0.2.1' } };
    const minutes = simulate(twoRegions({ faults: [loss], connector }), 60);
    const pings = (id: string) => connectorOf(minutes, id).map(({ optionsPings }) => optionsPings.length);
    const on = (minutes: number, count: number) => Array.from({ length: minutes }, () => count);
    expect(pings('east')).toEqual([...on(20, 2), ...on(20, 0), ...on(20, 2)]);
    expect(pings('west')).toEqual(Array(60).fill(2));
    const callsOut = (id: string) =>
      total(connectorOf(minutes.slice(20, 40), id), ({ outboundCallAttempts }) => outboundCallAttempts);
    expect(callsOut('east')).toBe(0);
    expect(callsOut('west')).toBeGreaterThan(100);
  });

  it('of the customer’s network fails calls with 5xx on the first connector, whichever it is, and nothing is rerouted', () => {
    for (const [routing, top] of [
      [eastFirst, 'east'],
      [westFirst, 'west'],
    ] as const) {
      const minutes = simulate(twoRegions({ faults: [ofSales({ kind: 'connectivity-loss' })] }), 60, routing);
      const during = minutes.slice(20, 40);
      const offered = callCountsOf(during).map(({ callsOffered }) => callsOffered);
      expect(callCountsOf(during).map((minute) => minute.callsFailedBecause.customerUnreachable)).toEqual(offered);
      expect(connectorOf(during, top).map(({ sip5xxCodes }) => sip5xxCodes)).toEqual(offered);
      expect(total(callCountsOf(minutes), ({ callsRerouted }) => callsRerouted)).toBe(0);
    }
  });
});

describe(`a loss of the customer’s network (seed ${seed})`, () => {
  it('stops the pings to and the outbound calls through all connectors of the group', () => {
    const connector = { outboundCallsPerMinute: 10, optionsPing: { everySeconds: 60, source: '192.0.2.1' } };
    const minutes = simulate(twoRegions({ faults: [ofSales({ kind: 'connectivity-loss' })], connector }), 60);
    for (const id of ['east', 'west']) {
      const during = connectorOf(minutes, id).map((minute) => [
        minute.optionsPings.length,
        minute.outboundCallAttempts > 0,
      ]);
      expect(during.slice(20, 40)).toEqual(Array(20).fill([0, false]));
      expect(during.filter(([pings]) => pings === 1)).toHaveLength(40);
    }
  });
});

describe(`SIP messages (seed ${seed})`, () => {
  it('are a 100 for each attempt, a 180 and a 200 for each answer, and a 200 for each BYE', () => {
    const group = { baselineFailureRatio: 0.2 };
    const east = connectorOf(simulate(twoRegions({ group, connector: { outboundCallsPerMinute: 5 } }), 200), 'east');
    const sum = (counts: readonly (keyof (typeof east)[number])[]) =>
      total(counts, (count) => total(east, (minute) => Number(minute[count])));
    const attempts = sum(['inboundCallAttempts', 'outboundCallAttempts']);
    const answered = sum(['inboundCallsAnswered', 'outboundCallsAnswered']);
    const active = east.at(-1)!.inboundCallsActive + east.at(-1)!.outboundCallsActive;
    expect(sum(['sip1xxCodes'])).toBe(attempts + answered);
    expect(sum(['sip2xxCodes'])).toBe(answered + (answered - active));
    expect(sum(['sip4xxCodes', 'sip5xxCodes'])).toBe(attempts - answered);
    expect(sum(['sip3xxCodes', 'sip6xxCodes'])).toBe(0);
    expect(sum(['inboundCallFailures', 'outboundCallFailures'])).toBe(attempts - answered);
  });
});

describe(`calls that fail (seed ${seed})`, () => {
  it.each([
    ['sip-5xx', 'sip5xx', 'sip5xxCodes'],
    ['busy', 'busy', 'sip4xxCodes'],
  ] as const)('because of %s are lost, counted with their code, and not rerouted', (kind, cause, code) => {
    const faults = [inVirginia({ kind, ratio: 0.3 }, { fromMinute: 0, untilMinute: 2_000 })];
    const minutes = simulate(twoRegions({ faults }), 2_000);
    const counts = callCountsOf(minutes);
    const offered = total(counts, ({ callsOffered }) => callsOffered);
    const failed = total(counts, callsFailedByFaults);
    expect(failed / offered).toBeGreaterThan(expectedShare(0.3, offered).least);
    expect(failed / offered).toBeLessThan(expectedShare(0.3, offered).most);
    expect(total(counts, ({ callsFailedBecause }) => callsFailedBecause[cause])).toBe(failed);
    const east = connectorOf(minutes, 'east');
    expect(total(east, (minute) => minute[code])).toBe(failed);
    expect(total(east, ({ inboundCallFailures }) => inboundCallFailures)).toBe(failed);
    expect(total(east, ({ inboundCallAttempts }) => inboundCallAttempts)).toBe(offered);
    expect(total(counts, ({ callsRerouted }) => callsRerouted)).toBe(0);
  });

  it.each([
    [undefined, 'sip4xxCodes'],
    [404, 'sip4xxCodes'],
    [480, 'sip4xxCodes'],
    [486, 'sip4xxCodes'],
    [603, 'sip6xxCodes'],
  ] as const)('because they are refused with %d count as %s and as no other', (code, counted) => {
    const what = { kind: 'busy', ratio: 0.3, ...(code === undefined ? {} : { code }) } as const;
    const minutes = simulate(twoRegions({ faults: [inVirginia(what)] }), 60);
    const failed = total(callCountsOf(minutes), ({ callsFailedBecause }) => callsFailedBecause.busy);
    expect(failed).toBeGreaterThan(20);
    const east = connectorOf(minutes, 'east');
    const classes = ['sip3xxCodes', 'sip4xxCodes', 'sip5xxCodes', 'sip6xxCodes'] as const;
    expect(classes.map((each) => total(east, (minute) => minute[each]))).toEqual(
      classes.map((each) => (each === counted ? failed : 0)),
    );
  });

  it('because they are refused with two codes at a time have each in its share', () => {
    const all = { fromMinute: 0, untilMinute: 2_000 };
    const faults = [
      inVirginia({ kind: 'busy', ratio: 0.5, code: 404 }, all),
      inVirginia({ kind: 'busy', ratio: 0.4, code: 603 }, all),
    ];
    const east = connectorOf(simulate(twoRegions({ faults }), 2_000), 'east');
    const attempts = total(east, ({ inboundCallAttempts }) => inboundCallAttempts);
    for (const [code, share] of [
      ['sip4xxCodes', 0.5],
      ['sip6xxCodes', 0.5 * 0.4],
    ] as const) {
      const counted = total(east, (minute) => minute[code]) / attempts;
      expect(counted).toBeGreaterThan(expectedShare(share, attempts).least);
      expect(counted).toBeLessThan(expectedShare(share, attempts).most);
    }
  });

  it('in one Region are avoided by routing to the other', () => {
    const spec = twoRegions({ faults: [inVirginia({ kind: 'sip-5xx', ratio: 1 })] });
    expect(callCountsOf(simulate(spec, 60, westFirst)).map(({ callsFailed }) => callsFailed)).toEqual(
      Array(60).fill(0),
    );
  });

  it('increase with a fault that grows', () => {
    const what = { kind: 'sip-5xx', ratio: 1, growsOverMinutes: 1_000 } as const;
    const counts = callCountsOf(
      simulate(twoRegions({ faults: [inVirginia(what, { fromMinute: 0, untilMinute: 1_200 })] }), 1_200),
    );
    const share = (from: number, until: number) =>
      total(counts.slice(from, until), ({ callsFailed }) => callsFailed) /
      total(counts.slice(from, until), ({ callsOffered }) => callsOffered);
    expect(share(0, 200)).toBeCloseTo(0.1, 1);
    expect(share(400, 600)).toBeCloseTo(0.5, 1);
    expect(share(1_000, 1_200)).toBe(1);
  });

  it('come and go with a flapping link', () => {
    const flapping = { fromMinute: 0, untilMinute: 60, every: { minutes: 10, forMinutes: 4 } };
    const spec = twoRegions({
      faults: [inVirginia({ kind: 'sip-5xx', ratio: 1 }, flapping)],
      group: { callsPerMinute: 30 },
    });
    const isBad = callCountsOf(simulate(spec, 60)).map(({ callsFailed }) => callsFailed > 0);
    expect(isBad).toEqual(Array.from({ length: 60 }, (_, minute) => minute % 10 < 4));
  });

  it('combine two simultaneous causes', () => {
    const both = { fromMinute: 0, untilMinute: 2_000 };
    const faults = [
      inVirginia({ kind: 'sip-5xx', ratio: 0.5 }, both),
      inVirginia({ kind: 'sip-5xx', ratio: 0.5 }, both),
    ];
    const counts = callCountsOf(simulate(twoRegions({ faults }), 2_000));
    const offered = total(counts, ({ callsOffered }) => callsOffered);
    const share = total(counts, ({ callsFailed }) => callsFailed) / offered;
    expect(share).toBeGreaterThan(expectedShare(0.75, offered).least);
    expect(share).toBeLessThan(expectedShare(0.75, offered).most);
  });

  it('by throttling are those beyond the limit of each minute', () => {
    const faults = [inVirginia({ kind: 'throttles', callsPerMinuteLimit: 10 })];
    const minutes = simulate(twoRegions({ faults }), 60);
    const east = connectorOf(minutes, 'east');
    const beyond = east.map(({ inboundCallAttempts }, minute) =>
      minute < 20 || minute >= 40 ? 0 : Math.max(0, inboundCallAttempts - 10),
    );
    expect(total(beyond, (count) => count)).toBeGreaterThan(0);
    for (const counted of ['throttles', 'inboundCallFailures', 'sip5xxCodes'] as const) {
      expect(east.map((minute) => minute[counted])).toEqual(beyond);
    }
    expect(callCountsOf(minutes).map(({ callsFailedBecause }) => callsFailedBecause.throttled)).toEqual(beyond);
  });
});

describe('the customer’s own network', () => {
  it('affects the calls of its group on every connector, and no other group', () => {
    const spec = twoRegions({ faults: [ofSales({ kind: 'busy', ratio: 1 })] });
    const support = { voiceConnectorGroupId: 'support', callsPerMinute: 10, baselineFailureRatio: 0 };
    const routing = [...westFirst, { ...westFirst[0]!, voiceConnectorGroupId: 'support' }];
    const minutes = simulate({ ...spec, groups: [...spec.groups, support] }, 60, routing).slice(20, 40);
    const failed = minutes.map(({ groups }) =>
      groups.map(({ callsFailed, callsOffered }) => [callsFailed, callsOffered]),
    );
    expect(failed).toEqual(
      failed.map(([sales, other]) => [
        [sales![1], sales![1]],
        [0, other![1]],
      ]),
    );
  });
});

describe('control-plane faults', () => {
  it('are returned unchanged while they are active', () => {
    const outage = { fromMinute: 5, untilMinute: 10, what: { api: 'chime', answers: 503 } };
    const flapping = { fromMinute: 0, untilMinute: 100, every: { minutes: 8, forMinutes: 1 }, what: 'slow' };
    const world = createWorld(twoRegions({ controlPlane: [outage, flapping] }));
    const activeAt = (minute: number) => world.activeControlPlaneFaults(startsAt + minute * 60_000);
    expect([0, 4.99, 5, 8.5, 10].map(activeAt)).toEqual([[flapping], [], [outage], [outage, flapping], []]);
  });
});
