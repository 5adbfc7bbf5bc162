import { expect, it } from 'vitest';
import type { Policy } from '../../lib/input/policy.ts';
import { observeForMonitor } from '../../lib/observe/monitor-reads.ts';
import { aGroup, items } from '../builders/group.ts';
import { inbound, observedAt, read } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { aPolicy } from '../builders/policy.ts';
import { portsOf } from './account.ts';

const policy = { defaults: aPolicy(), groups: new Map() } as unknown as Policy;

it('compares as many suspects with their past as a run can, and concludes nothing about the others', async () => {
  const ids = Array.from({ length: 260 }, (_, place) => `line-${place}`);
  const groups = ids.map((id) =>
    aGroup({ voiceConnectorGroupId: `${id}-group`, name: id, items: items({ [id]: 1, [`${id}-standby`]: 2 }) }),
  );
  const connectors = ids.map((voiceConnectorId) =>
    aConnector({ voiceConnectorId, inbound: read(inbound(55, 10), inbound(5, 10, 5)) }),
  );
  const { observation, problems } = await observeForMonitor(
    portsOf(anObservation({ groups, connectors })),
    policy,
    observedAt,
    new AbortController().signal,
  );
  const lines = ids.flatMap((id) => observation.connectors.get(id) ?? []);
  const message =
    '10 more Voice Connectors are suspect than the 250 that a run compares with their past: the next runs go on';
  expect(lines.filter(({ history }) => history !== undefined)).toHaveLength(250);
  expect(lines.flatMap(({ history, inbound: calls }) => (history === undefined ? [calls] : []))).toEqual(
    Array.from({ length: 10 }, () => ({ kind: 'partial', message })),
  );
  expect(problems).toEqual([{ doing: 'comparing suspects with their past', message }]);
});
