import { describe, expect, it } from 'vitest';
import type { Contender } from '../../bench/contender.ts';
import { BoundContender } from '../../bench/contenders/bound.ts';
import { EnvoyContender } from '../../bench/contenders/envoy.ts';
import { haproxy, route53, RuleContender, sampleAlarms, threeOfFive } from '../../bench/contenders/rules.ts';
import { silent, type Sight } from '../../bench/connector-metrics.ts';

function calls(attempts: number, failures: number): Sight {
  return { ...silent, published: true, attempts, failures };
}
function idle(outboundAttempts: number, outboundFailures: number): Sight {
  return {
    ...silent,
    published: true,
    outboundAttempts,
    outboundFailures,
  };
}

/** Shows inbound minutes to whoever is on top and returns the minutes in which the contender moves. */
function movesOn(contender: Contender, inbound: readonly Sight[], standby: Sight = idle(1, 0)): readonly number[] {
  let top = 0;
  return inbound.flatMap((sight, minute) => {
    const newest = top === 0 ? [sight, standby] : [standby, sight];
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
    expect(movesOn(new RuleContender(sampleAlarms), [silent, silent])).toEqual([]);
    const always = Array.from({ length: 22 }, () => bad);
    expect(movesOn(new RuleContender(sampleAlarms), always)).toEqual([0, 10, 20]);
  });
});

describe('CloudWatch 3 of 5', () => {
  it('moves on the third bad minute of five, bad ones apart or not', () => {
    expect(movesOn(new RuleContender(threeOfFive), [bad, good, bad, good, bad])).toEqual([4]);
    expect(movesOn(new RuleContender(threeOfFive), [bad, good, good, bad, good, bad])).toEqual([]);
  });
});

describe('Route 53 and HAProxy style', () => {
  it('need three bad minutes in a row; a minute without calls is no check', () => {
    expect(movesOn(new RuleContender(route53), [bad, bad, good, bad, bad, bad])).toEqual([5]);
    expect(movesOn(new RuleContender(route53), [bad, silent, bad, silent, bad], silent)).toEqual([4]);
  });

  it('give home its calls back after three good checks, or two', () => {
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

  it('returns unasked after three minutes, and ejects for longer the next time', () => {
    const contender = new EnvoyContender();
    const moves: number[] = [];
    let top = 0;
    for (let minute = 0; minute < 16; minute += 1) {
      const newest = top === 0 ? [dead, silent] : [silent, calls(60, 0)];
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
  const minutes = (count: number, sight: Sight) => Array.from({ length: count }, () => sight);

  it('moves once the pooled calls leave no doubt that more fail than is tolerable', () => {
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(2, calls(10, 9))])).toEqual([]);
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(3, calls(10, 9))])).toEqual([32]);
    expect(movesOn(bound(), [...minutes(30, good), ...minutes(30, bad)])).toEqual([]);
  });

  it('needs a longer window for few calls, and more than two failures for any', () => {
    expect(movesOn(bound(), [...minutes(30, calls(1, 0)), ...minutes(11, calls(1, 1))])).toEqual([40]);
    const eager = new BoundContender({ thresholdNats: 0.1, dispersion: 1 });
    expect(movesOn(eager, [calls(2, 2), calls(1, 1)])).toEqual([1]);
  });

  it('stays where the standby is as bad', () => {
    const both = { ...calls(10, 9) };
    expect(movesOn(bound(), minutes(20, both), both)).toEqual([]);
  });
});
