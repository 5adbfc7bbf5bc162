import {
  callsFailedByFaults,
  type AudioMinute,
  type ConnectorMinute,
  type GroupMinute,
  type MinuteOfWorld,
} from '../world/minute.ts';
import type { ConnectorMinuteView, MinuteView } from './view.ts';

export function minuteViewOf({ startsAt, connectors, groups }: MinuteOfWorld): MinuteView {
  return {
    startsAt,
    connectors: Object.fromEntries(connectors.map((each) => [each.voiceConnectorId, connectorViewOf(each)])),
    callsOffered: sum(groups, ({ callsOffered }) => callsOffered),
    callsFailedByFaults: sum(groups, callsFailedByFaults),
    callsDropped: sum(groups, ({ callsDropped }) => callsDropped),
  };
}

function connectorViewOf(connector: ConnectorMinute): ConnectorMinuteView {
  const { inboundCallAttempts: calls, inboundCallFailures: failures, audio } = connector;
  return { calls, failures, ...(audio === undefined ? {} : { mos: worseMos(audio) }) };
}

function worseMos({ customer, remote }: AudioMinute): number {
  const mean = Math.min(...[customer.mos, remote.mos].map(({ sum: total, count }) => total / count));
  return Math.round(mean * 100) / 100;
}

function sum(groups: readonly GroupMinute[], count: (group: GroupMinute) => number): number {
  return groups.reduce((total, group) => total + count(group), 0);
}
