/** Stores an override in Parameter Store. */
import type { RunContext } from '../context.ts';
import type { Override } from '../input/override.ts';
import { isKeyOf, isKeyOfAll } from '../input/override-keys.ts';
import type { OverridesReading, StoredOverride } from '../ports.ts';
import { displayName, formatProblems, type CommandResult, type Subject } from './result.ts';

/** The key of a subject's override in Parameter Store. */
export function keyOf(subject: Subject): string {
  return subject === 'all' ? 'all' : subject.voiceConnectorGroupId;
}

/** Every override that applies to the subject by its key: a group's id or name, or `all` in any case. */
export function storedFor(subject: Subject, { stored }: OverridesReading): readonly StoredOverride[] {
  return stored.filter(({ key }) => (subject === 'all' ? isKeyOfAll(key) : isKeyOf(key, subject)));
}

const states = { pause: 'paused', pin: 'pinned', drill: 'in a drill' } as const;

/** One Region is enough for every monitor to see it, as long as that Region answers; the others are reported as problems. */
export async function putOverride(
  { ports, signals }: RunContext,
  subject: Subject,
  override: Override,
): Promise<CommandResult> {
  const { storedIn, problems } = await ports.overrideWriter.put(keyOf(subject), override, signals.work);
  const { kind, by, until, reason } = override;
  if (storedIn.length === 0) {
    const summary = `${displayName(subject)} is not ${states[kind]}`;
    return { outcome: 'failed', summary, problems: formatProblems(problems) };
  }
  const state = `${states[kind]} until ${new Date(until).toISOString()} by ${by}: ${reason}`;
  const summary = `${displayName(subject)} is ${state}; stored in ${storedIn.join(', ')}`;
  return { outcome: 'done', summary, problems: formatProblems(problems) };
}
