import { streamsFor } from '../sim/world/random.ts';
import type { RoutedGroup } from '../sim/world/ports.ts';
import type { FaultSpec, GroupSpec, RedialSpec, ShapeSpec, SpikeSpec, WorldSpec } from '../sim/world/spec.ts';
import { homeOf, otherOf } from './contender.ts';

export const callsPerMinuteTried: readonly number[] = [1, 3, 10, 30, 60];
export const baselinesTried: readonly number[] = [0.01, 0.02, 0.05];

/** How many callers there are on an ordinary day, and the share of their first calls that fails. */
export type Traffic = { readonly callsPerMinute: number; readonly baseline: number };

export const trafficTried: readonly Traffic[] = callsPerMinuteTried.flatMap((callsPerMinute) =>
  baselinesTried.map((baseline) => ({ callsPerMinute, baseline })),
);

export function trafficName({ callsPerMinute, baseline }: Traffic): string {
  return `${callsPerMinute}/min, ${Math.round(baseline * 100)} %`;
}

/** Share of attempts that fail in a healthy world, redials counted. */
export function attemptFailureRatio({ baseline }: Traffic): number {
  const { probability, atMost, failureRatio } = redials;
  let attempts = 1;
  let failures = baseline;
  let stillFailing = baseline;
  for (let redial = 1; redial <= atMost; redial += 1) {
    const share = stillFailing * probability;
    attempts += share;
    stillFailing = share * failureRatio;
    failures += stillFailing;
  }
  return failures / attempts;
}

export const homeRegion = 'us-east-1';
const standbyRegion = 'us-west-2';

export const minutesPerDay = 1440;

/** A Friday, so that every period of a few days contains a weekend. */
export const epoch = Date.UTC(2026, 4, 1);

const officeHours: ShapeSpec = { busiestHourUtc: 15, quietestFactor: 0.15, weekendFactor: 0.4 };
const redials: RedialSpec = { probability: 0.5, atMost: 5, withinSeconds: 90, failureRatio: 0.7 };
/** Enough to show that an idle standby works, and few compared with the inbound calls. */
const outboundCallsPerMinute = 0.5;

export function connectorId(connector: number): string {
  return `vc-${connector}`;
}
export function groupId(group: number): string {
  return `group-${group}`;
}
export function regionOf(connector: number): string {
  return connector % 2 === 0 ? homeRegion : standbyRegion;
}

export type WorldSetting = {
  readonly seed: number;
  readonly traffic: Traffic;
  readonly groups?: number;
  /** The traffic of the busiest hour at all times, without the daily and weekly shape. */
  readonly flat?: boolean;
  /** Minute 0, in minutes after {@link epoch}. Default 0. */
  readonly startsAtMinute?: number;
  /** Differences of the callers from the usual ones. */
  readonly group?: Partial<GroupSpec>;
  readonly faults?: readonly FaultSpec[];
};

export function worldSpec(setting: WorldSetting): WorldSpec {
  const groups = Array.from({ length: setting.groups ?? 1 }, (_, group) => group);
  const { callsPerMinute, baseline } = setting.traffic;
  return {
    seed: setting.seed,
    startsAt: epoch + (setting.startsAtMinute ?? 0) * 60_000,
    groups: groups.map((group) => ({
      voiceConnectorGroupId: groupId(group),
      callsPerMinute,
      baselineFailureRatio: baseline,
      redials,
      ...(setting.flat === true ? {} : { shape: officeHours }),
      ...setting.group,
    })),
    connectors: groups
      .flatMap((group) => [homeOf(group), otherOf(homeOf(group))])
      .map((connector) => ({
        voiceConnectorId: connectorId(connector),
        region: regionOf(connector),
        outboundCallsPerMinute,
        optionsPing: { everySeconds: 60, source: 'sbc' },
      })),
    faults: setting.faults ?? [],
    audio: 'mos',
  };
}

/** A third connector that has the inbound calls of the only group, so that they are counted apart from outbound ones. */
const carrier = 'vc-carrier';

export function withCarrier(spec: WorldSpec): WorldSpec {
  return {
    ...spec,
    connectors: [...spec.connectors, { voiceConnectorId: carrier, region: homeRegion, outboundCallsPerMinute: 0 }],
  };
}

/** The carrier on top of the only group. */
export const routedToCarrier: readonly RoutedGroup[] = [
  {
    voiceConnectorGroupId: groupId(0),
    callDistributionType: 'PriorityWeightedDistribution',
    items: [carrier, connectorId(0), connectorId(1)].map((voiceConnectorId, place) => ({
      voiceConnectorId,
      priority: place + 1,
    })),
  },
];

/** The priorities 1 and 2 in every group, with the given connectors on top. */
export function routingOf(tops: readonly number[]): readonly RoutedGroup[] {
  return tops.map((top, group) => ({
    voiceConnectorGroupId: groupId(group),
    callDistributionType: 'PriorityWeightedDistribution',
    items: [
      { voiceConnectorId: connectorId(top), priority: 1 },
      { voiceConnectorId: connectorId(otherOf(top)), priority: 2 },
    ],
  }));
}

/** Ten times the traffic for 5 to 30 minutes, about once a week. */
export function spikesIn(seed: number, minutes: number): readonly SpikeSpec[] {
  const random = streamsFor(seed, 'bench spikes')(0);
  const spikes: SpikeSpec[] = [];
  const meanGapMinutes = 7 * minutesPerDay;
  let at = random.exponential() * meanGapMinutes;
  while (at < minutes) {
    const fromMinute = Math.floor(at);
    spikes.push({ fromMinute, untilMinute: fromMinute + 5 + Math.floor(random.uniform() * 26), factor: 10 });
    at += random.exponential() * meanGapMinutes;
  }
  return spikes;
}
