import { describe, expect, it } from 'vitest';
import type { Contender } from '../../bench/contender.ts';
import { BoundContender } from '../../bench/contenders/bound.ts';
import { EnvoyContender } from '../../bench/contenders/envoy.ts';
import { haproxy, route53, RuleContender, sampleAlarms, threeOfFive } from '../../bench/contenders/rules.ts';
import { noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';

function calls(attempts: number, failures: number): ConnectorMetrics {
  return { ...noMetrics, published: true, attempts, failures };
}
function idle(outboundAttempts: number, outboundFailures: number): ConnectorMetrics {
  return {
    ...noMetrics,
    published: true,
    outboundAttempts,
    outboundFailures,
  };
}

/** Feeds inbound minutes to the connector on top, and returns the minutes in which the contender moves. */
function movesOn(
  contender: Contender,
  inbound: readonly ConnectorMetrics[],
  standby: ConnectorMetrics = idle(1, 0),
): readonly number[] {
  let top = 0;
  return inbound.flatMap((metrics, minute) => {
    const newest = top === 0 ? [metrics, standby] : [standby, metrics];
    if (contender.turn({ minute, newest, tops: [top] }).length === 0) return [];
    top = 1 - top;
    return [minute];
  });
}

const good = calls(10, 0);
const bad = calls(10, 1);

describe("AWS's sample alarms", () => {
  it('move on a single minute with a tenth of the calls failed', () => {
    expect(movesOn(new RuleContender(sampleAlarms), [good, calls(11, 1), bad, good])).toEqual([2]);
  });

  it('move on a MOS below 3.9, on either leg', () => {
    expect(movesOn(new RuleContender(sampleAlarms), [{ ...good, mosRemote: 3.9 }])).toEqual([]);
    expect(movesOn(new RuleContender(sampleAlarms), [{ ...good, mosRemote: 3.89 }])).toEqual([0]);
    expect(movesOn(new RuleContender(sampleAlarms), [{ ...good, mosCustomer: 3.89 }])).toEqual([0]);
  });

  it('take missing data as not breaching, and wait out the common cooldown', () => {
    expect(movesOn(new RuleContender(sampleAlarms), [noMetrics, noMetrics])).toEqual([]);
    const always = Array.from({ length: 22 }, () => bad);
    expect(movesOn(new RuleContender(sampleAlarms), always)).toEqual([0, 10, 20]);
  });
});

describe('CloudWatch 3 of 5', () => {
  it('moves on the third bad minute of five, consecutive or not', () => {
    expect(movesOn(new RuleContender(threeOfFive), [bad, good, bad, good, bad])).toEqual([4]);
    expect(movesOn(new RuleContender(threeOfFive), [bad, good, good, bad, good, bad])).toEqual([]);
  });
});

describe('Route 53 and HAProxy style', () => {
  it('need three bad minutes in a row; a minute without calls is no check', () => {
    expect(movesOn(new RuleContender(route53), [bad, bad, good, bad, bad, bad])).toEqual([5]);
    expect(movesOn(new RuleContender(route53), [bad, noMetrics, bad, noMetrics, bad], noMetrics)).toEqual([4]);
  });

  it('fail back to home after three good checks, or two', () => {
    const inbound = [bad, bad, bad, good, good, good, good, good];
    expect(movesOn(new RuleContender(route53), inbound)).toEqual([2, 5]);
    expect(movesOn(new RuleContender(haproxy), inbound)).toEqual([2, 4]);
  });

  it('stay where both connectors are down', () => {
    const inbound = Array.from({ length: 8 }, () => bad);
    expect(movesOn(new RuleContender(route53), inbound, idle(1, 1))).toEqual([]);
  });
});

describe('Envoy style', () => {
  const dead = calls(60, 51);

  it('ejects at 85 % of at least 50 calls, and at nothing less', () => {
    expect(movesOn(new EnvoyContender(), [calls(49, 49), calls(60, 50)])).toEqual([]);
    expect(movesOn(new EnvoyContender(), [dead])).toEqual([0]);
  });

  it('returns after three minutes without a check, and ejects for longer the next time', () => {
    const contender = new EnvoyContender();
    const moves: number[] = [];
    let top = 0;
    for (let minute = 0; minute < 16; minute += 1) {
      const newest = top === 0 ? [dead, noMetrics] : [noMetrics, calls(60, 0)];
      if (contender.turn({ minute, newest, tops: [top] }).length === 0) continue;
      top = 1 - top;
      moves.push(minute);
    }
    // Home is dead whenever it is on top: out for 3, back, out again at the next sweep for 6, back.
    expect(moves).toEqual([0, 3, 4, 10, 11]);
  });
});

describe('the binomial bound', () => {
  const bound = () => new BoundContender({ thresholdNats: 10, dispersion: 2 });
  const minutes = (count: number, metrics: ConnectorMetrics) => Array.from({ length: count }, () => metrics);

  it('moves once the pooled calls prove that more fail than is tolerable', () => {
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(2, calls(10, 9))])).toEqual([]);
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(3, calls(10, 9))])).toEqual([32]);
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(30, bad)])).toEqual([]);
  });

  it('needs a longer window for few calls, and more than two failures in any window', () => {
    expect(movesOn(bound(), [...minutes(30, calls(1, 0)), ...minutes(11, calls(1, 1))])).toEqual([40]);
    const eager = new BoundContender({ thresholdNats: 0.1, dispersion: 1 });
    expect(movesOn(eager, [calls(2, 2), calls(1, 1)])).toEqual([1]);
  });

  it('stays where the standby is as bad', () => {
    const both = { ...calls(10, 9) };
    expect(movesOn(bound(), minutes(20, both), both)).toEqual([]);
  });
});
