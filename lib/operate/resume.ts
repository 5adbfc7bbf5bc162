/** Removes every override under a key of one subject; an override of all groups stays when one group is resumed. */
import type { RunContext } from '../context.ts';
import { formatMaintenance, maintenanceAt } from '../core/model/maintenance.ts';
import type { EpochMs } from '../core/model/time.ts';
import { isInForce, type Override } from '../input/override.ts';
import { isKeyOfAll } from '../input/override-keys.ts';
import { policyOf } from '../input/policy.ts';
import type { OverridesReading, StoredOverride } from '../ports.ts';
import type { Command } from './command.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { keyOf, storedFor } from './put-override.ts';
import { displayName, formatProblems, type CommandResult, type Subject } from './result.ts';

export async function resume(
  context: RunContext,
  command: Command<'resume'>,
  subject: Subject,
): Promise<CommandResult> {
  const { ports, signals, identity } = context;
  const overrides = await ports.overrides.read(signals.work);
  const unread = formatProblems(overrides.problems);
  const stored = storedFor(subject, overrides);
  const remaining = `${overrideOfAllGroups(subject, overrides, identity.observedAt)}${maintenanceOf(subject, context)}`;
  if (stored.length === 0 && unread.length > 0) {
    const summary = `the overrides of ${displayName(subject)} could not be read everywhere, and none was found${remaining}`;
    return { outcome: 'failed', summary, problems: unread };
  }
  if (stored.length === 0) {
    const summary = `${displayName(subject)} has no override: there is nothing to remove${remaining}`;
    return { outcome: 'unchanged', summary, problems: unread };
  }
  const formatted = formatStored(subject, stored, identity.observedAt);
  const publishing = await publishAction(context, eventCommand(command), 'requested', {
    summary: `remove: ${formatted}`,
  });
  const earlier = [...unread, ...publishing];
  const drills = stored.filter(({ override }) => override.kind === 'drill');
  const others = stored.filter(({ override }) => override.kind !== 'drill');
  if (drills.length > 0) {
    const stopping = await stopDrill(context, command, subject, { drills, remaining });
    const removed = formatProblems(await ports.overrideWriter.remove(others, signals.work));
    return { ...stopping, problems: [...earlier, ...(stopping.problems ?? []), ...removed] };
  }
  const removing = formatProblems(await ports.overrideWriter.remove(stored, signals.work));
  return removing.length > 0
    ? {
        outcome: 'failed',
        summary: `the override of ${displayName(subject)} is still in force`,
        problems: [...earlier, ...removing],
      }
    : { outcome: 'done', summary: `removed from ${displayName(subject)}: ${formatted}${remaining}`, problems: earlier };
}

/** A stopped drill keeps its override until the monitor has restored the group: it holds the order to restore. */
async function stopDrill(
  { ports, signals }: RunContext,
  { by, reason }: Command<'resume'>,
  subject: Subject,
  { drills, remaining }: { readonly drills: readonly StoredOverride[]; readonly remaining: string },
): Promise<CommandResult> {
  const [first] = drills;
  if (first?.override.kind !== 'drill') throw new Error('there is no drill to stop');
  const override: Override = { ...first.override, stopped: { by, reason } };
  const replacing = { stored: drills, unread: [], mayReplace: () => false };
  const { stored, kept, problems } = await ports.overrideWriter.put(first.key, override, replacing, signals.work);
  const name = displayName(subject);
  return {
    ...(stored.length === 0
      ? { outcome: 'failed', summary: `the drill of ${name} is not stopped` }
      : {
          outcome: 'done',
          summary: `the drill of ${name} is stopped; the monitor restores the group in ${remaining === '' ? 'its next run' : `the first run that nothing holds${remaining}`}`,
        }),
    problems: formatProblems([...kept, ...problems]),
  };
}

/** Names the key where it is not the usual one: a name may be that of other groups too. */
function formatStored(subject: Subject, stored: readonly StoredOverride[], at: EpochMs): string {
  const texts = stored.map(({ key, override }) => {
    const text = formatOverride(override, at);
    return key === keyOf(subject) ? text : `${text} (stored under ${key})`;
  });
  return [...new Set(texts)].join(' and ');
}

function overrideOfAllGroups(subject: Subject, { stored }: OverridesReading, at: EpochMs): string {
  const [all] =
    subject === 'all' ? [] : stored.filter(({ key, override }) => isKeyOfAll(key) && isInForce(override, at));
  return all === undefined ? '' : `; the override of every group stays in force: ${formatOverride(all.override, at)}`;
}

/** `resume` removes what operators put, and never a window of the policy. */
function maintenanceOf(subject: Subject, { policy, identity: { observedAt } }: RunContext): string {
  if (subject === 'all' || 'uncheckedKey' in subject) return '';
  const current = maintenanceAt(policyOf(policy)(subject).maintenance, observedAt);
  return current === undefined ? '' : `; the policy still holds it: ${formatMaintenance(current, observedAt)}`;
}
