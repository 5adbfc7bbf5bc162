/** Stores an override in Parameter Store, and replaces none unseen. */
import type { RunContext } from '../context.ts';
import { formatOverride } from '../core/model/format-override.ts';
import type { EpochMs } from '../core/model/time.ts';
import { isInForce, type Override } from '../input/override.ts';
import { isKeyOf, isKeyOfAll } from '../input/override-keys.ts';
import type { OverridesReading, StoredOverride } from '../ports.ts';
import type { Replacing } from '../write-ports.ts';
import { displayName, formatProblems, type CommandResult, type Subject } from './result.ts';

/** The key of a subject's override in Parameter Store. */
export function keyOf(subject: Subject): string {
  if (subject === 'all') return 'all';
  return 'uncheckedKey' in subject ? subject.uncheckedKey : subject.voiceConnectorGroupId;
}

/** Every override that applies to the subject by its key: a group's id or name, or `all` in any case. */
export function storedFor(subject: Subject, { stored }: OverridesReading): readonly StoredOverride[] {
  if (subject === 'all') return stored.filter(({ key }) => isKeyOfAll(key));
  const named =
    'uncheckedKey' in subject ? { voiceConnectorGroupId: subject.uncheckedKey, name: subject.uncheckedKey } : subject;
  return stored.filter(({ key }) => isKeyOf(key, named));
}

const states = { pause: 'paused', pin: 'pinned', drill: 'in a drill' } as const;

/** `; it replaces pin by ben, 2 h left: works`; empty where it replaces nothing that is in force. */
export function formatReplaced(key: string, stored: readonly StoredOverride[], at: EpochMs): string {
  const replaced = stored.filter((each) => each.key === key && isInForce(each.override, at));
  const texts = new Set(replaced.map(({ override }) => formatOverride(override, at)));
  return texts.size === 0 ? '' : `; it replaces ${[...texts].join(' and ')}`;
}

export type PutRequest = {
  readonly subject: Subject;
  readonly key: string;
  readonly override: Override;
  readonly replacing: Replacing;
};

/** One Region is enough for every monitor to see it, as long as that Region answers; the others are reported as problems. */
export async function putOverride(
  { ports, signals, identity }: RunContext,
  { subject, key, override, replacing }: PutRequest,
): Promise<CommandResult> {
  const { stored, kept, lostIn, problems } = await ports.overrideWriter.put(key, override, replacing, signals.work);
  const { kind, by, until, reason } = override;
  const all = formatProblems([...kept, ...problems]);
  if (stored.length === 0) {
    return { outcome: 'failed', summary: `${displayName(subject)} is not ${states[kind]}`, problems: all };
  }
  const state = `${states[kind]} until ${new Date(until).toISOString()} by ${by}: ${reason}`;
  const where = stored.map(({ region }) => region).join(', ');
  const replaced = formatReplaced(key, replacing.stored, identity.observedAt);
  return {
    outcome: 'done',
    summary: `${displayName(subject)} is ${state}; stored in ${where}${replaced}`,
    problems: all,
    warnings: lostIn.map((region) => `an override in ${region} that could not be read was replaced, and is lost`),
  };
}
