/** What the monitor reads, from memory instead of AWS. */
import type { GroupsPort, OverridesReading } from '../lib/ports.ts';
import type { ReadPorts } from '../lib/ports.ts';
import type { History } from './history.ts';
import type { ReplayedGroups } from './replayed-groups.ts';
import type { ReplayedMetrics } from './replayed-metrics.ts';

export type ReplayPorts = Pick<ReadPorts, 'groups' | 'metrics' | 'changes' | 'overrides'>;

/** Parameter Store keeps no past: a replay has no overrides. */
const noOverrides: OverridesReading = {
  of: () => ({ kind: 'none' }),
  putAt: () => undefined,
  changedAt: () => undefined,
  stored: [],
  unread: [],
  problems: [],
};

export function replayPorts(history: History, groups: ReplayedGroups, metrics: ReplayedMetrics): ReplayPorts {
  return {
    groups: groupsPort(history, groups),
    metrics,
    changes: {
      read: ({ voiceConnectorGroupId }, from) =>
        Promise.resolve({ record: groups.recordOf(voiceConnectorGroupId, from), problems: [] }),
      drills: () => Promise.resolve({ kind: 'read', begunAt: [] }),
      changedAt: ({ voiceConnectorGroupId }, from) =>
        Promise.resolve({ kind: 'read', changedAt: groups.recordOf(voiceConnectorGroupId, from).changedAt }),
    },
    overrides: { read: () => Promise.resolve(noOverrides) },
  };
}

function groupsPort({ account }: History, groups: ReplayedGroups): GroupsPort {
  const byId = new Map(account.connectors.map((connector) => [connector.voiceConnectorId, connector]));
  const connectors = new Map(
    account.connectors.map(({ voiceConnectorId, region }) => [
      voiceConnectorId,
      { voiceConnectorId, region, controlRegion: region },
    ]),
  );
  return {
    controlRegions: [...new Set(account.groups.map(({ controlRegion }) => controlRegion))],
    list: () => Promise.resolve({ groups: groups.groups, connectors, problems: [] }),
    read: ({ voiceConnectorGroupId }) =>
      Promise.resolve({ kind: 'read', group: groups.groupOf(voiceConnectorGroupId) }),
    readReachability: ({ voiceConnectorId }) => {
      const { receivesPings = false, origination = 'ready' } = byId.get(voiceConnectorId) ?? {};
      const lastOptionsPingAt = receivesPings ? groups.now : undefined;
      return Promise.resolve({ kind: 'read', lastOptionsPingAt, origination });
    },
  };
}
