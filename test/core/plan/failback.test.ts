import { describe, expect, it } from 'vitest';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import {
  someStandbySignals,
  aPlanInput,
  aRecord,
  degraded,
  unhealthy,
  unknown,
  unreadableRecord,
} from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { idle, minutesAgo } from './three-members.ts';

describe('failback', () => {
  const auto = aPolicy({ failback: 'auto', preferredOrder: ['east', 'west'] });
  const movedAway = aGroup({ items: items({ east: 2, west: 1 }) });

  it('returns to the preferred Voice Connector that is healthy again', () => {
    expect(plan(aPlanInput({ group: movedAway, policy: auto }))).toEqual({
      kind: 'failback',
      reason: 'failback to east (us-east-1): calls go through',
      leaving: 'west',
      promoting: 'east',
      before: items({ east: 2, west: 1 }),
      after: items({ east: 1, west: 2 }),
      rejected: [],
    });
  });

  it('holds with a healthy primary without a preferred order, or where it is preferred', () => {
    const nowhere = aPolicy({ failback: 'auto', preferredOrder: undefined });
    expect(plan(aPlanInput({ group: movedAway, policy: nowhere }))).toMatchObject({ code: 'top-healthy' });
    expect(plan(aPlanInput({ policy: auto }))).toMatchObject({ code: 'top-healthy' });
  });

  it('uses the first of the preferred order that is a member', () => {
    const policy = aPolicy({ failback: 'auto', preferredOrder: ['removed', 'east', 'west'] });
    expect(plan(aPlanInput({ group: movedAway, policy }))).toMatchObject({ kind: 'failback', promoting: 'east' });
    const stranger = aPolicy({ failback: 'auto', preferredOrder: ['removed'] });
    expect(plan(aPlanInput({ group: movedAway, policy: stranger }))).toMatchObject({ code: 'top-healthy' });
  });

  it('does not accept the second of the preferred order', () => {
    const group = aGroup({ items: items({ tokyo: 1, west: 2, east: 3 }) });
    const policy = aPolicy({ failback: 'auto', preferredOrder: ['east', 'west', 'tokyo'] });
    expect(plan(aPlanInput({ group, policy, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'failback-not-proven',
      reason: 'failback to east (us-east-1): calls fail',
      rejected: [{ voiceConnectorId: 'east', code: 'unhealthy', reason: 'calls fail' }],
    });
  });

  it('puts the previous primary before others that are not proven healthy', () => {
    const group = aGroup({ items: items({ west: 1, tokyo: 2, east: 3 }) });
    expect(plan(aPlanInput({ group, policy: auto, verdicts: { tokyo: idle } }))).toHaveProperty(
      'after',
      items({ west: 2, tokyo: 3, east: 1 }),
    );
    expect(plan(aPlanInput({ group, policy: auto, verdicts: { west: degraded } }))).toHaveProperty(
      'after',
      items({ west: 3, tokyo: 2, east: 1 }),
    );
  });

  it('returns to an idle one with proof by outbound calls, and to none without standby signals', () => {
    const input = { group: movedAway, policy: auto, verdicts: { east: idle } };
    expect(plan(aPlanInput(input))).toEqual({
      kind: 'hold',
      code: 'failback-not-proven',
      reason: 'failback to east (us-east-1): its Region is unknown, so its standby signals cannot be read',
      rejected: [
        {
          voiceConnectorId: 'east',
          code: 'unreadable',
          reason: 'its Region is unknown, so its standby signals cannot be read',
        },
      ],
    });
    expect(plan(aPlanInput({ ...input, standbySignals: { east: someStandbySignals() } }))).toMatchObject({
      kind: 'failback',
      promoting: 'east',
      rejected: [],
    });
  });

  it('waits while its own record cannot be read', () => {
    expect(plan(aPlanInput({ group: movedAway, policy: auto, record: unreadableRecord }))).toEqual({
      kind: 'hold',
      code: 'record-unreadable',
      reason: 'failback to east (us-east-1) waits: the record of own changes is unreadable: CloudWatch: it said no',
      rejected: [],
    });
  });

  it('waits after a change by an operator, and not after the monitor’s own', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(45) };
    expect(plan(aPlanInput({ group, policy: auto }))).toEqual({
      kind: 'hold',
      code: 'operator-stand-off',
      reason: 'failback to east (us-east-1) waits: changed by someone else 45 min ago, operatorStandOffMinutes 60',
      rejected: [],
    });
    const record = aRecord({ changedAt: [minutesAgo(45)], demotedAt: { east: [minutesAgo(45)] } });
    expect(plan(aPlanInput({ group, policy: auto, record }))).toMatchObject({ kind: 'failback' });
  });

  it('waits for the hold-down of the preferred one', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(45) };
    const record = aRecord({ changedAt: [minutesAgo(45)], demotedAt: { east: [minutesAgo(900), minutesAgo(45)] } });
    expect(plan(aPlanInput({ group, policy: auto, record }))).toMatchObject({
      kind: 'hold',
      code: 'failback-not-proven',
      rejected: [
        {
          voiceConnectorId: 'east',
          code: 'hold-down',
          reason: 'failed over from 45 min ago, 2 times in 24 h: hold-down 60 min',
        },
      ],
    });
  });

  it('counts towards the daily limit', () => {
    const record = aRecord({ changedAt: [100, 200, 300, 400, 500, 600].map(minutesAgo) });
    expect(plan(aPlanInput({ group: movedAway, policy: auto, record }))).toMatchObject({ code: 'daily-limit' });
  });

  it('needs proof, not just the absence of faults', () => {
    const standbySignals = { east: someStandbySignals({ outbound: read(nothing(60)) }) };
    expect(
      plan(aPlanInput({ group: movedAway, policy: auto, verdicts: { east: idle }, standbySignals })),
    ).toMatchObject({
      code: 'failback-not-proven',
      rejected: [{ voiceConnectorId: 'east', code: 'outbound-not-proven' }],
    });
  });

  it.each(['stale', 'fetch-error', 'partial', 'forbidden'] as const)(
    'waits while the primary is unobservable (%s)',
    (cause) => {
      const input = aPlanInput({ group: movedAway, policy: auto, verdicts: { west: unknown(cause) } });
      expect(plan(input)).toMatchObject({ kind: 'hold', code: 'top-unknown' });
    },
  );

  it.each(['idle', 'low-volume', 'inconclusive'] as const)(
    'does not wait for a primary with too few calls to judge (%s)',
    (cause) => {
      const input = aPlanInput({ group: movedAway, policy: auto, verdicts: { west: unknown(cause) } });
      expect(plan(input)).toMatchObject({ kind: 'failback' });
    },
  );

  it('becomes a failover where the primary is unhealthy', () => {
    const group = { ...movedAway, updatedAt: minutesAgo(15) };
    expect(
      plan(aPlanInput({ group, carriedBeforeChange: true, policy: auto, verdicts: { west: unhealthy } })),
    ).toMatchObject({
      kind: 'failover',
      promoting: 'east',
    });
  });

  it('is left to the operator where the policy says never', () => {
    const policy = aPolicy({ failback: 'never', preferredOrder: ['east'] });
    expect(plan(aPlanInput({ group: movedAway, policy, verdicts: { east: idle } }))).toEqual({
      kind: 'hold',
      code: 'failback-never',
      reason: 'failback to east (us-east-1) is left to the operator (failback: never)',
      rejected: [],
    });
  });

  it('awaits approval where the policy says so, once it is proven', () => {
    const policy = aPolicy({ failback: 'approve', preferredOrder: ['east'] });
    expect(plan(aPlanInput({ group: movedAway, policy }))).toEqual({
      kind: 'hold',
      code: 'failback-awaits-approval',
      reason: 'failback to east (us-east-1) is ready: calls go through',
      rejected: [],
    });
    expect(plan(aPlanInput({ group: movedAway, policy, verdicts: { east: degraded } }))).toMatchObject({
      code: 'failback-not-proven',
    });
  });

  it('waits while Parameter Store cannot be read', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'AccessDenied' };
    expect(plan(aPlanInput({ group: movedAway, policy: auto, override }))).toEqual({
      kind: 'hold',
      code: 'override-unreadable',
      reason: 'failback to east (us-east-1) waits until Parameter Store answers: AccessDenied',
      rejected: [],
    });
  });

  it('waits for its hold, to the millisecond', () => {
    const changedAgo = (ms: number) =>
      plan(
        aPlanInput({
          group: { ...movedAway, updatedAt: observedAt - ms },
          policy: auto,
          record: aRecord({ changedAt: [observedAt - ms] }),
        }),
      );
    expect(changedAgo(12 * minuteMs)).toEqual({
      kind: 'hold',
      code: 'failback-hold',
      reason: 'failback to east (us-east-1) waits: changed 12 min ago, hold 30 min',
      rejected: [],
    });
    expect(changedAgo(30 * minuteMs - 1)).toMatchObject({ code: 'failback-hold' });
    expect(changedAgo(30 * minuteMs)).toMatchObject({ kind: 'failback' });
  });

  it('waits where AWS reports no time of the last change', () => {
    expect(plan(aPlanInput({ group: { ...movedAway, updatedAt: undefined }, policy: auto }))).toEqual({
      kind: 'hold',
      code: 'failback-hold',
      reason:
        'failback to east (us-east-1) waits: neither AWS nor the record of own changes tells when the group was last changed',
      rejected: [],
    });
  });

  it('does not return to an unhealthy Region, whatever the Voice Connector’s own calls show', () => {
    const input = aPlanInput({ group: movedAway, policy: auto, regions: { 'us-east-1': unhealthy } });
    expect(plan(input)).toMatchObject({
      code: 'failback-not-proven',
      rejected: [{ voiceConnectorId: 'east', code: 'unhealthy-region' }],
    });
  });

  it('does not trust inbound metrics under an outbound name', () => {
    const standbySignals = { east: someStandbySignals({ outbound: read(inbound(60, 10)) }) };
    const input = { group: movedAway, policy: auto, verdicts: { east: idle } };
    expect(plan(aPlanInput({ ...input, standbySignals }))).toMatchObject({ code: 'failback-not-proven' });
    const real = { east: someStandbySignals({ outbound: read(outbound(60, 10)) }) };
    expect(plan(aPlanInput({ ...input, standbySignals: real }))).toMatchObject({ kind: 'failback' });
  });
});
