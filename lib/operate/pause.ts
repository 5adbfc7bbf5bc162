/** Pausing and resuming: what needs Parameter Store and nothing else, so that it can be done whatever else is gone. */
import type { ForcibleRule } from '../core/model/codes.ts';
import type { OverrideState } from '../core/model/override.ts';
import type { EpochMs } from '../core/model/time.ts';
import { formatDuration } from '../core/model/format.ts';
import { isInForce, type Override } from '../input/override.ts';
import type { OverridesReading, StoredOverride } from '../ports.ts';
import { report, type RunContext } from '../context.ts';
import type { Command } from './command.ts';
import {
  displayName,
  formatProblems,
  keyOf,
  eventCommand,
  publishAction,
  type CommandResult,
  type Subject,
} from './result.ts';
import { formatOverride } from './format-override.ts';

function storedFor(subject: Subject, { stored }: OverridesReading): readonly StoredOverride[] {
  return stored.filter(({ key }) => key === keyOf(subject));
}

export async function pause(context: RunContext, command: Command<'pause'>, subject: Subject): Promise<CommandResult> {
  const { ports, signals, identity } = context;
  const { by, reason, until, force } = command;
  const overrides = await ports.overrides.read(signals.work);
  const before = storedFor(subject, overrides).filter(({ override }) => isInForce(override, identity.observedAt));
  const inTheWay = before.flatMap(({ override, region }) => {
    const rule = conflictingRule(override, until);
    return rule === undefined || force.includes(rule)
      ? []
      : [
          `${rule}: in ${region} there is: ${formatOverride(override, identity.observedAt)}. To replace it: "force": ["${rule}"]`,
        ];
  });
  if (inTheWay.length > 0)
    return { outcome: 'refused', summary: `${displayName(subject)} is not paused`, problems: inTheWay };
  const intention = `pause ${displayName(subject)} for ${formatDuration(until - identity.observedAt)}`;
  await publishAction(context, eventCommand(command), 'asked', { summary: intention });
  const came = await putOverride(context, subject, { kind: 'pause', by, reason, until });
  // A pause is said whatever is gone; what lay unread in a Region is replaced there, and a person must know.
  return { ...came, warnings: formatProblems(overrides.problems) };
}

/** Who paused for longer knew why; a pause as long or longer contradicts nobody. */
function conflictingRule(word: OverrideState, until: EpochMs): ForcibleRule | undefined {
  switch (word.kind) {
    case 'pause':
      return word.until > until ? 'paused' : undefined;
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
      return word satisfies never;
  }
}

const done = { pause: 'paused', pin: 'pinned', drill: 'in a drill' } as const;

export async function putOverride(
  { ports, signals, problems }: RunContext,
  subject: Subject,
  word: Override,
): Promise<CommandResult> {
  const { storedIn, problems: unsaid } = await ports.overrides.put(keyOf(subject), word, signals.work);
  const { kind, by, until, reason } = word;
  const whole = `${done[kind]} until ${new Date(until).toISOString()} by ${by}: ${reason}`;
  if (storedIn.length === 0) {
    return {
      outcome: 'failed',
      summary: `${displayName(subject)} is not ${done[kind]}`,
      problems: formatProblems(unsaid),
    };
  }
  // In one Region it is heard by all, as long as that one answers.
  problems.push(...unsaid);
  return { outcome: 'done', summary: `${displayName(subject)} is ${whole}; said in ${storedIn.join(', ')}` };
}

/** Takes the word on exactly this subject back; what is said of all groups stays said. */
export async function resume(
  context: RunContext,
  command: Command<'resume'>,
  subject: Subject,
): Promise<CommandResult> {
  const { ports, signals, identity } = context;
  const overrides = await ports.overrides.read(signals.work);
  report(context, overrides.problems);
  const spoken = storedFor(subject, overrides);
  const left = allGroupsOverride(subject, overrides, identity.observedAt);
  if (spoken.length === 0) {
    return {
      outcome: 'unchanged',
      summary: `nothing was said of ${displayName(subject)}: there is nothing to take back${left}`,
    };
  }
  const words = [...new Set(spoken.map(({ override }) => formatOverride(override, identity.observedAt)))].join(' and ');
  await publishAction(context, eventCommand(command), 'asked', { summary: `take back: ${words}` });
  const [drill] = spoken.flatMap(({ override }) => (override.kind === 'drill' ? [override] : []));
  if (drill !== undefined) return stopDrill(context, command, subject, drill);
  const problems = await ports.overrides.remove(spoken, signals.work);
  if (problems.length > 0) {
    return {
      outcome: 'failed',
      summary: `what was said of ${displayName(subject)} still stands`,
      problems: formatProblems(problems),
    };
  }
  return { outcome: 'done', summary: `taken back from ${displayName(subject)}: ${words}${left}` };
}

/** Its word stays until the monitor has put the group back: without it nobody would know where to. */
async function stopDrill(
  context: RunContext,
  { by, reason }: Command<'resume'>,
  subject: Subject,
  drill: Extract<Override, { readonly kind: 'drill' }>,
): Promise<CommandResult> {
  const came = await putOverride(context, subject, { ...drill, stopped: { by, reason } });
  const summary = `the drill of ${displayName(subject)} is stopped; the monitor puts the group back at its next turn`;
  return came.outcome === 'done' ? { ...came, summary } : came;
}

function allGroupsOverride(subject: Subject, { stored }: OverridesReading, at: EpochMs): string {
  const [all] = subject === 'all' ? [] : stored.filter((each) => each.key === 'all' && isInForce(each.override, at));
  return all === undefined ? '' : `; what is said of every group stands: ${formatOverride(all.override, at)}`;
}
