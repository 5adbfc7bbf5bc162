/** No drill begins in a maintenance window, or would still run when one begins; one that has begun goes on. */
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

  // It is 12:01:30.
  it.each([
    ['12:15', 'maintenance window fri 12:15 to 13:00 UTC begins in 13.5 min, and the drill takes 15 min'],
    ['12:16', 'maintenance window fri 12:16 to 13:00 UTC begins in 14.5 min, and the drill takes 15 min'],
    ['12:17', undefined],
  ])('is refused if it would still run when one begins at %s', (from, reason) => {
    const soon = aPolicy({ maintenance: [aWindow({ from })] });
    expect(orderDrill(beforeDrill({ policy: soon }), { by: 'ops', reason: 'test', minutes: 15 })).toMatchObject(
      reason === undefined ? { kind: 'drill' } : { kind: 'refused', refusals: [{ code: 'paused', reason }] },
    );
  });

  it('is refused if it would end in the moment in which one begins: the group is put back after that', () => {
    const soon = aPolicy({ maintenance: [aWindow({ from: '12:15' })] });
    const orderFor = (minutes: number) =>
      orderDrill(beforeDrill({ policy: soon }), { by: 'ops', reason: 'test', minutes });
    expect(orderFor(13.5).kind).toBe('refused');
    expect(orderFor(13).kind).toBe('drill');
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
