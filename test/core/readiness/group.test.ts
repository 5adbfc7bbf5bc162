import { describe, expect, it } from 'vitest';
import { groupReadiness, type GroupFacts } from '../../../lib/core/readiness/group.ts';
import { minuteMs, type OverrideState } from '../../../lib/core/model/model.ts';
import type { ReadinessCheck } from '../../../lib/core/readiness/check.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aLiveness, aRecord, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aReadyGroup, found, judgedBy, listed, notWell } from '../../builders/readiness.ts';

type Changes = Parameters<typeof aReadyGroup>[0];

function check(name: ReadinessCheck, changes: Changes) {
  return found(groupReadiness(aReadyGroup(changes)), name);
}

function enforced(changes: Parameters<typeof aPolicy>[0] = {}) {
  return aPolicy({ mode: 'enforce', ...changes });
}

describe('a group that could fail over', () => {
  it('passes every check, each with what was compared', () => {
    const { outcome, findings, unproven } = groupReadiness(aReadyGroup());
    expect({ outcome, unproven }).toEqual({ outcome: 'pass', unproven: [] });
    expect(findings.map((finding) => `${finding.check}: ${finding.sentence}`)).toEqual([
      'mode: mode enforce: a failover is written',
      'override: no word of an operator is in force',
      'distribution: calls go by priority (CallDistributionType PriorityWeightedDistribution)',
      'members: 2 members, a failover takes 2',
      'priorities: each its own: east 1, west 2',
      'regions: 2 Regions: east in us-east-1, west in us-west-2',
      'preferred-order: none is named, failback never',
      'phone-numbers: 3 assigned to the group',
      'look-again: the group by itself is as it was listed',
      "own-changes: 0 changes of the monitor's own in 24 h, at most 6",
      'metrics: east readable, 60 minutes of data; west readable, 60 minutes of data',
      'metric-names: east had 5 of 5 metrics under [VoiceConnectorId]; west had 5 of 5 metrics under [VoiceConnectorId]',
      'metric-lag: the newest minute of east ended 90 s ago; metricLagSeconds 60; the newest minute of west ended 90 s ago; metricLagSeconds 60',
      'origination: east enabled, with a route; west enabled, with a route',
      'options-ping: east 30 s ago, fresh up to 5 min; west 30 s ago, fresh up to 5 min',
      'rehearsal: failover: east (us-east-1) unhealthy: supposed; promoting west (us-west-2): calls go through',
    ]);
  });
});

describe('the mode', () => {
  it('observe is worth a look: nothing would be written, as the policy chose', () => {
    expect(notWell(groupReadiness(aReadyGroup({ input: { policy: aPolicy() } })))).toEqual(['mode warn']);
  });
});

describe("the operator's word", () => {
  const until = observedAt + 30 * minuteMs;
  it.each<{ word: OverrideState; level: string; sentence: string }>([
    {
      word: { kind: 'pause', by: 'kim', reason: 'maintenance', until },
      level: 'warn',
      sentence: 'pause by kim for another 30 min: maintenance',
    },
    {
      word: { kind: 'pin', by: 'kim', reason: 'maintenance', until },
      level: 'warn',
      sentence: 'pin by kim for another 30 min: maintenance',
    },
    {
      word: { kind: 'pause', by: 'kim', reason: 'maintenance', until: observedAt + 96 * 60 * minuteMs },
      level: 'warn',
      sentence:
        'pause by kim for another 96 h: maintenance (longer than the 72 h that operate accepts; the monitor honours it)',
    },
    {
      word: { kind: 'drill', ...aDrill({ until }) },
      level: 'warn',
      sentence: 'drill by ops for another 30 min: does the standby work',
    },
    { word: { kind: 'unparseable', message: 'puase' }, level: 'fail', sentence: 'counts as a pause: puase' },
    {
      word: { kind: 'unreadable', message: 'no answer' },
      level: 'warn',
      sentence: 'nobody can tell whether there is a word: no answer',
    },
  ])('$word.kind: $level', ({ word, level, sentence }) => {
    expect(check('override', { input: { override: word } })).toMatchObject({ level, sentence });
  });
});

