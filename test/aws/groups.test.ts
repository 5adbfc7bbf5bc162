import { describe, expect, it, vi } from 'vitest';
import { GroupWriter } from '../../lib/aws/group-writer.ts';
import { Groups } from '../../lib/aws/groups.ts';
import type { VoiceConnectorGroup } from '../../lib/core/model/group.ts';
import type { ListedConnector } from '../../lib/ports.ts';
import type { ConnectorSeed } from '../../sim/account/chime/connectors.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { askedFor, now, startAws, writes, type TestAws } from '../wire-support/account.ts';
import { startScript } from '../wire-support/scripted-endpoint.ts';
import { clientsOf } from '../wire-support/turns.ts';

const never = new AbortController().signal;

function groupsOf(
  aws: { readonly server: { readonly url: string } },
  controlRegions: readonly string[] = ['us-east-1', 'us-west-2'],
) {
  return new Groups({ clientOf: clientsOf(aws).chime, controlRegions, clock: () => now });
}

function writerOf(aws: { readonly server: { readonly url: string } }) {
  return new GroupWriter({ clientOf: clientsOf(aws).chimeForWrites });
}

const items = [
  { voiceConnectorId: 'vc-east', priority: 1 },
  { voiceConnectorId: 'vc-west', priority: 2 },
];

const mainLine: VoiceConnectorGroup = {
  voiceConnectorGroupId: 'main-line',
  name: 'Main line',
  controlRegion: 'us-east-1',
  callDistributionType: 'PriorityWeightedDistribution',
  items,
  createdAt: now,
  updatedAt: now,
};

function seedMainLine({ account }: TestAws): void {
  account.chime.seedConnector({ voiceConnectorId: 'vc-east', awsRegion: 'us-east-1' });
  account.chime.seedConnector({ voiceConnectorId: 'vc-west', awsRegion: 'us-west-2' });
  account.chime.seedGroup({
    voiceConnectorGroupId: 'main-line',
    name: 'Main line',
    items,
    callDistributionType: 'PriorityWeightedDistribution',
  });
}

describe('listing', () => {
  it('finds the groups and Voice Connectors of every control Region, with the Region that listed each', async () => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-far', awsRegion: 'eu-west-2', createdIn: 'us-west-2' });
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'bare', createdIn: 'us-west-2' });
    expect(await groupsOf(aws).list(never)).toEqual({
      groups: [
        mainLine,
        {
          voiceConnectorGroupId: 'bare',
          name: 'bare',
          controlRegion: 'us-west-2',
          callDistributionType: undefined,
          items: [],
          createdAt: now,
          updatedAt: now,
        },
      ],
      connectors: new Map([
        ['vc-east', { voiceConnectorId: 'vc-east', region: 'us-east-1', controlRegion: 'us-east-1' }],
        ['vc-west', { voiceConnectorId: 'vc-west', region: 'us-west-2', controlRegion: 'us-west-2' }],
        ['vc-far', { voiceConnectorId: 'vc-far', region: 'eu-west-2', controlRegion: 'us-west-2' }],
      ]),
      problems: [],
    });
  });

  it('uses the first control Region for a group that two list', async () => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.account.chime.groups.visibility = 'everywhere';
    const controlRegionOf = async (...controlRegions: readonly string[]) =>
      (await groupsOf(aws, controlRegions).list(never)).groups.map(({ controlRegion }) => controlRegion);
    expect(await controlRegionOf('us-east-1', 'us-west-2')).toEqual(['us-east-1']);
    expect(await controlRegionOf('us-west-2', 'us-east-1')).toEqual(['us-west-2']);
  });

  it('keeps what was listed before a page failed, and reports the failure', async () => {
    const aws = await startAws();
    for (let number = 0; number < 150; number += 1) aws.account.chime.seedGroup();
    aws.misbehave({
      operation: 'ListVoiceConnectorGroups',
      when: ({ input }) => 'NextToken' in (input as object),
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no more' },
    });
    const { groups, problems } = await groupsOf(aws).list(never);
    expect(groups).toHaveLength(100);
    expect(problems).toEqual([
      {
        doing: 'listing Voice Connector groups in us-east-1',
        message: 'ForbiddenException: no more (HTTP 403)',
      },
    ]);
  });

  it('has a time limit of eight seconds for each page', async () => {
    const aws = await startAws();
    for (let number = 0; number < 1000; number += 1) aws.account.chime.seedGroup();
    aws.misbehave({ operation: 'ListVoiceConnectorGroups', effect: { kind: 'latency', ms: 150 } });
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    const hurried = vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => timeout(ms / 8));
    const { groups, problems } = await groupsOf(aws).list(never);
    hurried.mockRestore();
    expect(problems).toEqual([]);
    expect(groups).toHaveLength(1000);
  });

  it('ends if AWS returns the same page token again', async () => {
    const page = {
      VoiceConnectorGroups: [{ VoiceConnectorGroupId: 'main-line', Name: 'Main line' }],
      NextToken: 'same',
    };
    const endpoint = await startScript([{ body: page }]);
    const { groups } = await groupsOf(endpoint, ['us-east-1']).list(never);
    expect(groups).toHaveLength(1);
    expect(endpoint.requests.filter(({ path }) => path.startsWith('/voice-connector-groups'))).toHaveLength(2);
  });

  it('uses the control Region for a Voice Connector without AwsRegion', async () => {
    const endpoint = await startScript([{ body: { VoiceConnectors: [{ VoiceConnectorId: 'vc-1' }] } }]);
    const { connectors } = await groupsOf(endpoint, ['eu-west-2']).list(never);
    expect(connectors.get('vc-1')).toMatchObject({ region: 'eu-west-2' });
  });

  it('reads a missing or null field as absent, never as zero', async () => {
    const group = { VoiceConnectorGroupId: 'g', Name: 'G', UpdatedTimestamp: null, CallDistributionType: null };
    const odd = [
      { ...group, VoiceConnectorItems: null },
      { ...group, VoiceConnectorGroupId: 'h', VoiceConnectorItems: [{ VoiceConnectorId: 'vc-1', Priority: null }] },
    ];
    const endpoint = await startScript([{ body: { VoiceConnectorGroups: odd, NextToken: null } }]);
    const { groups, problems } = await groupsOf(endpoint, ['us-east-1']).list(never);
    const absent = { name: 'G', controlRegion: 'us-east-1', callDistributionType: undefined, updatedAt: undefined };
    expect(problems).toEqual([]);
    expect(groups).toEqual([
      { ...absent, voiceConnectorGroupId: 'g', items: [] },
      { ...absent, voiceConnectorGroupId: 'h', items: [{ voiceConnectorId: 'vc-1', priority: undefined }] },
    ]);
  });
});

