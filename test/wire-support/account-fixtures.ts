/** Fixtures: the states of an account that a run may find. */
import type { GroupSeed } from '../../sim/account/chime/groups.ts';
import type { EpochMs } from '../../sim/clock.ts';
import { hour, minute, type TestAws } from './account.ts';
import { overridesPath } from '../../sim/stack.ts';

type Published = {
  readonly voiceConnectorId: string;
  readonly region: string;
  readonly direction?: 'Inbound' | 'Outbound';
  readonly attemptsPerMinute?: number;
  /** In place of `attemptsPerMinute`, by how many minutes ago the minute began. */
  readonly attemptsAt?: (minutesAgo: number) => number;
  /** The number of failed attempts in a minute, by how many minutes ago the minute began. */
  readonly failuresAt?: (minutesAgo: number) => number;
  readonly dimensions?: Readonly<Record<string, string>>;
};

function sum(value: number) {
  return { sampleCount: 1, sum: value, minimum: value, maximum: value };
}

/** Publishes 75 minutes of calls up to the last whole minute, all visible. */
export function publishCalls({ account, clock }: TestAws, published: Published): void {
  const { voiceConnectorId, region, direction = 'Inbound', attemptsPerMinute = 24 } = published;
  const {
    attemptsAt = () => attemptsPerMinute,
    failuresAt = () => 0,
    dimensions = { VoiceConnectorId: voiceConnectorId },
  } = published;
  const until = Math.floor(clock.now() / minute) * minute;
  for (let minutesAgo = 1; minutesAgo <= 75; minutesAgo += 1) {
    const put = (metricName: string, value: number): void => {
      const namespace = 'AWS/ChimeVoiceConnector';
      const timestamp = until - minutesAgo * minute;
      account.putMetric({ region, namespace, metricName, dimensions, timestamp, statistics: sum(value), visibleAt: 0 });
    };
    put(`${direction}CallAttempts`, attemptsAt(minutesAgo));
    put(`${direction}CallFailures`, failuresAt(minutesAgo));
  }
}

type ActiveCalls = Pick<Published, 'voiceConnectorId' | 'region' | 'direction'> & {
  readonly count: number;
  readonly minutesAgo?: number;
};

/** Publishes the calls in progress in one minute. */
export function publishActiveCalls({ account, clock }: TestAws, calls: ActiveCalls): void {
  const { voiceConnectorId, region, direction = 'Inbound', count, minutesAgo = 1 } = calls;
  account.putMetric({
    region,
    namespace: 'AWS/ChimeVoiceConnector',
    metricName: `${direction}CallsActive`,
    dimensions: { VoiceConnectorId: voiceConnectorId },
    timestamp: Math.floor(clock.now() / minute) * minute - minutesAgo * minute,
    statistics: sum(count),
    visibleAt: 0,
  });
}

/** Statistically significant failures for ten minutes. */
export function failing(minutesAgo: number): number {
  return minutesAgo <= 10 ? 12 : 0;
}

export function seedConnector({ account, clock }: TestAws, voiceConnectorId: string, region: string): void {
  const lastOptionsPing = { at: clock.now() - 20_000, source: '192.0.2.10' };
  account.chime.seedConnector({ voiceConnectorId, awsRegion: region, lastOptionsPing });
}

function pair(top: string, standby: string) {
  return [
    { voiceConnectorId: top, priority: 1 },
    { voiceConnectorId: standby, priority: 2 },
  ];
}

/** Two Voice Connectors in two Regions, with `vc-east` as primary, unchanged for a day. */
export function seedMainLine(aws: TestAws, group: GroupSeed = {}): void {
  seedConnector(aws, 'vc-east', 'us-east-1');
  seedConnector(aws, 'vc-west', 'us-west-2');
  const longAgo: EpochMs = aws.clock.now() - 24 * hour;
  aws.account.chime.seedGroup({
    voiceConnectorGroupId: 'main-line',
    name: 'Main line',
    items: pair('vc-east', 'vc-west'),
    callDistributionType: 'PriorityWeightedDistribution',
    createdAt: longAgo,
    ...group,
  });
  aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'main-line' });
}

/** A healthy group: the primary has calls, the standby has none. */
export function seedHealthy(aws: TestAws, group?: GroupSeed): void {
  seedMainLine(aws, group);
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1' });
}

/** Half of the calls of `vc-east` have been failing for ten minutes; `vc-west` is idle and reachable. */
export function seedUnhealthy(aws: TestAws, group?: GroupSeed, failuresAt = failing): void {
  seedMainLine(aws, group);
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', failuresAt });
}

/** Half of the calls of `vc-east` have been failing since a time, as CloudWatch shows it by now. */
export function seedUnhealthySince(aws: TestAws, since: EpochMs): void {
  const until = Math.floor(aws.clock.now() / minute) * minute;
  seedUnhealthy(aws, {}, (minutesAgo) => (until - minutesAgo * minute >= since ? 12 : 0));
}

