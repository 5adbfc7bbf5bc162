/** The calls of an account's Voice Connectors, minute by minute, from CloudWatch. */
import { CloudWatchClient, paginateGetMetricData, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { clientSettings, type Deployment } from './deployment.ts';

export type PlacedConnector = { readonly voiceConnectorId: string; readonly region: string };

export type ConnectorCalls = {
  readonly calls: number;
  readonly failures: number;
  /** Of the worse leg; absent without a call. */
  readonly mos?: number;
};

export type CallMinute = {
  /** In epoch milliseconds. */
  readonly startsAt: number;
  readonly connectors: Readonly<Record<string, ConnectorCalls>>;
  readonly callsOffered: number;
};

const minuteMs = 60_000;

const metrics = [
  { name: 'InboundCallAttempts', stat: 'Sum' },
  { name: 'InboundCallFailures', stat: 'Sum' },
  { name: 'MOSBetweenVcAndCustomer', stat: 'Average' },
  { name: 'MOSBetweenVcAndRemote', stat: 'Average' },
] as const;

/** AWS takes 500 queries in a request. */
const connectorsPerRequest = 500 / metrics.length;

type Values = ReadonlyMap<number, number>;

/** Whole minutes in [from, until) of these Voice Connectors. @throws what the SDK throws */
export async function readMinutes(
  deployment: Deployment,
  connectors: readonly PlacedConnector[],
  from: number,
  until: number,
): Promise<readonly CallMinute[]> {
  const byRegion = Map.groupBy(connectors, ({ region }) => region);
  const read = await Promise.all(
    [...byRegion].map(([region, own]) => readRegion({ deployment, region }, own, from, until)),
  );
  const all = read.flat();
  const first = Math.ceil(from / minuteMs) * minuteMs;
  const count = Math.max(0, Math.floor((until - first) / minuteMs));
  return Array.from({ length: count }, (_, place) => minuteOf(first + place * minuteMs, all));
}

type ConnectorValues = { readonly voiceConnectorId: string; readonly values: readonly Values[] };

async function readRegion(
  { deployment, region }: { readonly deployment: Deployment; readonly region: string },
  connectors: readonly PlacedConnector[],
  from: number,
  until: number,
): Promise<readonly ConnectorValues[]> {
  const client = new CloudWatchClient({ ...clientSettings(deployment), region });
  try {
    const all: ConnectorValues[] = [];
    for (let place = 0; place < connectors.length; place += connectorsPerRequest) {
      all.push(...(await readSome(client, connectors.slice(place, place + connectorsPerRequest), from, until)));
    }
    return all;
  } finally {
    client.destroy();
  }
}

async function readSome(
  client: CloudWatchClient,
  connectors: readonly PlacedConnector[],
  from: number,
  until: number,
): Promise<readonly ConnectorValues[]> {
  const MetricDataQueries = connectors.flatMap(({ voiceConnectorId }, connector) =>
    metrics.map(({ name, stat }, metric): MetricDataQuery => ({
      Id: idOf(connector, metric),
      MetricStat: {
        Metric: {
          Namespace: 'AWS/ChimeVoiceConnector',
          MetricName: name,
          Dimensions: [{ Name: 'VoiceConnectorId', Value: voiceConnectorId }],
        },
        Period: 60,
        Stat: stat,
      },
    })),
  );
  const found = new Map<string, Map<number, number>>();
  const request = { MetricDataQueries, StartTime: new Date(from), EndTime: new Date(until) };
  for await (const { MetricDataResults = [] } of paginateGetMetricData({ client }, request)) {
    for (const { Id = '', Timestamps = [], Values: values = [] } of MetricDataResults) {
      const own = found.get(Id) ?? new Map<number, number>();
      Timestamps.forEach((time, place) => own.set(time.getTime(), values[place] ?? 0));
      found.set(Id, own);
    }
  }
  return connectors.map(({ voiceConnectorId }, connector) => ({
    voiceConnectorId,
    values: metrics.map((_, metric) => found.get(idOf(connector, metric)) ?? new Map<number, number>()),
  }));
}

function idOf(connector: number, metric: number): string {
  return `c${connector}_${metric}`;
}

function minuteOf(startsAt: number, all: readonly ConnectorValues[]): CallMinute {
  const connectors = all.map(({ voiceConnectorId, values }) => [voiceConnectorId, viewOf(startsAt, values)] as const);
  return {
    startsAt,
    connectors: Object.fromEntries(connectors),
    callsOffered: connectors.reduce((total, [, { calls }]) => total + calls, 0),
  };
}

/** Like the world's minutes: the worse leg's MOS, and no MOS without a call. */
function viewOf(startsAt: number, values: readonly Values[]): ConnectorCalls {
  const [calls = 0, failures = 0, ...mos] = values.map((each) => each.get(startsAt));
  const known = mos.filter((each) => each !== undefined);
  return { calls, failures, ...(known.length === 0 ? {} : { mos: Math.round(Math.min(...known) * 100) / 100 }) };
}
