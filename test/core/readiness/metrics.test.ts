import { describe, expect, it } from 'vitest';
import { metricReadiness, type MetricFacts, type PublishedReading } from '../../../lib/core/readiness/metrics.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import type { CheckResult } from '../../../lib/core/readiness/check.ts';
import { history, inbound, judgedUntil, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import { listed, requiredMetrics } from '../../builders/readiness.ts';

/** One Voice Connector in us-east-1, with calls every minute. */
function resultsOf(changes: Partial<MetricFacts> = {}): readonly CheckResult[] {
  return metricReadiness({
    observedAt,
    policy: { metricLagSeconds: 60 },
    members: [{ voiceConnectorId: 'east', region: 'us-east-1' }],
    metrics: new Map([['east', read(inbound(60, 10))]]),
    published: new Map([['us-east-1', listed('east')]]),
    requiredMetrics,
    metricDimensions: ['VoiceConnectorId'],
    metricsRegions: new Map(),
    ...changes,
  });
}

function resultOf(check: CheckResult['check'], changes: Partial<MetricFacts> = {}): CheckResult | undefined {
  return resultsOf(changes).find((result) => result.check === check);
}

describe('the metrics of a member', () => {
  it.each(['fetch-error', 'forbidden', 'partial'] as const)('fail when CloudWatch answered %s', (kind) => {
    const metrics = new Map([['east', { kind, message: 'no answer' }]]);
    expect(resultOf('metrics', { metrics })).toMatchObject({
      level: 'fail',
      sentence: `east (us-east-1) ${kind}: no answer`,
    });
  });

  it('fail when the Region is unknown', () => {
    const members = [{ voiceConnectorId: 'east', region: undefined }];
    expect(resultOf('metrics', { members, metrics: new Map() })).toMatchObject({
      level: 'fail',
      sentence: 'east (Region unknown) not requested',
    });
  });
});

describe('metrics in another Region than that of the Voice Connector', () => {
  const published = new Map([
    ['us-east-1', listed('other')],
    ['us-west-2', listed('east')],
  ]);

  it('fail with the Region where they were found, and with the setting for it', () => {
    expect(resultOf('metric-names', { published })).toEqual({
      check: 'metric-names',
      level: 'fail',
      sentence: 'east has no metrics in us-east-1, where the monitor reads them, and has some in us-west-2',
      fix: 'Set metricsRegions in policy.yml to { east: us-west-2 } and deploy',
    });
  });

  it('fail with that Region also beside one that has others’ metrics, none at all, or cannot be listed', () => {
    const both = ['other', 'east'].map((id) => ({ name: 'Throttles', dimensions: { VoiceConnectorId: id } }));
    const among = new Map<string, PublishedReading>([
      ['us-east-1', listed('other')],
      ['ap-northeast-1', { kind: 'unreadable', message: 'no answer' }],
      ['eu-west-1', { kind: 'listed', metrics: [] }],
      ['us-west-2', { kind: 'listed', metrics: both }],
    ]);
    expect(resultOf('metric-names', { published: among })).toMatchObject({
      fix: 'Set metricsRegions in policy.yml to { east: us-west-2 } and deploy',
    });
  });

  it('do not matter while its own Region has some under another dimension set', () => {
    const inBoth = new Map([
      ['us-east-1', listed('east', requiredMetrics, { Region: 'us-east-1' })],
      ['us-west-2', listed('east')],
    ]);
    expect(resultOf('metric-names', { published: inBoth })).toMatchObject({
      fix: 'Set metricDimensions in policy.yml to [VoiceConnectorId, Region] and deploy',
    });
  });

  it('pass once the policy names that Region', () => {
    const metricsRegions = new Map([['east', 'us-west-2']]);
    expect(resultOf('metric-names', { published, metricsRegions })).toMatchObject({ level: 'pass' });
  });

  it('fail where the policy names a Region without them', () => {
    const metricsRegions = new Map([['east', 'us-east-1']]);
    expect(resultOf('metric-names', { published, metricsRegions })).toMatchObject({ level: 'fail' });
  });
});

describe('the names and dimensions of the metrics', () => {
  const under = (reading: PublishedReading, changes: Partial<MetricFacts> = {}) =>
    resultOf('metric-names', { published: new Map([['us-east-1', reading]]), ...changes });
  const withRegion = { metricDimensions: ['VoiceConnectorId', 'Region'] } as const;

  it('pass when each has data under the dimension set of the policy', () => {
    expect(under(listed('east'))).toMatchObject({
      level: 'pass',
      sentence: 'east had 5 of 5 metrics under [VoiceConnectorId]',
    });
    expect(under(listed('east', requiredMetrics, { Region: 'us-east-1' }), withRegion)).toMatchObject({
      level: 'pass',
      sentence: 'east had 5 of 5 metrics under [VoiceConnectorId, Region]',
    });
  });

  it('warn when some never had data', () => {
    expect(under(listed('east', ['InboundCallAttempts', 'InboundCallFailures', 'Throttles']))).toMatchObject({
      level: 'warn',
      sentence:
        'east had 3 of 5 metrics under [VoiceConnectorId]; no data in two weeks for MOSBetweenVcAndCustomer, MOSBetweenVcAndRemote',
    });
  });

  it('fail when there is data under another set, which the fix names', () => {
    expect(under(listed('east', requiredMetrics, { Region: 'us-east-1' }))).toMatchObject({
      level: 'fail',
      sentence:
        'east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId], which the policy uses',
      fix: 'Set metricDimensions in policy.yml to [VoiceConnectorId, Region] and deploy',
    });
    expect(under(listed('east'), withRegion)).toMatchObject({
      level: 'fail',
      fix: 'Set metricDimensions in policy.yml to [VoiceConnectorId] and deploy',
    });
  });

  it('fail when their Region is not that of the Voice Connector', () => {
    expect(under(listed('east', requiredMetrics, { Region: 'eu-west-1' }), withRegion)).toEqual({
      check: 'metric-names',
      level: 'fail',
      sentence:
        'east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId, Region] of its own Region, which the policy uses',
      fix: 'No policy setting matches them: please report this',
    });
  });

  it('fail when there is data under several other sets, and name each', () => {
    const metricWith = (dimensions: Record<string, string>) => ({ name: 'InboundCallAttempts', dimensions });
    const east = { VoiceConnectorId: 'east' };
    const metrics = [metricWith({ ...east, Region: 'us-east-1' }), metricWith({ ...east, Stage: 'live' })];
    expect(under({ kind: 'listed', metrics })).toMatchObject({
      sentence: expect.stringContaining('] and [') as string,
      fix: expect.stringContaining('] or [') as string,
    });
  });

  it('fail when no set in the Region has a VoiceConnectorId', () => {
    const reading: PublishedReading = {
      kind: 'listed',
      metrics: [{ name: 'InboundCallAttempts', dimensions: { Region: 'us-east-1' } }],
    };
    expect(under(reading)).toMatchObject({
      level: 'fail',
      sentence: 'east has metrics in us-east-1 under [Region] and none under [VoiceConnectorId], which the policy uses',
      fix: 'No policy setting matches them: please report this',
    });
  });

  it.each([
    { what: 'no Voice Connector', reading: { kind: 'listed', metrics: [] } as const },
    { what: 'only another Voice Connector', reading: listed('another') },
    {
      what: 'only another Voice Connector and the Region',
      reading: {
        kind: 'listed',
        metrics: [
          { name: 'InboundCallAttempts', dimensions: { VoiceConnectorId: 'another' } },
          { name: 'InboundCallAttempts', dimensions: { Region: 'us-east-1' } },
        ],
      } as const,
    },
  ])('warn when $what had data: an idle Voice Connector, which a drill can prove', ({ reading }) => {
    expect(under(reading)).toMatchObject({
      level: 'warn',
      sentence: 'east had no metric in us-east-1 in two weeks, under any dimension set: idle, or never called',
    });
  });

  it('are unproven when they could not be listed', () => {
    expect(under({ kind: 'unreadable', message: 'no answer' })).toMatchObject({
      level: 'unproven',
      sentence: 'east: us-east-1: no answer',
    });
    expect(resultOf('metric-names', { published: new Map() })).toMatchObject({
      sentence: 'east: us-east-1: not requested',
    });
    const members = [{ voiceConnectorId: 'east', region: undefined }];
    expect(resultOf('metric-names', { members })).toEqual({
      check: 'metric-names',
      level: 'unproven',
      sentence: 'east: its Region is unknown',
    });
  });
});

describe('the lag of the metrics', () => {
  /** The newest minute ended `seconds` before the check. */
  const endedAgo = (seconds: number, changes: Partial<MetricFacts> = {}) =>
    resultOf('metric-lag', { observedAt: judgedUntil + seconds * 1000, ...changes });

  it.each([
    { seconds: 90, level: 'pass' },
    { seconds: 120, level: 'pass' },
    { seconds: 121, level: 'warn' },
    { seconds: 720, level: 'warn' },
    { seconds: 721, level: 'fail' },
  ])('with metricLagSeconds 60, when the newest minute ended $seconds s ago: $level', ({ seconds, level }) => {
    expect(endedAgo(seconds)).toMatchObject({ level });
  });

  it('reports the measured lag, and the value to set', () => {
    expect(endedAgo(200)).toEqual({
      check: 'metric-lag',
      level: 'warn',
      sentence:
        'the newest minute of east ended 3.3 min ago; metricLagSeconds 60: the next minute is more than 2.3 min late, or had no call',
      fix: 'If there were calls: set metricLagSeconds in policy.yml above 140 and deploy',
    });
    expect(endedAgo(800)).toMatchObject({
      fix: 'If there were calls: CloudWatch is impaired in that Region, and the monitor cannot judge',
    });
    expect(endedAgo(200, { policy: { metricLagSeconds: 140 } })).toMatchObject({ level: 'pass' });
  });

  it.each([
    { minutes: 54, level: 'pass' },
    { minutes: 53, level: 'unproven' },
  ])('with calls in $minutes of 60 minutes: $level', ({ minutes, level }) => {
    const metrics = new Map([['east', read(inbound(1, 10), nothing(60 - minutes), inbound(minutes - 1, 10))]]);
    expect(resultOf('metric-lag', { metrics })).toMatchObject({ level });
  });

  it('does not count the minute that is an hour older than the newest', () => {
    const metrics = new Map([['east', read(inbound(1, 10), nothing(7), inbound(52, 10), inbound(1, 10))]]);
    expect(resultOf('metric-lag', { metrics })).toMatchObject({ level: 'unproven' });
  });

  it('is measured also when some minutes had only outbound calls', () => {
    const metrics = new Map([['east', read(inbound(29, 10), outbound(2, 4), inbound(29, 10))]]);
    expect(resultOf('metric-lag', { metrics })).toMatchObject({ level: 'pass' });
  });

  it('does not count calls that are more than an hour older than the newest minute', () => {
    const metrics = new Map([['east', read(inbound(30, 10), nothing(8), inbound(30, 10), nothing(1), inbound(2, 10))]]);
    expect(resultOf('metric-lag', { metrics })).toMatchObject({ level: 'unproven' });
  });

  it('is unproven with only outbound calls, or unreadable metrics', () => {
    expect(resultOf('metric-lag', { metrics: new Map([['east', read(outbound(60, 10))]]) })).toMatchObject({
      level: 'unproven',
      sentence: 'not measured: no member had calls in 54 of its last 60 minutes; metricLagSeconds 60',
    });
    const unread = new Map([['east', { kind: 'fetch-error', message: 'no' } as const]]);
    expect(resultOf('metric-lag', { metrics: unread })).toMatchObject({ level: 'unproven' });
  });

  it('is measured for each busy member', () => {
    const members = [
      { voiceConnectorId: 'east', region: 'us-east-1' },
      { voiceConnectorId: 'west', region: 'us-west-2' },
    ];
    const late = history(inbound(60, 10)).map((minute) => ({ ...minute, startsAt: minute.startsAt - 5 * minuteMs }));
    const metrics = new Map([
      ['east', read(inbound(60, 10))],
      ['west', { kind: 'read', minutes: late } as const],
    ]);
    expect(resultOf('metric-lag', { members, metrics })).toMatchObject({
      level: 'warn',
      sentence: expect.stringMatching(/^the newest minute of west ended 6\.5 min ago/) as string,
    });
  });
});
