/** A history of simulated calls, as CloudWatch would have it. */
import { historyMetrics, History, type RecordedAccount } from '../backtest/history.ts';
import { slotMs } from '../lib/core/judge/past-calls.ts';
import type { MetricName } from '../lib/core/model/observation.ts';
import { measurementsOf } from '../sim/world/measurements.ts';
import { hasMetrics, type MinuteOfWorld } from '../sim/world/minute.ts';
import type { RoutedGroup } from '../sim/world/ports.ts';
import type { FaultSpec, WorldSpec } from '../sim/world/spec.ts';
import { createWorld } from '../sim/world/world.ts';
import { epoch, minutesPerDay } from './worlds.ts';

/** Groups of three Voice Connectors, one in each of these. */
const regions = ['us-east-1', 'us-west-2', 'eu-central-1'];

export type GeneratedSetting = {
  readonly seed: number;
  readonly groups: number;
  /** Days of minutes. */
  readonly days: number;
  /** Days before them, in half hours. */
  readonly daysBefore: number;
  /** Minutes count from the first replayed one. */
  readonly faults?: readonly FaultSpec[];
  readonly callsPerMinute?: number;
  /** By group, the share of its calls that fails without a fault. Default 0.02. */
  readonly failureRatios?: readonly number[];
  /** The share of these failures that nobody refused. Default 0.1. */
  readonly serverErrorShare?: number;
};

export function connectorOf(group: number, place: number): string {
  return `vc-${group}-${place}`;
}

/** Every group keeps its first member as the primary. */
export function generatedHistory(setting: GeneratedSetting): History {
  const account = accountOf(setting.groups);
  const history = new History(account);
  const world = createWorld(worldOf(setting, account));
  const minutesBefore = setting.daysBefore * minutesPerDay;
  const routing = account.groups.map(({ voiceConnectorGroupId, items }): RoutedGroup => ({
    voiceConnectorGroupId,
    callDistributionType: 'PriorityWeightedDistribution',
    items: items.map(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority: priority ?? 1 })),
  }));
  for (let minute = 0; minute < minutesBefore + setting.days * minutesPerDay; minute += 1) {
    record(history, world.runMinute(routing), minute < minutesBefore);
  }
  return history;
}

function record(history: History, { connectors, startsAt }: MinuteOfWorld, isBefore: boolean): void {
  for (const connector of connectors.filter(hasMetrics)) {
    const measured = measurementsOf(connector);
    for (const metric of historyMetrics) {
      const spread = measured.get(metric);
      if (spread === undefined) continue;
      if (isBefore) addToHalfHour(history, connector.voiceConnectorId, metric, startsAt, spread.sum);
      else history.set('minute', connector.voiceConnectorId, metric, startsAt, valueOf(metric, spread));
    }
  }
}

function valueOf(metric: MetricName, { sum, count }: { readonly sum: number; readonly count: number }): number {
  return metric.startsWith('MOS') || metric.startsWith('RTT') ? sum / count : sum;
}

function addToHalfHour(history: History, id: string, metric: MetricName, at: number, value: number): void {
  if (metric.startsWith('MOS') || metric.startsWith('RTT')) return;
  const slot = Math.floor(at / slotMs) * slotMs;
  history.set('half-hour', id, metric, slot, (history.value('half-hour', id, metric, slot) ?? 0) + value);
}

function accountOf(groups: number): RecordedAccount {
  const numbers = Array.from({ length: groups }, (_, group) => group);
  return {
    groups: numbers.map((group) => ({
      voiceConnectorGroupId: `group-${group}`,
      name: `Line ${group}`,
      controlRegion: 'us-east-1',
      callDistributionType: 'PriorityWeightedDistribution',
      items: regions.map((_, place) => ({ voiceConnectorId: connectorOf(group, place), priority: place + 1 })),
      createdAt: undefined,
      updatedAt: undefined,
    })),
    connectors: numbers.flatMap((group) =>
      regions.map((region, place) => ({
        voiceConnectorId: connectorOf(group, place),
        region,
        receivesPings: true,
        origination: 'ready' as const,
      })),
    ),
    changes: [],
  };
}

function worldOf(setting: GeneratedSetting, { groups, connectors }: RecordedAccount): WorldSpec {
  const { seed, daysBefore, faults = [], callsPerMinute = 20, failureRatios = [], serverErrorShare = 0.1 } = setting;
  const before = daysBefore * minutesPerDay;
  return {
    seed,
    startsAt: epoch,
    groups: groups.map(({ voiceConnectorGroupId }, group) => ({
      voiceConnectorGroupId,
      callsPerMinute,
      baselineFailureRatio: failureRatios[group] ?? 0.02,
      baselineServerErrorShare: serverErrorShare,
      redials: { probability: 0.5, atMost: 5, withinSeconds: 90, failureRatio: 0.7 },
      shape: { busiestHourUtc: 15, quietestFactor: 0.15, weekendFactor: 0.4 },
    })),
    connectors: connectors.map(({ voiceConnectorId, region }) => ({
      voiceConnectorId,
      region,
      outboundCallsPerMinute: 1,
    })),
    faults: faults.map((fault) => ({
      ...fault,
      fromMinute: fault.fromMinute + before,
      untilMinute: fault.untilMinute + before,
    })),
    audio: 'mos',
  };
}