describe('the distribution', () => {
  it.each([
    { type: undefined, level: 'pass', told: 'absent' },
    { type: 'LoadBalancedDistribution', level: 'fail', told: 'LoadBalancedDistribution' },
    { type: 'RoundRobinDistribution', level: 'fail', told: 'RoundRobinDistribution' },
  ])('$type: $level', ({ type, level, told }) => {
    expect(check('distribution', { input: { group: aGroup({ callDistributionType: type }) } })).toMatchObject({
      level,
      sentence: expect.stringContaining(`CallDistributionType ${told}`) as string,
    });
  });
});

describe('the members', () => {
  it.each([
    { what: 'one', members: items({ east: 1 }), sentence: '1 of the 2 members that a failover takes' },
    { what: 'none', members: [], sentence: '0 of the 2 members that a failover takes' },
    {
      what: 'one twice',
      members: [...items({ east: 1 }), ...items({ east: 2 })],
      sentence: '2 items, 1 different members',
    },
  ])('fail where there is $what', ({ members, sentence }) => {
    const group = aGroup({ items: members });
    expect(check('members', { input: { group } })).toMatchObject({ level: 'fail', sentence });
  });
});

describe('the priorities', () => {
  it.each([
    { what: 'two share one', members: items({ east: 1, west: 1 }), sentence: 'not each its own: east 1, west 1' },
    {
      what: 'one is missing',
      members: items({ east: 1, west: undefined }),
      sentence: 'not each its own: east 1, west without priority',
    },
  ])('fail where $what', ({ members, sentence }) => {
    const group = aGroup({ items: members });
    expect(check('priorities', { input: { group } })).toMatchObject({ level: 'fail', sentence });
  });

  it('are not asked for where they decide nothing', () => {
    const group = aGroup({ callDistributionType: 'LoadBalancedDistribution', items: items({ east: undefined }) });
    expect(check('priorities', { input: { group } })).toBeUndefined();
  });
});

describe('the Regions of the members', () => {
  it('are worth a look where there is but one: none is left if it fails', () => {
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
    { what: 'although all listed', isListingComplete: true, level: 'fail' },
    { what: 'while not all could list', isListingComplete: false, level: 'warn' },
  ])('that no control Region tells, $what: $level', ({ isListingComplete, level }) => {
    expect(check('regions', { input: { connectorRegions }, isListingComplete })).toMatchObject({
      level,
      sentence: expect.stringContaining('the Region of west is not known') as string,
    });
  });
});

describe('the preferred order', () => {
  it('passes with members alone', () => {
    const policy = enforced({ preferredOrder: ['west', 'east'], failback: 'auto' });
    expect(check('preferred-order', { input: { policy } })).toMatchObject({
      level: 'pass',
      sentence: 'west, east: all are members; failback auto',
    });
  });

  it('fails where it names one that is no member', () => {
    const policy = enforced({ preferredOrder: ['esat', 'west'] });
    expect(check('preferred-order', { input: { policy } })).toMatchObject({
      level: 'fail',
      sentence: 'names esat, not among east 1, west 2',
    });
  });
});

describe('the phone numbers', () => {
  it('fail where there is none: no call goes by the priorities', () => {
    expect(check('phone-numbers', { phoneNumbers: { kind: 'counted', count: 0 } })).toMatchObject({ level: 'fail' });
  });

  it('are unproven where they could not be counted', () => {
    const readiness = groupReadiness(aReadyGroup({ phoneNumbers: { kind: 'unreadable', message: 'slow' } }));
    expect(readiness).toMatchObject({
      outcome: 'pass',
      unproven: [{ check: 'phone-numbers', sentence: 'could not be counted: slow' }],
    });
  });
});

