import { describe, expect, it } from 'vitest';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { Reachability, MetricsReading } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import type { Assessment, TargetInput } from '../../../lib/core/plan/target.ts';
import { inbound, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import { someStandbySignals, degraded, healthy, losing, unhealthy, unknown } from '../../builders/plan.ts';
import { assess } from '../../builders/target.ts';

function pingedAgo(ms: number) {
  return { lastOptionsPingAt: observedAt - ms };
}
const never = { lastOptionsPingAt: undefined };
const quiet = read(nothing(60));
const ping = 'last OPTIONS ping 30 s ago, fresh up to 5 min';
const outboundHealthy = 'outbound healthy: 0 of 100 calls failed in 10 min (0 %, baseline 5 % assumed, no history)';

describe.each(['failover', 'failback'] as const)('as the target of a %s', (purpose) => {
  it.each<{ case: string; changes: Partial<TargetInput>; assessment: Assessment }>([
    {
      case: 'a healthy one needs no standby signals',
      changes: { verdict: healthy, standbySignals: undefined },
      assessment: { kind: 'healthy', reason: 'calls go through' },
    },
    {
      case: 'an unhealthy one is refused',
      changes: { verdict: unhealthy },
      assessment: { kind: 'rejected', code: 'unhealthy', reason: 'calls fail', loss: 0.2 },
    },
    {
      case: 'a healthy one in an unhealthy Region is refused',
      changes: { verdict: healthy, region: losing('unhealthy', 1, 'all of it is down') },
      assessment: { kind: 'rejected', code: 'unhealthy-region', reason: 'all of it is down', loss: 1 },
    },
    {
      case: 'one that is alive in an unhealthy Region is refused',
      changes: { region: losing('unhealthy', 1, 'all of it is down') },
      assessment: { kind: 'rejected', code: 'unhealthy-region', reason: 'all of it is down', loss: 1 },
    },
    {
      case: 'a degraded one is refused',
      changes: { verdict: degraded },
      assessment: { kind: 'rejected', code: 'degraded', reason: 'MOS is low', loss: 0.15 },
    },
    {
      case: 'a healthy one is not returned to inside its hold-down',
      changes: { verdict: healthy, holdDown: { reason: 'left 12 min ago', minutes: 30, demotions: 1 } },
      assessment: { kind: 'rejected', code: 'hold-down', reason: 'left 12 min ago', loss: 0 },
    },
    {
      case: 'one that is alive is not returned to inside its hold-down',
      changes: { holdDown: { reason: 'left 12 min ago', minutes: 30, demotions: 1 } },
      assessment: { kind: 'rejected', code: 'hold-down', reason: 'left 12 min ago' },
    },
    {
      case: 'an unhealthy one is refused for that, and not for its hold-down',
      changes: { verdict: unhealthy, holdDown: { reason: 'left 12 min ago', minutes: 30, demotions: 1 } },
      assessment: { kind: 'rejected', code: 'unhealthy', reason: 'calls fail', loss: 0.2 },
    },
    {
      case: 'an idle one without standby signals is refused',
      changes: { standbySignals: undefined },
      assessment: {
        kind: 'rejected',
        code: 'unreadable',
        reason: 'its Region is unknown, so its standby signals cannot be read',
      },
    },
    {
      case: 'one whose reachability could not be read is refused',
      changes: {
        standbySignals: { ...someStandbySignals(), reachability: { kind: 'unreadable', message: 'AccessDenied' } },
      },
      assessment: { kind: 'rejected', code: 'unreadable', reason: 'AccessDenied' },
    },
    {
      case: 'one with its origination disabled is refused',
      changes: { standbySignals: someStandbySignals({ reachability: { origination: 'disabled' } }) },
      assessment: {
        kind: 'rejected',
        code: 'origination',
        reason: 'its origination is disabled: no inbound call would arrive',
      },
    },
    {
      case: 'one without a route is refused',
      changes: { standbySignals: someStandbySignals({ reachability: { origination: 'no-route' } }) },
      assessment: {
        kind: 'rejected',
        code: 'origination',
        reason: 'its origination has no route: no inbound call would arrive',
      },
    },
    {
      case: 'an idle one that pings and makes good outbound calls is alive',
      changes: {},
      assessment: {
        kind: 'alive',
        reason: `origination ready; ${ping}; ${outboundHealthy}`,
        loss: 0,
        isOutboundFailing: false,
      },
    },
  ])('$case', ({ changes, assessment }) => {
    expect(assess({ ...changes, purpose })).toEqual(assessment);
  });

  it.each(['stale', 'fetch-error', 'partial', 'forbidden'] as const)(
    'one that cannot be seen (%s) is refused, whatever its reachability of life',
    (cause) => {
      expect(assess({ purpose, verdict: unknown(cause) })).toEqual({
        kind: 'rejected',
        code: 'unobservable',
        reason: `unknown (${cause}): cannot tell: ${cause}`,
      });
    },
  );

  it.each(['idle', 'low-volume'] as const)(
    'one with too few calls to judge (%s) goes by its reachability of life',
    (cause) => {
      expect(assess({ purpose, verdict: unknown(cause) }).kind).toBe('alive');
    },
  );

  it.each<[string, Verdict | undefined]>([
    ['healthy', healthy],
    ['degraded', degraded],
    ['unknown', unknown('idle')],
    ['not judged', undefined],
  ])('one in a Region that is %s is not refused for that', (_, region) => {
    expect(assess({ purpose, region, verdict: healthy })).toEqual({ kind: 'healthy', reason: 'calls go through' });
  });
});

it('one whose Region is not known is judged by its own calls', () => {
  expect(assess({ verdict: unhealthy, region: undefined })).toMatchObject({ code: 'unhealthy', loss: 0.2 });
});

describe('one whose own calls may be failing', () => {
  it('is accepted for a failover', () => {
    expect(assess({ verdict: unknown('inconclusive') }).kind).toBe('alive');
  });

  it('is refused for a failback, whatever its standby signals', () => {
    expect(assess({ verdict: unknown('inconclusive'), purpose: 'failback' })).toEqual({
      kind: 'rejected',
      code: 'degraded',
      reason: 'unknown (inconclusive): cannot tell: inconclusive',
    });
  });
});

describe('standby signals', () => {
  type Row = {
    readonly reachability: Partial<Extract<Reachability, { kind: 'read' }>>;
    readonly outbound: MetricsReading;
    readonly failover: string;
    readonly failback: string;
  };
  it.each<Row & { case: string }>([
    {
      case: 'ping and calls',
      reachability: {},
      outbound: read(outbound(60, 10)),
      failover: 'alive',
      failback: 'alive',
    },
    {
      case: 'calls that failed within failbackHoldMinutes',
      reachability: {},
      outbound: read(outbound(35, 10, 10), outbound(25, 10)),
      failover: 'alive',
      failback: 'outbound-failing',
    },
    {
      case: 'a ping, and outbound calls that fail',
      reachability: {},
      outbound: read(outbound(60, 10, 10)),
      failover: 'alive',
      failback: 'outbound-failing',
    },
    {
      case: 'a ping, and outbound calls that may be failing',
      reachability: {},
      outbound: read(outbound(50, 10), outbound(10, 20, 4)),
      failover: 'alive',
      failback: 'outbound-failing',
    },
    {
      case: 'no ping, and outbound calls that fail',
      reachability: never,
      outbound: read(outbound(60, 10, 10)),
      failover: 'outbound-failing',
      failback: 'outbound-failing',
    },
    { case: 'ping alone', reachability: {}, outbound: quiet, failover: 'alive', failback: 'outbound-not-proven' },
    {
      case: 'calls alone',
      reachability: never,
      outbound: read(outbound(60, 10)),
      failover: 'alive',
      failback: 'no-standby-signal',
    },
    {
      case: 'neither',
      reachability: never,
      outbound: quiet,
      failover: 'no-standby-signal',
      failback: 'outbound-not-proven',
    },
    {
      case: 'a ping, and outbound calls that cannot be read',
      reachability: {},
      outbound: { kind: 'fetch-error', message: 'no answer' },
      failover: 'alive',
      failback: 'outbound-not-proven',
    },
    {
      case: 'no ping, and outbound calls that cannot be read',
      reachability: never,
      outbound: { kind: 'forbidden', message: 'no' },
      failover: 'no-standby-signal',
      failback: 'outbound-not-proven',
    },
    {
      case: 'a ping at the age limit',
      reachability: pingedAgo(5 * minuteMs),
      outbound: quiet,
      failover: 'alive',
      failback: 'outbound-not-proven',
    },
    {
      case: 'a ping just past the age limit',
      reachability: pingedAgo(5 * minuteMs + 1),
      outbound: quiet,
      failover: 'no-standby-signal',
      failback: 'outbound-not-proven',
    },
    {
      case: 'no ping, and outbound calls that may be failing',
      reachability: never,
      outbound: read(outbound(50, 10), outbound(10, 20, 4)),
      failover: 'outbound-failing',
      failback: 'outbound-failing',
    },
    {
      case: 'too few outbound calls to prove anything, and no ping',
      reachability: never,
      outbound: read(outbound(9, 1)),
      failover: 'no-standby-signal',
      failback: 'outbound-not-proven',
    },
    {
      case: 'inbound calls where outbound ones were asked for',
      reachability: never,
      outbound: read(inbound(60, 10)),
      failover: 'no-standby-signal',
      failback: 'outbound-not-proven',
    },
  ])(
    '$case: $failover for a failover, $failback for a failback',
    ({ reachability, outbound: calls, failover, failback }) => {
      const standbySignals = someStandbySignals({ reachability, outbound: calls });
      const outcomeOf = (assessment: Assessment) =>
        assessment.kind === 'rejected' ? assessment.code : assessment.kind;
      expect({
        failover: outcomeOf(assess({ purpose: 'failover', standbySignals })),
        failback: outcomeOf(assess({ purpose: 'failback', standbySignals })),
      }).toEqual({ failover, failback });
    },
  );

  it('that are missing are named in the reason', () => {
    expect(
      assess({ standbySignals: someStandbySignals({ reachability: pingedAgo(20 * minuteMs), outbound: quiet }) }),
    ).toEqual({
      kind: 'rejected',
      code: 'no-standby-signal',
      reason: 'last OPTIONS ping 20 min ago, fresh up to 5 min; outbound unknown: no calls in 60 min',
    });
    expect(assess({ standbySignals: someStandbySignals({ reachability: never, outbound: quiet }) })).toEqual({
      kind: 'rejected',
      code: 'no-standby-signal',
      reason: 'AWS reports no OPTIONS ping; outbound unknown: no calls in 60 min',
    });
    expect(assess({ purpose: 'failback', standbySignals: someStandbySignals({ outbound: quiet }) })).toEqual({
      kind: 'rejected',
      code: 'outbound-not-proven',
      reason: 'no inbound calls, and outbound unknown: no calls in 60 min',
    });
    expect(assess({ purpose: 'failback', standbySignals: someStandbySignals({ reachability: never }) })).toEqual({
      kind: 'rejected',
      code: 'no-standby-signal',
      reason: 'AWS reports no OPTIONS ping',
    });
    const failing = someStandbySignals({ outbound: read(outbound(60, 10, 10)) });
    expect(assess({ purpose: 'failback', standbySignals: failing })).toEqual({
      kind: 'rejected',
      code: 'outbound-failing',
      reason: expect.stringMatching(/^outbound unhealthy: 600 of 600 calls failed/) as string,
    });
    const recovering = someStandbySignals({ outbound: read(outbound(35, 10, 10), outbound(25, 10)) });
    expect(assess({ purpose: 'failback', standbySignals: recovering })).toEqual({
      kind: 'rejected',
      code: 'outbound-failing',
      reason:
        'impaired within 30 min: outbound 40 of 290 calls failed in 29 min (13.8 %, baseline 5 % assumed, no history)',
    });
  });
});
