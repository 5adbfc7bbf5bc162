/** A policy entry is for one group. One that applies to several was meant for one of them, so none is moved by it. */
import { describe, expect, it } from 'vitest';
import { groupsOfSharedEntry } from '../../lib/input/policy.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { seedSideLine, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deployed, run } from '../wire-support/operator.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

const policy = '{ version: 1, groups: [{ group: Side line, mode: enforce }] }';
const refusal = 'the policy entry Side line applies to 2 groups (main-line, side-line): use ids';

/** Both groups are called Side line, and the primary of one is unhealthy. */
function seedBoth(aws: TestAws): void {
  seedUnhealthy(aws, { name: 'Side line' });
  seedSideLine(aws);
}

describe('two groups with the name of one policy entry', () => {
  it('are observed and not moved, and the reason names the entry', async () => {
    const aws = await startAws();
    seedBoth(aws);
    const { result } = await takeTurn(aws, { policy });
    expect(result.groups.map(({ mode }) => mode)).toEqual(['observe', 'observe']);
    expect(groupIn(result).outcome).toEqual({
      kind: 'withheld',
      code: 'observe-mode',
      reason: `mode observe, because ${refusal}: would have set vc-west 1, vc-east 2`,
    });
    expect([orderOf(aws), writes(aws)]).toEqual(['vc-east 1, vc-west 2', []]);
  });

  it('show it in status', async () => {
    const aws = await deployed(seedBoth, { policy });
    const { warnings } = await run(aws, { action: 'status', group: undefined, by: undefined, reason: undefined });
    expect(warnings).toEqual([`main-line only observes: ${refusal}`, `side-line only observes: ${refusal}`]);
  });

  it('are moved by entries with their ids', async () => {
    const aws = await startAws();
    seedBoth(aws);
    const byId = '{ version: 1, groups: [{ group: Side line, mode: enforce }, { group: main-line, mode: enforce }] }';
    await takeTurn(aws, { policy: byId });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });
});

describe('the groups of an entry', () => {
  const groups = [
    { voiceConnectorGroupId: 'a', name: 'sales' },
    { voiceConnectorGroupId: 'b', name: 'a' },
    { voiceConnectorGroupId: 'c', name: 'support' },
  ] as const;
  const sharedBy = (entries: readonly string[], group: (typeof groups)[number]) =>
    groupsOfSharedEntry({ groups: new Map(entries.map((entry) => [entry, parsed.defaults])) }, group, groups);
  const parsed = parsePolicy('{ version: 1 }', 'the policy');

  it('are several when one group is named like the id of another', () => {
    const shared = { entry: 'a', groups: [groups[0], groups[1]] };
    expect(sharedBy(['a'], groups[0])).toEqual(shared);
    expect(sharedBy(['a'], groups[1])).toEqual(shared);
    expect(sharedBy(['a'], groups[2])).toBeUndefined();
  });

  it('are one when the other group has an entry with its own id', () => {
    expect(sharedBy(['a', 'b'], groups[0])).toBeUndefined();
    expect(sharedBy(['a', 'b'], groups[1])).toBeUndefined();
  });
});

describe('defaults with a failback', () => {
  it.each(['auto', 'approve'])('%s are a mistake: only an entry of groups has a preferredOrder', (failback) => {
    expect(() => parsePolicy(`{ version: 1, defaults: { failback: ${failback} } }`, 'the policy')).toThrow(
      `defaults.failback: Expected never: a failback needs a preferredOrder, which only an entry of groups has, got ${failback}`,
    );
  });
});
