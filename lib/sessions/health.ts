/** The health of the Voice Connectors with sessions, judged by the monitor's own pipeline. */
import { judge } from '../core/judge/judge.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { ConnectorVerdicts } from '../core/model/verdict.ts';
import type { EpochMs } from '../core/model/time.ts';
import { findSuspects } from '../core/judge/suspects.ts';
import { observeMembers } from '../observe/members.ts';
import { readSuspectDetail } from '../observe/suspect-detail.ts';
import { policyOf, type Policy } from '../input/policy.ts';
import type { Inventory, SessionsPorts } from '../ports.ts';

/**
 * Reads from CloudWatch cost money, so only the groups of these Voice Connectors are observed. The evidence of a Region is pooled over
 * their members only: a fault that takes many groups to prove is left to the monitor.
 *
 * @returns the verdicts by group id; only the groups that were judged
 */
export async function judgeOccupiedGroups(
  occupied: ReadonlySet<string>,
  inventory: Inventory,
  policy: Policy,
  ports: SessionsPorts,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<{ readonly verdicts: ReadonlyMap<string, ConnectorVerdicts>; readonly problems: readonly Problem[] }> {
  const groups = inventory.groups.filter(({ items }) =>
    items.some(({ voiceConnectorId }) => occupied.has(voiceConnectorId)),
  );
  const observed = await observeMembers(ports, inventory, groups, observedAt, signal);
  const suspects = findSuspects(observed.observation, policyOf(policy));
  const { observation, problems } = await readSuspectDetail(ports, observed, suspects, signal);
  const { verdictsOf } = judge(observation, policyOf(policy));
  const verdicts = groups.map((group): [string, ConnectorVerdicts] => [group.voiceConnectorGroupId, verdictsOf(group)]);
  return { verdicts: new Map(verdicts), problems };
}
