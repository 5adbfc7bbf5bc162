/** A group in a maintenance window of its policy is held as under a pause by an operator. */
import { describe, expect, it } from 'vitest';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { hourMs } from '../../../lib/core/model/time.ts';
import { heldFailover } from '../../../lib/core/plan/held-failover.ts';
import { planOrder } from '../../../lib/core/plan/order.ts';
import { decideGroup } from '../../../lib/core/plan/pinned.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aDrill } from '../../builders/drill.ts';
import { aWindow } from '../../builders/maintenance.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aPlanInput, unhealthy } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';

type Changes = Parameters<typeof aPlanInput>[0];

const text = 'maintenance window fri 11:00 to 13:00 UTC, 58.5 min left: carrier works';
const policy = aPolicy({ maintenance: [aWindow()] });
const over = aPolicy({ maintenance: [aWindow({ until: '12:00' })] });

function planned(changes: Changes) {
  return plan({ ...aPlanInput(changes), candidateEvidence: undefined });
}

describe('the plan in a maintenance window', () => {
  it('holds an unhealthy primary, and names the window, its end and its reason', () => {
    expect(planned({ policy, verdicts: { east: unhealthy } })).toMatchObject({
      kind: 'hold',
      code: 'paused',
      reason: `paused by the ${text}`,
    });
  });

  it('holds a failback', () => {
    const returning = { failback: 'auto', preferredOrder: ['west', 'east'] } as const;
    expect(planned({ policy: { ...over, ...returning } })).toMatchObject({ kind: 'need-evidence' });
    expect(planned({ policy: { ...policy, ...returning } })).toMatchObject({ kind: 'hold', code: 'paused' });
  });

  it('moves once the window has ended', () => {
    expect(plan(aPlanInput({ policy: over, verdicts: { east: unhealthy } })).kind).toBe('failover');
  });

  it('is held although Parameter Store does not answer: the window is known', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'no answer' };
    expect(planned({ policy, override, verdicts: { east: unhealthy } })).toMatchObject({ code: 'paused' });
  });

  it.each<{ override: OverrideState; code: string; reason: string }>([
    {
      override: { kind: 'pause', by: 'anna', reason: 'storm', until: observedAt + 3 * hourMs },
      code: 'paused',
      reason: 'paused by anna, 3 h left: storm',
    },
    {
      override: { kind: 'pin', by: 'anna', reason: 'storm', until: observedAt + 3 * hourMs },
      code: 'pinned',
      reason: 'pinned by anna, 3 h left: storm',
    },
    {
      override: { kind: 'unparseable', message: 'no end' },
      code: 'override-unparseable',
      reason: 'counts as a pause until it is corrected: no end',
    },
    {
      override: { kind: 'drill', ...aDrill() },
      code: 'drill',
      reason: 'drill by ops, 8 min left: west carries the calls of east; does the standby work',
    },
  ])('is stated by the operator’s $override.kind where there is one', ({ override, code, reason }) => {
    expect(planned({ policy, override })).toMatchObject({ code, reason });
  });

  it('restores a pinned order, which an operator ordered for this time', () => {
    const pin = {
      kind: 'pin',
      by: 'anna',
      reason: 'storm',
      until: observedAt + hourMs,
      order: ['west', 'east'],
    } as const;
    const input = aPlanInput({ policy, override: pin, overridePutAt: observedAt });
    expect(decideGroup(input)).toMatchObject({ kind: 'switchover', promoting: 'west' });
  });

  it('holds a failover like a pause: the alarm counts it', () => {
    const input = aPlanInput({ policy, verdicts: { east: unhealthy } });
    const decision = plan(input);
    expect(decision.kind !== 'need-evidence' && heldFailover(input, decision)).toEqual({ isUndone: false });
  });
});

describe('an order of an operator in a maintenance window', () => {
  const order = { action: 'switchover', to: 'west', by: 'anna', reason: 'calls fail', force: [] } as const;

  it('is refused as under a pause', () => {
    expect(planOrder(aPlanInput({ policy }), order)).toEqual({
      kind: 'refused',
      obstacles: [{ rule: 'paused', isForcible: true, reason: text }],
    });
  });

  it('may be forced past it', () => {
    expect(planOrder(aPlanInput({ policy }), { ...order, force: ['paused'] })).toMatchObject({
      kind: 'move',
      move: { promoting: 'west', command: { forced: [{ rule: 'paused', reason: text }] } },
    });
  });

  it('needs no force once the window has ended', () => {
    expect(planOrder(aPlanInput({ policy: over }), order).kind).toBe('move');
  });
});
