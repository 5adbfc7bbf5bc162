/** Pauses a group, or all of them. Needs only Parameter Store, so that it works while everything else is unavailable. */
import type { RunContext } from '../context.ts';
import { formatDuration } from '../core/model/format.ts';
import type { EpochMs } from '../core/model/time.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { ForcibleRule } from '../core/model/codes.ts';
import { isInForce } from '../input/override.ts';
import { pauseBesideDrill } from '../input/override-keys.ts';
import type { StoredOverride } from '../ports.ts';
import type { Command } from './command.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { formatReplaced, keyOf, putOverride, storedFor } from './put-override.ts';
import { displayName, formatProblems, type CommandResult, type Subject } from './result.ts';

export async function pause(context: RunContext, command: Command<'pause'>, subject: Subject): Promise<CommandResult> {
  const { ports, signals, identity } = context;
  const { by, reason, until, force } = command;
  const overrides = await ports.overrides.read(signals.work);
  const inForce = storedFor(subject, overrides).filter(({ override }) => isInForce(override, identity.observedAt));
  const key = pauseKey(subject, inForce);
  const unforced = (override: OverrideState): ForcibleRule | undefined => {
    const rule = conflictingRule(override, until);
    return rule === undefined || force.includes(rule) ? undefined : rule;
  };
  const conflicts = inForce.flatMap(({ override, region }) => {
    const rule = unforced(override);
    const current = formatOverride(override, identity.observedAt);
    return rule === undefined
      ? []
      : [`${rule}: in ${region} there is: ${current}. ${whatForceDoes(override)}: "force": ["${rule}"]`];
  });
  if (conflicts.length > 0) {
    return { outcome: 'refused', summary: `${displayName(subject)} is not paused`, problems: conflicts };
  }
  const length = formatDuration(until - identity.observedAt);
  const summary = `pause ${displayName(subject)} for ${length}${formatReplaced(key, overrides.stored, identity.observedAt)}`;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary });
  const mayReplace = (override: OverrideState): boolean =>
    !isInForce(override, identity.observedAt) || unforced(override) === undefined;
  const result = await putOverride(context, {
    subject,
    key,
    override: { kind: 'pause', by, reason, until },
    replacing: { ...overrides, mayReplace },
  });
  return {
    ...result,
    problems: [...publishing, ...(result.problems ?? [])],
    warnings: [...formatProblems(overrides.problems), ...(result.warnings ?? [])],
  };
}

/** A drill stays stored beside the pause: it has the order that the monitor restores when the pause is over. */
function pauseKey(subject: Subject, inForce: readonly StoredOverride[]): string {
  const key = keyOf(subject);
  const isInDrill = inForce.some((stored) => stored.key === key && stored.override.kind === 'drill');
  return isInDrill ? pauseBesideDrill(key) : key;
}

function whatForceDoes({ kind }: OverrideState): string {
  return kind === 'drill'
    ? 'To hold the drill, without its stop conditions, until the pause is over (resume ends it)'
    : 'To replace it';
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
