/** Finds the group that a command names. */
import type { RunContext } from '../context.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Problem } from '../core/model/outcome.ts';
import { clockProblem } from '../core/model/server-clock.ts';
import { findGroup } from '../input/find-group.ts';
import { takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import type { Command } from './command.ts';
import { formatProblems, type CommandResult, type Subject } from './result.ts';

type Refused = { readonly kind: 'refused'; readonly result: CommandResult };

/** What a parameter's name can spell. */
const spellableKey = /^[\w.-]{1,256}$/;

type FoundSubject = { readonly kind: 'found'; readonly subject: Subject; readonly warnings: readonly string[] };

/**
 * Commands for all groups need no list of groups: they work while everything but Parameter Store is unavailable. For one group the list
 * only checks the name: where a Region does not return its list, the command goes on with the name unchecked.
 */
export async function findSubject(
  context: RunContext,
  { action, group: name }: Pick<Command<'pause' | 'resume'>, 'action' | 'group'>,
): Promise<FoundSubject | Refused> {
  const { ports, signals } = context;
  if (name === 'all') return { kind: 'found', subject: 'all', warnings: [] };
  const { groups, problems } = await ports.groups.list(signals.work);
  const found = findGroup(name, groups, problems);
  if (found.kind === 'found') return { kind: 'found', subject: found.group, warnings: [] };
  const isAmbiguous = groups.some((group) => group.name === name);
  if (!isAmbiguous && spellableKey.test(name)) {
    if (problems.length > 0) return unchecked(name, problems);
    // A mistyped key holds nothing, and somebody must be able to remove it.
    if (action === 'resume' && (await isStored(context, name))) {
      return { kind: 'found', subject: { uncheckedKey: name }, warnings: [] };
    }
  }
  return refused(found.problems.map((problem) => `group: ${problem}; or all`));
}

function unchecked(name: string, problems: readonly Problem[]): FoundSubject {
  const warning = `it could not be checked that ${name} is the id or the name of a group: ${formatProblems(problems).join('; ')}`;
  return { kind: 'found', subject: { uncheckedKey: name }, warnings: [warning] };
}

async function isStored({ ports, signals }: RunContext, key: string): Promise<boolean> {
  const { stored } = await ports.overrides.read(signals.work);
  return stored.some((each) => each.key === key);
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
  // The monitor decides nothing by a wrong clock. An operator knows the time, and must be able to act.
  const clock = clockProblem(context.ports.serverTimes());
  const warnings = [...(clock === undefined ? [] : [`${clock} by the monitor`]), ...formatProblems(problems)];
  return found.kind === 'found'
    ? { kind: 'found', snapshot, group: found.group, warnings }
    : refused(found.problems.map((problem) => `group: ${problem}`));
}

function refused(problems: readonly string[]): Refused {
  return { kind: 'refused', result: { outcome: 'refused', summary: 'nothing is changed', problems } };
}
