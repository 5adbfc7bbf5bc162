import { describe, expect, it } from 'vitest';
import { createPeer } from '../../bench/contenders.ts';
import type { PeerKind } from '../../bench/contender-spec.ts';
import { noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';

function calls(attempts: number, failures: number): ConnectorMetrics {
  return { ...noMetrics, published: true, attempts, failures, answered: attempts - failures, pinged: true };
}
function idle(outboundAttempts: number, outboundFailures = 0): ConnectorMetrics {
  return { ...noMetrics, published: outboundAttempts > 0, outboundAttempts, outboundFailures, pinged: true };
}
function withMos(mos: number): ConnectorMetrics {
  return { ...calls(20, 0), measured: 40, mosCustomer: mos, mosRemote: mos };
}
function times(count: number, metrics: ConnectorMetrics): readonly ConnectorMetrics[] {
  return Array.from({ length: count }, () => metrics);
}

/**
 * Home has the given minutes while it is on top, one after the other; the standby carries good calls while it is, and home is idle.
 * Returns the minutes of the moves.
 */
function movesOn(
  kind: PeerKind,
  atHome: readonly ConnectorMetrics[],
  { whileIdle = idle(1), minutes = atHome.length }: { whileIdle?: ConnectorMetrics; minutes?: number } = {},
): readonly number[] {
  const contender = createPeer(kind);
  const moves: number[] = [];
  let [top, place] = [0, 0];
  for (let minute = 0; minute < minutes; minute += 1) {
    const home = top === 0 ? (atHome[Math.min(place, atHome.length - 1)] ?? noMetrics) : whileIdle;
    if (top === 0) place += 1;
    const newest = top === 0 ? [home, idle(1)] : [home, calls(20, 0)];
    if (contender.turn({ minute, newest, tops: [top] }).length === 0) continue;
    top = 1 - top;
    moves.push(minute);
  }
  return moves;
}

describe('OpenSIPS qrouting', () => {
  it('needs 30 samples of which fewer than nine in ten were answered', () => {
    expect(movesOn('qrouting', times(2, calls(10, 5)))).toEqual([]);
    expect(movesOn('qrouting', times(3, calls(10, 2)))).toEqual([2]);
    expect(movesOn('qrouting', times(40, calls(10, 1)))).toEqual([]);
  });

  it('returns when the samples have left its history', () => {
    const once = [...times(3, calls(10, 5)), ...times(60, calls(10, 0))];
    // Below 30 samples once the first of the three minutes is 30 minutes old.
    expect(movesOn('qrouting', once, { minutes: 50 })).toEqual([2, 30]);
  });

  it('has a rule for audio', () => {
    expect(movesOn('qrouting', times(3, withMos(3.7)))).toEqual([]);
    expect(movesOn('qrouting', times(3, withMos(3.5)))).toEqual([0]);
  });
});

describe('Oracle min-ASR', () => {
  it('is out of service for five minutes, and then judged again from then on', () => {
    expect(movesOn('min-asr', times(20, calls(10, 1)))).toEqual([]);
    expect(movesOn('min-asr', times(20, calls(10, 2)), { minutes: 14 })).toEqual([0, 5, 6, 11, 12]);
  });

  it('needs five calls', () => {
    expect(movesOn('min-asr', times(2, calls(2, 2)))).toEqual([]);
    expect(movesOn('min-asr', times(3, calls(2, 2)))).toEqual([2]);
  });

  it('has a rule for audio', () => {
    expect(movesOn('min-asr', [withMos(3.2)])).toEqual([]);
    expect(movesOn('min-asr', [withMos(3.0)])).toEqual([0]);
  });
});

describe('AudioCodes', () => {
  const dead = times(60, calls(10, 10));

  it('returns when two test calls succeed', () => {
    expect(movesOn('test-calls', [calls(10, 10), ...times(20, calls(10, 0))], { minutes: 6 })).toEqual([0, 2]);
  });

  it('stays away while they fail', () => {
    expect(movesOn('test-calls', dead, { whileIdle: idle(1, 1), minutes: 40 })).toEqual([0]);
  });

  it('returns from bad audio with a hysteresis', () => {
    const test = (mos: number) => ({ ...idle(2), measured: 2, mosCustomer: mos, mosRemote: mos });
    expect(movesOn('test-calls', times(9, withMos(3.3)), { whileIdle: test(3.45), minutes: 9 })).toEqual([0]);
    expect(movesOn('test-calls', [withMos(3.3), ...times(9, withMos(4))], { whileIdle: test(3.5) })).toEqual([0, 1]);
  });
});

describe('the Telnyx breaker', () => {
  const failed = (failures: number, refused: number) => ({ ...calls(20, failures + refused), sip4xx: refused });

  it('opens at three failures that are no refusals, without a minute in between that has none', () => {
    expect(movesOn('breaker', [failed(2, 9), failed(0, 9), failed(2, 0), failed(1, 0)])).toEqual([3]);
  });

  it('tries one call after five minutes', () => {
    const once = [failed(3, 0), ...times(20, failed(0, 0))];
    expect(movesOn('breaker', once, { minutes: 20 })).toEqual([0, 5]);
    expect(movesOn('breaker', once, { whileIdle: idle(1, 1), minutes: 20 })).toEqual([0]);
    expect(movesOn('breaker', once, { whileIdle: idle(0), minutes: 20 })).toEqual([0]);
  });
});

describe('three OPTIONS misses', () => {
  const silent = { ...calls(10, 0), pinged: false };

  it('see no failed call, and return with the first answer', () => {
    expect(movesOn('options-probe', times(9, calls(10, 10)))).toEqual([]);
    expect(movesOn('options-probe', times(2, silent))).toEqual([]);
    expect(movesOn('options-probe', [...times(3, silent), ...times(9, calls(10, 0))], { minutes: 8 })).toEqual([2, 3]);
  });
});
