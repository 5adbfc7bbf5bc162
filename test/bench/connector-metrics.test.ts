import { describe, expect, it } from 'vitest';
import { metricsOf, noMetrics, together } from '../../bench/connector-metrics.ts';
import { routingOf, worldSpec } from '../../bench/worlds.ts';
import { createWorld } from '../../sim/world/world.ts';

const traffic = { callsPerMinute: 60, baseline: 0.05 };

describe('the metrics of a connector', () => {
  const world = createWorld(worldSpec({ seed: 3, traffic, flat: true }));
  const minutes = Array.from({ length: 60 }, () => world.runMinute(routingOf([0])).connectors);

  it('contain each failed call once by its SIP class, of both directions', () => {
    for (const connectors of minutes) {
      for (const metrics of connectors.map(metricsOf)) {
        expect(metrics.sip4xx + metrics.sip5xx + metrics.sip6xx).toBe(metrics.failures + metrics.outboundFailures);
        expect(metrics.answered).toBe(metrics.attempts - metrics.failures);
      }
    }
  });

  it('contain the calls in progress', () => {
    const [home, standby] = minutes.at(-1)!.map(metricsOf);
    expect(home!.active).toBeGreaterThan(60);
    expect(standby!.active).toBe(0);
    expect(home!.outboundActive).toBeLessThan(20);
  });

  it('can be taken together, the audio by the number of calls', () => {
    const three = {
      ...noMetrics,
      published: true,
      attempts: 5,
      failures: 1,
      measured: 3,
      mosCustomer: 4,
      mosRemote: 3,
    };
    const one = {
      ...noMetrics,
      pinged: true,
      attempts: 2,
      outboundActive: 1,
      measured: 1,
      mosCustomer: 2,
      mosRemote: 3,
    };
    expect(together(three, one)).toMatchObject({
      published: true,
      pinged: true,
      attempts: 7,
      failures: 1,
      outboundActive: 1,
      measured: 4,
      mosCustomer: 3.5,
      mosRemote: 3,
    });
    expect(together(noMetrics, one).mosCustomer).toBe(2);
    expect(together(noMetrics, noMetrics).mosCustomer).toBeUndefined();
  });
});
