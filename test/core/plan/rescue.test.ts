import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { PlanInput } from '../../../lib/core/plan/plan-input.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, read } from '../../builders/metrics.ts';
import { aPlanInput, aRecord, healthy, losing, someStandbySignals, unknown } from '../../builders/plan.ts';
import { idle, minutesAgo, three } from './three-members.ts';

/** The decision on a primary that loses `staying` of its calls, beside a second of which `west` is known. */
function decide(staying: number, west: Verdict, changes: Partial<Parameters<typeof aPlanInput>[0]> = {}) {
  const decision = plan(aPlanInput({ verdicts: { east: losing('unhealthy', staying), west }, ...changes }));
  if (decision.kind === 'need-evidence') throw new Error('the evidence is there');
  return decision.kind === 'hold' ? decision.code : `${decision.kind} to ${decision.promoting}`;
}

const pinged = { west: someStandbySignals({ outbound: read() }) };

/** Its calls of half an hour failed, until `minutes` ago. */
function lastFailed(minutes: number) {
  return { west: someStandbySignals({ outbound: read(), lastCalls: read(inbound(30, 10, 10), nothing(minutes - 2)) }) };
}

describe('the member that loses least', () => {
  it.each([
    { case: 'poor audio', west: losing('degraded', 0.07) },
    { case: 'half a proof', west: losing('degraded', 0.3) },
    { case: 'a smaller proven fault', west: losing('unhealthy', 0.15) },
    { case: 'a much smaller fault', west: losing('unhealthy', 0.89) },
  ])('of a primary that loses every call and a standby with $case is the standby', ({ west }) => {
    expect(decide(1, west)).toBe('failover to west');
  });

  it('is the primary where a standby with problems would save less than a tenth of the calls', () => {
    expect(decide(0.2, losing('unhealthy', 0.15))).toBe('all-unhealthy');
    expect(decide(0.2, losing('degraded', 0.11))).toBe('no-target');
    expect(decide(0.2, losing('degraded', 0.1))).toBe('failover to west');
  });

  it('is any standby that nothing is known against, however small the proven fault', () => {
    expect(decide(0.02, healthy)).toBe('failover to west');
    expect(decide(0.02, unknown('idle'), { standbySignals: pinged })).toBe('failover to west');
  });

  it('is found by what is lost beyond doubt by staying, and by what is likely lost by moving', () => {
    const east: Verdict = { health: 'unhealthy', reason: 'calls fail', loss: { least: 0.3, likely: 0.9 } };
    const west: Verdict = { health: 'unhealthy', reason: 'calls fail', loss: { least: 0, likely: 0.3 } };
    expect(plan(aPlanInput({ verdicts: { east, west } }))).toMatchObject({ code: 'all-unhealthy' });
  });

  it('of an idle standby in an unhealthy Region is estimated from the Region', () => {
    const inRegion = (share: number) => ({
      standbySignals: pinged,
      regions: { 'us-west-2': losing('unhealthy', share) },
    });
    expect(decide(1, unknown('idle'), inRegion(0.15))).toBe('failover to west');
    expect(decide(1, unknown('idle'), inRegion(0.95))).toBe('all-unhealthy');
  });

  it('is never a standby that has no standby signal', () => {
    const silent = {
      west: someStandbySignals({ outbound: read(), reachability: { lastOptionsPingAt: undefined } }),
    };
    const regions = { 'us-west-2': losing('unhealthy', 0.15) };
    expect(decide(1, unknown('idle'), { standbySignals: silent })).toBe('no-target');
    expect(decide(1, unknown('idle'), { standbySignals: silent, regions })).toBe('all-unhealthy');
    expect(decide(1, unknown('stale'), { standbySignals: pinged })).toBe('no-target');
  });

  it('of three members is the one that loses least, with the numbers that were compared', () => {
    const decision = plan(
      aPlanInput({
        group: three,
        verdicts: { east: losing('unhealthy', 1), west: losing('unhealthy', 0.4), tokyo: losing('degraded', 0.2) },
      }),
    );
    expect(decision).toMatchObject({
      kind: 'failover',
      promoting: 'tokyo',
      reason:
        'east (us-east-1) unhealthy: loses 1; promoting tokyo (ap-northeast-1): loses 0.2; staying loses at least 100 % of the calls, moving about 20 %',
      rejected: [{ voiceConnectorId: 'west', code: 'unhealthy', reason: 'loses 0.4' }],
    });
  });

  it('says of each other member why it was not chosen, and nothing against one that would do as well', () => {
    const rejectedBeside = (tokyo: Verdict, staying = 0.2) => {
      const verdicts = { east: losing('unhealthy', staying), west: healthy, tokyo };
      const decision = plan(aPlanInput({ group: three, verdicts, standbySignals: { tokyo: someStandbySignals() } }));
      return 'rejected' in decision && decision.rejected;
    };
    const inconclusive = (likely: number): Verdict => ({
      health: 'unknown',
      cause: 'inconclusive',
      reason: 'few calls',
      loss: { least: 0, likely },
    });
    expect(rejectedBeside(healthy)).toEqual([]);
    expect(rejectedBeside(idle)).toEqual([]);
    expect(rejectedBeside(inconclusive(0.1))).toEqual([]);
    expect(rejectedBeside(inconclusive(0.15))).toEqual([
      {
        voiceConnectorId: 'tokyo',
        code: 'no-gain',
        reason: expect.stringMatching(
          /^origination ready; .*; it would lose about 15 % of the calls, staying loses at least 20 %/,
        ) as string,
      },
    ]);
    expect(rejectedBeside(losing('degraded', 0.1))).toEqual([
      { voiceConnectorId: 'tokyo', code: 'degraded', reason: 'loses 0.1' },
    ]);
    expect(rejectedBeside(losing('degraded', 0.15))).toEqual([
      {
        voiceConnectorId: 'tokyo',
        code: 'degraded',
        reason:
          'loses 0.15; it would lose about 15 % of the calls, staying loses at least 20 %: too little to gain (10 % needed)',
      },
    ]);
  });

  it('is, of members that lose the same, one with calls of its own, and then one whose outbound calls go through', () => {
    const outbound = { outbound: read(inbound(0, 0)) };
    const verdicts = { east: losing('unhealthy', 1), west: idle, tokyo: idle };
    const standbySignals = {
      west: someStandbySignals({ outbound: read({ minutes: 60, OutboundCallAttempts: 10, OutboundCallFailures: 10 }) }),
      tokyo: someStandbySignals(outbound),
    };
    expect(plan(aPlanInput({ group: three, verdicts, standbySignals }))).toMatchObject({ promoting: 'tokyo' });
    expect(plan(aPlanInput({ group: three, verdicts: { ...verdicts, tokyo: healthy }, standbySignals }))).toMatchObject(
      { promoting: 'tokyo' },
    );
  });
});