describe('the second look at the group', () => {
  it.each<{ what: string; lookedAgain: GroupFacts['lookedAgain']; level: string; sentence: string }>([
    {
      what: 'is worth a look where it shows another',
      lookedAgain: { kind: 'read', group: aGroup({ updatedAt: observedAt - 23 * 60 * minuteMs }) },
      level: 'warn',
      sentence: 'the group by itself is not as it was listed: UpdatedTimestamp moved by 60 min',
    },
    {
      what: 'fails where it fails: every write begins with it',
      lookedAgain: { kind: 'failed', message: 'no answer' },
      level: 'fail',
      sentence: 'the group could not be read by itself, which every write begins with: no answer',
    },
  ])('$what', ({ lookedAgain, level, sentence }) => {
    expect(check('look-again', { lookedAgain })).toMatchObject({ level, sentence });
  });
});

describe('the record of own changes', () => {
  const unreadChanges = [{ doing: 'reading own changes in us-west-2', message: 'no answer' }];

  it('is worth a look where one Region has it and another does not answer', () => {
    const record = aRecord({ changedAt: [observedAt - 90 * minuteMs] });
    expect(check('own-changes', { input: { record }, unreadChanges })).toMatchObject({
      level: 'warn',
      sentence: "1 changes of the monitor's own in 24 h, at most 6; reading own changes in us-west-2: no answer",
    });
  });

  it('fails where nobody can read it', () => {
    expect(check('own-changes', { input: { record: unreadableRecord }, unreadChanges })).toMatchObject({
      level: 'fail',
      sentence: 'hold-downs and limits are unknown: reading own changes in us-west-2: no answer',
    });
  });
});

describe('the signs of life', () => {
  it.each([
    { origination: 'disabled', sentence: 'west is disabled: no inbound call would arrive' },
    { origination: 'no-route', sentence: 'west has no route: no inbound call would arrive' },
  ] as const)('fail where origination is $origination', ({ origination, sentence }) => {
    const standbySignals = { east: aLiveness(), west: aLiveness({ reachability: { origination } }) };
    expect(check('origination', { input: { standbySignals } })).toMatchObject({ level: 'fail', sentence });
  });

  it.each([
    { what: 'five minutes old', at: observedAt - 5 * minuteMs, level: 'pass' },
    { what: 'older', at: observedAt - 5 * minuteMs - 1, level: 'warn' },
    { what: 'never seen', at: undefined, level: 'warn' },
  ])('of an OPTIONS ping $what: $level', ({ at, level }) => {
    const standbySignals = { east: aLiveness(), west: aLiveness({ reachability: { lastOptionsPingAt: at } }) };
    expect(check('options-ping', { input: { standbySignals } })).toMatchObject({ level });
  });

  it('are worth a look where they cannot be read', () => {
    const unreadable = { ...aLiveness(), reachability: { kind: 'unreadable', message: 'no answer' } } as const;
    const readiness = groupReadiness(
      aReadyGroup({ input: { standbySignals: { east: aLiveness(), west: unreadable } } }),
    );
    expect(notWell(readiness)).toEqual(['origination warn', 'options-ping warn']);
    expect(found(readiness, 'origination')?.sentence).toBe('west: no answer');
    const nowhere = groupReadiness(aReadyGroup({ input: { standbySignals: { east: aLiveness() } } }));
    expect(found(nowhere, 'options-ping')?.sentence).toBe('west: its Region is not known');
  });
});

