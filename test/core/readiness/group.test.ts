import { describe, expect, it } from 'vitest';
import { groupReadiness, type GroupFacts } from '../../../lib/core/readiness/group.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { type OverrideState } from '../../../lib/core/model/override.ts';
import type { ReadinessCheck } from '../../../lib/core/model/codes.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { aWindow } from '../../builders/maintenance.ts';
import { observedAt } from '../../builders/metrics.ts';
import { someStandbySignals, aRecord, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aReadyGroup, findingOf, listed, notPassed } from '../../builders/readiness.ts';

type Changes = Parameters<typeof aReadyGroup>[0];

function check(name: ReadinessCheck, changes: Changes) {
  return findingOf(groupReadiness(aReadyGroup(changes)), name);
}

function enforced(changes: Parameters<typeof aPolicy>[0] = {}) {
  return aPolicy({ mode: 'enforce', ...changes });
}

describe('a group that can fail over', () => {
  it('passes every check, each with the numbers that were compared', () => {
    const { outcome, findings, unproven } = groupReadiness(aReadyGroup());
    expect({ outcome, unproven }).toEqual({ outcome: 'pass', unproven: [] });
    expect(findings.map((finding) => `${finding.check}: ${finding.sentence}`)).toEqual([
      'mode: mode enforce: a failover is written',
      'override: no override is in force',
      'distribution: calls go by priority (CallDistributionType PriorityWeightedDistribution)',
      'members: 2 members, a failover takes 2',
      'priorities: distinct: east 1, west 2',
      'regions: 2 Regions: east in us-east-1, west in us-west-2',
      'preferred-order: none is set, failback never',
      'phone-numbers: 3 assigned to the group',
      'recheck: GetVoiceConnectorGroup agrees with the list',
      'own-changes: 0 own changes in 24 h, maxChangesPerDay 6',
      'metrics: east readable, 60 minutes of data; west readable, 60 minutes of data',
      'metric-names: east had 5 of 5 metrics under [VoiceConnectorId]; west had 5 of 5 metrics under [VoiceConnectorId]',
      'metric-lag: the newest minute of east ended 90 s ago; metricLagSeconds 60; the newest minute of west ended 90 s ago; metricLagSeconds 60',
      'origination: east enabled, with a route; west enabled, with a route',
      'options-ping: east 30 s ago, fresh up to 5 min; west 30 s ago, fresh up to 5 min',
      'capacity: the calls of east would bring us-west-2 to 100 of 200 active calls (50 %): 40 arrive, 60 are there, in the hour that began 90 s ago; the policy states 200; a sum is an upper bound, because the peaks within an hour may not coincide',
      'rehearsal: failover: east (us-east-1) unhealthy: assumed to lose a fifth of its calls; promoting west (us-west-2): calls go through; staying loses at least 20 % of the calls, moving about 0 %',
    ]);
  });
});

describe('the mode', () => {
  it('observe warns: no failover would be written, as the policy says', () => {
    expect(notPassed(groupReadiness(aReadyGroup({ input: { policy: aPolicy() } })))).toEqual(['mode warn']);
  });

  it('fails where the policy means another group too, so that neither is written', () => {
    const policyRefusal = 'the policy entry main-line applies to 2 groups (a, b): use ids';
    expect(check('mode', { input: { policy: aPolicy(), policyRefusal } })).toEqual({
      check: 'mode',
      level: 'fail',
      sentence: 'mode observe, because the policy entry main-line applies to 2 groups (a, b): use ids',
      fix: 'Name the group by its id in policy.yml, where no other group has that name, or rename the other group',
    });
  });
});

describe("the operator's override", () => {
  const until = observedAt + 30 * minuteMs;
  it.each<{ override: OverrideState; level: string; sentence: string }>([
    {
      override: { kind: 'pause', by: 'kim', reason: 'maintenance', until },
      level: 'warn',
      sentence: 'pause by kim for another 30 min: maintenance',
    },
    {
      override: { kind: 'pin', by: 'kim', reason: 'maintenance', until },
      level: 'warn',
      sentence: 'pin by kim for another 30 min: maintenance',
    },
    {
      override: { kind: 'drill', ...aDrill({ until }) },
      level: 'warn',
      sentence: 'drill by ops for another 30 min: does the standby work',
    },
    { override: { kind: 'unparseable', message: 'puase' }, level: 'fail', sentence: 'counts as a pause: puase' },
    {
      override: { kind: 'unreadable', message: 'no answer' },
      level: 'warn',
      sentence: 'the overrides could not be read: no answer',
    },
  ])('$override.kind: $level', ({ override, level, sentence }) => {
    expect(check('override', { input: { override } })).toMatchObject({ level, sentence });
  });

  it('fails where the group is not in the order that it pins', () => {
    const pinned = (order: readonly string[]) =>
      check('override', { input: { override: { kind: 'pin', by: 'kim', reason: 'maintenance', until, order } } });
    expect(pinned(['west', 'east'])).toEqual({
      check: 'override',
      level: 'fail',
      sentence: 'pin by kim for another 30 min: maintenance; not in the pinned order west, east: east 1, west 2',
      fix: 'docs/runbook.md#pin-order-differs',
    });
    expect(pinned(['east', 'west'])).toMatchObject({ level: 'warn' });
  });
});

