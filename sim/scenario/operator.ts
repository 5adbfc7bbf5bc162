/** Actions of an operator, performed directly in the account, so that the request log has only the monitor's requests. */
import type { Account } from '../account/account.ts';
import type { GroupSettings, VoiceConnectorItem } from '../account/chime/groups.ts';
import type { Scenario } from './format/body.ts';
import type { OperatorEntry } from './format/timeline.ts';
import { minuteMs } from './world.ts';

export type OverrideLocation = { readonly overridesPath: string; readonly overridesRegion: string };

type GroupEntry = Extract<OperatorEntry, { readonly group: string }>;

export function actAsOperator(
  account: Account,
  scenario: Scenario,
  entry: OperatorEntry,
  place: OverrideLocation,
): void {
  switch (entry.does) {
    case 'put-override':
      account.parameters.put(place.overridesRegion, {
        name: `${place.overridesPath}/${entry.key}`,
        value: overrideText(entry.value, scenario.startsAt),
        type: 'String',
        overwrite: true,
      });
      return;
    case 'delete-override':
      account.parameters.delete(place.overridesRegion, `${place.overridesPath}/${entry.key}`);
      return;
    case 'command': // The function operate performs commands.
      return;
    default:
      editGroup(account, scenario, entry);
  }
}

function overrideText(
  value: Extract<OperatorEntry, { readonly does: 'put-override' }>['value'],
  startsAt: number,
): string {
  if (typeof value === 'string') return value;
  const { untilMinute, ...override } = value;
  return JSON.stringify({ ...override, until: new Date(startsAt + untilMinute * minuteMs).toISOString() });
}

/** Reads the group and writes all of its settings back, as the AWS console does. */
function editGroup(account: Account, scenario: Scenario, entry: GroupEntry): void {
  const region = scenario.groups.find(({ id }) => id === entry.group)?.controlRegion ?? 'us-east-1';
  const { groups } = account.chime;
  const { name, items, callDistributionType } = groups.get(region, entry.group);
  groups.update(region, entry.group, edited({ name, items, callDistributionType }, entry));
}

function edited(settings: GroupSettings, entry: GroupEntry): GroupSettings {
  const { items } = settings;
  switch (entry.does) {
    case 'rename':
      return { ...settings, name: entry.name };
    case 'set-priorities':
      return { ...settings, items: items.map((item) => withPriority(item, entry.priorities)) };
    case 'add-member': {
      const { connector: voiceConnectorId, priority } = entry;
      return { ...settings, items: [...items, { voiceConnectorId, priority }] };
    }
    case 'remove-member':
      return { ...settings, items: items.filter(({ voiceConnectorId }) => voiceConnectorId !== entry.connector) };
  }
}

function withPriority(item: VoiceConnectorItem, priorities: Readonly<Record<string, number>>): VoiceConnectorItem {
  return {
    ...item,
    priority: priorities[item.voiceConnectorId] ?? item.priority,
  };
}
