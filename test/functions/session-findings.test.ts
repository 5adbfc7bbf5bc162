import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SessionsResult } from '../../lib/sessions/result.ts';
import type { ProxySessionSeed } from '../../sim/account/chime/proxy-sessions.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, eventsOn, eventTypes, hour, minute } from '../wire-support/account.ts';
import { deploy, logged, type Deployment } from '../wire-support/functions.ts';
import { seedHealthy, seedUnhealthy, seedSideLine } from '../wire-support/account-fixtures.ts';

const scheduled = readFileSync(new URL('../../events/scheduled.json', import.meta.url), 'utf8');

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

/** Ten calls in each minute of the past hour of which this is true. */
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

/** What the inventory of each Voice Connector says beside its counts. */
function findingsTold(aws: Deployment) {
  return eventsOn(aws).map(({ detailType, data }) => [detailType, data['voiceConnectorId'], data['findings']]);
}

describe('Sessions where they should be', () => {
  it('are no finding: on a healthy first choice, within their ExpiryMinutes', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    expect((await inventory(aws)).findings).toEqual([]);
    expect(findingsTold(aws)).toEqual([
      ['Proxy Session Inventory', 'vc-east', []],
      ['Proxy Session Inventory', 'vc-west', []],
    ]);
  });

  it('are no finding once they are Closed, wherever they were', async () => {
    const aws = await deployed(seedUnhealthy);
    for (const voiceConnectorId of ['vc-east', 'vc-west']) {
      seedSession(aws, { voiceConnectorId, status: 'Closed', createdAt: aws.clock.now() - 9 * hour });
    }
    expect((await inventory(aws)).findings).toEqual([]);
  });
});

