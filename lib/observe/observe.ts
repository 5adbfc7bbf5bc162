/** AWS → one {@link Observation} of the whole account. Decides nothing. */
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { OverridesReading, ReadPorts } from '../ports.ts';
import { observeMembers, type MembersObservation } from './members.ts';

export type AccountObservation = MembersObservation & {
  readonly overrides: OverridesReading;
  /** Groups among those observed that show how their Region fares, and that the run does not decide. Default: none. */
  readonly witnesses?: readonly VoiceConnectorGroup[];
  /** Why the lists of groups and Voice Connectors may be incomplete; in `problems` too. */
  readonly listingProblems: readonly Problem[];
};

export async function observe(
  ports: Pick<ReadPorts, 'groups' | 'metrics' | 'overrides'>,
  observedAt: EpochMs,
  signal: AbortSignal,
): Promise<AccountObservation> {
  const [inventory, overrides] = await Promise.all([ports.groups.list(signal), ports.overrides.read(signal)]);
  const members = await observeMembers(ports, inventory, inventory.groups, observedAt, signal);
  const listingProblems = inventory.problems;
  const problems = [...listingProblems, ...members.problems, ...overrides.problems];
  return { ...members, overrides, listingProblems, problems };
}

export function groupsToDecide({
  observation: { groups },
  witnesses = [],
}: Pick<AccountObservation, 'observation' | 'witnesses'>): readonly VoiceConnectorGroup[] {
  const others = new Set(witnesses);
  return others.size === 0 ? groups : groups.filter((group) => !others.has(group));
}
