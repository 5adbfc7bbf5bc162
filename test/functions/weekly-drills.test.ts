/** Drills that the policy orders every week. */
import { describe, expect, it } from 'vitest';
import { minute, now, orderOf } from '../wire-support/account.ts';
import { overridesPath } from '../../sim/stack.ts';
import { dataOf, deployHealthy, drillOrder, orderBefore } from '../wire-support/drills.ts';
import { keepAlive, publishCalls, advanceDrill, putOverride } from '../wire-support/account-fixtures.ts';
import { takeTurn } from '../wire-support/turns.ts';

const scheduled = { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' };

/** The local AWS starts on a Friday at 09:00:30 UTC. */
function weekly(drill: string) {
  return `
version: 1
groups:
  - group: main-line
    mode: enforce
    drill: ${drill}
`;
}
const open = weekly("{ day: fri, from: '08:30', until: '10:00' }");

describe('A weekly drill', () => {
  it('is ordered by the schedule once in its window', async () => {
    const aws = await deployHealthy({ policy: open });
    expect((await aws.invoke('operate', scheduled)).payload).toEqual({
      shape: 'scheduled-drills',
      version: 1,
      drills: [{ voiceConnectorGroupId: 'main-line', outcome: 'begun' }],
      problems: [],
    });
    expect(orderOf(aws)).toBe(drillOrder);
    advanceDrill(aws, 15);
    await takeTurn(aws);
    expect(dataOf(aws, 'Drill Ended')).toMatchObject([
      { drill: { by: 'schedule', reason: 'every fri, 08:30 to 10:00' }, result: 'succeeded' },
    ]);
    aws.clock.jumpTo(now + 30 * minute);
    keepAlive(aws);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'done' }] });
    expect(orderOf(aws)).toBe(orderBefore);
  });

  it('is ordered again by the next scheduled run after a refusal', async () => {
    const aws = await deployHealthy({ policy: open });
    putOverride(aws, 'main-line', {
      action: 'pause',
      by: 'boss',
      reason: 'storm',
      until: new Date(now + minute).toISOString(),
    });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({
      drills: [{ outcome: 'refused' }],
      problems: [],
    });
    expect(dataOf(aws, 'Drill Refused')).toMatchObject([{ by: 'schedule', refusals: [{ code: 'paused' }] }]);
    aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'begun' }] });
  });

  it('is ordered again when AWS never accepted the first move', async () => {
    const aws = await deployHealthy({ policy: open });
    const conflict = { kind: 'error', status: 409, code: 'ConflictException', message: 'busy' } as const;
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: conflict, times: 1 });
    const { error } = await aws.invoke('operate', scheduled);
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: expect.stringContaining('busy') as string,
    });
    aws.clock.jumpTo(now + 6 * minute);
    await takeTurn(aws);
    expect(dataOf(aws, 'Drill Ended')).toMatchObject([{ code: 'never-began', restored: true }]);
    publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
    keepAlive(aws);
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'begun' }] });
  });

  it.each([
    ['another day', "{ day: sat, from: '08:30', until: '10:00' }"],
    ['before the window', "{ day: fri, from: '09:01', until: '10:30' }"],
    ['too late in it for a whole drill', "{ day: fri, from: '08:00', until: '09:15' }"],
  ])('makes no AWS call on %s', async (_case, drill) => {
    const aws = await deployHealthy({ policy: weekly(drill) });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [], problems: [] });
    expect(aws.asked.filter(({ service }) => service !== 'lambda')).toEqual([]);
  });

  it('is not ordered when it is unknown whether there was one', async () => {
    const aws = await deployHealthy({ policy: open });
    const readsDrills = ({ input }: { readonly input: unknown }) => JSON.stringify(input).includes('"Drill"');
    aws.misbehave({
      when: readsDrills,
      effect: { kind: 'error', status: 403, code: 'AccessDeniedException', message: 'no' },
    });
    const { error } = await aws.invoke('operate', scheduled);
    expect(error.errorMessage).toContain(
      'the weekly drill of group main-line: cannot read whether it has begun in this window',
    );
    expect([orderOf(aws), dataOf(aws, 'Run Failed').length]).toEqual([orderBefore, 1]);
  });

  it('is refused when its named standby is not one', async () => {
    const aws = await deployHealthy({ policy: weekly("{ day: fri, from: '08:30', until: '10:00', to: vc-paris }") });
    expect((await aws.invoke('operate', scheduled)).payload).toMatchObject({ drills: [{ outcome: 'refused' }] });
    expect(dataOf(aws, 'Drill Refused')).toMatchObject([{ refusals: [{ code: 'not-a-standby' }] }]);
  });
});
