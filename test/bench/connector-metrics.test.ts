import { describe, expect, it } from 'vitest';
import { metricsOf, withInboundOf, withoutInbound } from '../../bench/connector-metrics.ts';
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

  it('move with the inbound calls, except for those of the outbound calls', () => {
    const [home, standby] = minutes.at(-1)!.map(metricsOf);
    const moved = withInboundOf(standby!, home!);
    expect(moved).toMatchObject({ active: home!.active, outboundActive: standby!.outboundActive });
    expect(withoutInbound(home!)).toMatchObject({ active: 0, answered: 0, outboundActive: home!.outboundActive });
  });
});
