import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionsResult } from '../../lib/sessions/result.ts';
import type { ProxySessionMode } from '../../sim/account/chime/proxy-sessions.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { allEventText, eventsOn, eventTypes, hour, now } from '../wire-support/account.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { deploy, logged, requestsToAws, type Deployment } from '../wire-support/functions.ts';
import { seedMainLine, seedSideLine } from '../wire-support/account-fixtures.ts';

const closing: (() => Promise<void> | void)[] = [];
let aws: Deployment;

/** Injects a fault while `act` runs. */
async function whileMisbehaving<Result>(rule: MisbehaviourRule, act: () => Promise<Result>): Promise<Result> {
  const end = aws.server.misbehave(rule);
  try {
    return await act();
  } finally {
    end();
  }
}

async function inventory(event: unknown = {}) {
  const { functionError, payload } = await aws.invoke('sessions', event);
  expect(functionError).toBeUndefined();
  return payload as SessionsResult;
}

beforeAll(async () => {
  aws = await deploy({ atEnd: (close) => closing.unshift(close) });
  seedMainLine(aws);
  seedSideLine(aws);
  const participants = [
    { phoneNumber: '+12065550147', proxyPhoneNumber: '+12065550148' },
    { phoneNumber: '+442079460149', proxyPhoneNumber: '+12065550148' },
  ];
  const seed = (count: number, status: 'Open' | 'InProgress' | 'Closed', createdAt: number): void => {
    for (let index = 0; index < count; index += 1) {
      aws.account.chime.seedProxySession({
        voiceConnectorId: 'vc-east',
        ...(status === 'Open' && index === 0 ? { proxySessionId: 'first' } : {}),
        name: 'Call of +12065550147',
        status,
        createdAt: createdAt + index,
        participants,
      });
    }
  };
  seed(230, 'Open', now - 3 * hour);
  seed(3, 'InProgress', now - hour);
});
beforeEach(() => {
  aws.server.clearRequests();
  aws.account.eventBridge.events.length = 0;
  aws.lines.length = 0;
  aws.account.chime.proxySessions.mode = 'served';
});
afterAll(async () => {
  for (const close of closing) await close();
});

function containing(text: string) {
  return expect.stringContaining(text) as string;
}

const nothing = { answer: 'listed', count: 0 };
const allConnectors = ['vc-east', 'vc-east-2', 'vc-west', 'vc-west-2'];

describe('the inventory of proxy sessions', () => {
  it('counts every page of every status of every Voice Connector', async () => {
    const result = await inventory();
    const east = {
      voiceConnectorId: 'vc-east',
      region: 'us-east-1',
      sessions: {
        Open: { answer: 'listed', count: 230, oldestCreatedAt: '2026-11-20T06:00:30.000Z' },
        InProgress: { answer: 'listed', count: 3, oldestCreatedAt: '2026-11-20T08:00:30.000Z' },
        Closed: nothing,
      },
    };
    const reason =
      '230 of 233 Open and InProgress sessions have exceeded ExpiryMinutes since their last update; longest first by 2 h, ExpiryMinutes 60';
    const pastExpiry = { code: 'past-expiry', reason };
    const idle = { Open: nothing, InProgress: nothing, Closed: nothing };
    expect(result).toEqual({
      shape: 'sessions-result',
      version: 1,
      runId: expect.any(String) as string,
      trigger: { kind: 'manual' },
      observedAt: '2026-11-20T09:00:30.000Z',
      outcome: 'succeeded',
      table: [
        'Voice Connector  Region     Open  InProgress  Closed  oldest Open',
        'vc-east          us-east-1  230   3           0       3 h',
        'vc-east-2        us-east-1  0     0           0',
        'vc-west          us-west-2  0     0           0',
        'vc-west-2        us-west-2  0     0           0',
        '',
        'finding      Voice Connector  reason',
        `past-expiry  vc-east          ${reason}`,
      ],
      connectors: [
        east,
        { voiceConnectorId: 'vc-east-2', region: 'us-east-1', sessions: idle },
        { voiceConnectorId: 'vc-west', region: 'us-west-2', sessions: idle },
        { voiceConnectorId: 'vc-west-2', region: 'us-west-2', sessions: idle },
      ],
      findings: [{ voiceConnectorId: 'vc-east', ...pastExpiry }],
      problems: [],
    });
    expect(eventsOn(aws)).toEqual(
      result.connectors.map((connector, place) => ({
        detailType: 'Proxy Session Inventory',
        data: { ...connector, findings: place === 0 ? [pastExpiry] : [] },
      })),
    );
    expect(logged(aws.lines, 'inventory')).toMatchObject([{ data: { outcome: 'succeeded', connectors: 4 } }]);
  });

  it('changes nothing, and reads only lists and the health of Voice Connectors with sessions', async () => {
    await inventory();
    const operations = new Set(requestsToAws(aws).map(({ operation }) => operation));
    expect([...operations].sort()).toEqual([
      'GetMetricData',
      'ListProxySessions',
      'ListVoiceConnectorGroups',
      'ListVoiceConnectors',
      'PutEvents',
    ]);
  });

  it.each(['scheduled.json', 'manual-one-group.json'])('runs on events/%s', async (file) => {
    const result = await inventory(readFileSync(new URL(`../../events/${file}`, import.meta.url), 'utf8'));
    const expected = file === 'scheduled.json' ? allConnectors : ['vc-east', 'vc-west'];
    expect(result.connectors.map(({ voiceConnectorId }) => voiceConnectorId)).toEqual(expected);
  });

  it('is refused for a group that does not exist, and names the existing ones', async () => {
    const { error } = await aws.invoke('sessions', { groupId: 'main-lin' });
    expect(error).toMatchObject({
      errorType: 'InvalidInputError',
      errorMessage:
        'the event: 1 problem\n  - groupId: Expected one of main-line (Main line), side-line (Side line), got "main-lin"',
    });
    expect(requestsToAws(aws).filter(({ operation }) => operation === 'ListProxySessions')).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Run Failed']);
  });

  it('has no phone number in its result, its log or its events', async () => {
    const { payload } = await aws.invoke('sessions', {});
    const { error } = await whileMisbehaving(
      {
        operation: 'ListProxySessions',
        effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'at +12065550147' },
      },
      () => aws.invoke('sessions', {}),
    );
    const texts = [JSON.stringify(payload), error.errorMessage, allEventText(aws), ...aws.lines];
    expect(aws.lines.length).toBeGreaterThan(2);
    expect(error.errorMessage).toContain('at (number withheld)');
    for (const text of texts) expect(text).not.toMatch(/206555|44207946|014[789]/);
  });
});

