import { describe, expect, it } from 'vitest';
import type { SessionsResult } from '../../lib/sessions/result.ts';
import type { ProxySessionSeed } from '../../sim/account/chime/proxy-sessions.ts';
import { askedFor, eventsOn, hour, minute } from '../wire-support/account.ts';
import { deploy, type Deployment } from '../wire-support/functions.ts';
import { seedHealthy, seedSideLine, seedUnhealthy } from '../wire-support/account-fixtures.ts';

async function deployed(seed: (aws: Deployment) => void = seedHealthy): Promise<Deployment> {
  const aws = await deploy();
  seed(aws);
  aws.account.chime.proxySessions.mode = 'served';
  return aws;
}

function seedSession({ account }: Deployment, session: ProxySessionSeed): string {
  return account.chime.seedProxySession(session);
}

async function inventory(aws: Deployment, event: unknown = {}): Promise<SessionsResult> {
  const { functionError, payload } = await aws.invoke('sessions', event);
  expect(functionError).toBeUndefined();
  return payload as SessionsResult;
}

/** Ten calls in each minute of the past hour for which `hasCalls` returns true. */
function putAttempts({ account, clock }: Deployment, id: string, hasCalls: (minutesAgo: number) => boolean): void {
  const until = Math.floor(clock.now() / minute) * minute;
  const published = { region: 'us-east-1', namespace: 'AWS/ChimeVoiceConnector', dimensions: { VoiceConnectorId: id } };
  for (const minutesAgo of Array.from({ length: 60 }, (_, place) => place + 1).filter(hasCalls)) {
    const timestamp = until - minutesAgo * minute;
    for (const [metricName, sum] of [
      ['InboundCallAttempts', 10],
      ['InboundCallFailures', 0],
    ] as const) {
      const statistics = { sampleCount: 1, sum, minimum: sum, maximum: sum };
      account.putMetric({ ...published, metricName, timestamp, statistics, visibleAt: 0 });
    }
  }
}

/** The findings in the inventory events. */
function publishedFindings(aws: Deployment) {
  return eventsOn(aws).map(({ detailType, data }) => [detailType, data['voiceConnectorId'], data['findings']]);
}

describe('Sessions without a problem', () => {
  it('are no finding: on a healthy primary, within their ExpiryMinutes', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    expect((await inventory(aws)).findings).toEqual([]);
    expect(publishedFindings(aws)).toEqual([
      ['Proxy Session Inventory', 'vc-east', []],
      ['Proxy Session Inventory', 'vc-west', []],
    ]);
  });

  it('are no finding once they are Closed, on any Voice Connector', async () => {
    const aws = await deployed(seedUnhealthy);
    for (const voiceConnectorId of ['vc-east', 'vc-west']) {
      seedSession(aws, { voiceConnectorId, status: 'Closed', createdAt: aws.clock.now() - 9 * hour });
    }
    expect((await inventory(aws)).findings).toEqual([]);
  });
});

