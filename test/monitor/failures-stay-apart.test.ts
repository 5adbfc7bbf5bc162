import { describe, expect, it } from 'vitest';
import { eventsOn, eventTypes, orderOf, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { failing, publishCalls, seedMainLine, seedUnhealthy, seedSideLine } from '../wire-support/account-fixtures.ts';
import { groupIn, takeTurn } from '../wire-support/turns.ts';

/** Both groups need a failover, from different Regions. */
async function withBothUnhealthy(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  seedSideLine(aws, failing);
  return aws;
}

/** `main-line` needs a failover, `side-line` does not. */
async function withOneUnhealthy(): Promise<TestAws> {
  const aws = await startAws();
  seedUnhealthy(aws);
  seedSideLine(aws);
  return aws;
}

const primaryInTheWest = [
  { voiceConnectorId: 'vc-west', priority: 1 },
  { voiceConnectorId: 'vc-east', priority: 2 },
];

function eventsAbout(aws: TestAws, groupId: string): readonly string[] {
  return eventsOn(aws).flatMap(({ detailType, data }) =>
    data['voiceConnectorGroupId'] === groupId ? [detailType] : [],
  );
}

const never = new AbortController().signal;

describe('a run in which one part fails', () => {
  it('moves the other group when one write fails, and reports the problem', async () => {
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

  it('judges the other Region when CloudWatch is down in one, and never moves a group for missing metrics', async () => {
    const aws = await withOneUnhealthy();
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
    'holds when metrics are answered with %s, even if the metrics that are present prove a fault',
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

  it('moves the groups of the observable Region when CloudWatch is down in the other', async () => {
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

  it('decides on the listed groups when a control Region is down', async () => {
    const aws = await withBothUnhealthy();
    aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { result } = await takeTurn(aws);
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(['main-line']);
    // Only us-west-2 lists vc-west: an unlisted Voice Connector is not promoted.
    expect(groupIn(result)).toMatchObject({ decision: 'hold', code: 'no-target' });
    expect(result.problems.map(({ doing }) => doing)).toEqual([
      'listing Voice Connector groups in us-west-2',
      'listing Voice Connectors in us-west-2',
    ]);
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Run Failed']);
  });

  it('finds the Region of a primary from its calls when the control Region that lists it is down, and fails over from it', async () => {
    const aws = await startAws();
    seedMainLine(aws, { items: primaryInTheWest });
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

  it('does not guess the Region of a Voice Connector with calls in two Regions', async () => {
    const aws = await startAws();
    seedMainLine(aws, { items: primaryInTheWest });
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

  it('reports every failed listing when no control Region answers', async () => {
    const aws = await withBothUnhealthy();
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

  it('decides on a group although the standby signals of its standby cannot be read', async () => {
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
    expect(result.problems).toMatchObject([{ doing: 'reading whether vc-west is reachable' }]);
  });

  it('decides on the other groups when our own code throws on one, and reports which', async () => {
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
    expect(result.problems).toEqual([{ doing: 'handling group main-line', message: 'a defect' }]);
    expect(lines).toContainEqual({
      level: 'error',
      message: 'group failed',
      fields: { voiceConnectorGroupId: 'main-line', error: new TypeError('a defect') },
    });
    expect(eventTypes(aws)).toEqual(['Priority Held', 'Run Failed']);
    expect(writes(aws)).toEqual([]);
  });

  it('ends in time when its time limit passes before the write, and writes nothing', async () => {
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
      reason: 'the run ran out of time before the group could be read again and written',
    });
    expect(writes(aws)).toEqual([]);
    expect(eventTypes(aws)).toEqual(['Priority Change Blocked', 'Run Failed']);
  });

  it('still publishes the outcome when its time limit passes during the write', async () => {
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
        /^AWS did not answer \(.*\), and the run ran out of time before AWS showed it; last read: nothing$/,
      ) as string,
    });
    expect(aws.clock.now()).toBe(before);
    expect(eventTypes(aws)).toEqual(['Priority Change Intended', 'Priority Change Unverified', 'Run Failed']);
  });
});
