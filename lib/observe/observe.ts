/** AWS → one {@link Observation} of the whole account. Decides nothing. */
import type { Problem } from '../core/model/outcome.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { OverridesReading, ReadPorts } from '../ports.ts';
import { observeMembers, type MembersObservation } from './members.ts';

export type AccountObservation = MembersObservation & {
  readonly overrides: OverridesReading;
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
