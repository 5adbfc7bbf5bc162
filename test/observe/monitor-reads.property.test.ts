/** Property test: what the monitor does not read would not have changed a decision. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSuspectConnector } from '../../lib/core/judge/connector.ts';
import { findSuspects } from '../../lib/core/judge/suspects.ts';
import { inOrder, primaryOf } from '../../lib/core/model/priorities.ts';
import { decideGroup } from '../../lib/core/plan/pinned.ts';
import { policyOf, type Policy } from '../../lib/input/policy.ts';
import { observeForMonitor } from '../../lib/observe/monitor-reads.ts';
import { observe, type AccountObservation } from '../../lib/observe/observe.ts';
import { judgeSnapshot, planInputOf } from '../../lib/observe/snapshot.ts';
import { readSuspectDetail } from '../../lib/observe/suspect-detail.ts';
import type { Ports } from '../../lib/write-ports.ts';
import { observedAt } from '../builders/metrics.ts';
import { aPolicy } from '../builders/policy.ts';
import { runs, seed } from '../builders/random.ts';
import { observation } from '../core/observations.ts';
import { portsOf } from './account.ts';

const never = new AbortController().signal;
const defaultPolicy = aPolicy();

const policy = { defaults: defaultPolicy, groups: new Map() } as unknown as Policy;

async function observeAll(ports: Pick<Ports, 'groups' | 'metrics' | 'overrides'>): Promise<AccountObservation> {
  const all = await observe(ports, observedAt, never);
  return readSuspectDetail(ports, all, findSuspects(all.observation, policyOf(policy)), never);
}

function decisionsOn(observed: AccountObservation) {
  const snapshot = judgeSnapshot(observed, policy);
  return observed.observation.groups.map((group) => {
    const input = planInputOf({ policy, identity: { observedAt } }, snapshot, group);
    const isUnhealthy = input.verdicts.get(primaryOf(group) ?? '')?.health === 'unhealthy';
    return { decision: decideGroup(input).kind, isUnhealthy };
  });
}

describe(`any account (seed ${seed})`, () => {
  it('has the moves considered that it had if everything were read, unless only a standby is suspect', async () => {
    let groups = 0;
    let exceptions = 0;
    await fc.assert(
      fc.asyncProperty(observation, async (seen) => {
        const whole = decisionsOn(await observeAll(portsOf(seen)));
        const monitor = decisionsOn(await observeForMonitor(portsOf(seen), policy, observedAt, never));
        groups += whole.length;
        for (const [place, expected] of whole.entries()) {
          const actual = monitor[place]!;
          if (JSON.stringify(actual) === JSON.stringify(expected)) continue;
          exceptions += 1;
          const standbys = seen.groups.flatMap((group) => inOrder(group.items).slice(1));
          const areSuspect = standbys.some(({ voiceConnectorId }) => {
            const connector = seen.connectors.get(voiceConnectorId);
            return connector && isSuspectConnector({ ...connector, history: undefined }, observedAt, defaultPolicy);
          });
          expect(areSuspect, `${JSON.stringify(expected)}, the monitor ${JSON.stringify(actual)}`).toBe(true);
        }
      }),
      runs(2000),
    );
    process.stdout.write(`${exceptions} of ${groups} groups are decided otherwise: only a standby is suspect\n`);
    expect(exceptions).toBeLessThan(groups / 200);
  });
});
