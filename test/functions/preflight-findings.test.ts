import { describe, expect, it } from 'vitest';
import { askedFor, eventsOn, eventTypes, minute, now } from '../wire-support/account.ts';
import { deploy, type Deployment } from '../wire-support/functions.ts';
import { checkReadiness, findingOf, notPassed, seedReady } from '../wire-support/readiness.ts';
import {
  failing,
  publishActiveCalls,
  publishCalls,
  seedHealthy,
  seedMainLine,
  putOverride,
  seedConnector,
  seedUnhealthy,
} from '../wire-support/account-fixtures.ts';

describe('A preflight finds', () => {
  const checkAfter = async (seed: (aws: Deployment) => void, options?: Parameters<typeof deploy>[0]) => {
    const aws = await deploy(options);
    seed(aws);
    return checkReadiness(aws);
  };
  const readyAnd = (act: (aws: Deployment) => void) => (aws: Deployment) => {
    seedReady(aws);
    act(aws);
  };

  it.each<{ what: string; seed: (aws: Deployment) => void; notPassing: readonly string[] }>([
    {
      what: 'an idle standby, which may not receive calls',
      seed: seedHealthy,
      notPassing: ['metric-names warn'],
    },
    {
      what: 'disabled origination',
      seed: readyAnd(({ account }) => {
        account.chime.connectors.putOrigination('us-west-2', 'vc-west', { routes: [], disabled: true });
      }),
      notPassing: ['origination fail'],
    },
    {
      what: 'an idle standby without OPTIONS pings: no failover is possible',
      seed: (aws) => {
        seedHealthy(aws);
        aws.account.recordOptionsPing('vc-west', { at: now - 10 * minute, source: '192.0.2.10' });
      },
      notPassing: ['metric-names warn', 'options-ping warn', 'rehearsal fail'],
    },
    {
      what: 'a pause',
      seed: readyAnd((aws) => {
        const until = '2026-11-20T10:00:00Z';
        putOverride(aws, 'main-line', { action: 'pause', by: 'kim', reason: 'works', until });
      }),
      notPassing: ['override warn', 'rehearsal warn'],
    },
    {
      what: 'an unparseable pause',
      seed: readyAnd((aws) => {
        putOverride(aws, 'all', 'puase');
      }),
      notPassing: ['override fail', 'rehearsal fail'],
    },
    {
      what: 'that no failover is possible, also while the primary is unhealthy',
      seed: (aws) => {
        seedUnhealthy(aws);
        aws.account.recordOptionsPing('vc-west', { at: now - 10 * minute, source: '192.0.2.10' });
      },
      notPassing: ['metric-names warn', 'options-ping warn', 'rehearsal fail'],
    },
    {
      what: 'a group that GetVoiceConnectorGroup returns differently',
      seed: readyAnd((aws) => {
        aws.onFirst('GetVoiceConnectorGroup', () => {
          const items = [
            { voiceConnectorId: 'vc-west', priority: 1 },
            { voiceConnectorId: 'vc-east', priority: 2 },
          ];
          aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items });
        });
      }),
      notPassing: ['recheck warn'],
    },
  ])('$what', async ({ seed, notPassing }) => {
    expect(notPassed(await checkAfter(seed))).toEqual(notPassing);
  });

  it('the verdict that the monitor gives, from the same suspect detail', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    const { sentence } = findingOf(await checkReadiness(aws), 'rehearsal')!;
    await aws.invoke('monitor', {});
    const [applied] = eventsOn(aws).filter(({ detailType }) => detailType === 'Priority Change Applied');
    expect(sentence).toBe(`failover: ${String(applied?.data['reason'])}`);
  });

  it('a steady failure ratio healthy, as the monitor does by a day of history', async () => {
    const aws = await deploy();
    seedReady(aws);
    const until = Math.floor(aws.clock.now() / minute) * minute;
    for (let minutesAgo = 1; minutesAgo <= 24 * 60; minutesAgo += 1) {
      for (const [metricName, sum] of [
        ['InboundCallAttempts', 24],
        ['InboundCallFailures', 8],
      ] as const) {
        aws.account.putMetric({
          region: 'us-east-1',
          namespace: 'AWS/ChimeVoiceConnector',
          metricName,
          dimensions: { VoiceConnectorId: 'vc-east' },
          timestamp: until - minutesAgo * minute,
          statistics: { sampleCount: 1, sum, minimum: sum, maximum: sum },
          visibleAt: 0,
        });
      }
    }
    const { sentence } = findingOf(await checkReadiness(aws), 'rehearsal')!;
    expect(sentence).toMatch(/^failover: vc-east \(us-east-1\) unhealthy: assumed to lose a fifth of its calls; /);
    await aws.invoke('monitor', {});
    expect(eventTypes(aws)).not.toContain('Priority Change Intended');
  });

  it('metrics under another dimension set than the policy uses', async () => {
    const result = await checkAfter((aws) => {
      seedMainLine(aws);
      const dimensions = { VoiceConnectorId: 'vc-east', Region: 'us-east-1' };
      publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', dimensions });
    });
    expect(findingOf(result, 'metric-names')).toMatchObject({
      level: 'fail',
      fix: expect.stringContaining('Set metricDimensions in policy.yml to [VoiceConnectorId, Region]') as string,
    });
  });

  it('metrics in another Region than the Voice Connector, and the setting that the monitor then reads them by', async () => {
    const seed = (aws: Deployment) => {
      seedMainLine(aws);
      publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-west-2', failuresAt: failing });
    };
    const finding = findingOf(await checkAfter(seed), 'metric-names');
    expect(finding).toMatchObject({
      level: 'fail',
      fix: expect.stringContaining('Set metricsRegions in policy.yml to { vc-east: us-west-2 } and deploy') as string,
    });
    const policy = '{ version: 1, metricsRegions: { vc-east: us-west-2 }, defaults: { mode: enforce } }';
    const corrected = await deploy({ policy });
    seed(corrected);
    expect(findingOf(await checkReadiness(corrected), 'metric-names')?.sentence).toContain('vc-east had 2 of');
    const { payload } = await corrected.invoke('monitor', {});
    expect(payload).toMatchObject({ groups: [{ decision: 'failover' }] });
  });

  it('metrics that arrive later than the policy allows', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.clock.jumpTo(now + 4 * minute);
    expect(findingOf(await checkReadiness(aws), 'metric-lag')).toMatchObject({
      level: 'warn',
      fix: 'If there were calls: set metricLagSeconds in policy.yml above 210 and deploy',
    });
  });

  it('policy entries that match no group, and a preferred order with a non-member', async () => {
    const policy = `
version: 1
defaults: { mode: enforce }
groups:
  - { group: main-lin, mode: observe }
  - { group: Main line, failback: auto, preferredOrder: [vc-esat, vc-west] }
`;
    expect(notPassed(await checkAfter(seedReady, { policy }))).toEqual(['policy-entries fail', 'preferred-order fail']);
  });

  it('a quota of active calls that has no room for the calls of both groups of a Region', async () => {
    const policy = '{ version: 1, activeCallsQuota: { us-west-2: 100 }, defaults: { mode: enforce } }';
    const aws = await deploy({ policy });
    seedReady(aws);
    seedConnector(aws, 'vc-other', 'us-east-1');
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'other-line',
      items: [
        { voiceConnectorId: 'vc-other', priority: 1 },
        { voiceConnectorId: 'vc-west', priority: 2 },
      ],
      createdAt: 0,
    });
    const east = { voiceConnectorId: 'vc-east', region: 'us-east-1' };
    const west = { voiceConnectorId: 'vc-west', region: 'us-west-2' };
    // Many minutes of an hour, whose sum must not count; the fortnight begins with the hour of the first one.
    for (const minutesAgo of [1, 2, 3])
      publishActiveCalls(aws, { ...east, count: 20, minutesAgo: 7 * 24 * 60 + minutesAgo });
    publishActiveCalls(aws, { ...east, direction: 'Outbound', count: 5, minutesAgo: 7 * 24 * 60 + 2 });
    publishActiveCalls(aws, { ...west, count: 40, minutesAgo: 7 * 24 * 60 + 1 });
    publishActiveCalls(aws, { ...east, voiceConnectorId: 'vc-other', count: 36, minutesAgo: 7 * 24 * 60 + 30 });
    publishActiveCalls(aws, { ...west, count: 900, minutesAgo: 15 * 24 * 60 });
    const result = await checkReadiness(aws, { groupId: 'main-line' });
    expect(findingOf(result, 'capacity')).toEqual({
      check: 'capacity',
      level: 'fail',
      sentence:
        'the calls of vc-east would bring us-west-2 to 65 of 100 active calls (65 %): 25 arrive, 40 are there, in the hour that began 169 h ago; ' +
        'all 2 groups of us-east-1 together would bring us-west-2 to 101 of 100 active calls (101 %): 61 arrive, 40 are there, in the hour that began 169 h ago; ' +
        'the policy states 100; a sum is an upper bound, because the peaks within an hour may not coincide',
      fix: 'Ask AWS to raise the quota of active calls in us-west-2 well above 101 before the next failover, then set activeCallsQuota in policy.yml to the granted one and deploy: AWS throttles the calls beyond it',
    });
    const periods = askedFor(aws, 'GetMetricData')
      .map(({ input }) => JSON.stringify(input))
      .filter((input) => input.includes('InboundCallsActive') && input.includes('"Maximum"'));
    expect(periods.every((input) => input.includes('"Period":3600'))).toBe(true);
    expect(periods).toHaveLength(2);
  });

  it('room for a group whose calls the monitor moved for a drill, which were on both Voice Connectors in that hour', async () => {
    const aws = await deploy({
      policy: '{ version: 1, activeCallsQuota: { us-west-2: 100 }, defaults: { mode: enforce } }',
    });
    seedReady(aws);
    const minutesAgo = 3 * 24 * 60;
    publishActiveCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', count: 70, minutesAgo });
    publishActiveCalls(aws, {
      voiceConnectorId: 'vc-west',
      region: 'us-west-2',
      count: 70,
      minutesAgo: minutesAgo - 5,
    });
    expect(findingOf(await checkReadiness(aws), 'capacity')?.level).toBe('fail');
    aws.account.putMetric({
      region: 'us-east-1',
      namespace: 'VoiceConnectorFailover',
      metricName: 'PriorityChange',
      dimensions: { VoiceConnectorGroupId: 'main-line' },
      timestamp: now - minutesAgo * minute,
      statistics: { sampleCount: 1, sum: 1, minimum: 1, maximum: 1 },
      visibleAt: 0,
    });
    expect(findingOf(await checkReadiness(aws), 'capacity')).toMatchObject({
      level: 'pass',
      sentence: expect.stringContaining('to 70 of 100 active calls (70 %): 0 arrive, 70 are there') as string,
    });
  });

  it('a clock that differs from that of AWS', async () => {
    const result = await checkAfter(seedReady, { clockAheadMs: 12_000 });
    expect(findingOf(result, 'clock')).toMatchObject({
      level: 'warn',
      sentence: expect.stringMatching(/^our clock is at least 11 s ahead of AWS's/) as string,
    });
  });

  it('a read that the role forbids, by name', async () => {
    const result = await checkAfter(
      readyAnd((aws) => {
        aws.misbehave({
          operation: 'GetVoiceConnectorOrigination',
          effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' },
        });
      }),
    );
    expect(findingOf(result, 'permissions')).toMatchObject({
      level: 'fail',
      sentence:
        'chime:GetVoiceConnectorOrigination in us-east-1: ForbiddenException: no (HTTP 403); chime:GetVoiceConnectorOrigination in us-west-2: ForbiddenException: no (HTTP 403)',
    });
    expect(result.readiness).toBe('fail');
  });

  it('a Region whose control plane does not answer, and still checks the rest', async () => {
    const result = await checkAfter(
      readyAnd((aws) => {
        aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
      }),
    );
    expect(notPassed(result)).toEqual(['control-regions fail', 'origination warn', 'options-ping warn']);
    expect(result.outcome).toBe('succeeded');
  });

  it('an idle standby whose Region is unknown while its control plane does not answer', async () => {
    const result = await checkAfter((aws) => {
      seedHealthy(aws);
      aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    });
    expect(findingOf(result, 'regions')).toMatchObject({
      level: 'warn',
      sentence: 'the Region of vc-west is unknown: not every control Region returned its list',
    });
  });

  it('a Region whose CloudWatch does not answer, and still checks the rest', async () => {
    const result = await checkAfter(
      readyAnd((aws) => {
        aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
      }),
    );
    expect(notPassed(result)).toEqual(['metrics fail', 'rehearsal fail']);
    expect(result.groups[0]?.unproven.map(({ check }) => check)).toEqual(['metric-names', 'capacity']);
  });
});
