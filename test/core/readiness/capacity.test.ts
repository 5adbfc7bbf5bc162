import { describe, expect, it } from 'vitest';
import { capacity, type CapacityFacts } from '../../../lib/core/readiness/capacity.ts';
import type { CheckResult } from '../../../lib/core/readiness/check.ts';
import type { VoiceConnectorGroup } from '../../../lib/core/model/group.ts';
import { inOrder } from '../../../lib/core/model/priorities.ts';
import { hourMs, minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { callHistory, thisHour } from '../../builders/readiness.ts';

const regions = {
  east: 'us-east-1',
  'east-2': 'us-east-1',
  'east-3': 'us-east-1',
  west: 'us-west-2',
  'west-2': 'us-west-2',
  tokyo: 'ap-northeast-1',
};

type Calls = Parameters<typeof callHistory>[0];

/** A group of `east` and `west`, whose Regions may carry 200 calls each; what `calls` leaves out is idle. */
function resultsOf(
  calls: Calls,
  { group = aGroup(), ...changes }: Partial<CapacityFacts> = {},
  changedAt?: Parameters<typeof callHistory>[1],
): readonly CheckResult[] {
  const connectorRegions = changes.connectorRegions ?? new Map(Object.entries(regions));
  const idle = Object.fromEntries(Object.keys(regions).map((id) => [id, []]));
  return capacity({
    observedAt,
    group,
    members: inOrder(group.items).map(({ voiceConnectorId }) => ({
      voiceConnectorId,
      region: connectorRegions.get(voiceConnectorId),
    })),
    groups: [group],
    connectorRegions,
    isListingComplete: true,
    callHistory: callHistory({ ...idle, ...calls }, changedAt),
    activeCallsQuota: new Map([['us-west-2', 200]]),
    ...changes,
  });
}

const noQuota = { activeCallsQuota: new Map([['us-east-1', 200]]) };

const bound = 'a sum is an upper bound, because the peaks within an hour may not coincide';

function raise(most: number, region = 'us-west-2'): string {
  return `Ask AWS to raise the quota of active calls in ${region} well above ${most} before the next failover, then set activeCallsQuota in policy.yml to the granted one and deploy: AWS throttles the calls beyond it`;
}

describe("the capacity of the standby's Region", () => {
  it('passes below four fifths of the quota, with the numbers that were compared', () => {
    expect(resultsOf({ east: [40, 99], west: [30, 60] })).toEqual([
      {
        check: 'capacity',
        level: 'pass',
        sentence: `the calls of east would bring us-west-2 to 159 of 200 active calls (79.5 %): 99 arrive, 60 are there, in the hour that began 90 s ago; the policy states 200; ${bound}`,
      },
    ]);
  });

  it.each([
    { arriving: 100, share: '80 %', level: 'warn' },
    { arriving: 140, share: '100 %', level: 'warn' },
    { arriving: 141, share: '100.5 %', level: 'fail' },
  ])('is a $level at $share of the quota', ({ arriving, share, level }) => {
    const total = arriving + 60;
    expect(resultsOf({ east: [arriving], west: [60] })).toEqual([
      {
        check: 'capacity',
        level,
        sentence: `the calls of east would bring us-west-2 to ${total} of 200 active calls (${share}): ${arriving} arrive, 60 are there, in the hour that began 90 s ago; the policy states 200; ${bound}`,
        fix: raise(total),
      },
    ]);
  });

  it('passes up to the default quota where the policy states none', () => {
    expect(resultsOf({ east: [4], west: [6] }, noQuota)).toEqual([
      {
        check: 'capacity',
        level: 'pass',
        sentence: `the calls of east would bring us-west-2 to 10 of 10 active calls (100 %): 4 arrive, 6 are there, in the hour that began 90 s ago; the default quota is 10, and the policy states no other; ${bound}`,
      },
    ]);
  });

  it('warns above the default quota where the policy states none, and says how to state it', () => {
    expect(resultsOf({ east: [5], west: [6] }, noQuota)).toEqual([
      {
        check: 'capacity',
        level: 'warn',
        sentence: `the calls of east would bring us-west-2 to 11 of 10 active calls (110 %): 5 arrive, 6 are there, in the hour that began 90 s ago; the default quota is 10, and the policy states no other; ${bound}`,
        fix: 'Set activeCallsQuota in policy.yml to { us-west-2: N }, N being the quota that AWS granted, and deploy. If it is the default of 10, ask AWS to raise it well above 11 first: AWS throttles the calls beyond it',
      },
    ]);
  });

  it('counts inbound and outbound calls of every Voice Connector there, in a group or not', () => {
    const hour = { startsAt: thisHour, InboundCallsActive: 20, OutboundCallsActive: 7 };
    const [result] = resultsOf({ east: { kind: 'read', minutes: [hour] }, west: [30], 'west-2': [11], tokyo: [90] });
    expect(result?.sentence).toContain('to 68 of 200 active calls (34 %): 27 arrive, 41 are there,');
  });

  it('is unproven where no calls of the primary were published: it may be its metrics that are missing', () => {
    expect(resultsOf({ west: [60] })).toEqual([
      {
        check: 'capacity',
        level: 'unproven',
        sentence: 'no active calls of east were published in 14 days, so what a failover adds to us-west-2 is unknown',
      },
    ]);
  });

  it('is given for the newest of equally busy hours', () => {
    const [result] = resultsOf({ east: [40, 40, 10], west: [60, 60, 0] });
    expect(result?.sentence).toContain('40 arrive, 60 are there, in the hour that began 61.5 min ago');
  });

  it('is unproven where the calls of a Voice Connector cannot be read', () => {
    const calls: Calls = { east: [40], west: { kind: 'forbidden', message: 'no' } };
    expect(resultsOf(calls, { connectorRegions: new Map([...Object.entries(regions), ['new', 'us-west-2']]) })).toEqual(
      [
        {
          check: 'capacity',
          level: 'unproven',
          sentence: 'the active calls of 14 days cannot be read: new not requested; west forbidden: no',
        },
      ],
    );
  });

  it('is unproven while a list of Voice Connectors is incomplete', () => {
    expect(resultsOf({ east: [40] }, { isListingComplete: false })).toEqual([
      {
        check: 'capacity',
        level: 'unproven',
        sentence: 'not every control Region returned its list, so the calls of us-west-2 are not known in full',
      },
    ]);
  });

  it.each(['east', 'west'])('is unproven where the Region of %s is unknown', (id) => {
    const connectorRegions = new Map(Object.entries(regions));
    connectorRegions.delete(id);
    expect(resultsOf({ east: [40] }, { connectorRegions })).toEqual([
      { check: 'capacity', level: 'unproven', sentence: `${id}: its Region is unknown` },
    ]);
  });

  it('is not checked for a load-balanced group, nor for one without a standby', () => {
    expect(resultsOf({}, { group: aGroup({ callDistributionType: 'LoadBalancedDistribution' }) })).toEqual([]);
    expect(resultsOf({}, { group: aGroup({ items: items({ east: 1 }) }) })).toEqual([]);
    expect(resultsOf({}, { group: aGroup({ items: [] }) })).toEqual([]);
  });
});

describe('the capacity of several standbys', () => {
  it('is not needed where the standby is in the Region of the primary', () => {
    const group = aGroup({ items: items({ east: 1, 'east-2': 2 }) });
    expect(resultsOf({ east: [4000] }, { group })).toEqual([
      {
        check: 'capacity',
        level: 'pass',
        sentence: 'a failover to east-2 adds no calls to us-east-1, which carries them now',
      },
    ]);
    const three = aGroup({ items: items({ east: 1, 'east-2': 2, 'east-3': 3 }) });
    expect(resultsOf({ east: [4000] }, { group: three })).toEqual([
      {
        check: 'capacity',
        level: 'pass',
        sentence: 'a failover to east-2, east-3 adds no calls to us-east-1, which carries them now',
      },
    ]);
  });

  it('is compared in each of their Regions', () => {
    const group = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }) });
    const activeCallsQuota = new Map([
      ['us-west-2', 200],
      ['ap-northeast-1', 50],
    ]);
    expect(resultsOf({ east: [60] }, { group, activeCallsQuota })).toEqual([
      {
        check: 'capacity',
        level: 'fail',
        sentence: `the calls of east would bring ap-northeast-1 to 60 of 50 active calls (120 %): 60 arrive, 0 are there, in the hour that began 90 s ago; the policy states 50; ${bound}`,
        fix: raise(60, 'ap-northeast-1'),
      },
    ]);
  });
});

