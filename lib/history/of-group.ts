/** Which log lines are about a group. */
import type { LoggedEvent } from './log-line.ts';

/** Of CloudWatch Logs: every event; of one group, its own events and those that name no group or may name it otherwise. */
export function patternFor(group: string | undefined): string {
  const isEvent = '$.data.metadata.eventId = "*"';
  if (group === undefined) return `{ ${isEvent} }`;
  const ofGroup = ['voiceConnectorGroupId', 'name'].map((field) => `$.data.data.${field} = ${quoted(group)}`);
  const others = ['Operator Action', 'Override *', 'Run Failed'].map((type) => `$.message = ${quoted(type)}`);
  return `{ ${isEvent} && (${[...ofGroup, ...others].join(' || ')}) }`;
}

/** The ways to name the group. */
export function subjectOf(group: string, events: readonly LoggedEvent[]): ReadonlySet<string> {
  const known = events.flatMap(({ data }) =>
    'voiceConnectorGroupId' in data && [data.voiceConnectorGroupId, data.name].includes(group)
      ? [data.voiceConnectorGroupId, data.name]
      : [],
  );
  return new Set([group, 'all', ...known]);
}

export function concerns({ data }: LoggedEvent, names: ReadonlySet<string>): boolean {
  if ('voiceConnectorGroupId' in data) return names.has(data.voiceConnectorGroupId);
  if ('key' in data) return names.has(data.key);
  return 'stage' in data ? names.has(data.command.group ?? '') : true;
}

/** `"…"` for a filter pattern. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
