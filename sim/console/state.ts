import { catalogue } from '../controls/catalogue.ts';
import type { FaultRecord } from '../controls/faults.ts';
import type { LocalAws } from '../local-aws.ts';
import type { RoutedGroup } from '../world/ports.ts';
import type { MonitorResults } from './monitor-results.ts';
import type { FaultView, GroupView, State } from './view.ts';

/** A member without a priority is tried last. */
const withoutPriority = 100;

/** What the console shows besides minutes and events. The order is the account's, verdicts and decisions are the monitor's. */
export function stateOf(aws: Pick<LocalAws, 'account' | 'clock' | 'controls'>, results: MonitorResults): State {
  const { account, clock, controls } = aws;
  const regions = new Map(
    account.chime.connectors.all().map(({ voiceConnectorId, awsRegion }) => [voiceConnectorId, awsRegion]),
  );
  return {
    now: clock.now(),
    ...controls.settings,
    groups: account.routedGroups().map((group) => groupView(group, results, regions)),
    faults: [...controls.faults.inForce(), ...controls.faults.ended()].map(faultView),
    run: results.run,
  };
}

function groupView(
  { voiceConnectorGroupId: id, items }: RoutedGroup,
  results: MonitorResults,
  regions: ReadonlyMap<string, string>,
): GroupView {
  const inOrder = [...items].sort((a, b) => (a.priority ?? withoutPriority) - (b.priority ?? withoutPriority));
  return {
    id,
    name: results.nameOf(id) ?? id,
    members: inOrder.map(({ voiceConnectorId, priority }) => ({
      voiceConnectorId,
      region: regions.get(voiceConnectorId) ?? 'unknown Region',
      priority,
      verdict: results.verdictOf(id, voiceConnectorId),
    })),
    decision: results.decisionOf(id),
  };
}

function faultView({ id, fault, at, beganAt, endedAt }: FaultRecord): FaultView {
  return { id, title: catalogue[fault].title, at, beganAt, endedAt };
}