describe('a write', () => {
  const after = [
    { voiceConnectorId: 'vc-east', priority: 2 },
    { voiceConnectorId: 'vc-west', priority: 1 },
  ];

  it('goes to the endpoint that listed the group, and to no other', async () => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.account.chime.groups.visibility = 'everywhere';
    const answer = await writerOf(aws).update({ ...mainLine, controlRegion: 'us-west-2' }, after, never);
    expect(answer).toEqual({ kind: 'accepted' });
    expect(askedFor(aws, 'UpdateVoiceConnectorGroup').map(({ region }) => region)).toEqual(['us-west-2']);
  });

  it('refuses a group with an unknown distribution type, without a request', async () => {
    const aws = await startAws();
    seedMainLine(aws);
    const answer = await writerOf(aws).update({ ...mainLine, callDistributionType: 'MoonPhase' }, after, never);
    expect(answer).toEqual({
      kind: 'refused',
      code: 'invalid',
      message: 'CallDistributionType MoonPhase is unknown to this version, which could not write it back unchanged',
    });
    expect(aws.asked).toEqual([]);
  });

  it('is never retried, not even for errors that the SDK would retry', async () => {
    for (const [status, code] of [
      [429, 'ThrottledClientException'],
      [500, 'ServiceFailureException'],
      [503, 'ServiceUnavailableException'],
    ] as const) {
      const aws = await startAws();
      seedMainLine(aws);
      aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'error', status, code, message: 'no' } });
      await writerOf(aws).update(mainLine, after, never);
      expect(writes(aws)).toHaveLength(1);
    }
  });
});

describe('the result of a write', () => {
  const resultOf = async (effect: MisbehaviourRule['effect']) => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
    return writerOf(aws).update(mainLine, items, never);
  };

  it.each([500, 502, 503, 504])('is `failed` for HTTP %i: the request has ended', async (status) => {
    const answer = await resultOf({ kind: 'error', status, code: 'ServiceFailureException', message: 'no' });
    expect(answer).toEqual({ kind: 'failed', message: `ServiceFailureException: no (HTTP ${status})` });
  });

  it('is `failed` if the connection is refused', async () => {
    const answer = await writerOf({ server: { url: 'http://127.0.0.1:1' } }).update(mainLine, items, never);
    expect(answer).toEqual({ kind: 'failed', message: expect.stringContaining('ECONNREFUSED') as string });
  });

  it.each(['reset-before', 'reset-after', 'truncated-body', 'malformed-body'] as const)(
    'is `unanswered` if the connection or the response breaks (%s): AWS may still process the request',
    async (kind) => {
      expect(await resultOf({ kind })).toMatchObject({ kind: 'unanswered' });
    },
  );
});

