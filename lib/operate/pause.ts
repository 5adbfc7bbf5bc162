/** Pauses a group, or all of them. Needs only Parameter Store, so that it works while everything else is unavailable. */
import type { RunContext } from '../context.ts';
import { formatDuration } from '../core/model/format.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { ForcibleRule } from '../core/model/codes.ts';
import { isInForce } from '../input/override.ts';
import type { Command } from './command.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { putOverride, storedFor } from './put-override.ts';
import { displayName, formatProblems, type CommandResult, type Subject } from './result.ts';

export async function pause(context: RunContext, command: Command<'pause'>, subject: Subject): Promise<CommandResult> {
  const { ports, signals, identity } = context;
  const { by, reason, until, force } = command;
  const overrides = await ports.overrides.read(signals.work);
  const inForce = storedFor(subject, overrides).filter(({ override }) => isInForce(override, identity.observedAt));
  const conflicts = inForce.flatMap(({ override, region }) => {
    const rule = conflictingRule(override, until);
    const current = formatOverride(override, identity.observedAt);
    return rule === undefined || force.includes(rule)
      ? []
      : [`${rule}: in ${region} there is: ${current}. To replace it: "force": ["${rule}"]`];
  });
  if (conflicts.length > 0) {
    return { outcome: 'refused', summary: `${displayName(subject)} is not paused`, problems: conflicts };
  }
  const summary = `pause ${displayName(subject)} for ${formatDuration(until - identity.observedAt)}`;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary });
  const result = await putOverride(context, subject, { kind: 'pause', by, reason, until });
  // A pause is stored even where Parameter Store could not be read first; an override there is then replaced, hence the warning.
  return {
    ...result,
    problems: [...publishing, ...(result.problems ?? [])],
    warnings: formatProblems(overrides.problems),
  };
}

/** The rule that must be forced to replace this override. A pause replaces a pause that ends earlier without force. */
function conflictingRule(override: OverrideState, until: EpochMs): ForcibleRule | undefined {
  switch (override.kind) {
    case 'pause':
      return override.until > until ? 'paused' : undefined;
    case 'pin':
      return 'pinned';
    case 'drill':
      return 'drill';
    case 'unparseable':
      return 'override-unparseable';
    case 'unreadable':
    case 'none':
      return undefined;
    default:
      return override satisfies never;
  }
}
