import { describe, expect, it } from 'vitest';
import { inbound, nothing, read } from '../../builders/metrics.ts';
import { losing, someStandbySignals } from '../../builders/plan.ts';
import { assess } from '../../builders/target.ts';

const reason = 'failed over from 12 min ago';
const left = { reason: undefined, minutes: 30, demotions: 1 };
const heldDown = { ...left, reason };

/** Carried ten calls a minute for half an hour, by default all failed; the newest began `minutes` ago. */
function lastFailed(minutes: number, failures = 10) {
  return someStandbySignals({ lastCalls: read(inbound(30, 10, failures), nothing(minutes - 2)) });
}

function about(loss: number) {
  return expect.closeTo(loss, 1) as number;
}

describe('what a member would lose', () => {
  it('is the likely loss of its own calls, or that of its Region', () => {
    const region = losing('unhealthy', 0.4);
    expect(assess({ verdict: losing('unhealthy', 0.15), region })).toMatchObject({ code: 'unhealthy', loss: 0.4 });
    expect(assess({ verdict: losing('degraded', 0.15) })).toMatchObject({ code: 'degraded', loss: 0.15 });
    expect(assess({ region })).toMatchObject({ code: 'unhealthy-region', loss: 0.4 });
  });

  it('is unknown where it has no calls and no standby signal', () => {
    const standbySignals = someStandbySignals({
      reachability: { lastOptionsPingAt: undefined },
      outbound: read(nothing(60)),
    });
    expect(assess({ region: losing('unhealthy', 0.4), standbySignals })).toEqual({
      kind: 'rejected',
      code: 'unhealthy-region',
      reason: 'loses 0.4',
    });
  });

  it('is what it lost when it last carried calls: in full for two hours, then half as much after each hold-down', () => {
    const alive = (minutes: number, minutesOfHoldDown = 30) =>
      assess({ standbySignals: lastFailed(minutes), holdDown: { ...left, minutes: minutesOfHoldDown } });
    expect(alive(119)).toMatchObject({ kind: 'alive', loss: 1 });
    expect(alive(150)).toMatchObject({ kind: 'alive', loss: about(0.5) });
    expect(alive(180)).toMatchObject({ kind: 'alive', loss: about(0.25) });
    expect(alive(180, 60)).toMatchObject({ kind: 'alive', loss: about(0.5) });
  });

  it('counts half after each hold-down from the beginning where the primary loses nearly all of its calls', () => {
    const tried = (primaryLoss: number) => assess({ standbySignals: lastFailed(30), holdDown: left, primaryLoss });
    expect(tried(0.89)).toMatchObject({ kind: 'alive', loss: 1 });
    expect(tried(0.9)).toMatchObject({ kind: 'alive', loss: about(0.5) });
  });

  it('is named with the calls that it lost and how much they count', () => {
    expect(assess({ standbySignals: lastFailed(150), holdDown: left })).toMatchObject({
      reason: expect.stringMatching(
        /; lost up to 100 % of its calls when it last carried some, 2.5 h ago, which counts as 49.4 % now$/,
      ) as string,
    });
  });

  it('is nothing where its last calls went through', () => {
    expect(assess({ standbySignals: lastFailed(30, 0), holdDown: left })).toMatchObject({ kind: 'alive', loss: 0 });
  });

  // 16 % against the assumed 5 % are less than half a proof.
  it('is also what less than half a proof shows, where the monitor left it', () => {
    const standbySignals = someStandbySignals({ lastCalls: read(inbound(57, 10), inbound(4, 25, 4), nothing(10)) });
    expect(assess({ standbySignals })).toMatchObject({ kind: 'alive', loss: 0 });
    expect(assess({ standbySignals, holdDown: left })).toMatchObject({
      kind: 'alive',
      loss: expect.closeTo(0.24, 2) as number,
    });
  });

  it('is known within its hold-down only if its last calls show it', () => {
    expect(assess({ standbySignals: lastFailed(12), holdDown: heldDown })).toMatchObject({
      code: 'hold-down',
      loss: 1,
    });
    expect(assess({ holdDown: heldDown })).toEqual({ kind: 'rejected', code: 'hold-down', reason });
  });
});
