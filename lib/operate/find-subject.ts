/** Finds the group that a command names. */
import type { RunContext } from '../context.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { findGroup } from '../input/find-group.ts';
import { takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { formatProblems, type CommandResult, type Subject } from './result.ts';

type Refused = { readonly kind: 'refused'; readonly result: CommandResult };

/** Commands for all groups need no list of groups: they work while everything but Parameter Store is unavailable. */
export async function findSubject(
  { ports, signals }: RunContext,
  name: string,
): Promise<{ readonly kind: 'found'; readonly subject: Subject } | Refused> {
  if (name === 'all') return { kind: 'found', subject: 'all' };
  const { groups, problems } = await ports.groups.list(signals.work);
  const found = findGroup(name, groups, problems);
  return found.kind === 'found'
    ? { kind: 'found', subject: found.group }
    : refused(found.problems.map((problem) => `group: ${problem}; or all`));
}

/** Takes a snapshot for a command on one group. @returns with the group `warnings`: what the snapshot could not read */
export async function findInSnapshot(
  context: RunContext,
  name: string,
): Promise<
  | {
      readonly kind: 'found';
      readonly snapshot: Snapshot;
      readonly group: VoiceConnectorGroup;
      readonly warnings: readonly string[];
    }
  | Refused
> {
  const snapshot = await takeSnapshot(context);
  const { observation, problems } = snapshot.observed;
  const found = findGroup(name, observation.groups, problems);
  return found.kind === 'found'
    ? { kind: 'found', snapshot, group: found.group, warnings: formatProblems(problems) }
    : refused(found.problems.map((problem) => `group: ${problem}`));
}

function refused(problems: readonly string[]): Refused {
  return { kind: 'refused', result: { outcome: 'refused', summary: 'nothing is changed', problems } };
}
