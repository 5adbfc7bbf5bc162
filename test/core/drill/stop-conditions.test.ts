/** The conditions that end a running drill, and those that do not. */
import { describe, expect, it } from 'vitest';
import { drillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, duringDrill, endingOf, minutesAgo, moveOf, readings, summaryOf } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, read } from '../../builders/metrics.ts';
import { aRecord, degraded, unhealthy, unknown, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

const timeIsUp = aDrill({ until: minutesAgo(0) });

describe('a running drill', () => {
  const required = 'required in a drill of 12 min: at least 10 calls, at most 10 % failed';
  const failing = (minutes: number, failures: number) =>
    read(inbound(10 - minutes, 10), inbound(minutes, 10, failures));
  const stops: readonly (readonly [
    string,
    string,
    string,
    ReturnType<typeof duringDrill>,
    ReturnType<typeof aDrill>,
    ReturnType<typeof readings>,
  ])[] = [
    [
      'its failed calls reach the stop ratio',
      'failed (standby-impaired)',
      'west (us-west-2): 20 of 100 calls failed in 10 min (20 %); stop limits: 5 failures and 20 %',
      duringDrill(),
      aDrill(),
      readings({ standby: failing(10, 2) }),
    ],
    [
      'its failed calls reach the stop count exactly',
      'failed (standby-impaired)',
      'west (us-west-2): 5 of 5 calls failed in 10 min (100 %); stop limits: 5 failures and 20 %',
      duringDrill(),
      aDrill(),
      readings({ standby: read(nothing(5), inbound(5, 1, 1)) }),
    ],
    [
      'the failed calls of the newest minutes reach the stop ratio',
      'failed (standby-impaired)',
      'west (us-west-2): 10 of 50 calls failed in 5 min (20 %); stop limits: 5 failures and 20 %',
      duringDrill(),
      aDrill(),
      readings({ standby: failing(2, 5) }),
    ],
    [
      'AWS routes calls past the standby',
      'failed (standby-bypassed)',
      'AWS routed 24 of 104 calls past west (us-west-2) in 8 min; stop limits: 5 calls and 20 %',
      duringDrill(),
      aDrill(),
      readings({ others: read(inbound(10, 3)) }),
    ],
    [
      'AWS routes exactly as many calls past the standby as the stop count',
      'failed (standby-bypassed)',
      'AWS routed 5 of 25 calls past west (us-west-2) in 8 min; stop limits: 5 calls and 20 %',
      duringDrill(),
      aDrill(),
      readings({ standby: read(inbound(5, 0), inbound(5, 4)), others: read(inbound(5, 0), inbound(5, 1)) }),
    ],
    [
      'the standby throttles calls',
      'interrupted (throttled)',
      "west (us-west-2): 30 Throttles in 10 min: its call limit is too low for this group's calls",
      duringDrill(),
      aDrill(),
      readings({ standby: read({ minutes: 10, InboundCallAttempts: 10, InboundCallFailures: 3, Throttles: 3 }) }),
    ],
    [
      'the standby is degraded',
      'failed (standby-impaired)',
      'west (us-west-2) degraded: MOS is low',
      duringDrill({ verdicts: { west: degraded } }),
      aDrill(),
      readings(),
    ],
    [
      'the standby is unhealthy',
      'failed (standby-impaired)',
      'west (us-west-2) unhealthy: calls fail',
      duringDrill({ verdicts: { west: unhealthy } }),
      aDrill(),
      readings(),
    ],
    [
      'the Region of the standby is unhealthy',
      'interrupted (member-unhealthy)',
      'us-west-2 unhealthy: calls fail',
      duringDrill({ regions: { 'us-west-2': unhealthy } }),
      aDrill(),
      readings(),
    ],
    [
      'an operator stopped it',
      'interrupted (stopped)',
      'stopped by boss: no',
      duringDrill(),
      aDrill({ stopped: { by: 'boss', reason: 'no' } }),
      readings(),
    ],
    [
      'its time is up',
      'succeeded (passed)',
      `west (us-west-2): 0 of 100 calls failed in 10 min (0 %); ${required}`,
      duringDrill(),
      timeIsUp,
      readings(),
    ],
    [
      'its time is up, with exactly the required calls and exactly the allowed failures',
      'succeeded (passed)',
      `west (us-west-2): 1 of 10 calls failed in 10 min (10 %); ${required}`,
      duringDrill(),
      timeIsUp,
      readings({ standby: read(inbound(9, 1), inbound(1, 1, 1)) }),
    ],
    [
      'its time is up and there were no calls',
      'failed (too-few-calls)',
      `west (us-west-2): no call in 10 min; ${required}`,
      duringDrill(),
      timeIsUp,
      readings({ standby: read(nothing(10)) }),
    ],
    [
      'its time is up and the standby took too few calls',
      'failed (too-few-calls)',
      `west (us-west-2): 0 of 9 calls failed in 10 min (0 %); ${required}`,
      duringDrill(),
      timeIsUp,
      readings({ standby: read(inbound(3, 3)) }),
    ],
    [
      'its time is up and too many calls failed',
      'failed (standby-impaired)',
      `west (us-west-2): 12 of 100 calls failed in 10 min (12 %); ${required}`,
      duringDrill(),
      timeIsUp,
      readings({ standby: read(inbound(8, 10, 1), inbound(2, 10, 2)) }),
    ],
    [
      'the calls of the standby cannot be read, whatever AWS routes past it',
      'interrupted (standby-unobservable)',
      'west (us-west-2): the metrics of its calls during the drill could not be read',
      duringDrill(),
      aDrill(),
      readings({ standby: { kind: 'fetch-error', message: 'no' }, others: read(inbound(10, 10)) }),
    ],
    ...(['stale', 'fetch-error', 'forbidden', 'partial'] as const).map(
      (cause) =>
        [
          `the standby is unknown (${cause})`,
          'interrupted (standby-unobservable)',
          `west (us-west-2) unknown (${cause}): cannot tell: ${cause}`,
          duringDrill({ verdicts: { west: unknown(cause) } }),
          aDrill(),
          readings(),
        ] as const,
    ),
  ];

  it.each(stops)('ends when %s: %s, and east is restored', (_case, end, expectedReason, input, drill, given) => {
    const step = drillStep(input, drill, given);
    expect(summaryOf(step)).toBe(`restore: ${end}`);
    const { code, reason, restored } = endingOf(step)!;
    expect({ reason, restored }).toEqual({ reason: expectedReason, restored: true });
    expect(moveOf(step)).toEqual({
      kind: 'restore',
      leaving: 'west',
      promoting: 'east',
      before: items({ east: 2, west: 1 }),
      after: items({ east: 1, west: 2 }),
      reason: `east (us-east-1) is put back (${code}): ${expectedReason}`,
      rejected: [],
      command: { by: 'ops', reason: 'does the standby work', forced: [] },
    });
  });

  it.each([
    ['a few of its calls fail', readings({ standby: failing(10, 1) })],
    ['four calls fail out of four', readings({ standby: read(nothing(6), inbound(4, 1, 1)) })],
    ['a few calls reach the other member', readings({ others: read(inbound(6, 0), inbound(4, 1)) })],
    ['fewer than a fifth of all calls reach the other member', readings({ others: read(inbound(10, 2)) })],
    ['calls reached the other member just after the change', readings({ others: read(inbound(2, 50), inbound(8, 0)) })],
    ['there are no calls', readings({ standby: read(nothing(10)) })],
    ['the calls of the other members cannot be read', readings({ others: { kind: 'fetch-error', message: 'no' } })],
  ])('continues when %s', (_case, given) => {
    expect(summaryOf(drillStep(duringDrill(), aDrill(), given))).toBe('watch');
  });

  it.each(['idle', 'low-volume', 'inconclusive'] as const)('continues when the standby is unknown (%s)', (cause) => {
    expect(summaryOf(drillStep(duringDrill({ verdicts: { west: unknown(cause) } }), aDrill(), readings()))).toBe(
      'watch',
    );
  });

  it('ends when another member is unhealthy, and continues when none is', () => {
    const group = aGroup({ items: items({ east: 2, west: 1, tokyo: 3 }), updatedAt: minutesAgo(11.9) });
    const drill = aDrill({
      before: items({ east: 1, west: 2, tokyo: 3 }),
      after: items({ east: 2, west: 1, tokyo: 3 }),
    });
    expect(summaryOf(drillStep(duringDrill({ group }), drill, readings()))).toBe('watch');
    const step = drillStep(duringDrill({ group, verdicts: { tokyo: unhealthy } }), drill, readings());
    expect(summaryOf(step)).toBe('restore: interrupted (member-unhealthy)');
    expect(endingOf(step)?.reason).toBe('tokyo (ap-northeast-1) unhealthy: calls fail');
  });

  it('reports the gravest of several reasons', () => {
    const input = duringDrill({ verdicts: { west: unhealthy } });
    const drill = aDrill({ until: minutesAgo(0), stopped: { by: 'boss', reason: 'no' } });
    expect(endingOf(drillStep(input, drill, readings({ standby: failing(10, 2) })))).toMatchObject({
      code: 'standby-impaired',
      reason: 'west (us-west-2): 20 of 100 calls failed in 10 min (20 %); stop limits: 5 failures and 20 %',
      calls: { minutes: 10, attempts: 100, failures: 20, throttles: 0 },
    });
  });

  it('counts a throttled call neither as an attempt nor as a failure', () => {
    const throttling = { InboundCallAttempts: 10, InboundCallFailures: 3, Throttles: 3 };
    const step = drillStep(duringDrill(), aDrill(), readings({ standby: read({ minutes: 10, ...throttling }) }));
    expect(endingOf(step)?.calls).toEqual({ minutes: 10, attempts: 70, failures: 0, throttles: 30 });
  });

  it('finds the Throttles of a minute also after minutes without inbound calls', () => {
    const standby = read(
      { minutes: 5, Throttles: 1 },
      { minutes: 5, InboundCallAttempts: 10, InboundCallFailures: 3, Throttles: 3 },
    );
    expect(endingOf(drillStep(duringDrill(), aDrill(), readings({ standby })))).toMatchObject({
      code: 'throttled',
      calls: { minutes: 10, attempts: 35, failures: 0, throttles: 20 },
    });
  });

  it.each([
    [
      'no cooldown, hold-down or daily limit',
      {
        record: aRecord({
          changedAt: Array.from({ length: 9 }, (_, n) => minutesAgo(12 + n)),
          demotedAt: { east: [minutesAgo(14)] },
        }),
      },
    ],
    ['no mode', { policy: aPolicy({ mode: 'observe' }) }],
    ['no unreadable record', { record: unreadableRecord }],
  ])('restores the group at its end and obeys %s', (_case, changes) => {
    expect(summaryOf(drillStep(duringDrill(changes), timeIsUp, readings()))).toBe('restore: succeeded (passed)');
  });
});