describe('Sessions past their ExpiryMinutes', () => {
  it('are reported with their count and the longest by id', async () => {
    const aws = await deployed();
    const now = aws.clock.now();
    const on = { voiceConnectorId: 'vc-east', expiryMinutes: 60 };
    seedSession(aws, { ...on, proxySessionId: 'one', createdAt: now - 61 * minute });
    seedSession(aws, { ...on, proxySessionId: 'two', createdAt: now - 90 * minute, status: 'InProgress' });
    seedSession(aws, { ...on, proxySessionId: 'three', createdAt: now - 59 * minute });
    const reason =
      '2 of 3 Open and InProgress sessions have exceeded ExpiryMinutes since their last update; longest two by 30 min, ExpiryMinutes 60';
    expect((await inventory(aws)).findings).toEqual([{ code: 'past-expiry', voiceConnectorId: 'vc-east', reason }]);
    expect(publishedFindings(aws)[0]).toEqual([
      'Proxy Session Inventory',
      'vc-east',
      [{ code: 'past-expiry', reason }],
    ]);
  });

  it('are measured from their last update, which may have extended them', async () => {
    const aws = await deployed();
    const now = aws.clock.now();
    seedSession(aws, { voiceConnectorId: 'vc-east', createdAt: now - 5 * hour, updatedAt: now - 59 * minute });
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it('exclude those that have lasted exactly ExpiryMinutes', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east', createdAt: aws.clock.now() - 60 * minute });
    expect((await inventory(aws)).findings).toEqual([]);
  });
});

describe('Sessions on a Voice Connector that is not the primary', () => {
  const standby = { voiceConnectorId: 'vc-west' };

  it('are reported with the primary', async () => {
    const aws = await deployed();
    seedSession(aws, standby);
    seedSession(aws, { ...standby, status: 'InProgress' });
    const { findings } = await inventory(aws);
    const reason = '1 Open and 1 InProgress sessions, while main-line (Main line) tries vc-east first';
    expect(findings).toEqual([{ code: 'not-on-primary', voiceConnectorId: 'vc-west', reason }]);
  });

  it('are no finding when it is the primary of another group', async () => {
    const aws = await deployed();
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'other',
      items: [
        { voiceConnectorId: 'vc-west', priority: 1 },
        { voiceConnectorId: 'vc-east', priority: 2 },
      ],
    });
    seedSession(aws, standby);
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it.each([
    ['by load', { callDistributionType: 'LoadBalancedDistribution' as const }],
    [
      'by equal priorities',
      {
        items: [
          { voiceConnectorId: 'vc-east', priority: 1 },
          { voiceConnectorId: 'vc-west', priority: 1 },
        ],
      },
    ],
  ])('are no finding when calls are shared %s', async (_, group) => {
    const aws = await deployed((each) => {
      seedHealthy(each, group);
    });
    seedSession(aws, standby);
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it('are no finding when it is in no group', async () => {
    const aws = await deployed();
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-alone' });
    seedSession(aws, { voiceConnectorId: 'vc-alone' });
    expect((await inventory(aws)).findings).toEqual([]);
    expect(askedFor(aws, 'GetMetricData')).toEqual([]);
  });
});

describe('Sessions on an unhealthy Voice Connector', () => {
  it('are reported with the verdict that the monitor would give', async () => {
    const aws = await deployed(seedUnhealthy);
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    const { findings } = await inventory(aws);
    await aws.invoke('monitor', {});
    const [applied] = eventsOn(aws).filter(({ detailType }) => detailType === 'Priority Change Applied');
    const { connectors } = applied?.data['evidence'] as {
      readonly connectors: readonly {
        readonly voiceConnectorId: string;
        readonly verdict: { readonly reason: string };
      }[];
    };
    const verdict = connectors.find(({ voiceConnectorId }) => voiceConnectorId === 'vc-east')?.verdict.reason ?? 'none';
    const reason = `1 Open and 0 InProgress sessions, while it is unhealthy by the policy of main-line (Main line): ${verdict}`;
    expect(findings).toEqual([{ code: 'unhealthy-connector', voiceConnectorId: 'vc-east', reason }]);
  });

  it('cost a CloudWatch read only for groups that have sessions', async () => {
    const aws = await deployed((each) => {
      seedHealthy(each);
      seedSideLine(each);
    });
    seedSession(aws, { voiceConnectorId: 'vc-west' });
    await inventory(aws);
    const queries = JSON.stringify(askedFor(aws, 'GetMetricData').map(({ input }) => input));
    expect(queries).toContain('vc-east');
    expect(queries).not.toContain('vc-east-2');
    expect(queries).not.toContain('vc-west-2');
  });

  it('cost no CloudWatch read when there are none', async () => {
    const aws = await deployed(seedUnhealthy);
    seedSession(aws, { voiceConnectorId: 'vc-east', status: 'Closed' });
    await inventory(aws);
    expect(askedFor(aws, 'GetMetricData')).toEqual([]);
  });

  it('are not reported because of calls that its standby has as the primary of another group', async () => {
    // Its calls end when those of its standby begin. That would prove spill-over, if the standby were not the primary of a group without sessions.
    const aws = await deployed((each) => {
      const createdAt = each.clock.now() - 24 * hour;
      for (const [voiceConnectorGroupId, ...order] of [
        ['quiet-line', 'vc-quiet', 'vc-busy'],
        ['busy-line', 'vc-busy', 'vc-spare'],
      ] as const) {
        const items = order.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: place + 1 }));
        for (const voiceConnectorId of order) each.account.chime.seedConnector({ voiceConnectorId });
        each.account.chime.seedGroup({ voiceConnectorGroupId, items, createdAt });
      }
      putAttempts(each, 'vc-quiet', (minutesAgo) => minutesAgo > 6);
      putAttempts(each, 'vc-busy', (minutesAgo) => minutesAgo <= 6);
    });
    seedSession(aws, { voiceConnectorId: 'vc-quiet' });
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it('cannot be found while CloudWatch does not answer, and the inventory reports that as a problem', async () => {
    const aws = await deployed(seedUnhealthy);
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'region-down' } });
    const { error } = await aws.invoke('sessions', {});
    expect(error.errorMessage).toMatch(/^1 problem\n {2}- reading metrics in us-east-1: /);
    expect(publishedFindings(aws)[0]).toEqual(['Proxy Session Inventory', 'vc-east', []]);
  });
});

describe('The table of an inventory', () => {
  it('has the counts first, then the findings', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-west', createdAt: aws.clock.now() - 30 * minute });
    const { table } = await inventory(aws);
    expect(table).toEqual([
      'Voice Connector  Region     Open  InProgress  Closed  oldest Open',
      'vc-east          us-east-1  0     0           0',
      'vc-west          us-west-2  1     0           0       30 min',
      '',
      'finding         Voice Connector  reason',
      'not-on-primary  vc-west          1 Open and 0 InProgress sessions, while main-line (Main line) tries vc-east first',
    ]);
  });

  it('reports when there are no findings', async () => {
    const { table } = await inventory(await deployed());
    expect(table.slice(-2)).toEqual(['', 'no findings']);
  });
});
