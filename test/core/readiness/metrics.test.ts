import { describe, expect, it } from 'vitest';
import { metricReadiness, type MetricFacts, type PublishedReading } from '../../../lib/core/readiness/metrics.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import type { CheckResult } from '../../../lib/core/readiness/check.ts';
import { history, inbound, judgedUntil, nothing, observedAt, outbound, read } from '../../builders/metrics.ts';
import { judgedBy, listed } from '../../builders/readiness.ts';

/** One Voice Connector in Virginia, with calls every minute. */
function remarks(changes: Partial<MetricFacts> = {}): readonly CheckResult[] {
  return metricReadiness({
    observedAt,
    policy: { metricLagSeconds: 60 },
    members: [{ voiceConnectorId: 'east', region: 'us-east-1' }],
    metrics: new Map([['east', read(inbound(60, 10))]]),
    published: new Map([['us-east-1', listed('east')]]),
    judgedBy,
    metricDimensions: ['VoiceConnectorId'],
    ...changes,
  });
}

function of(check: CheckResult['check'], changes: Partial<MetricFacts> = {}): CheckResult | undefined {
  return remarks(changes).find((remark) => remark.check === check);
}

describe('the metrics of a member', () => {
  it.each(['fetch-error', 'forbidden', 'partial'] as const)('fail where CloudWatch answered %s', (kind) => {
    const metrics = new Map([['east', { kind, message: 'no answer' }]]);
    expect(of('metrics', { metrics })).toMatchObject({
      level: 'fail',
      sentence: `east (us-east-1) ${kind}: no answer`,
    });
  });

  it('fail where nobody could ask', () => {
    const members = [{ voiceConnectorId: 'east', region: undefined }];
    expect(of('metrics', { members, metrics: new Map() })).toMatchObject({
      level: 'fail',
      sentence: 'east (Region unknown) not asked',
    });
  });
});

describe('the names and dimensions of the metrics', () => {
  const under = (reading: PublishedReading, changes: Partial<MetricFacts> = {}) =>
    of('metric-names', { published: new Map([['us-east-1', reading]]), ...changes });
  const withRegion = { metricDimensions: ['VoiceConnectorId', 'Region'] } as const;

  it('pass where each had data under the set of the policy', () => {
    expect(under(listed('east'))).toMatchObject({
      level: 'pass',
      sentence: 'east had 5 of 5 metrics under [VoiceConnectorId]',
    });
    expect(under(listed('east', judgedBy, { Region: 'us-east-1' }), withRegion)).toMatchObject({
      level: 'pass',
      sentence: 'east had 5 of 5 metrics under [VoiceConnectorId, Region]',
    });
  });

  it('are worth a look where some never had any', () => {
    expect(under(listed('east', ['InboundCallAttempts', 'InboundCallFailures', 'Throttles']))).toMatchObject({
      level: 'warn',
      sentence:
        'east had 3 of 5 metrics under [VoiceConnectorId], and in two weeks never MOSBetweenVcAndCustomer, MOSBetweenVcAndRemote',
    });
  });

  it('fail where there is data under another set, which the fix names', () => {
    expect(under(listed('east', judgedBy, { Region: 'us-east-1' }))).toMatchObject({
      level: 'fail',
      sentence:
        'east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId], by which the policy asks',
      fix: 'Set metricDimensions in policy.yml to [VoiceConnectorId, Region] and deploy',
    });
    expect(under(listed('east'), withRegion)).toMatchObject({
      level: 'fail',
      fix: 'Set metricDimensions in policy.yml to [VoiceConnectorId] and deploy',
    });
  });

  it('fail where the Region in them is another than that of the Voice Connector', () => {
    expect(under(listed('east', judgedBy, { Region: 'eu-west-1' }), withRegion)).toEqual({
      check: 'metric-names',
      level: 'fail',
      sentence:
        'east has metrics in us-east-1 under [VoiceConnectorId, Region] and none under [VoiceConnectorId, Region] of its own Region, by which the policy asks',
      fix: 'No setting of the policy finds them: please report it',
    });
  });

  it('fail under several other sets, each of them named', () => {
    const named = (dimensions: Record<string, string>) => ({ name: 'InboundCallAttempts', dimensions });
    const east = { VoiceConnectorId: 'east' };
    const metrics = [named({ ...east, Region: 'us-east-1' }), named({ ...east, Stage: 'live' })];
    expect(under({ kind: 'listed', metrics })).toMatchObject({
      sentence: expect.stringContaining('] and [') as string,
      fix: expect.stringContaining('] or [') as string,
    });
  });

  it('fail where no set in the Region names any Voice Connector', () => {
    const reading: PublishedReading = {
      kind: 'listed',
      metrics: [{ name: 'InboundCallAttempts', dimensions: { Region: 'us-east-1' } }],
    };
    expect(under(reading)).toMatchObject({
      level: 'fail',
      sentence:
        'east has metrics in us-east-1 under [Region] and none under [VoiceConnectorId], by which the policy asks',
      fix: 'No setting of the policy finds them: please report it',
    });
  });

  it.each([
    { what: 'nobody', reading: { kind: 'listed', metrics: [] } as const },
    { what: 'only others', reading: listed('another') },
    {
      what: 'only others, and the Region as a whole,',
      reading: {
        kind: 'listed',
        metrics: [
          { name: 'InboundCallAttempts', dimensions: { VoiceConnectorId: 'another' } },
          { name: 'InboundCallAttempts', dimensions: { Region: 'us-east-1' } },
        ],
      } as const,
    },
  ])('are worth a look where $what had data: idle, which a drill proves', ({ reading }) => {
    expect(under(reading)).toMatchObject({
      level: 'warn',
      sentence: 'east had no metric in us-east-1 in two weeks, under any dimension set: idle, or never called',
    });
  });

  it('are unproven where they could not be listed', () => {
    expect(under({ kind: 'unreadable', message: 'no answer' })).toMatchObject({
      level: 'unproven',
      sentence: 'east: us-east-1: no answer',
    });
    expect(of('metric-names', { published: new Map() })).toMatchObject({ sentence: 'east: us-east-1: not asked' });
    const members = [{ voiceConnectorId: 'east', region: undefined }];
    expect(of('metric-names', { members })).toEqual({
      check: 'metric-names',
      level: 'unproven',
      sentence: 'east: its Region is not known',
    });
  });
});