describe('the reachability of a Voice Connector', () => {
  const reachabilityOf = async (seed: ConnectorSeed) => {
    const aws = await startAws();
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-west', awsRegion: 'us-west-2', ...seed });
    const connector: ListedConnector = {
      voiceConnectorId: 'vc-west',
      region: 'us-west-2',
      controlRegion: seed.createdIn ?? 'us-west-2',
    };
    return groupsOf(aws).readReachability(connector, never);
  };

  it('has the last OPTIONS ping and whether there is a route for calls', async () => {
    expect(await reachabilityOf({ lastOptionsPing: { at: now - 1000, source: '192.0.2.10' } })).toEqual({
      kind: 'read',
      lastOptionsPingAt: now - 1000,
      origination: 'ready',
    });
  });

  it('is read from the Region that listed it', async () => {
    expect(await reachabilityOf({ createdIn: 'us-east-1' })).toMatchObject({ kind: 'read' });
  });

  it.each<{ what: string; seed: ConnectorSeed; origination: string }>([
    { what: 'origination was never set', seed: { origination: 'none' }, origination: 'no-route' },
    { what: 'it has no route', seed: { origination: { routes: [], disabled: false } }, origination: 'no-route' },
    { what: 'origination is disabled', seed: { origination: { routes: [], disabled: true } }, origination: 'disabled' },
  ])('is read if it was never pinged and $what', async ({ seed, origination }) => {
    expect(await reachabilityOf(seed)).toEqual({ kind: 'read', lastOptionsPingAt: undefined, origination });
  });

  it.each(['GetVoiceConnectorOrigination', 'GetVoiceConnectorTerminationHealth'])(
    'is unreadable if %s is denied',
    async (operation) => {
      const aws = await startAws();
      seedMainLine(aws);
      const effect = { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } as const;
      aws.misbehave({ operation, effect });
      const east = { voiceConnectorId: 'vc-east', region: 'us-east-1', controlRegion: 'us-east-1' };
      expect(await groupsOf(aws).readReachability(east, never)).toEqual({
        kind: 'unreadable',
        message: 'ForbiddenException: no (HTTP 403)',
      });
    },
  );
});

describe('a time in the future', () => {
  const minutes = (count: number) => now + count * 60_000;

  it('of a last change, more than 2 min ahead of our clock, is not used, and is a problem of the listing', async () => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'ahead', name: 'Ahead', items, updatedAt: minutes(10) });
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'near', name: 'Near', items, updatedAt: minutes(2) });
    const { groups, problems } = await groupsOf(aws, ['us-east-1']).list(never);
    const updatedAt = new Map(groups.map((group) => [group.voiceConnectorGroupId, group.updatedAt]));
    expect(updatedAt.get('ahead')).toBeUndefined();
    expect(updatedAt.get('near')).toBe(minutes(2));
    expect(problems).toEqual([
      {
        doing: 'reading when group ahead was changed',
        message: 'AWS reports 2026-11-20T09:10:30.000Z, more than 2 min ahead of our clock: it is not used',
      },
    ]);
    const read = await groupsOf(aws).read({ voiceConnectorGroupId: 'ahead', controlRegion: 'us-east-1' }, never);
    expect(read).toMatchObject({ kind: 'read', group: { updatedAt: undefined } });
  });

  it.each([
    [2, { lastOptionsPingAt: minutes(2) }],
    [
      3,
      {
        lastOptionsPingAt: undefined,
        ignored:
          'AWS reports an OPTIONS ping at 2026-11-20T09:03:30.000Z, more than 2 min ahead of our clock: it is not used',
      },
    ],
  ])('of an OPTIONS ping, %i min ahead, is used only up to 2 min', async (ahead, expected) => {
    const aws = await startAws();
    seedMainLine(aws);
    aws.account.recordOptionsPing('vc-east', { at: minutes(ahead), source: '192.0.2.10' });
    const connector: ListedConnector = {
      voiceConnectorId: 'vc-east',
      region: 'us-east-1',
      controlRegion: 'us-east-1',
    };
    const reachability = await groupsOf(aws).readReachability(connector, never);
    expect(reachability).toEqual({ kind: 'read', origination: 'ready', ...expected });
  });
});