describe('the capacity when a whole Region fails', () => {
  const named = (name: string, priorities: Parameters<typeof items>[0], changes: Partial<VoiceConnectorGroup> = {}) =>
    aGroup({ voiceConnectorGroupId: `${name}-id`, name, items: items(priorities), ...changes });
  const group = aGroup();
  const sales = named('sales', { 'east-2': 1, 'west-2': 2 });

  it('is that for all groups that would arrive together', () => {
    const groups = [group, sales, named('help', { 'east-3': 1, tokyo: 2, west: 3 })];
    expect(resultsOf({ east: [40], 'east-2': [50], 'east-3': [30], west: [60] }, { groups })).toEqual([
      {
        check: 'capacity',
        level: 'warn',
        sentence: `the calls of east would bring us-west-2 to 100 of 200 active calls (50 %): 40 arrive, 60 are there, in the hour that began 90 s ago; all 3 groups of us-east-1 together would bring us-west-2 to 180 of 200 active calls (90 %): 120 arrive, 60 are there, in the hour that began 90 s ago; the policy states 200; ${bound}`,
        fix: raise(180),
      },
    ]);
  });

  it('fails if all of them together exceed the quota, each in the hour that is the worst for it', () => {
    expect(resultsOf({ east: [90, 40], 'east-2': [10, 150], west: [20, 60] }, { groups: [group, sales] })).toEqual([
      {
        check: 'capacity',
        level: 'fail',
        sentence: `the calls of east would bring us-west-2 to 110 of 200 active calls (55 %): 90 arrive, 20 are there, in the hour that began 61.5 min ago; all 2 groups of us-east-1 together would bring us-west-2 to 250 of 200 active calls (125 %): 190 arrive, 60 are there, in the hour that began 90 s ago; the policy states 200; ${bound}`,
        fix: raise(250),
      },
    ]);
  });

  it('is unproven for a primary whose calls were not published, whatever the other groups would bring', () => {
    expect(resultsOf({ 'east-2': [50], west: [60] }, { groups: [group, sales] })).toEqual([
      {
        check: 'capacity',
        level: 'unproven',
        sentence: 'no active calls of east were published in 14 days, so what a failover adds to us-west-2 is unknown',
      },
    ]);
  });

  it('warns about all of them where the policy states no quota', () => {
    const [result] = resultsOf({ east: [4], 'east-2': [7] }, { groups: [group, sales], ...noQuota });
    expect(result).toMatchObject({ level: 'warn', sentence: expect.stringContaining('to 11 of 10') as string });
  });

  it('counts a primary that two groups share once', () => {
    const groups = [group, named('sales', { east: 1, 'west-2': 2 })];
    const [result] = resultsOf({ east: [40] }, { groups });
    expect(result?.sentence).toContain('all 2 groups of us-east-1 together would bring us-west-2 to 40 of 200');
  });

  it.each([
    { what: 'whose calls are elsewhere', other: named('sales', { tokyo: 1, 'west-2': 2 }) },
    { what: 'without a member there', other: named('sales', { 'east-2': 1, tokyo: 2 }) },
    {
      what: 'that balances its load',
      other: named('sales', { 'east-2': 1, 'west-2': 2 }, { callDistributionType: 'LoadBalancedDistribution' }),
    },
    { what: 'without members', other: named('sales', {}) },
  ])('does not count a group $what', ({ other }) => {
    const [result] = resultsOf({ east: [40], 'east-2': [400], tokyo: [400] }, { groups: [group, other] });
    expect(result).toMatchObject({ level: 'pass', sentence: expect.not.stringContaining('together') as string });
  });
});

