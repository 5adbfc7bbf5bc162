import { describe, expect, it } from 'vitest';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { rehearsal } from '../../../lib/core/readiness/rehearsal.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { nothing, observedAt, read } from '../../builders/metrics.ts';
import { someStandbySignals, aPlanInput, aRecord, unhealthy, unknown } from '../../builders/plan.ts';

type Changes = Parameters<typeof aPlanInput>[0];

function rehearsed(changes: Changes = {}) {
  return rehearsal(aPlanInput(changes));
}

describe('the rehearsal of a failover', () => {
  it('passes with the member that the monitor would promote', () => {
    expect(rehearsed()).toEqual({
      check: 'rehearsal',
      level: 'pass',
      sentence:
        'failover: east (us-east-1) unhealthy: assumed to lose a fifth of its calls; promoting west (us-west-2): calls go through; staying loses at least 20 % of the calls, moving about 0 %',
    });
  });

  it('passes with an idle member that shows standby signals', () => {
    const standbySignals = { west: someStandbySignals({ outbound: read(nothing(60)) }) };
    expect(rehearsed({ verdicts: { west: unknown('idle') }, standbySignals })).toMatchObject({ level: 'pass' });
  });

  it('keeps the verdict of a primary that is already unhealthy', () => {
    expect(rehearsed({ verdicts: { east: unhealthy } })).toMatchObject({
      sentence: expect.stringContaining('east (us-east-1) unhealthy: calls fail;') as string,
    });
  });

  it('keeps the verdicts of the other members', () => {
    expect(rehearsed({ verdicts: { west: unhealthy } })).toMatchObject({
      level: 'fail',
      sentence:
        'held, all-unhealthy: east (us-east-1) unhealthy: assumed to lose a fifth of its calls; a move to any other member would save too few calls: the order stays; west unhealthy: calls fail; it would lose about 20 % of the calls, staying loses at least 20 %: too little to gain (10 % needed)',
      fix: 'docs/runbook.md#all-unhealthy',
    });
  });

  it('fails when no member is fit, and gives the reason for each', () => {
    const ping = { lastOptionsPingAt: undefined };
    const standbySignals = { west: someStandbySignals({ reachability: ping, outbound: read(nothing(60)) }) };
    expect(rehearsed({ verdicts: { west: unknown('idle') }, standbySignals })).toMatchObject({
      level: 'fail',
      sentence: expect.stringContaining('; west no-standby-signal: AWS reports no OPTIONS ping') as string,
      fix: 'docs/runbook.md#no-target',
    });
  });

  it.each<{ code: string; changes: Changes; level: string }>([
    {
      code: 'paused',
      changes: { override: { kind: 'pause', by: 'kim', reason: 'why', until: observedAt + 1 } },
      level: 'warn',
    },
    {
      code: 'pinned',
      changes: { override: { kind: 'pin', by: 'kim', reason: 'why', until: observedAt + 1 } },
      level: 'warn',
    },
    { code: 'drill', changes: { override: { kind: 'drill', ...aDrill() } }, level: 'warn' },
    { code: 'operator-stand-off', changes: { group: aGroup({ updatedAt: observedAt - 2 * minuteMs }) }, level: 'warn' },
    {
      code: 'operator-stand-off',
      changes: { group: aGroup({ updatedAt: observedAt - 20 * minuteMs }) },
      level: 'warn',
    },
    {
      code: 'cooldown',
      changes: {
        group: aGroup({ updatedAt: observedAt - 2 * minuteMs }),
        record: aRecord({ changedAt: [observedAt - 2.5 * minuteMs] }),
      },
      level: 'warn',
    },
    { code: 'override-unparseable', changes: { override: { kind: 'unparseable', message: 'puase' } }, level: 'fail' },
    {
      code: 'daily-limit',
      changes: { record: aRecord({ changedAt: [1, 2, 3, 4, 5, 6].map((hour) => observedAt - hour * 60 * minuteMs) }) },
      level: 'fail',
    },
    { code: 'tied-priorities', changes: { group: aGroup({ items: items({ east: 1, west: 1 }) }) }, level: 'fail' },
    { code: 'fewer-than-two-members', changes: { group: aGroup({ items: items({ east: 1 }) }) }, level: 'fail' },
  ])('with the hold $code: $level', ({ code, changes, level }) => {
    expect(rehearsed(changes)).toMatchObject({ check: 'rehearsal', level, fix: `docs/runbook.md#${code}` });
  });

  it('assumes an unobserved primary to be unhealthy, too', () => {
    const { verdicts, ...input } = aPlanInput();
    const withoutEast = new Map([...verdicts].filter(([id]) => id !== 'east'));
    expect(rehearsal({ ...input, verdicts: withoutEast })).toMatchObject({ level: 'pass' });
  });

  it('fails without members', () => {
    expect(rehearsed({ group: aGroup({ items: [] }) })).toEqual({
      check: 'rehearsal',
      level: 'fail',
      sentence: 'held, fewer-than-two-members: the group has 0 of the 2 members that a failover needs',
      fix: 'docs/runbook.md#fewer-than-two-members',
    });
  });
});