describe('the lag of the metrics', () => {
  /** The newest minute that came ended so many seconds before the look. */
  const endedAgo = (seconds: number, changes: Partial<MetricFacts> = {}) =>
    of('metric-lag', { observedAt: judgedUntil + seconds * 1000, ...changes });

  it.each([
    { seconds: 90, level: 'pass' },
    { seconds: 120, level: 'pass' },
    { seconds: 121, level: 'warn' },
    { seconds: 720, level: 'warn' },
    { seconds: 721, level: 'fail' },
  ])('with a metricLagSeconds of 60, and the newest minute over for $seconds s: $level', ({ seconds, level }) => {
    expect(endedAgo(seconds)).toMatchObject({ level });
  });

  it('says what was measured, and what to set', () => {
    expect(endedAgo(200)).toEqual({
      check: 'metric-lag',
      level: 'warn',
      sentence:
        'the newest minute of east ended 3.3 min ago; metricLagSeconds 60: the next is more than 2.3 min late, or had no call',
      fix: 'If calls were coming in: set metricLagSeconds in policy.yml above 140 and deploy',
    });
    expect(endedAgo(800)).toMatchObject({
      fix: 'If calls were coming in: CloudWatch is out in that Region, and nothing is judged',
    });
    expect(endedAgo(200, { policy: { metricLagSeconds: 140 } })).toMatchObject({ level: 'pass' });
  });

  it.each([
    { minutes: 54, level: 'pass' },
    { minutes: 53, level: 'unproven' },
  ])('of a line with calls in $minutes of 60 minutes: $level', ({ minutes, level }) => {
    const metrics = new Map([['east', read(inbound(1, 10), nothing(60 - minutes), inbound(minutes - 1, 10))]]);
    expect(of('metric-lag', { metrics })).toMatchObject({ level });
  });

  it('does not count the minute an hour before the newest', () => {
    const metrics = new Map([['east', read(inbound(1, 10), nothing(7), inbound(52, 10), inbound(1, 10))]]);
    expect(of('metric-lag', { metrics })).toMatchObject({ level: 'unproven' });
  });

  it('is measured also where minutes had outbound calls alone', () => {
    const metrics = new Map([['east', read(inbound(29, 10), outbound(2, 4), inbound(29, 10))]]);
    expect(of('metric-lag', { metrics })).toMatchObject({ level: 'pass' });
  });

  it('does not take calls of more than an hour before the newest for busy', () => {
    const metrics = new Map([['east', read(inbound(30, 10), nothing(8), inbound(30, 10), nothing(1), inbound(2, 10))]]);
    expect(of('metric-lag', { metrics })).toMatchObject({ level: 'unproven' });
  });

  it('is not measured by outbound calls, nor where nothing can be read', () => {
    expect(of('metric-lag', { metrics: new Map([['east', read(outbound(60, 10))]]) })).toMatchObject({
      level: 'unproven',
      sentence: 'not measured: no member had calls in 54 of its last 60 minutes; metricLagSeconds 60',
    });
    const unread = new Map([['east', { kind: 'fetch-error', message: 'no' } as const]]);
    expect(of('metric-lag', { metrics: unread })).toMatchObject({ level: 'unproven' });
  });

  it('is taken of each member that is busy', () => {
    const members = [
      { voiceConnectorId: 'east', region: 'us-east-1' },
      { voiceConnectorId: 'west', region: 'us-west-2' },
    ];
    const late = history(inbound(60, 10)).map((minute) => ({ ...minute, startsAt: minute.startsAt - 5 * minuteMs }));
    const metrics = new Map([
      ['east', read(inbound(60, 10))],
      ['west', { kind: 'read', minutes: late } as const],
    ]);
    expect(of('metric-lag', { members, metrics })).toMatchObject({
      level: 'warn',
      sentence: expect.stringMatching(/^the newest minute of west ended 6\.5 min ago/) as string,
    });
  });
});
