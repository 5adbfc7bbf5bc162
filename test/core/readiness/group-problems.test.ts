/** Groups with several problems at once: every finding with its fix. */
import { describe, expect, it } from 'vitest';
import { groupReadiness } from '../../../lib/core/readiness/group.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aRecord, someStandbySignals, unreadableRecord } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { aReadyGroup, listed, requiredMetrics } from '../../builders/readiness.ts';

type Changes = Parameters<typeof aReadyGroup>[0];

describe('a group with several problems at once', () => {
  it.each<{ what: string; changes: Changes; expected: readonly string[] }>([
    {
      what: 'one member that is unobservable and unreachable',
      changes: {
        input: {
          group: aGroup({ callDistributionType: 'LoadBalancedDistribution', items: items({ east: 1 }) }),
          override: { kind: 'unparseable', message: 'puase' },
          policy: aPolicy({ preferredOrder: ['west', 'tokyo'] }),
          record: unreadableRecord,
          standbySignals: {
            east: someStandbySignals({ reachability: { origination: 'disabled', lastOptionsPingAt: undefined } }),
          },
        },
        metrics: { east: { kind: 'fetch-error', message: 'no answer' } },
        published: { 'us-east-1': listed('east', [], {}) },
        phoneNumbers: { kind: 'counted', count: 0 },
        recheck: { kind: 'failed', message: 'no answer' },
        unreadChanges: [
          { doing: 'reading in us-east-1', message: 'slow' },
          { doing: 'reading in us-west-2', message: 'slow' },
        ],
      },
      expected: [
        'warn mode: mode observe: a failover is decided and published, but not written, as the policy says → Set mode: enforce for the group in policy.yml and deploy, once you trust its decisions',
        'fail override: counts as a pause: puase → Correct or delete the parameter',
        'fail distribution: CallDistributionType LoadBalancedDistribution: it is not known to go by priority → Make the group a PriorityWeightedDistribution',
        'fail members: 1 of the 2 members that a failover needs → Add a Voice Connector in another Region',
        'warn regions: 1 Region, of 2: east in us-east-1 → Add a member in another Region: if this Region fails, no member is left',
        'fail preferred-order: west, tokyo not among the members east 1 → Correct preferredOrder in policy.yml and deploy',
        'fail phone-numbers: 0 phone numbers are assigned to the group: no call uses its priorities → Assign the numbers to the group, not to one of its Voice Connectors',
        'fail recheck: GetVoiceConnectorGroup, which precedes every write, failed: no answer → Check Chime SDK Voice in us-east-1',
        'fail own-changes: hold-downs and limits are unknown: reading in us-east-1: slow; reading in us-west-2: slow → Check CloudWatch there: the monitor reads its own changes of the day from its metrics',
        'fail metrics: east (us-east-1) fetch-error: no answer → The monitor cannot judge a Voice Connector without telemetry: check CloudWatch in its Region, and permissions',
        'warn metric-names: east had no metric in us-east-1 in two weeks, under any dimension set: idle, or never called → A drill proves it, because it sends calls there',
        'fail origination: east is disabled: no inbound call would arrive → Enable origination with a route to your hosts, before an outage',
        'warn options-ping: east has never received one → Enable SIP OPTIONS pings from your hosts: they are the best standby signal of an idle Voice Connector',
        'fail rehearsal: held, override-unparseable: counts as a pause until it is corrected: puase → docs/runbook.md#override-unparseable',
        'unproven metric-lag: not measured: no member had calls in 54 of its last 60 minutes; metricLagSeconds 60',
      ],
    },
    {
      what: 'tied priorities and unknown Regions',
      changes: {
        input: {
          group: aGroup({
            callDistributionType: 'RoundRobinDistribution',
            items: items({ east: 1, west: 1, tokyo: 2 }),
          }),
          override: { kind: 'unreadable', message: 'no answer' },
          connectorRegions: new Map([['east', 'us-east-1']]),
          standbySignals: {
            east: someStandbySignals({
              reachability: { origination: 'no-route', lastOptionsPingAt: observedAt - 6 * minuteMs },
            }),
          },
        },
        metrics: { west: { kind: 'forbidden', message: 'no' } },
        published: { 'us-east-1': listed('east', requiredMetrics, { Region: 'us-east-1' }) },
        recheck: { kind: 'read', group: aGroup({ name: 'Other line' }) },
        unreadChanges: [{ doing: 'reading in us-west-2', message: 'slow' }],
      },
      expected: [
        'warn override: the overrides could not be read: no answer → Check Parameter Store in that Region: failbacks wait, failovers do not',
        'fail distribution: CallDistributionType RoundRobinDistribution: it is not known to go by priority → Make the group a PriorityWeightedDistribution',
        'fail priorities: not distinct: east 1, west 1, tokyo 2 → Give each member a different priority',
        'fail regions: the Region of west, tokyo is unknown: no control Region lists it → Add the Region that it was created in to controlRegions of the stage',
        'warn recheck: GetVoiceConnectorGroup differs from the list: Name was main-line, is Other line; CallDistributionType was RoundRobinDistribution, is PriorityWeightedDistribution; VoiceConnectorItems was east 1, west 1, tokyo 2, is east 1, west 2 → If it happens once, somebody has just changed the group. If every time, each write would be withheld: please report this',
        'warn own-changes: 0 own changes in 24 h, maxChangesPerDay 6; reading in us-west-2: slow → Check CloudWatch there: the monitor reads its own changes of the day from its metrics',
        'fail metrics: west (Region unknown) forbidden: no; tokyo (Region unknown) not requested → The monitor cannot judge a Voice Connector without telemetry: check CloudWatch in its Region, and permissions',
        'fail metric-names: east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId], which the policy uses → Set metricDimensions in policy.yml to [VoiceConnectorId, Region] and deploy',
        'fail origination: east has no route: no inbound call would arrive; west: its Region is unknown; tokyo: its Region is unknown → Enable origination with a route to your hosts, before an outage; Check Chime SDK Voice in its control Region, and the checks regions and permissions',
        'warn options-ping: east 6 min ago, fresh up to 5 min; west: its Region is unknown; tokyo: its Region is unknown → Enable SIP OPTIONS pings from your hosts: they are the best standby signal of an idle Voice Connector; Check Chime SDK Voice in its control Region, and the checks regions and permissions',
        'fail rehearsal: held, unknown-distribution: CallDistributionType RoundRobinDistribution is unknown: it may not follow priorities → docs/runbook.md#unknown-distribution',
        'unproven metric-names: west: its Region is unknown; tokyo: its Region is unknown',
        'unproven capacity: west: its Region is unknown; tokyo: its Region is unknown',
      ],
    },
    {
      what: 'a duplicate member and incomplete lists',
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
      expected: [
        'warn override: pin by kim for another 5 min: why → If it is no longer needed, remove it: action resume of operate',
        'fail members: 3 items, 2 different members → List each Voice Connector once',
        'warn regions: the Region of west is unknown: not every control Region returned its list → See control-regions',
        'warn metric-names: east had 1 of 5 metrics under [VoiceConnectorId]; no data in two weeks for InboundCallAttempts, InboundCallFailures, MOSBetweenVcAndCustomer, MOSBetweenVcAndRemote → A drill or any call publishes them. If there were calls: docs/runbook.md#metric-names',
        'warn origination: east: its Region is unknown; west: its Region is unknown → Check Chime SDK Voice in its control Region, and the checks regions and permissions',
        'warn options-ping: east: its Region is unknown; west: its Region is unknown → Check Chime SDK Voice in its control Region, and the checks regions and permissions',
        'warn rehearsal: held, pinned: pinned by kim, 5 min left: why → docs/runbook.md#pinned',
        'unproven metric-names: west: its Region is unknown',
        'unproven capacity: west: its Region is unknown',
      ],
    },
    {
      what: 'the order of a drill whose override is gone',
      changes: {
        input: {
          record: aRecord({
            drilledAt: [observedAt - 40 * minuteMs],
            promotedAt: { east: [observedAt - 40 * minuteMs] },
          }),
        },
      },
      expected: [
        'fail override: a drill moved the group 40 min ago, its override is gone, and nobody put the group back → Use switchover to the Voice Connector that was first before the drill',
      ],
    },
    {
      what: 'two members in one Region',
      changes: {
        input: {
          connectorRegions: new Map([
            ['east', 'us-east-1'],
            ['west', 'us-east-1'],
          ]),
        },
        published: { 'us-east-1': listed('east') },
      },
      expected: [
        'warn regions: 1 Region, of 2: east in us-east-1, west in us-east-1 → Add a member in another Region: if this Region fails, no member is left',
        'fail metric-names: west has no metrics in us-east-1, where the monitor reads them, and has some in us-west-2 → Set metricsRegions in policy.yml to { west: us-west-2 } and deploy',
      ],
    },
  ])('reports each finding and its fix: $what', ({ changes, expected }) => {
    const { findings, unproven } = groupReadiness(aReadyGroup(changes));
    const findingLines = findings.flatMap((finding) =>
      finding.level === 'pass' ? [] : [`${finding.level} ${finding.check}: ${finding.sentence} → ${finding.fix}`],
    );
    expect([...findingLines, ...unproven.map((each) => `unproven ${each.check}: ${each.sentence}`)]).toEqual(expected);
  });
});
