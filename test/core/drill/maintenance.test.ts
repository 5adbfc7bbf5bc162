/** No drill begins in a maintenance window; one that has begun goes on. */
import { describe, expect, it } from 'vitest';
import { orderDrill } from '../../../lib/core/drill/order.ts';
import { drillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, beforeDrill, duringDrill, endingOf, minutesAgo, readings } from '../../builders/drill.ts';
import { aWindow } from '../../builders/maintenance.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

const text = 'maintenance window fri 11:00 to 13:00 UTC, 58.5 min left: carrier works';
const policy = aPolicy({ maintenance: [aWindow()] });

describe('a drill in a maintenance window', () => {
  it('is refused when it is ordered, until the window has ended', () => {
    const order = { by: 'ops', reason: 'test', minutes: 15 };
    const over = aPolicy({ maintenance: [aWindow({ until: '12:00' })] });
    expect(orderDrill(beforeDrill({ policy }), order)).toEqual({
      kind: 'refused',
      refusals: [{ code: 'paused', reason: text }],
    });
    expect(orderDrill(beforeDrill({ policy: over }), order).kind).toBe('drill');
  });

  it('never begins if it was ordered before', () => {
    const drill = aDrill({ startedAt: minutesAgo(1), until: minutesAgo(-14) });
    const input = beforeDrill({ policy, override: { kind: 'drill', ...drill } });
    expect(endingOf(drillStep(input, drill, readings()))).toMatchObject({
      code: 'never-began',
      reason: `paused: ${text}`,
    });
  });

  it('goes on if it has begun, and moves the group back at its end', () => {
    expect(drillStep(duringDrill({ policy }), aDrill(), readings()).kind).toBe('watch');
    expect(drillStep(duringDrill({ policy }), aDrill({ until: observedAt }), readings()).kind).toBe('restore');
  });
});
