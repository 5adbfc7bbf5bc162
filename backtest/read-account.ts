/** Reads the history of an account from CloudWatch and Chime SDK Voice. Nothing here can write to either. */
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { Changes } from '../lib/aws/changes.ts';
import { clientSettings, perRegion } from '../lib/aws/client.ts';
import { Groups } from '../lib/aws/groups.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import type { MetricsReading } from '../lib/core/model/observation.ts';
import type { VoiceConnectorGroup } from '../lib/core/model/group.ts';
import { minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import type { Policy } from '../lib/input/policy.ts';
import type { ListedConnector } from '../lib/ports.ts';
import { Cache, type PartReading } from './cache.ts';
import { History, historyMetrics, type RecordedConnector } from './history.ts';
import type { Source } from './options.ts';
import { planReading, priceOf, type Part, type ReadingPlan } from './reading-plan.ts';
import { pastOf, type Past } from './recorded-changes.ts';

/** The account cannot be read, or not as it was asked for. The message says what to do. */
export class AccountError extends Error {
  override readonly name = 'AccountError';
}

export type ReadingIo = {
  readonly now: () => EpochMs;
  /** @param usd what the reading costs; false ends it */
  readonly agrees: (text: string, usd: number) => Promise<boolean>;
  readonly onPart: (done: number, all: number) => void;
  readonly warn: (text: string) => void;
};

export type AccountHistory = { readonly history: History; readonly from: EpochMs; readonly until: EpochMs };

const halfHourSeconds = 1800;

/** @throws AccountError if AWS does not answer, or the price is refused */
export async function readAccount(source: Source, policy: Policy, io: ReadingIo): Promise<AccountHistory> {
  const ports = portsOf(source, policy, io);
  const signal = new AbortController().signal;
  const { groups, connectors, problems } = await ports.groups.list(signal);
  if (problems.length > 0) throw new AccountError(`the account is not listed completely: ${textOf(problems)}`);
  const members = membersOf(groups, connectors);
  const plan = planReading(source.days, io.now());
  if (plan.missing !== undefined) io.warn(plan.missing);
  const cache = new Cache(source.cache, [
    process.env['AWS_ENDPOINT_URL'] ?? 'AWS',
    ...policy.metricDimensions,
    ...historyMetrics,
    ...members.map(({ voiceConnectorId, region }) => `${voiceConnectorId} ${region}`),
  ]);
  await agree(plan, members.length, cache, io);
  const recorded = await Promise.all(members.map((member) => recordedConnector(ports, member, io.now(), signal)));
  const pasts = await pastsOf(ports, groups, plan, signal);
  for (const { unknown } of pasts) if (unknown !== undefined) io.warn(unknown);
  const history = new History({
    groups: pasts.map(({ group }) => group),
    connectors: recorded,
    changes: pasts.flatMap(({ changes }) => changes).sort((left, right) => left.at - right.at),
  });
  let done = 0;
  for (const part of plan.parts) {
    const reading = cache.read(part) ?? (await readPart(ports, part, members, source, io, signal));
    cache.write(part, reading);
    addTo(history, part, reading);
    io.onPart((done += 1), plan.parts.length);
  }
  if (history.until === -Infinity) {
    throw new AccountError(
      `CloudWatch has no calls of ${members.length} Voice Connectors: see metricDimensions and metricsRegions of the policy`,
    );
  }
  return { history, from: Math.max(plan.from, history.from), until: plan.until };
}

type ReadingPorts = { readonly groups: Groups; readonly metrics: Metrics; readonly changes: Changes };

function portsOf({ controlRegions, monitorRegions }: Source, policy: Policy, { now }: ReadingIo): ReadingPorts {
  const cloudWatchOf = perRegion((region) => new CloudWatchClient({ ...clientSettings, region }));
  const chimeOf = perRegion((region) => new ChimeSDKVoiceClient({ ...clientSettings, region }));
  const { metricDimensions: dimensions, metricsRegions } = policy;
  return {
    groups: new Groups({ clientOf: chimeOf, controlRegions, clock: now }),
    metrics: new Metrics({ clientOf: cloudWatchOf, dimensions, metricsRegions }),
    changes: new Changes({ clientOf: cloudWatchOf, regions: monitorRegions }),
  };
}

function textOf(problems: readonly { readonly doing: string; readonly message: string }[]): string {
  return problems.map(({ doing, message }) => `${doing}: ${message}`).join('; ');
}

function membersOf(
  groups: readonly VoiceConnectorGroup[],
  connectors: ReadonlyMap<string, ListedConnector>,
): readonly ListedConnector[] {
  const ids = [...new Set(groups.flatMap(({ items }) => items.map(({ voiceConnectorId }) => voiceConnectorId)))].sort();
  if (ids.length === 0)
    throw new AccountError('the control Regions list no group with a Voice Connector: see --control-regions');
  const missing = ids.filter((id) => !connectors.has(id));
  if (missing.length > 0) {
    throw new AccountError(`no control Region lists ${missing.join(', ')}: see --control-regions`);
  }
  return ids.flatMap((id) => connectors.get(id) ?? []);
}

async function agree({ parts }: ReadingPlan, connectors: number, cache: Cache, io: ReadingIo): Promise<void> {
  const due = parts.filter((part) => cache.read(part) === undefined);
  if (due.length === 0) return;
  const usd = priceOf(due, connectors);
  const known = parts.length - due.length;
  const kept = known === 0 ? '' : `, ${known} of ${parts.length} parts are known already`;
  const text = `Reading the metrics of ${connectors} Voice Connectors from CloudWatch costs ${usd < 0.005 ? 'less than 0.01' : `about ${usd.toFixed(2)}`} USD${kept}.`;
  if (!(await io.agrees(text, usd))) throw new AccountError('nothing was read');
}

/** CloudWatch has no past of pings and routes: what holds now is taken for the whole time. */
async function recordedConnector(
  { groups }: ReadingPorts,
  connector: ListedConnector,
  now: EpochMs,
  signal: AbortSignal,
): Promise<RecordedConnector> {
  const { voiceConnectorId, region } = connector;
  const reading = await groups.readReachability(connector, signal);
  if (reading.kind === 'unreadable') {
    throw new AccountError(`whether ${voiceConnectorId} is reachable cannot be read: ${reading.message}`);
  }
  const { lastOptionsPingAt, origination } = reading;
  const receivesPings = lastOptionsPingAt !== undefined && now - lastOptionsPingAt < freshPingMs;
  return { voiceConnectorId, region, receivesPings, origination };
}

const freshPingMs = 5 * minuteMs;

function pastsOf(
  { changes }: ReadingPorts,
  groups: readonly VoiceConnectorGroup[],
  { from, until }: ReadingPlan,
  signal: AbortSignal,
): Promise<readonly Past[]> {
  return Promise.all(
    groups.map(async (group) => pastOf(group, (await changes.read(group, from, until, signal)).record, from)),
  );
}

async function readPart(
  { metrics }: ReadingPorts,
  { resolution, from, until, metrics: names }: Part,
  connectors: readonly ListedConnector[],
  { cache }: Source,
  { warn }: ReadingIo,
  signal: AbortSignal,
): Promise<PartReading> {
  const periodSeconds = resolution === 'minute' ? 60 : halfHourSeconds;
  const readings = await metrics.read({ connectors, metrics: names, periodSeconds, from, until }, signal);
  return new Map(
    connectors.map(({ voiceConnectorId, region }) => {
      const reading: MetricsReading | undefined = readings.get(voiceConnectorId);
      if (reading?.kind !== 'read') {
        const message = reading?.message ?? 'no answer';
        throw new AccountError(
          `the metrics of ${voiceConnectorId} in ${region} cannot be read: ${message}; whole days are kept in ${cache}, the same command goes on from there`,
        );
      }
      if (reading.ignored !== undefined) warn(reading.ignored);
      return [voiceConnectorId, reading.minutes];
    }),
  );
}

function addTo(history: History, { resolution }: Part, reading: PartReading): void {
  for (const [voiceConnectorId, minutes] of reading) {
    for (const minute of minutes) {
      for (const metric of historyMetrics) {
        const value = minute[metric];
        if (value !== undefined) history.set(resolution, voiceConnectorId, metric, minute.startsAt, value);
      }
    }
  }
}
