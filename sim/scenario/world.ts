/** Converts a scenario to the world and the account. Its minutes count from its start, the world's from the start of the warm-up. */
import type { GroupSeed } from '../account/chime/groups.ts';
import type { ConnectorSeed } from '../account/chime/connectors.ts';
import type {
  ConnectorSpec,
  FailureSwingSpec,
  FaultSpec,
  GroupSpec,
  MetricValuesSpec,
  WorldSpec,
} from '../world/spec.ts';
import type { ScenarioBody } from './format/body.ts';
import type { FaultEntry, MetricValuesEntry } from './format/timeline.ts';
import { usualRedials, type ScenarioCalls, type ScenarioConnector, type ScenarioGroup } from './format/traffic.ts';

export const minuteMs = 60_000;

/** The sections of a scenario that define its world. */
export type WorldSections = Pick<
  ScenarioBody,
  'seed' | 'startsAt' | 'warmUpMinutes' | 'metrics' | 'groups' | 'spares' | 'timeline'
>;

/** The control Regions of the monitor. A Voice Connector in another Region was created in the first of them. */
const controlRegions: readonly string[] = ['us-east-1', 'us-west-2'];

function connectorsOf({ groups, spares }: Pick<ScenarioBody, 'groups' | 'spares'>): readonly ScenarioConnector[] {
  const own = groups.flatMap(({ members }) => members).flatMap((member) => (member.shared === true ? [] : [member]));
  return [...own, ...spares];
}

export function worldOf(scenario: WorldSections): WorldSpec {
  return {
    seed: scenario.seed,
    startsAt: scenario.startsAt - scenario.warmUpMinutes * minuteMs,
    groups: scenario.groups.map((group) => callersOf(group, scenario.warmUpMinutes)),
    connectors: connectorsOf(scenario).map(connectorSpec),
    faults: scenario.timeline.faults.map((fault) => faultSpec(fault, scenario.warmUpMinutes)),
    metrics: scenario.metrics,
    metricValues: scenario.timeline.metricValues.map((entry) => metricValuesSpec(entry, scenario.warmUpMinutes)),
  };
}

function callersOf({ id, calls }: ScenarioGroup, warmUpMinutes: number): GroupSpec {
  const { perMinute, meanCallMinutes, redials, spikes, shape } = calls;
  return {
    voiceConnectorGroupId: id,
    callsPerMinute: perMinute,
    spikes: spikes.map(({ factor, ...period }) => ({ ...inWorldMinutes(period, warmUpMinutes), factor })),
    ...failuresOf(calls, warmUpMinutes),
    ...(meanCallMinutes === undefined ? {} : { meanCallMinutes }),
    ...(redials === undefined ? {} : { redials: redials === 'usual' ? usualRedials : redials }),
    ...(shape === undefined ? {} : { shape }),
  };
}

/** How calls fail without a fault. */
function failuresOf(calls: ScenarioCalls, warmUpMinutes: number) {
  const { baselineFailureRatio, baselineServerErrorShare, failurePeriods, machines } = calls;
  const { failureSwing, failureWalk, minuteCorrelation } = calls;
  return {
    baselineFailureRatio,
    failurePeriods,
    machines: machines.map(({ from, until, ...machine }) => ({
      ...inWorldMinutes({ from, until }, warmUpMinutes),
      ...machine,
    })),
    ...(baselineServerErrorShare === undefined ? {} : { baselineServerErrorShare }),
    ...(failureSwing === undefined ? {} : { failureSwing: swingSpec(failureSwing, warmUpMinutes) }),
    ...(failureWalk === undefined ? {} : { failureWalk }),
    ...(minuteCorrelation === undefined ? {} : { minuteCorrelation }),
  };
}

function swingSpec(
  { highestAt, ...swing }: NonNullable<ScenarioCalls['failureSwing']>,
  warmUpMinutes: number,
): FailureSwingSpec {
  return highestAt === undefined ? swing : { ...swing, highestAtMinute: highestAt + warmUpMinutes };
}

function inWorldMinutes({ from, until }: { readonly from: number; readonly until: number }, warmUpMinutes: number) {
  return { fromMinute: from + warmUpMinutes, untilMinute: until + warmUpMinutes };
}

/** An address that is reserved for documentation. */
const pingSource = '192.0.2.10';

function connectorSpec(connector: ScenarioConnector): ConnectorSpec {
  return {
    voiceConnectorId: connector.id,
    region: connector.region,
    outboundCallsPerMinute: connector.outboundPerMinute,
    outboundFailureRatio: connector.outboundFailureRatio,
    ...(connector.optionsPingSeconds === 'never'
      ? {}
      : { optionsPing: { everySeconds: connector.optionsPingSeconds, source: pingSource } }),
  };
}

function faultSpec({ from, until, every, where, what }: FaultEntry, warmUpMinutes: number): FaultSpec {
  return {
    ...inWorldMinutes({ from, until }, warmUpMinutes),
    where:
      'region' in where
        ? where
        : 'connector' in where
          ? { voiceConnectorId: where.connector }
          : { voiceConnectorGroupId: where.group },
    what,
    ...(every === undefined ? {} : { every }),
  };
}

function metricValuesSpec(entry: MetricValuesEntry, warmUpMinutes: number): MetricValuesSpec {
  const { connector, values, every } = entry;
  return {
    ...inWorldMinutes(entry, warmUpMinutes),
    voiceConnectorId: connector,
    values,
    ...(every === undefined ? {} : { every }),
  };
}

export function groupSeedsOf({ startsAt, groups }: Pick<ScenarioBody, 'startsAt' | 'groups'>): readonly GroupSeed[] {
  return groups.map(({ id, name = id, controlRegion, distribution, unchangedMinutes, members }) => ({
    voiceConnectorGroupId: id,
    name,
    createdIn: controlRegion,
    createdAt: startsAt - unchangedMinutes * minuteMs,
    callDistributionType: distribution,
    items: members.map(({ id: voiceConnectorId, priority }) => ({
      voiceConnectorId,
      ...(priority === undefined ? {} : { priority }),
    })),
  }));
}

export function connectorSeedsOf(scenario: Pick<ScenarioBody, 'groups' | 'spares'>): readonly ConnectorSeed[] {
  return connectorsOf(scenario).map(({ id, region, origination }) => ({
    voiceConnectorId: id,
    name: id,
    awsRegion: region,
    createdIn: controlRegions.includes(region) ? region : 'us-east-1',
    ...(origination === 'ready' ? {} : { origination: { routes: [], disabled: origination === 'disabled' } }),
  }));
}