describe('a feature that AWS has ended', () => {
  it.each<{ mode: ProxySessionMode; answer: object; inventories: number }>([
    { mode: 'not-found', answer: { answer: 'not-found', message: containing('HTTP 404') }, inventories: 0 },
    { mode: 'forbidden', answer: { answer: 'forbidden', message: containing('HTTP 403') }, inventories: 0 },
    { mode: 'bad-request', answer: { answer: 'invalid', message: containing('HTTP 400') }, inventories: 0 },
    { mode: 'gone', answer: { answer: 'gone', message: containing('HTTP 410') }, inventories: 0 },
    { mode: 'empty', answer: nothing, inventories: 4 },
  ])('with answer $mode is reported as such, and is no failure', async ({ mode, answer, inventories }) => {
    aws.account.chime.proxySessions.mode = mode;
    const result = await inventory();
    expect(result).toMatchObject({ outcome: 'succeeded', problems: [] });
    expect(result.connectors).toHaveLength(4);
    for (const { sessions } of result.connectors) {
      expect(sessions).toEqual({ Open: answer, InProgress: answer, Closed: answer });
    }
    expect(eventTypes(aws)).toEqual(Array.from({ length: inventories }, () => 'Proxy Session Inventory'));
  });
});

describe('an inventory that fails in part', () => {
  it('publishes the rest first, and then fails with what is missing', async () => {
    const rule: MisbehaviourRule = {
      operation: 'ListProxySessions',
      when: ({ resource, input }) => resource === 'vc-west' && (input as { Status: string }).Status === 'Open',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'sorry' },
    };
    const { functionError, error } = await whileMisbehaving(rule, () => aws.invoke('sessions', {}));
    expect(functionError).toBe('Unhandled');
    expect(error).toMatchObject({
      errorType: 'RunFailedError',
      errorMessage: '1 problem\n  - listing Open proxy sessions of vc-west: ServiceFailureException: sorry (HTTP 500)',
    });
    expect(eventsOn(aws).map(({ data }) => data)).toMatchObject([
      { voiceConnectorId: 'vc-east', sessions: { Open: { count: 230 } } },
      { voiceConnectorId: 'vc-east-2' },
      { voiceConnectorId: 'vc-west', sessions: { Open: { answer: 'failed' }, InProgress: nothing, Closed: nothing } },
      { voiceConnectorId: 'vc-west-2' },
      { count: 1 },
    ]);
  });

  it('counts in the Region that answers', async () => {
    const rule: MisbehaviourRule = { service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } };
    const { error } = await whileMisbehaving(rule, () => aws.invoke('sessions', {}));
    expect(error.errorType).toBe('RunFailedError');
    expect(error.errorMessage).toMatch(
      /^2 problems\n {2}- listing Voice Connector groups in us-west-2: .*\n {2}- listing Voice Connectors in us-west-2: /,
    );
    expect(eventsOn(aws).map(({ data }) => data['voiceConnectorId'] ?? data['count'])).toEqual([
      'vc-east',
      'vc-east-2',
      2,
    ]);
  });

  it('fails when its event is not delivered, and stores it in the outbox', async () => {
    const rule: MisbehaviourRule = {
      times: 1,
      effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no', indexes: [2] },
    };
    const { error } = await whileMisbehaving(rule, () => aws.invoke('sessions', {}));
    expect(error.errorMessage).toMatch(/^1 problem\n {2}- publishing Proxy Session Inventory /);
    const stored = aws.account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 });
    expect(stored.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
      { detailType: 'Proxy Session Inventory', detail: { data: { voiceConnectorId: 'vc-west' } } },
    ]);
    expect(eventsOn(aws).map(({ data }) => data['voiceConnectorId'] ?? data['count'])).toEqual([
      'vc-east',
      'vc-east-2',
      'vc-west-2',
      1,
    ]);
  });
});