describe('a maintenance window of the policy', () => {
  it('warns while it is in progress, in place of an override', () => {
    const policy = enforced({ maintenance: [aWindow()] });
    expect(check('override', { input: { policy } })).toMatchObject({
      level: 'warn',
      sentence: 'maintenance window fri 11:00 to 13:00 UTC, 58.5 min left: carrier works',
      fix: 'It ends by itself. To end it now, change maintenance in policy.yml and deploy',
    });
  });

  it('is announced with the time until it begins', () => {
    const policy = enforced({ maintenance: [aWindow({ from: '14:00', until: '15:00' })] });
    expect(check('override', { input: { policy } })).toMatchObject({
      level: 'pass',
      sentence: 'no override is in force; the next maintenance window fri 14:00 to 15:00 UTC begins in 118.5 min',
    });
  });
});

describe('the distribution', () => {
  it.each([
    { type: undefined, level: 'pass', shown: 'absent' },
    { type: 'LoadBalancedDistribution', level: 'fail', shown: 'LoadBalancedDistribution' },
    { type: 'RoundRobinDistribution', level: 'fail', shown: 'RoundRobinDistribution' },
  ])('$type: $level', ({ type, level, shown }) => {
    expect(check('distribution', { input: { group: aGroup({ callDistributionType: type }) } })).toMatchObject({
      level,
      sentence: expect.stringContaining(`CallDistributionType ${shown}`) as string,
    });
  });
});

describe('the members', () => {
  it.each([
    { what: 'one', members: items({ east: 1 }), sentence: '1 of the 2 members that a failover needs' },
    { what: 'none', members: [], sentence: '0 of the 2 members that a failover needs' },
    {
      what: 'one twice',
      members: [...items({ east: 1 }), ...items({ east: 2 })],
      sentence: '2 items, 1 different members',
    },
  ])('fail with $what', ({ members, sentence }) => {
    const group = aGroup({ items: members });
    expect(check('members', { input: { group } })).toMatchObject({ level: 'fail', sentence });
  });
});

describe('the priorities', () => {
  it.each([
    { what: 'two share one', members: items({ east: 1, west: 1 }), sentence: 'not distinct: east 1, west 1' },
    {
      what: 'one is missing',
      members: items({ east: 1, west: undefined }),
      sentence: 'not distinct: east 1, west without priority',
    },
  ])('fail when $what', ({ members, sentence }) => {
    const group = aGroup({ items: members });
    expect(check('priorities', { input: { group } })).toMatchObject({ level: 'fail', sentence });
  });

  it('are not checked in a load-balanced group', () => {
    const group = aGroup({ callDistributionType: 'LoadBalancedDistribution', items: items({ east: undefined }) });
    expect(check('priorities', { input: { group } })).toBeUndefined();
  });
});

describe('the Regions of the members', () => {
  it('warn when there is only one: if it fails, no member is left', () => {
    const connectorRegions = new Map([
      ['east', 'us-east-1'],
      ['west', 'us-east-1'],
    ]);
    expect(check('regions', { input: { connectorRegions } })).toMatchObject({
      level: 'warn',
      sentence: '1 Region, of 2: east in us-east-1, west in us-east-1',
    });
  });

  const connectorRegions = new Map([['east', 'us-east-1']]);
  it.each([
    { what: 'although every list is complete', isListingComplete: true, level: 'fail' },
    { what: 'while a list is incomplete', isListingComplete: false, level: 'warn' },
  ])('of a member that no control Region lists, $what: $level', ({ isListingComplete, level }) => {
    expect(check('regions', { input: { connectorRegions }, isListingComplete })).toMatchObject({
      level,
      sentence: expect.stringContaining('the Region of west is unknown') as string,
    });
  });
});

describe('the preferred order', () => {
  it('passes when it has only members', () => {
    const policy = enforced({ preferredOrder: ['west', 'east'], failback: 'auto' });
    expect(check('preferred-order', { input: { policy } })).toMatchObject({
      level: 'pass',
      sentence: 'west, east: all are members; failback auto',
    });
  });

  it('fails when it has a Voice Connector that is not a member', () => {
    const policy = enforced({ preferredOrder: ['esat', 'west'] });
    expect(check('preferred-order', { input: { policy } })).toMatchObject({
      level: 'fail',
      sentence: 'esat not among the members east 1, west 2',
    });
  });
});

