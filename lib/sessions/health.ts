/** The health of those Voice Connectors that have sessions, judged as the monitor judges them. */
import { judge } from '../core/judge/judge.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { ConnectorVerdicts } from '../core/model/verdict.ts';
import type { EpochMs } from '../core/model/time.ts';
import { findSuspects } from '../core/judge/suspects.ts';
import { readSuspectDetail, observeMembers } from '../observe/observe.ts';
import { policyOf, type Policy } from '../input/policy.ts';
import type { Inventory, SessionsPorts } from '../ports.ts';

export type Health = {
  /** By group id, of the groups that were judged. */
  readonly verdicts: ReadonlyMap<string, ConnectorVerdicts>;
  readonly problems: readonly Problem[];
};

/**
 * Asking CloudWatch costs money, so only the groups of these Voice Connectors are observed. A Region is pooled over their members alone: a
 * fault that only many groups together prove is the monitor's to find.
 */
export async function judgeOccupiedGroups(
  occupied: ReadonlySet<string>,
  inventory: Inventory,
  policy: Policy,
  ports: SessionsPorts,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<Health> {
  const groups = inventory.groups.filter(({ items }) =>
    items.some(({ voiceConnectorId }) => occupied.has(voiceConnectorId)),
  );
  const first = await observeMembers(ports, inventory, groups, observedAt, signal);
  const suspected = findSuspects(first.observation, policyOf(policy));
  const { observation, problems } = await readSuspectDetail(ports, first, suspected, signal);
  const { verdictsOf } = judge(observation, policyOf(policy));
  const verdicts = groups.map((group): [string, ConnectorVerdicts] => [group.voiceConnectorGroupId, verdictsOf(group)]);
  return { verdicts: new Map(verdicts), problems };
}