describe('patience', () => {
  /** The monitor moved from east to west a few minutes ago, and west turns out to lose `share` of the calls. */
  const moved = (share: number, lostInEast: number, minutes = 5): PlanInput =>
    aPlanInput({
      group: aGroup({ items: items({ east: 2, west: 1 }), updatedAt: minutesAgo(minutes) }),
      record: aRecord({ changedAt: [minutesAgo(minutes)], demotedAt: { east: [minutesAgo(minutes)] } }),
      verdicts: { west: losing('unhealthy', share), east: unknown('idle') },
      standbySignals: {
        east: someStandbySignals({
          outbound: read(),
          lastCalls: read(inbound(40, 20, lostInEast), nothing(minutes - 2)),
        }),
      },
    });

  it('does not keep a place that is proven far worse than the one that was left', () => {
    expect(plan(moved(0.9, 5))).toMatchObject({ kind: 'failover', leaving: 'west', promoting: 'east' });
  });

  it('ends where nearly a third of the calls would be saved, and not for less', () => {
    const changed = {
      group: aGroup({ updatedAt: minutesAgo(5) }),
      record: aRecord({ changedAt: [minutesAgo(5)] }),
    };
    expect(decide(0.3, healthy, changed)).toBe('failover to west');
    expect(decide(0.29, healthy, changed)).toBe('cooldown');
    expect(decide(0.4, losing('unhealthy', 0.15), changed)).toBe('cooldown');
  });

  it('beyond the daily limit ends for a dead primary and a standby that nothing is known against, and for no other', () => {
    const spent = aRecord({ changedAt: [1439, 900, 700, 500, 300, 100].map(minutesAgo) });
    const beyondLimit = (west: Verdict, changes: Parameters<typeof decide>[2] = {}) =>
      decide(1, west, { record: spent, ...changes });
    expect(beyondLimit(healthy)).toBe('failover to west');
    expect(beyondLimit(idle, { standbySignals: pinged })).toBe('failover to west');
    expect(beyondLimit(idle, { standbySignals: lastFailed(200) })).toBe('daily-limit');
    expect(beyondLimit(losing('unhealthy', 0.2))).toBe('daily-limit');
    const heldDown = aRecord({
      changedAt: [1439, 900, 700, 500, 300, 100].map(minutesAgo),
      demotedAt: { west: [100, 110, 120].map(minutesAgo) },
    });
    expect(beyondLimit(healthy, { record: heldDown })).toBe('daily-limit');
  });

  it('keeps a place that is little worse, or about as bad', () => {
    expect(plan(moved(0.4, 5))).toMatchObject({ kind: 'hold', rejected: [{ code: 'hold-down' }] });
    expect(plan(moved(0.9, 20))).toMatchObject({ kind: 'hold', rejected: [{ code: 'hold-down' }] });
  });

  it('holds for a member in its hold-down that has other blemishes too', () => {
    const inHoldDown = (staying: number) =>
      decide(staying, losing('unhealthy', 0.4), {
        record: aRecord({ changedAt: [minutesAgo(12)], demotedAt: { west: [minutesAgo(12)] } }),
      });
    expect(inHoldDown(0.65)).toBe('all-unhealthy');
    expect(inHoldDown(0.75)).toBe('failover to west');
  });

  it('keeps a place where nothing shows what was lost at the one that was left', () => {
    const { candidateEvidence, ...input } = moved(1, 5);
    const standbySignals = new Map([['east', someStandbySignals({ outbound: read() })]]);
    expect(plan({ ...input, candidateEvidence: { ...candidateEvidence!, standbySignals } })).toMatchObject({
      kind: 'hold',
      rejected: [{ code: 'hold-down' }],
    });
  });

  it('keeps a slight fault where the standby failed when it last carried calls, and a ping is all that speaks for it', () => {
    expect(decide(0.2, unknown('idle'), { standbySignals: lastFailed(120) })).toBe('all-unhealthy');
    expect(decide(0.2, unknown('idle'), { standbySignals: lastFailed(240) })).toBe('failover to west');
    expect(decide(1, unknown('idle'), { standbySignals: lastFailed(45) })).toBe('failover to west');
  });
});