describe('the phone numbers', () => {
  it('fail when there are none: no call uses the priorities', () => {
    expect(check('phone-numbers', { phoneNumbers: { kind: 'counted', count: 0 } })).toMatchObject({ level: 'fail' });
  });

  it('are unproven when they could not be counted', () => {
    const readiness = groupReadiness(aReadyGroup({ phoneNumbers: { kind: 'unreadable', message: 'slow' } }));
    expect(readiness).toMatchObject({
      outcome: 'pass',
      unproven: [{ check: 'phone-numbers', sentence: 'could not be counted: slow' }],
    });
  });
});

describe('the recheck of the group', () => {
  it.each<{ what: string; recheck: GroupFacts['recheck']; level: string; sentence: string }>([
    {
      what: 'warns when GetVoiceConnectorGroup differs from the list',
      recheck: { kind: 'read', group: aGroup({ updatedAt: observedAt - 23 * 60 * minuteMs }) },
      level: 'warn',
      sentence: 'GetVoiceConnectorGroup differs from the list: UpdatedTimestamp moved by 60 min',
    },
    {
      what: 'fails when GetVoiceConnectorGroup fails, because it precedes every write',
      recheck: { kind: 'failed', message: 'no answer' },
      level: 'fail',
      sentence: 'GetVoiceConnectorGroup, which precedes every write, failed: no answer',
    },
  ])('$what', ({ recheck, level, sentence }) => {
    expect(check('recheck', { recheck })).toMatchObject({ level, sentence });
  });
});

describe('the record of own changes', () => {
  const unreadChanges = [{ doing: 'reading own changes in us-west-2', message: 'no answer' }];

  it('warns when one Region has it and another does not answer', () => {
    const record = aRecord({ changedAt: [observedAt - 90 * minuteMs] });
    expect(check('own-changes', { input: { record }, unreadChanges })).toMatchObject({
      level: 'warn',
      sentence: '1 own changes in 24 h, maxChangesPerDay 6; reading own changes in us-west-2: no answer',
    });
  });

  it('fails when no Region has it', () => {
    expect(check('own-changes', { input: { record: unreadableRecord }, unreadChanges })).toMatchObject({
      level: 'fail',
      sentence: 'hold-downs and limits are unknown: reading own changes in us-west-2: no answer',
    });
  });
});

describe('the standby signals', () => {
  it.each([
    { origination: 'disabled', sentence: 'west is disabled: no inbound call would arrive' },
    { origination: 'no-route', sentence: 'west has no route: no inbound call would arrive' },
  ] as const)('fail when origination is $origination', ({ origination, sentence }) => {
    const standbySignals = { east: someStandbySignals(), west: someStandbySignals({ reachability: { origination } }) };
    expect(check('origination', { input: { standbySignals } })).toMatchObject({ level: 'fail', sentence });
  });

  it.each([
    { what: 'five minutes old', at: observedAt - 5 * minuteMs, level: 'pass' },
    { what: 'older', at: observedAt - 5 * minuteMs - 1, level: 'warn' },
    { what: 'never received', at: undefined, level: 'warn' },
  ])('with an OPTIONS ping $what: $level', ({ at, level }) => {
    const standbySignals = {
      east: someStandbySignals(),
      west: someStandbySignals({ reachability: { lastOptionsPingAt: at } }),
    };
    expect(check('options-ping', { input: { standbySignals } })).toMatchObject({ level });
  });

  it('warn when they cannot be read', () => {
    const unreadable = { ...someStandbySignals(), reachability: { kind: 'unreadable', message: 'no answer' } } as const;
    const readiness = groupReadiness(
      aReadyGroup({ input: { standbySignals: { east: someStandbySignals(), west: unreadable } } }),
    );
    expect(notPassed(readiness)).toEqual(['origination warn', 'options-ping warn']);
    expect(findingOf(readiness, 'origination')?.sentence).toBe('west: no answer');
    const regionUnknown = groupReadiness(aReadyGroup({ input: { standbySignals: { east: someStandbySignals() } } }));
    expect(findingOf(regionUnknown, 'options-ping')?.sentence).toBe('west: its Region is unknown');
  });
});

describe('a third member', () => {
  it('is checked like the others', () => {
    const group = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }) });
    const readiness = groupReadiness(
      aReadyGroup({ input: { group }, published: { 'ap-northeast-1': listed('tokyo') } }),
    );
    expect(notPassed(readiness)).toEqual(['metrics fail', 'origination warn', 'options-ping warn']);
  });
});