describe('a group of which nothing is well', () => {
  it.each<{ what: string; changes: Changes; told: readonly string[] }>([
    {
      what: 'one member that nobody can see or reach',
      changes: {
        input: {
          group: aGroup({ callDistributionType: 'LoadBalancedDistribution', items: items({ east: 1 }) }),
          override: { kind: 'unparseable', message: 'puase' },
          policy: aPolicy({ preferredOrder: ['west', 'tokyo'] }),
          record: unreadableRecord,
          standbySignals: {
            east: aLiveness({ reachability: { origination: 'disabled', lastOptionsPingAt: undefined } }),
          },
        },
        metrics: { east: { kind: 'fetch-error', message: 'no answer' } },
        published: { 'us-east-1': listed('east', [], {}) },
        phoneNumbers: { kind: 'counted', count: 0 },
        lookedAgain: { kind: 'failed', message: 'no answer' },
        unreadChanges: [
          { doing: 'reading in us-east-1', message: 'slow' },
          { doing: 'reading in us-west-2', message: 'slow' },
        ],
      },
      told: [
        'warn mode: mode observe: a failover is decided and recorded, and not written; so the policy chose → Set mode: enforce for the group in policy.yml and deploy, once its decisions have convinced you',
        'fail override: counts as a pause: puase → Mend or delete the parameter',
        'fail distribution: CallDistributionType LoadBalancedDistribution: priority decides nothing that is known here → Make the group a PriorityWeightedDistribution',
        'fail members: 1 of the 2 members that a failover takes → Add a Voice Connector in another Region',
        'warn regions: 1 Region, of 2: east in us-east-1 → Add a member in another Region: none is left if this one fails',
        'fail preferred-order: names west, tokyo, not among east 1 → Correct preferredOrder in policy.yml and deploy',
        'fail phone-numbers: 0 phone numbers are assigned to the group: no call goes by its priorities → Assign the numbers to the group, not to one of its Voice Connectors',
        'fail look-again: the group could not be read by itself, which every write begins with: no answer → Look at Chime SDK Voice in us-east-1',
        'fail own-changes: hold-downs and limits are unknown: reading in us-east-1: slow; reading in us-west-2: slow → Look at CloudWatch there: what the monitor did today it reads from its own metrics',
        'fail metrics: east (us-east-1) fetch-error: no answer → A Voice Connector that cannot be seen is not judged: look at CloudWatch in its Region, and at permissions',
        'warn metric-names: east had no metric in us-east-1 in two weeks, under any dimension set: idle, or never called → A drill proves it: it sends calls there',
        'fail origination: east is disabled: no inbound call would arrive → Enable origination with a route to your hosts now, not during the outage',
        'warn options-ping: east never had one → Turn SIP OPTIONS pings from your hosts on: an idle Voice Connector has no better sign of life',
        'fail rehearsal: held, override-unparseable: counts as a pause until it is mended: puase → docs/runbook.md#override-unparseable',
        'unproven metric-lag: not measured: no member had calls in 54 of its last 60 minutes; metricLagSeconds 60',
      ],
    },
    {
      what: 'two that share what they should not',
      changes: {
        input: {
          group: aGroup({
            callDistributionType: 'RoundRobinDistribution',
            items: items({ east: 1, west: 1, tokyo: 2 }),
          }),
          override: { kind: 'unreadable', message: 'no answer' },
          connectorRegions: new Map([['east', 'us-east-1']]),
          standbySignals: {
            east: aLiveness({
              reachability: { origination: 'no-route', lastOptionsPingAt: observedAt - 6 * minuteMs },
            }),
          },
        },
        metrics: { west: { kind: 'forbidden', message: 'no' } },
        published: { 'us-east-1': listed('east', judgedBy, { Region: 'us-east-1' }) },
        lookedAgain: { kind: 'read', group: aGroup({ name: 'Other line' }) },
        unreadChanges: [{ doing: 'reading in us-west-2', message: 'slow' }],
      },
      told: [
        'warn override: nobody can tell whether there is a word: no answer → Look at Parameter Store in that Region: failbacks wait, a rescue does not',
        'fail distribution: CallDistributionType RoundRobinDistribution: priority decides nothing that is known here → Make the group a PriorityWeightedDistribution',
        'fail priorities: not each its own: east 1, west 1, tokyo 2 → Give each member a priority of its own',
        'fail regions: the Region of west, tokyo is not known: no control Region lists it → Add the Region it was created in to CONTROL_REGIONS',
        'warn look-again: the group by itself is not as it was listed: Name was main-line, is Other line; CallDistributionType was RoundRobinDistribution, is PriorityWeightedDistribution; VoiceConnectorItems was east 1, west 1, tokyo 2, is east 1, west 2 → Once: somebody changed it just now. Every time: each write would be withheld, please report it',
        "warn own-changes: 0 changes of the monitor's own in 24 h, at most 6; reading in us-west-2: slow → Look at CloudWatch there: what the monitor did today it reads from its own metrics",
        'fail metrics: west (Region unknown) forbidden: no; tokyo (Region unknown) not asked → A Voice Connector that cannot be seen is not judged: look at CloudWatch in its Region, and at permissions',
        'fail metric-names: east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId], by which the policy asks → Set metricDimensions in policy.yml to [VoiceConnectorId, Region] and deploy',
        'fail origination: east has no route: no inbound call would arrive; west: its Region is not known; tokyo: its Region is not known → Enable origination with a route to your hosts now, not during the outage; Look at Chime SDK Voice in its control Region, and at regions and permissions above',
        'warn options-ping: east 6 min ago, fresh up to 5 min; west: its Region is not known; tokyo: its Region is not known → Turn SIP OPTIONS pings from your hosts on: an idle Voice Connector has no better sign of life; Look at Chime SDK Voice in its control Region, and at regions and permissions above',
        'fail rehearsal: held, unknown-distribution: CallDistributionType RoundRobinDistribution is not known to go by priority → docs/runbook.md#unknown-distribution',
        'unproven metric-names: west: its Region is not known; tokyo: its Region is not known',
      ],
    },
    {
      what: 'one that is listed twice, and of whom not all is known',
      changes: {
        input: {
          group: aGroup({ items: [...items({ east: 1 }), ...items({ east: 2, west: 3 })] }),
          override: { kind: 'pin', by: 'kim', reason: 'why', until: observedAt + 5 * minuteMs },
          connectorRegions: new Map([['east', 'us-east-1']]),
          standbySignals: {},
        },
        published: { 'us-east-1': listed('east', ['Throttles']) },
        isListingComplete: false,
      },
      told: [
        'warn override: pin by kim for another 5 min: why → Take it back where it is no longer meant: the action resume of operate',
        'fail members: 3 items, 2 different members → List each Voice Connector once',
        'warn regions: the Region of west is not known: not every control Region could list → See control-regions',
        'warn metric-names: east had 1 of 5 metrics under [VoiceConnectorId], and in two weeks never InboundCallAttempts, InboundCallFailures, MOSBetweenVcAndCustomer, MOSBetweenVcAndRemote → A drill brings them, or any call; where calls were coming in: docs/runbook.md#metric-names',
        'warn origination: east: its Region is not known; west: its Region is not known → Look at Chime SDK Voice in its control Region, and at regions and permissions above',
        'warn options-ping: east: its Region is not known; west: its Region is not known → Look at Chime SDK Voice in its control Region, and at regions and permissions above',
        'warn rehearsal: held, pinned: pinned by kim, 5 min left: why → docs/runbook.md#pinned',
        'unproven metric-names: west: its Region is not known',
      ],
    },
    {
      what: 'two in one Region',
      changes: {
        input: {
          connectorRegions: new Map([
            ['east', 'us-east-1'],
            ['west', 'us-east-1'],
          ]),
        },
        published: { 'us-east-1': listed('east') },
      },
      told: [
        'warn regions: 1 Region, of 2: east in us-east-1, west in us-east-1 → Add a member in another Region: none is left if this one fails',
        'warn metric-names: west had no metric in us-east-1 in two weeks, under any dimension set: idle, or never called → A drill proves it: it sends calls there',
      ],
    },
  ])('says what it saw and what to do: $what', ({ changes, told }) => {
    const { findings, unproven } = groupReadiness(aReadyGroup(changes));
    const ill = findings.flatMap((finding) =>
      finding.level === 'pass' ? [] : [`${finding.level} ${finding.check}: ${finding.sentence} → ${finding.fix}`],
    );
    expect([...ill, ...unproven.map((each) => `unproven ${each.check}: ${each.sentence}`)]).toEqual(told);
  });
});

describe('a member more', () => {
  it('is checked like the others', () => {
    const group = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }) });
    const readiness = groupReadiness(
      aReadyGroup({ input: { group }, published: { 'ap-northeast-1': listed('tokyo') } }),
    );
    expect(notWell(readiness)).toEqual(['metrics fail', 'origination warn', 'options-ping warn']);
  });
});