describe('Sessions that outlive their ExpiryMinutes', () => {
  it('are told with how many they are, and the longest by name', async () => {
    const aws = await deployed();
    const now = aws.clock.now();
    const on = { voiceConnectorId: 'vc-east', expiryMinutes: 60 };
    seedSession(aws, { ...on, proxySessionId: 'one', createdAt: now - 61 * minute });
    seedSession(aws, { ...on, proxySessionId: 'two', createdAt: now - 90 * minute, status: 'InProgress' });
    seedSession(aws, { ...on, proxySessionId: 'three', createdAt: now - 59 * minute });
    const reason =
      '2 of 3 Open and InProgress sessions outlive their ExpiryMinutes since they were last updated; longest two by 30 min, ExpiryMinutes 60';
    expect((await inventory(aws)).findings).toEqual([
      { code: 'outliving-expiry', voiceConnectorId: 'vc-east', reason },
    ]);
    expect(findingsTold(aws)[0]).toEqual([
      'Proxy Session Inventory',
      'vc-east',
      [{ code: 'outliving-expiry', reason }],
    ]);
  });

  it('are measured from their last update, which may have given them more time', async () => {
    const aws = await deployed();
    const now = aws.clock.now();
    seedSession(aws, { voiceConnectorId: 'vc-east', createdAt: now - 5 * hour, updatedAt: now - 59 * minute });
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it('are not those that last exactly as long as they may', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east', createdAt: aws.clock.now() - 60 * minute });
    expect((await inventory(aws)).findings).toEqual([]);
  });
});

describe('Sessions on a Voice Connector that is not the first choice', () => {
  const standby = { voiceConnectorId: 'vc-west' };

  it('are told with who is', async () => {
    const aws = await deployed();
    seedSession(aws, standby);
    seedSession(aws, { ...standby, status: 'InProgress' });
    const { findings } = await inventory(aws);
    const reason = '1 Open and 1 InProgress sessions, while main-line (Main line) tries vc-east first';
    expect(findings).toEqual([{ code: 'not-on-top', voiceConnectorId: 'vc-west', reason }]);
  });

  it('are no finding where another group has it on top', async () => {
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
  ])('are no finding where calls are shared %s', async (_, group) => {
    const aws = await deployed((each) => {
      seedHealthy(each, group);
    });
    seedSession(aws, standby);
    expect((await inventory(aws)).findings).toEqual([]);
  });

  it('are no finding where it is in no group', async () => {
    const aws = await deployed();
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-alone' });
    seedSession(aws, { voiceConnectorId: 'vc-alone' });
    expect((await inventory(aws)).findings).toEqual([]);
    expect(askedFor(aws, 'GetMetricData')).toEqual([]);
  });
});

describe('Sessions on an unhealthy Voice Connector', () => {
  it('are told with the verdict that the monitor would give', async () => {
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
    const reason = `1 Open and 0 InProgress sessions, while by the policy of main-line (Main line) it is unhealthy: ${verdict}`;
    expect(findings).toEqual([{ code: 'unhealthy-connector', voiceConnectorId: 'vc-east', reason }]);
  });

  it('cost a question to CloudWatch only about groups that have sessions', async () => {
    const aws = await deployed((each) => {
      seedHealthy(each);
      seedSideLine(each);
    });
    seedSession(aws, { voiceConnectorId: 'vc-west' });
    await inventory(aws);
    const asked = JSON.stringify(askedFor(aws, 'GetMetricData').map(({ input }) => input));
    expect(asked).toContain('vc-east');
    expect(asked).not.toContain('vc-east-2');
    expect(asked).not.toContain('vc-west-2');
  });

  it('cost nothing where there are none', async () => {
    const aws = await deployed(seedUnhealthy);
    seedSession(aws, { voiceConnectorId: 'vc-east', status: 'Closed' });
    await inventory(aws);
    expect(askedFor(aws, 'GetMetricData')).toEqual([]);
  });

  it("are not taken for it by calls on its standby that are the standby's own", async () => {
    // Its calls end when those of its standby begin: spill-over, were that not the first choice of a group without sessions.
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

  it('cannot be found while CloudWatch does not answer, and the inventory fails on that', async () => {
    const aws = await deployed(seedUnhealthy);
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    aws.misbehave({ service: 'monitoring', region: 'us-east-1', effect: { kind: 'region-down' } });
    const { error } = await aws.invoke('sessions', {});
    expect(error.errorMessage).toMatch(/^1 problem\n {2}- reading metrics in us-east-1: /);
    expect(findingsTold(aws)[0]).toEqual(['Proxy Session Inventory', 'vc-east', []]);
  });
});

function refusing(status: number, code: string, on: readonly string[] = ['vc-east', 'vc-west']): MisbehaviourRule {
  return {
    operation: 'ListProxySessions',
    when: ({ resource = '' }) => on.includes(resource),
    effect: { kind: 'error', status, code, message: 'ended' },
  };
}

/** At so many minutes past the next midnight, UTC. */
async function atMinutesOfDay(aws: Deployment, minutes: number, event: unknown = scheduled): Promise<SessionsResult> {
  const day = 24 * hour;
  aws.clock.jumpTo((Math.floor(aws.clock.now() / day) + 1) * day + minutes * minute);
  return inventory(aws, event);
}

describe('A feature that AWS has ended', () => {
  const all404 =
    'AWS lists no proxy sessions of 2 of 2 Voice Connectors: 2 not-found (NotFoundException: ended (HTTP 404)); AWS ended proxy sessions on 2026-04-07';

  it.each([
    ['404', refusing(404, 'NotFoundException'), all404],
    [
      '403',
      refusing(403, 'ForbiddenException'),
      'AWS lists no proxy sessions of 2 of 2 Voice Connectors: 2 forbidden (ForbiddenException: ended (HTTP 403)); AWS ended proxy sessions on 2026-04-07; a 403 can also mean that this role lacks chime:ListProxySessions',
    ],
    [
      '400',
      refusing(400, 'BadRequestException'),
      'AWS lists no proxy sessions of 2 of 2 Voice Connectors: 2 invalid (BadRequestException: ended (HTTP 400)); AWS ended proxy sessions on 2026-04-07',
    ],
    [
      '410',
      refusing(410, 'GoneException'),
      'AWS lists no proxy sessions of 2 of 2 Voice Connectors: 2 gone (GoneException: ended (HTTP 410)); AWS ended proxy sessions on 2026-04-07',
    ],
  ])('and that answers %s is one finding of the account, by hand always, and no event', async (_, rule, reason) => {
    const aws = await deployed();
    aws.misbehave(rule);
    const { findings, outcome } = await inventory(aws);
    expect({ findings, outcome }).toEqual({ findings: [{ code: 'unsupported', reason }], outcome: 'succeeded' });
    expect(eventTypes(aws)).toEqual([]);
    expect(logged(aws.lines, 'inventory')).toMatchObject([{ data: { findings: [{ code: 'unsupported' }] } }]);
  });

  it('is told by the schedule at the beginning of the day, under one id, and not again that day', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException'));
    await atMinutesOfDay(aws, 0.2);
    for (let slot = 1; slot < 6; slot += 1) {
      aws.clock.jumpTo(aws.clock.now() + 5 * minute);
      await inventory(aws, scheduled);
    }
    const data = {
      code: 'unsupported',
      reason: all404,
      askedVoiceConnectors: 2,
      refusedVoiceConnectors: 2,
      answers: [{ answer: 'not-found', voiceConnectors: 2, message: 'NotFoundException: ended (HTTP 404)' }],
    };
    const told = { detailType: 'Proxy Sessions Unsupported', data };
    expect(eventsOn(aws)).toEqual([told, told]);
    const ids = () =>
      aws.account.eventBridge.events.map(
        ({ detail }) => (detail as { metadata: { eventId: string } }).metadata.eventId,
      );
    expect(new Set(ids()).size).toBe(1);
    await atMinutesOfDay(aws, 1);
    expect(new Set(ids()).size, 'another day is other news').toBe(2);
  });

  it('is not told by hand, not even at the beginning of the day', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException'));
    const { findings } = await atMinutesOfDay(aws, 1, {});
    expect(findings).toHaveLength(1);
    expect(eventTypes(aws)).toEqual([]);
  });

  it('for some Voice Connectors only is told as that, beside the inventory of the others', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    aws.misbehave(refusing(404, 'NotFoundException', ['vc-west']));
    const { findings, table } = await atMinutesOfDay(aws, 1);
    const reason =
      'AWS lists no proxy sessions of 1 of 2 Voice Connectors: 1 not-found (NotFoundException: ended (HTTP 404)); AWS ended proxy sessions on 2026-04-07; it still lists those of 1, so look at what is different about the others';
    expect(findings.filter(({ code }) => code === 'unsupported')).toEqual([{ code: 'unsupported', reason }]);
    expect(eventsOn(aws).map(({ detailType, data }) => [detailType, data['voiceConnectorId']])).toEqual([
      ['Proxy Session Inventory', 'vc-east'],
      ['Proxy Sessions Unsupported', undefined],
    ]);
    expect(table.filter((line) => line.startsWith('vc-west'))).toEqual([
      'vc-west          us-west-2  not-found  not-found   not-found',
    ]);
  });

  it('while another Voice Connector fails is told, and the failure is too', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException', ['vc-west']));
    aws.misbehave(refusing(500, 'ServiceFailureException', ['vc-east']));
    aws.clock.jumpTo(Date.UTC(2026, 10, 21, 0, 2));
    const { error } = await aws.invoke('sessions', scheduled);
    expect(error.errorMessage).toMatch(/^3 problems\n {2}- listing Open proxy sessions of vc-east: /);
    expect(eventTypes(aws)).toEqual(['Proxy Session Inventory', 'Proxy Sessions Unsupported', 'Run Failed']);
    expect(eventsOn(aws)[1]?.data['reason']).not.toContain('still lists');
  });

  it('in one status only still leaves an inventory to tell', async () => {
    const aws = await deployed();
    const { when, ...rule } = refusing(404, 'NotFoundException', ['vc-west']);
    const isOpen = (input: unknown): boolean => (input as { readonly Status: string }).Status === 'Open';
    aws.misbehave({ ...rule, when: (request) => when?.(request) === true && isOpen(request.input) });
    await inventory(aws);
    expect(findingsTold(aws).map(([, voiceConnectorId]) => voiceConnectorId)).toEqual(['vc-east', 'vc-west']);
  });
});

describe('The table of an inventory', () => {
  it('is what a person reads: the counts first, then what was found', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-west', createdAt: aws.clock.now() - 30 * minute });
    const { table } = await inventory(aws);
    expect(table).toEqual([
      'Voice Connector  Region     Open  InProgress  Closed  oldest Open',
      'vc-east          us-east-1  0     0           0',
      'vc-west          us-west-2  1     0           0       30 min',
      '',
      'finding     Voice Connector  what was found',
      'not-on-top  vc-west          1 Open and 0 InProgress sessions, while main-line (Main line) tries vc-east first',
    ]);
  });

  it('says so where nothing was found', async () => {
    const { table } = await inventory(await deployed());
    expect(table.slice(-2)).toEqual(['', 'no findings']);
  });
});
