/** Which groups fail over where the account limit is too small for all: those that lose the most calls, however AWS answers. */
import { describe, expect, it } from 'vitest';
import { wholeAccount } from '../../lib/core/model/account-share.ts';
import type { Move } from '../../lib/core/model/plan.ts';
import type { PlanInput } from '../../lib/core/plan/plan-input.ts';
import { plan } from '../../lib/core/plan/plan.ts';
import { AccountLimit } from '../../lib/monitor/account-limit.ts';
import { aPlanInput, healthy, losing, unhealthy } from '../builders/plan.ts';

type Wanted = { readonly move: Move; readonly input: PlanInput };

/** A failover of the group, which leaves a Voice Connector of its own for a fault that is not its Region's. */
function failoverOf(id: string, changes: Parameters<typeof aPlanInput>[0] = {}): Wanted {
  const planned = aPlanInput({ verdicts: { east: losing('unhealthy', 0.5), west: healthy }, ...changes });
  const move = plan(planned);
  if (move.kind !== 'failover') throw new Error('no failover');
  return {
    move: { ...move, leaving: `east-of-${id}` },
    input: {
      ...planned,
      group: { ...planned.group, voiceConnectorGroupId: id },
      connectorRegions: new Map([...planned.connectorRegions, [`east-of-${id}`, 'us-east-1']]),
    },
  };
}

const ids = ['first', 'second', 'third', 'fourth', 'fifth'];

/** The limit of a run over the groups, of which three may fail over. */
function limitOf(wanted: readonly Wanted[]): AccountLimit {
  const limit = new AccountLimit(wholeAccount(wanted.length));
  limit.expect(wanted.map(({ input }) => input.group));
  return limit;
}

/** Lets everything go on that waits for nothing else. */
async function letOthersGoOn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('the order of need', () => {
  it.each([
    { arrival: [0, 1, 2, 3, 4] },
    { arrival: [4, 3, 2, 1, 0] },
    { arrival: [2, 4, 0, 3, 1] },
    { arrival: [3, 0, 4, 1, 2] },
  ])('decides where the groups ask in the order $arrival', async ({ arrival }) => {
    const wanted = ids.map((id) => failoverOf(id));
    const limit = limitOf(wanted);
    const admitted = new Map<string, string>();
    const asking = arrival.map(async (place) => {
      const { move, input } = wanted[place]!;
      admitted.set(input.group.voiceConnectorGroupId, (await limit.admit(move, input)).kind);
    });
    await Promise.all(asking);
    expect(Object.fromEntries(admitted)).toEqual({
      first: 'failover',
      second: 'failover',
      third: 'failover',
      fourth: 'hold',
      fifth: 'hold',
    });
  });

  it('makes no group wait that finds a place whatever the others decide', async () => {
    const wanted = ids.map((id) => failoverOf(id));
    const { move, input } = wanted[2]!;
    expect((await limitOf(wanted).admit(move, input)).kind).toBe('failover');
  });

  it('makes a group wait for those that lose more, until one is finished without a failover', async () => {
    const wanted = ids.map((id) => failoverOf(id));
    const limit = limitOf(wanted);
    const { move, input } = wanted[3]!;
    let answer: string | undefined;
    const asking = limit.admit(move, input).then((decision) => (answer = decision.kind));
    await letOthersGoOn();
    expect(answer).toBeUndefined();
    limit.finish(wanted[0]!.input.group);
    await asking;
    expect(answer).toBe('failover');
  });

  it('is not waited for by a group that leaves an unhealthy Region', async () => {
    const wanted = ids.map((id) => failoverOf(id, { regions: { 'us-east-1': unhealthy } }));
    const { move, input } = wanted[4]!;
    expect((await limitOf(wanted).admit(move, input)).kind).toBe('failover');
  });

  it('is not waited for by a group that leaves what another one left', async () => {
    const wanted = ids.map((id) => failoverOf(id));
    const limit = limitOf(wanted);
    const third = wanted[2]!;
    await limit.admit(third.move, third.input);
    const { input } = wanted[4]!;
    expect((await limit.admit(third.move, input)).kind).toBe('failover');
  });

  it('is not waited for a second time, after a conflict with another change', async () => {
    const wanted = ids.map((id) => failoverOf(id));
    const limit = limitOf(wanted);
    const third = wanted[2]!;
    await limit.admit(third.move, third.input);
    const other = { ...third.move, leaving: 'east-of-fifth' };
    expect((await limit.admit(other, third.input)).kind).toBe('failover');
  });
});
