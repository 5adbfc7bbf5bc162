import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls, seedMainLine, seedUnhealthy, seedSideLine } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

/** Both groups need a failover, each out of a Region of its own. */
async function bothSick(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  seedSideLine(aws, failing);
  return aws;
}

/** One group of each kind: `main-line` needs a failover, `side-line` none. */
async function oneSick(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  seedSideLine(aws);
  return aws;
}

const topInTheWest = [
  { voiceConnectorId: 'vc-west', priority: 1 },
  { voiceConnectorId: 'vc-east', priority: 2 },
];

function eventsAbout(aws: TestAws, groupId: string): readonly string[] {
  return eventsOn(aws).flatMap(({ detailType, data }) =>
    data['voiceConnectorGroupId'] === groupId ? [detailType] : [],
  );
}

const never = new AbortController().signal;

describe('a turn in which one thing fails', () => {
  it('moves the other group when one write fails, and names the problem', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'second-line',
      items: [
        { voiceConnectorId: 'vc-east', priority: 1 },
        { voiceConnectorId: 'vc-west', priority: 2 },
      ],
      createdAt: 0,
    });
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      when: ({ resource }) => resource === 'main-line',
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' },
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'rejected', code: 'forbidden' });
    expect(groupIn(result, 'second-line').outcome).toMatchObject({ kind: 'applied' });
    expect(orderOf(aws, 'second-line')).toBe('vc-west 1, vc-east 2');
    expect(result.outcome).toBe('failed');
    expect(result.problems).toEqual([
      {
        doing: 'configuration fault: failover of group main-line',
        message: 'ForbiddenException: no (HTTP 403)',
      },
    ]);
    expect(eventsAbout(aws, 'second-line')).toEqual(['Priority Change Intended', 'Priority Change Applied']);
    expect(eventsOn(aws).at(-1)).toEqual({
      detailType: 'Run Failed',
      data: { count: result.problems.length, problems: result.problems },
    });
  });

  it('decides on the other Region when CloudWatch is down in one, and is never moved by the silence', async () => {
    const aws = await oneSick();
    aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(groupIn(result, 'side-line')).toMatchObject({ decision: 'hold', code: 'top-unknown' });
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'no-target',
      rejected: [{ voiceConnectorId: 'vc-west', code: 'unobservable' }],
    });
    expect(result.regions).toMatchObject([
      { region: 'us-east-1', verdict: { health: 'unhealthy' } },
      { region: 'us-west-2', verdict: { health: 'unknown' } },
    ]);
    expect(result.problems).toEqual([
      { doing: 'reading metrics in us-west-2', message: expect.stringContaining('ECONNRESET') as string },
    ]);
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Priority Held', 'Run Failed']);
  });

  it.each([
    ['PartialData', 'partial'],
    ['InternalError', 'fetch-error'],
    ['Forbidden', 'forbidden'],
  ] as const)(
    'holds on metrics that come back as %s, however bad the rest of them looks',
    async (statusCode, cause) => {
      const aws = await startAws();
      seedUnhealthy(aws);
      aws.misbehave({ effect: { kind: 'metric-status', statusCode, keep: 1 } });
      const { result } = await takeTurn(aws, { policy: '{ version: 1, defaults: { mode: enforce } }' });
      expect(groupIn(result)).toMatchObject({
        decision: 'hold',
        code: 'top-unknown',
        connectors: [{ verdict: { cause } }, { verdict: { cause } }],
      });
      expect(result.problems.map(({ doing }) => doing)).toEqual([
        'reading metrics in us-east-1',
        'reading metrics in us-west-2',
      ]);
      expect(writes(aws)).toEqual([]);
    },
  );

  it('moves the groups of the Region that can be seen when CloudWatch is down in the other', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.seedConnector({
      voiceConnectorId: 'vc-far',
      awsRegion: 'eu-west-2',
      createdIn: 'us-east-1',
    });
    aws.account.chime.seedGroup({
      voiceConnectorGroupId: 'far-line',
      items: [
        { voiceConnectorId: 'vc-far', priority: 1 },
        { voiceConnectorId: 'vc-west', priority: 2 },
      ],
      createdAt: 0,
    });
    aws.misbehave({
      service: 'monitoring',
      region: 'eu-west-2',
      effect: { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not yours' },
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result).outcome).toMatchObject({ kind: 'applied' });
    expect(groupIn(result, 'far-line')).toMatchObject({
      decision: 'hold',
      code: 'top-unknown',
      connectors: [{ voiceConnectorId: 'vc-far', verdict: { health: 'unknown', cause: 'forbidden' } }, {}],
    });
    expect(result.problems).toEqual([
      { doing: 'reading metrics in eu-west-2', message: 'AccessDeniedException: not yours (HTTP 400)' },
    ]);
  });

  it('decides on the groups that answer when a control Region is down', async () => {
    const aws = await bothSick();
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['main-line']);
    // vc-west is listed in us-west-2 only: whom nobody can see is not promoted.
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'no-target' });
    expect(result.problems.map(({ doing }) => doing)).toEqual([
      'listing Voice Connector groups in us-west-2',
      'listing Voice Connectors in us-west-2',
    ]);
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Run Failed']);
  });

  it('finds a first choice by its calls when the control Region that would list it is down, and leaves it', async () => {
    const aws = await startAws();
    seedMainLine(aws, { items: topInTheWest });
    publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2', failuresAt: failing });
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws, { policy: '{ version: 1, defaults: { mode: enforce } }' });
    expect(groupIn(result)).toMatchObject({
      decision: 'failover',
      connectors: [{ voiceConnectorId: 'vc-west', region: 'us-west-2', verdict: { health: 'unhealthy' } }, {}],
      outcome: { kind: 'applied' },
    });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(result.problems.map(({ doing }) => doing)).toEqual([
      'listing Voice Connector groups in us-west-2',
      'listing Voice Connectors in us-west-2',
    ]);
  });

  it('does not guess where a Voice Connector is whose calls are in two Regions at once', async () => {
    const aws = await startAws();
    seedMainLine(aws, { items: topInTheWest });
    for (const region of ['us-east-1', 'us-west-2']) {
      publishCalls(aws, { voiceConnectorId: 'vc-west', region, failuresAt: failing });
    }
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws, { policy: '{ version: 1, defaults: { mode: enforce } }' });
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'top-unknown',
      connectors: [{ voiceConnectorId: 'vc-west', region: undefined, verdict: { cause: 'fetch-error' } }, {}],
    });
  });

  it('writes through the endpoint that listed the group when the preferred one is down', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.account.chime.groups.visibility = 'everywhere';
    aws.account.chime.connectors.visibility = 'everywhere';
    aws.misbehave({ service: 'chime', region: 'us-east-1', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({ controlRegion: 'us-west-2', outcome: { kind: 'applied' } });
    expect(aws.asked.filter(({ operation }) => operation === 'UpdateVoiceConnectorGroup')).toMatchObject([
      { region: 'us-west-2' },
    ]);
    expect(result.outcome).toBe('failed');
  });

  it('says that everything failed when no control Region answers', async () => {
    const aws = await bothSick();
    aws.misbehave({ service: 'chime', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(result.groups).toEqual([]);
    expect(result.problems.map(({ doing }) => doing)).toEqual([
      'listing Voice Connector groups in us-east-1',
      'listing Voice Connector groups in us-west-2',
      'listing Voice Connectors in us-east-1',
      'listing Voice Connectors in us-west-2',
    ]);
    expect(eventsOn(aws)).toEqual([
      { detailType: 'Run Failed', data: { count: result.problems.length, problems: result.problems } },
    ]);
    expect(writes(aws)).toEqual([]);
  });

  it('decides on a group although its standby cannot be looked at', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    aws.misbehave({
      operation: 'GetVoiceConnectorOrigination',
      when: ({ resource }) => resource === 'vc-west',
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' },
    });
    const { result } = await takeTurn(aws);
    expect(groupIn(result)).toMatchObject({
      decision: 'hold',
      code: 'no-target',
      rejected: [{ voiceConnectorId: 'vc-west', code: 'unreadable', reason: 'ForbiddenException: no (HTTP 403)' }],
    });
    expect(result.problems).toMatchObject([{ doing: 'looking closer at vc-west' }]);
  });

  it('decides on the others when our own code fails over one group, and says which', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    seedSideLine(aws);
    const { result, lines } = await takeTurn(aws, {
      adapted: (ports) => ({
        ...ports,
        groups: {
          controlRegions: ports.groups.controlRegions,
          list: (signal) => ports.groups.list(signal),
          read: () => Promise.reject(new TypeError('a defect')),
          readReachability: (connector, signal) => ports.groups.readReachability(connector, signal),
        },
      }),
    });
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['side-line']);
    expect(result.problems).toEqual([{ doing: 'deciding on group main-line', message: 'a defect' }]);
    expect(lines).toContainEqual({
      level: 'error',
      message: 'group failed',
      fields: { voiceConnectorGroupId: 'main-line', error: new TypeError('a defect') },
    });
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Run Failed']);
    expect(writes(aws)).toEqual([]);
  });

  it('ends in time when its time is up before the write, and writes nothing', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const work = new AbortController();
    aws.onFirst('GetVoiceConnectorGroup', () => {
      work.abort();
    });
    const { result } = await takeTurn(aws, { signals: { work: work.signal, publish: never, outbox: never } });
    expect(groupIn(result).outcome).toEqual({
      kind: 'blocked',
      code: 'out-of-time',
      reason: "the turn's time was up before the group could be looked at and written",
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Blocked', 'Run Failed']);
  });

  it('still records what it did when its time is up during the write', async () => {
    const aws = await startAws();
    seedUnhealthy(aws);
    const work = new AbortController();
    aws.onFirst('UpdateVoiceConnectorGroup', () => {
      work.abort();
    });
    const before = aws.clock.now();
    const { result } = await takeTurn(aws, { signals: { work: work.signal, publish: never, outbox: never } });
    expect(groupIn(result).outcome).toEqual({
      kind: 'unverified',
      reason: expect.stringMatching(
        /^without an answer from AWS \(.*\), and the turn's time was up before AWS showed it; last seen: nothing$/,
      ) as string,
    });
    expect(aws.clock.now()).toBe(before);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Unverified', 'Run Failed']);
  });
});