describe('calls that moved within the fortnight', () => {
  it('count once: those of a group that failed over and back are added by the hour', () => {
    const [result] = resultsOf({ east: [120, undefined, 110], west: [undefined, 130, 0] });
    expect(result?.sentence).toContain(
      'to 130 of 200 active calls (65 %): 0 arrive, 130 are there, in the hour that began 61.5 min ago',
    );
  });

  const drill = thisHour - 2 * hourMs + 10 * minuteMs;

  it('count once in the hour of a change by the monitor and in the next one, which have them in both Regions', () => {
    const calls = { east: [100, 110, 110, 105], west: [0, 108, 90, 0] };
    const [result] = resultsOf(calls, {}, new Map([['main-line-id', [drill]]]));
    expect(result).toMatchObject({
      level: 'pass',
      sentence: expect.stringContaining(
        'to 108 of 200 active calls (54 %): 0 arrive, 108 are there, in the hour that began 2 h ago',
      ) as string,
    });
  });

  it('count once beside those of the groups that did not move', () => {
    const other = aGroup({ voiceConnectorGroupId: 'sales-id', items: items({ 'east-2': 1, 'west-2': 2 }) });
    const calls = { east: [10, 100, 100, 10], west: [0, 100, 0, 0], 'east-2': [10, 50, 10, 10] };
    const [result] = resultsOf(calls, { groups: [aGroup(), other] }, new Map([['main-line-id', [drill]]]));
    expect(result?.sentence).toContain(
      'together would bring us-west-2 to 150 of 200 active calls (75 %): 50 arrive, 100 are there, in the hour that began 2 h ago',
    );
  });

  it('count in the hour of a change of another group, whose calls were there', () => {
    const calls = { east: [100, 150], west: [10, 110] };
    const [result] = resultsOf(calls, {}, new Map([['side-line-id', [thisHour]]]));
    expect(result).toMatchObject({ level: 'fail', sentence: expect.stringContaining('to 260 of 200') as string });
  });

  it('leave nothing to compare where the group changed in every hour with calls', () => {
    const [result] = resultsOf({ east: [100] }, {}, new Map([['main-line-id', [thisHour]]]));
    expect(result?.level).toBe('unproven');
  });
});
