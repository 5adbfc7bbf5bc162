/** Reads the orders that runs have seen from CloudWatch alone: for when Chime SDK Voice lists no group. */
import { ListMetricsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { ownNamespace } from '../core/model/own-metrics.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { LastOrder, LastOrdersReading, ReadPorts } from '../ports.ts';
import { pagesOf } from './client.ts';
import { incompleteness, readMetricData, type MetricQuery } from './metric-data.ts';
import { refusalOf } from './refusal.ts';

type Member = { readonly voiceConnectorGroupId: string; readonly voiceConnectorId: string };

/** @param regions every Region that a monitor of these groups runs in */
export function lastOrders(
  clientOf: (region: string) => CloudWatchClient,
  regions: readonly string[],
): ReadPorts['lastOrders'] {
  return async (from, until, signal) => {
    const readings = await Promise.all(
      regions.map((region) => lastOrdersIn(clientOf(region), { from, until }, signal)),
    );
    const orders = readings.flatMap((reading) => (reading.kind === 'read' ? [reading.orders] : []));
    const messages = readings.flatMap((reading) => (reading.kind === 'unreadable' ? [reading.message] : []));
    if (orders.length === 0) return { kind: 'unreadable', message: messages.join('; ') };
    // Of each group the newest, whichever Region recorded it.
    const oldestFirst = orders.flat().sort((left, right) => left.at - right.at);
    const newest = new Map(oldestFirst.map((order) => [order.voiceConnectorGroupId, order]));
    return { kind: 'read', orders: [...newest.values()] };
  };
}

async function lastOrdersIn(
  client: CloudWatchClient,
  { from, until }: { readonly from: EpochMs; readonly until: EpochMs },
  signal: AbortSignal,
): Promise<LastOrdersReading> {
  try {
    const members = await membersSeen(client, signal);
    const queries = members.map(({ voiceConnectorGroupId, voiceConnectorId }, index): MetricQuery => ({
      id: `priority_${index}`,
      namespace: ownNamespace,
      metricName: 'PrioritySeen',
      dimensions: { VoiceConnectorGroupId: voiceConnectorGroupId, VoiceConnectorId: voiceConnectorId },
      statistic: 'Maximum',
    }));
    const wholeMinutes = {
      from: Math.floor(from / minuteMs) * minuteMs,
      until: Math.ceil(until / minuteMs) * minuteMs,
    };
    const series = await readMetricData(client, { queries, periodSeconds: 60, ...wholeMinutes }, signal);
    const incomplete = incompleteness([...series.values()]);
    if (incomplete !== undefined) return { kind: 'unreadable', message: incomplete.message };
    const points = members.flatMap((member, index) => {
      const one = series.get(`priority_${index}`);
      return one?.kind === 'complete' ? [...one.points].map(([at, priority]) => ({ ...member, at, priority })) : [];
    });
    return { kind: 'read', orders: newestOrders(points) };
  } catch (error) {
    return { kind: 'unreadable', message: refusalOf(error).message };
  }
}

async function membersSeen(client: CloudWatchClient, signal: AbortSignal): Promise<readonly Member[]> {
  const members: Member[] = [];
  const pages = pagesOf(signal, (NextToken, options) =>
    client.send(new ListMetricsCommand({ Namespace: ownNamespace, MetricName: 'PrioritySeen', NextToken }), options),
  );
  for await (const { Metrics: page = [] } of pages) {
    for (const { Dimensions: dimensions = [] } of page) {
      const valueOf = (name: string) => dimensions.find(({ Name }) => Name === name)?.Value;
      const [voiceConnectorGroupId, voiceConnectorId] = [valueOf('VoiceConnectorGroupId'), valueOf('VoiceConnectorId')];
      if (voiceConnectorGroupId !== undefined && voiceConnectorId !== undefined)
        members.push({ voiceConnectorGroupId, voiceConnectorId });
    }
  }
  return members;
}

type Point = Member & { readonly at: EpochMs; readonly priority: number };

/** All members of a group are recorded in the same minute. One that the newest minute lacks was no member then. */
function newestOrders(points: readonly Point[]): readonly LastOrder[] {
  return [...Map.groupBy(points, ({ voiceConnectorGroupId }) => voiceConnectorGroupId)].map(([groupId, ofGroup]) => {
    const at = Math.max(...ofGroup.map((point) => point.at));
    const items = ofGroup
      .filter((point) => point.at === at)
      .map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));
    return { voiceConnectorGroupId: groupId, at, items };
  });
}