/** `vc-west` has carried the calls for two hours, and `vc-east`, the preferred one, is proven healthy by outbound calls. */
export function seedRecovered(aws: TestAws, group?: GroupSeed): void {
  const updatedAt = aws.clock.now() - 2 * hour;
  seedMainLine(aws, { items: pair('vc-west', 'vc-east'), updatedAt, ...group });
  publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', direction: 'Outbound', attemptsPerMinute: 4 });
}

/** `vc-west` has carried a few calls since the group was moved, and its newest minute is the first that proves it healthy. */
export function seedNewlyGreen(aws: TestAws, movedMinutesAgo = 4): void {
  const { account, clock } = aws;
  seedMainLine(aws, { items: pair('vc-west', 'vc-east'), updatedAt: clock.now() - movedMinutesAgo * minute });
  const until = Math.floor(clock.now() / minute) * minute;
  for (const [minutesAgo, attempts] of [
    [2, 20],
    [3, 3],
    [4, 3],
  ] as const) {
    const put = (metricName: string, value: number): void => {
      const region = 'us-west-2';
      const namespace = 'AWS/ChimeVoiceConnector';
      const dimensions = { VoiceConnectorId: 'vc-west' };
      const timestamp = until - minutesAgo * minute;
      account.putMetric({ region, namespace, metricName, dimensions, timestamp, statistics: sum(value), visibleAt: 0 });
    };
    put('InboundCallAttempts', attempts);
    put('InboundCallFailures', 0);
  }
}

/** A second group whose primary is in us-west-2: `vc-west-2` before `vc-east-2`. */
export function seedSideLine(aws: TestAws, failuresAt: (minutesAgo: number) => number = () => 0): void {
  seedConnector(aws, 'vc-west-2', 'us-west-2');
  seedConnector(aws, 'vc-east-2', 'us-east-1');
  aws.account.chime.seedGroup({
    voiceConnectorGroupId: 'side-line',
    name: 'Side line',
    items: pair('vc-west-2', 'vc-east-2'),
    createdIn: 'us-west-2',
    createdAt: aws.clock.now() - 24 * hour,
  });
  aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'side-line', region: 'us-west-2' });
  publishCalls(aws, { voiceConnectorId: 'vc-west-2', region: 'us-west-2', failuresAt });
}

export function putOverride({ account }: TestAws, key: string, value: unknown): void {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  account.parameters.put('us-east-1', { name: `${overridesPath}/${key}`, value: text, type: 'String' });
}

/** The override of a drill of the main line for so many minutes, ordered now, as stored in Parameter Store. */
export function drillOf(aws: TestAws, minutes = 5, changes: Readonly<Record<string, unknown>> = {}) {
  const { updatedAt } = aws.account.chime.groups.get('us-east-1', 'main-line');
  const at = (time: number): string => new Date(time).toISOString();
  return {
    action: 'drill',
    by: 'ops',
    reason: 'does the standby work',
    startedAt: at(aws.clock.now()),
    until: at(aws.clock.now() + minutes * minute),
    leaving: 'vc-east',
    promoting: 'vc-west',
    before: pair('vc-east', 'vc-west'),
    after: [
      { voiceConnectorId: 'vc-east', priority: 2 },
      { voiceConnectorId: 'vc-west', priority: 1 },
    ],
    groupUpdatedAt: at(updatedAt),
    pass: { minCalls: 10, maxFailureRatio: 0.1 },
    stop: { failures: 5, failureRatio: 0.2 },
    ...changes,
  };
}

/** Advances time by so many minutes, in which `vc-west` carried the calls and both connectors stayed reachable. */
export function advanceDrill(
  aws: TestAws,
  minutes: number,
  failuresAt: (minutesAgo: number) => number = () => 0,
): void {
  aws.clock.jumpTo(aws.clock.now() + minutes * minute);
  keepAlive(aws);
  const { account, clock } = aws;
  const until = Math.floor(clock.now() / minute) * minute;
  for (let minutesAgo = 1; minutesAgo <= minutes; minutesAgo += 1) {
    const put = (metricName: string, value: number): void => {
      const region = 'us-west-2';
      const namespace = 'AWS/ChimeVoiceConnector';
      const dimensions = { VoiceConnectorId: 'vc-west' };
      const timestamp = until - minutesAgo * minute;
      account.putMetric({ region, namespace, metricName, dimensions, timestamp, statistics: sum(value), visibleAt: 0 });
    };
    put('InboundCallAttempts', 24);
    put('InboundCallFailures', failuresAt(minutesAgo));
  }
}

export function keepAlive({ account, clock }: TestAws): void {
  for (const id of ['vc-east', 'vc-west']) {
    account.recordOptionsPing(id, { at: clock.now() - 20_000, source: '192.0.2.10' });
  }
}

/** The names of the overrides in Parameter Store, without the path. */
export function storedOverrideIds({ account }: TestAws): readonly string[] {
  return account.parameters.all('us-east-1').map(({ name }) => name.slice(overridesPath.length + 1));
}
