import { describe, expect, it } from 'vitest';
import { createPeer } from '../../bench/contenders.ts';
import type { Contender, Turn } from '../../bench/contender.ts';
import { drawOutage, outageKinds } from '../../bench/fault-library.ts';
import { runHealthy, StreamRun } from '../../bench/healthy.ts';
import { ProjectContender } from '../../bench/this-project.ts';
import { historyBefore } from '../../bench/history.ts';
import { simulateOutage } from '../../bench/outages.ts';
import { metricsOf, type ConnectorMetrics } from '../../bench/connector-metrics.ts';
import { routingOf, spikesIn, trafficTried, worldSpec } from '../../bench/worlds.ts';
import { createWorld } from '../../sim/world/world.ts';

const traffic = { callsPerMinute: 10, baseline: 0.05 };

/** The metrics of calls without MOS: calls in progress stay on their connector after a move. */
function signalling({
  published,
  attempts,
  failures,
  answered,
  outboundAttempts,
  outboundFailures,
  pinged,
}: ConnectorMetrics) {
  return {
    published,
    attempts,
    failures,
    answered,
    outboundAttempts,
    outboundFailures,
    pinged,
  };
}

describe('a healthy stream', () => {
  it('is the same with either connector on top, so that one recording is enough', () => {
    const seed = 11;
    const recorded = createWorld(worldSpec({ seed, traffic }));
    const simulated = createWorld(worldSpec({ seed, traffic }));
    const given: Turn[] = [];
    const movesOften: Contender = {
      turn: (turn) => {
        given.push(turn);
        return turn.minute % 7 === 0 ? [0] : [];
      },
    };
    const run = new StreamRun({ kind: 'three-of-five' }, movesOften);
    let top = 0;
    const expected: ConnectorMetrics[][] = [];
    for (let minute = 0; minute < 600; minute += 1) {
      const [home, standby] = recorded.runMinute(routingOf([0])).connectors;
      // The contender's own world: the run of this minute acted before its calls arrived.
      if (minute >= 2 && minute % 7 === 0) top = 1 - top;
      expected.push(simulated.runMinute(routingOf([top])).connectors.map(metricsOf));
      run.observe(minute + 2, [metricsOf(home!), metricsOf(standby!)], true);
    }
    for (const { minute, newest } of given.slice(0, 590)) {
      const inbound = newest.map(({ attempts, failures }) => [attempts, failures]);
      expect(inbound, `minute ${minute - 2}`).toEqual(
        expected[minute - 2]!.map(({ attempts, failures }) => [attempts, failures]),
      );
      expect(newest.map(signalling).map(({ outboundAttempts }) => outboundAttempts)).toEqual(
        expected[minute - 2]!.map(({ outboundAttempts }) => outboundAttempts),
      );
    }
  });

  it('is the same with all of its audio measured and with MOS alone', () => {
    const spec = worldSpec({
      seed: 5,
      traffic,
      faults: [
        {
          fromMinute: 20,
          untilMinute: 60,
          where: { voiceConnectorId: 'vc-0' },
          what: { kind: 'one-way-audio', ratio: 0.5 },
        },
      ],
    });
    const [full, lean] = [createWorld({ ...spec, audio: 'full' }), createWorld(spec)];
    for (let minute = 0; minute < 90; minute += 1) {
      const [all, some] = [full.runMinute(routingOf([0])), lean.runMinute(routingOf([0]))];
      expect(some.connectors.map(metricsOf)).toEqual(all.connectors.map(metricsOf));
      expect(some.groups).toEqual(all.groups);
    }
  });

  it('counts every move off a top as false', () => {
    const contenders = (['three-of-five', 'envoy', 'ours'] as const).map((kind) => ({ kind }));
    const result = runHealthy({ kind: 'healthy', traffic, seed: 2, days: 1, contenders, calibrates: true });
    expect(result.falseMoves['three-of-five']).toBeGreaterThan(10);
    expect(result.falseMoves['envoy']).toBe(0);
    expect(result.gate.failures).toBe(0);
  });

  it('has its spikes about once a week', () => {
    const days = 7000;
    const spikes = spikesIn(1, days * 1440);
    expect(spikes.length).toBeGreaterThan(900);
    expect(spikes.length).toBeLessThan(1100);
  });
});

it('the day before differs from group to group, and is the same in every call', () => {
  const setting = { groups: 2, flat: false };
  const day = historyBefore(traffic, 1440, setting);
  expect(day).toHaveLength(1440);
  expect(day.at(-1)?.minute).toBe(1);
  expect(day.map(({ newest }) => newest[0]?.attempts)).not.toEqual(day.map(({ newest }) => newest[2]?.attempts));
  expect(historyBefore(traffic, 1440, setting)).toEqual(day);
});

describe('the outages', () => {
  const drawn = Array.from({ length: 600 }, (_, index) => drawOutage(9, index));

  it('are the same in every call', () => {
    expect(drawOutage(9, 321)).toEqual(drawn[321]);
    expect(drawOutage(10, 321)).not.toEqual(drawn[321]);
  });

  it('are of every kind in every traffic, 10 minutes to 4 hours long, one in five with an unhealthy standby', () => {
    const met = new Set(drawn.map(({ kind, traffic: one }) => `${kind} ${one.callsPerMinute} ${one.baseline}`));
    expect(met.size).toBe(outageKinds.length * trafficTried.length);
    for (const { durationMinutes } of drawn) {
      expect(durationMinutes).toBeGreaterThanOrEqual(10);
      expect(durationMinutes).toBeLessThanOrEqual(240);
    }
    const withUnhealthyStandby = drawn.filter(({ standbySize }) => standbySize !== undefined).length;
    expect(withUnhealthyStandby).toBeGreaterThan(600 * 0.15);
    expect(withUnhealthyStandby).toBeLessThan(600 * 0.25);
  });

  it('fail calls, and a move saves some of them', () => {
    const dead = drawn.find(
      ({ kind, standbySize, traffic: { callsPerMinute } }) =>
        kind === 'hard, dead' && standbySize === undefined && callsPerMinute === 10,
    )!;
    const none = simulateOutage(dead, { kind: 'none' }, undefined);
    const moved = simulateOutage(dead, { kind: 'route53' }, createPeer('route53'));
    expect(none.moves).toBe(0);
    expect(none.minutesToMove).toBeUndefined();
    expect(moved.minutesToMove).toBeGreaterThan(3);
    expect(moved.minutesToMove).toBeLessThan(6);
    expect(moved.failed).toBeLessThan(none.failed);
  });

  it('cause a move by the judge and plan of this project', () => {
    const dead = drawn.find(
      ({ kind, standbySize, traffic: { callsPerMinute } }) =>
        kind === 'hard, dead' && standbySize === undefined && callsPerMinute === 60,
    )!;
    const ledger = simulateOutage(dead, { kind: 'ours' }, new ProjectContender({ budgetPerGroupYear: 1 }));
    expect(ledger).toMatchObject({ moves: 1, falseMoves: 0, returns: 0 });
    expect(ledger.minutesToMove).toBeLessThan(6);
  });
});
