import { describe, expect, it } from 'vitest';
import { createPeer } from '../../bench/contenders.ts';
import type { Contender, Turn } from '../../bench/contender.ts';
import { drawOutage, outageKinds, refusalKinds } from '../../bench/fault-library.ts';
import { recorder, runHealthy } from '../../bench/healthy.ts';
import { worldNamed } from '../../bench/healthy-worlds.ts';
import { StreamRun } from '../../bench/stream-run.ts';
import { ProjectContender } from '../../bench/this-project.ts';
import { historyBefore } from '../../bench/history.ts';
import { simulateOutage } from '../../bench/outages.ts';
import { metricsOf, noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';
import { routingOf, spikesIn, trafficTried, worldSpec } from '../../bench/worlds.ts';
import { createWorld } from '../../sim/world/world.ts';

const traffic = { callsPerMinute: 10, baseline: 0.05 };

/** Without the audio and the number of calls in progress: those stay on their connector after a move. */
function signalling(metrics: ConnectorMetrics): ConnectorMetrics {
  const { published, active, outboundActive, measured, mosCustomer, mosRemote } = noMetrics;
  return { ...metrics, published, active, outboundActive, measured, mosCustomer, mosRemote };
}

describe('a healthy stream', () => {
  it.each([
    ['steady 10/min, 5 %', 600],
    ['correlated-0.1-at-60', 300],
    ['closed-at-night', 1440],
    ['robocalls', 4000],
    ['machine-404', 4000],
    ['blips', 4000],
    ['first-route-down', 4000],
  ])('of %s is the same with either connector on top, so that one recording is enough', (name, minutes) => {
    const seed = 12;
    const { traffic: of, peculiarity } = worldNamed(name);
    const peculiar = peculiarity(seed, minutes);
    expect(peculiar.occasions?.length).not.toBe(0);
    const next = recorder(seed, of, peculiar);
    const simulated = createWorld(worldSpec({ seed, traffic: of, ...peculiar }));
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
    for (let minute = 0; minute < minutes; minute += 1) {
      // The contender's own world: the run of this minute acted before its calls arrived.
      if (minute >= 2 && minute % 7 === 0) top = 1 - top;
      expected.push(simulated.runMinute(routingOf([top])).connectors.map(metricsOf));
      run.observe(minute + 2, next(), true);
    }
    for (const { minute, newest } of given) {
      expect(newest.map(signalling), `minute ${minute - 2}`).toEqual(expected[minute - 2]!.map(signalling));
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
    const result = runHealthy({
      kind: 'healthy',
      world: 'steady 10/min, 5 %',
      seed: 2,
      days: 1,
      contenders,
      calibrates: true,
    });
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

describe('the time before a simulation', () => {
  const past = { traffic, startsAtMinute: 15 * 1440 + 130, groups: 2, flat: false };

  it('differs from group to group, and is the same in every call', () => {
    const day = historyBefore(past, 1);
    expect(day).toHaveLength(1440);
    expect(day.at(-1)?.minute).toBe(1);
    expect(day.map(({ newest }) => newest[0]?.attempts)).not.toEqual(day.map(({ newest }) => newest[2]?.attempts));
    expect(historyBefore(past, 1)).toEqual(day);
  });

  it('has half hours of the clock before the last day', () => {
    const entries = historyBefore(past, 15);
    const slots = entries.slice(0, -1450);
    expect(slots).toHaveLength(14 * 48 - 1);
    const startOf = ({ minute }: { readonly minute: number }) => past.startsAtMinute + minute - 2;
    expect(slots.map((slot) => startOf(slot) % 30)).toEqual(slots.map(() => 0));
    expect(entries.slice(-1450).map(startOf)).toEqual(
      Array.from({ length: 1450 }, (_, index) => past.startsAtMinute - 1450 + index),
    );
    const busiest = Math.max(...slots.map(({ newest }) => newest[0]!.attempts));
    expect(busiest).toBeGreaterThan(250);
    expect(busiest).toBeLessThan(400);
  });
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

describe('the faults that answer 4xx', () => {
  const drawn = Array.from({ length: 60 }, (_, index) => drawOutage(9, index, 'refusals'));

  it('are partial or total, at home alone, and none of them is on the scoreboard', () => {
    expect(new Set(drawn.map(({ kind }) => kind))).toEqual(new Set(refusalKinds));
    for (const { kind, faults, standbySize } of drawn) {
      expect(standbySize).toBeUndefined();
      expect(faults).toHaveLength(1);
      expect(faults[0]!.what).toMatchObject({ kind: 'busy', code: 404 });
      if (kind === '4xx, total') expect(faults[0]!.what).toMatchObject({ ratio: 1 });
    }
    const onScoreboard = Array.from({ length: 60 }, (_, index) => drawOutage(9, index).kind);
    expect(onScoreboard.filter((kind) => kind.startsWith('4xx'))).toEqual([]);
  });

  it('cost calls, which a move saves', () => {
    const total = drawn.find(
      ({ kind, traffic: { callsPerMinute } }) => kind === '4xx, total' && callsPerMinute === 10,
    )!;
    const none = simulateOutage(total, { kind: 'none' }, undefined);
    const moved = simulateOutage(total, { kind: 'route53' }, createPeer('route53'));
    expect(none.failed).toBeGreaterThan(50);
    expect(moved.failed).toBeLessThan(none.failed / 2);
  });
});
