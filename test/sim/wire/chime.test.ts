import {
  BadRequestException,
  ConflictException,
  CreateVoiceConnectorCommand,
  CreateVoiceConnectorGroupCommand,
  DeleteVoiceConnectorCommand,
  DeleteVoiceConnectorGroupCommand,
  ForbiddenException,
  GetVoiceConnectorCommand,
  GetVoiceConnectorGroupCommand,
  GetVoiceConnectorOriginationCommand,
  GetVoiceConnectorTerminationHealthCommand,
  GoneException,
  ListAvailableVoiceConnectorRegionsCommand,
  ListPhoneNumbersCommand,
  ListProxySessionsCommand,
  ListVoiceConnectorGroupsCommand,
  ListVoiceConnectorsCommand,
  NotFoundException,
  PutVoiceConnectorOriginationCommand,
  ResourceLimitExceededException,
  ServiceUnavailableException,
  ThrottledClientException,
  UpdateVoiceConnectorGroupCommand,
  paginateListProxySessions,
  paginateListVoiceConnectorGroups,
  type ListPhoneNumbersCommandInput,
} from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { localAws, minute, seedPair, startsAt } from './harness.ts';

describe('a Voice Connector group', () => {
  it('is listed as it was seeded, with its distribution left out where it was never set', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const { VoiceConnectorGroups, NextToken } = await aws.chime().send(new ListVoiceConnectorGroupsCommand({}));
    expect(NextToken).toBeUndefined();
    expect(VoiceConnectorGroups).toEqual([
      {
        VoiceConnectorGroupId: 'group-1',
        Name: 'main number',
        VoiceConnectorItems: [
          { VoiceConnectorId: 'vc-east', Priority: 1 },
          { VoiceConnectorId: 'vc-west', Priority: 2 },
        ],
        CreatedTimestamp: new Date(startsAt - 60 * minute),
        UpdatedTimestamp: new Date(startsAt - 60 * minute),
        VoiceConnectorGroupArn: 'arn:aws:chime:us-east-1:111122223333:vcg/group-1',
      },
    ]);
  });

  it('is updated with 202, moves its update time, and routes calls the new way at once', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const { VoiceConnectorGroup, $metadata } = await aws.chime().send(
      new UpdateVoiceConnectorGroupCommand({
        VoiceConnectorGroupId: 'group-1',
        Name: 'main number',
        VoiceConnectorItems: [
          { VoiceConnectorId: 'vc-east', Priority: 2 },
          { VoiceConnectorId: 'vc-west', Priority: 1 },
        ],
      }),
    );
    expect($metadata.httpStatusCode).toBe(202);
    expect(VoiceConnectorGroup?.UpdatedTimestamp).toEqual(new Date(startsAt));
    expect(VoiceConnectorGroup?.CreatedTimestamp).toEqual(new Date(startsAt - 60 * minute));
    expect(aws.account.routedGroups()).toEqual([
      {
        voiceConnectorGroupId: 'group-1',
        callDistributionType: 'PriorityWeightedDistribution',
        items: [
          { voiceConnectorId: 'vc-east', priority: 2 },
          { voiceConnectorId: 'vc-west', priority: 1 },
        ],
      },
    ]);
  });

  it('loses what an update leaves out: the update replaces the whole group', async () => {
    const aws = await localAws();
    const { east } = seedPair(aws.account);
    const group = { VoiceConnectorGroupId: 'group-1', Name: 'renamed' };
    const items = [{ VoiceConnectorId: east, Priority: 7 }];
    const chime = aws.chime();
    await chime.send(
      new UpdateVoiceConnectorGroupCommand({
        ...group,
        VoiceConnectorItems: items,
        CallDistributionType: 'PriorityWeightedDistribution',
      }),
    );
    const kept = await chime.send(new GetVoiceConnectorGroupCommand(group));
    expect(kept.VoiceConnectorGroup?.CallDistributionType).toBe('PriorityWeightedDistribution');
    expect(kept.VoiceConnectorGroup?.VoiceConnectorItems).toEqual(items);
    await chime.send(new UpdateVoiceConnectorGroupCommand({ ...group, VoiceConnectorItems: items }));
    const lost = await chime.send(new GetVoiceConnectorGroupCommand(group));
    expect(lost.VoiceConnectorGroup).not.toHaveProperty('CallDistributionType');
  });

  it.each([
    ['a priority of 0', { items: [['vc-east', 0]] }, BadRequestException],
    ['a priority of 100', { items: [['vc-east', 100]] }, BadRequestException],
    ['a broken priority', { items: [['vc-east', 1.5]] }, BadRequestException],
    ['no priority', { items: [['vc-east', undefined]] }, BadRequestException],
    [
      'a Voice Connector named twice',
      {
        items: [
          ['vc-east', 1],
          ['vc-east', 2],
        ],
      },
      BadRequestException,
    ],
    [
      'four items',
      {
        items: [
          ['vc-east', 1],
          ['vc-west', 2],
          ['vc-3', 3],
          ['vc-4', 4],
        ],
      },
      BadRequestException,
    ],
    ['an unknown Voice Connector', { items: [['vc-nobody', 1]] }, NotFoundException],
    ['a name with a slash', { name: 'main/number' }, BadRequestException],
    ['a name of 257 characters', { name: 'x'.repeat(257) }, BadRequestException],
    ['an empty name', { name: '' }, BadRequestException],
  ] as const)('refuses an update with %s and stays as it was', async (_, change, refusal) => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-3' });
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-4' });
    const before = aws.account.chime.groups.get('us-east-1', 'group-1');
    const items = 'items' in change ? change.items : [];
    const update = new UpdateVoiceConnectorGroupCommand({
      VoiceConnectorGroupId: 'group-1',
      Name: 'name' in change ? change.name : 'main number',
      VoiceConnectorItems: items.map(([VoiceConnectorId, Priority]) => ({ VoiceConnectorId, Priority })),
    });
    await expect(aws.chime().send(update)).rejects.toBeInstanceOf(refusal);
    expect(aws.account.chime.groups.get('us-east-1', 'group-1')).toEqual(before);
  });

  it('may leave priorities out where priority does not distribute the calls', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const { VoiceConnectorGroup } = await aws.chime().send(
      new UpdateVoiceConnectorGroupCommand({
        VoiceConnectorGroupId: 'group-1',
        Name: 'main number',
        VoiceConnectorItems: [{ VoiceConnectorId: 'vc-east' }, { VoiceConnectorId: 'vc-west' }],
        CallDistributionType: 'LoadBalancedDistribution',
      }),
    );
    expect(VoiceConnectorGroup?.VoiceConnectorItems).toEqual([
      { VoiceConnectorId: 'vc-east' },
      { VoiceConnectorId: 'vc-west' },
    ]);
  });

  it('needs a name and a list of items in every update', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const incomplete = { VoiceConnectorGroupId: 'group-1' } as {
      VoiceConnectorGroupId: string;
      Name: string;
      VoiceConnectorItems: [];
    };
    await expect(aws.chime().send(new UpdateVoiceConnectorGroupCommand(incomplete))).rejects.toBeInstanceOf(
      BadRequestException,
    );
  });

  it('is created with 201 until the account has three, and the quota can be raised', async () => {
    const aws = await localAws();
    const chime = aws.chime();
    const create = () => chime.send(new CreateVoiceConnectorGroupCommand({ Name: 'another' }));
    const { $metadata, VoiceConnectorGroup } = await create();
    expect($metadata.httpStatusCode).toBe(201);
    expect(VoiceConnectorGroup?.VoiceConnectorGroupId).toMatch(/^[a-z0-9]{21}$/);
    expect(VoiceConnectorGroup?.VoiceConnectorItems).toEqual([]);
    await create();
    await create();
    await expect(create()).rejects.toBeInstanceOf(ResourceLimitExceededException);
    aws.account.chime.groups.quota = 4;
    await expect(create()).resolves.toBeDefined();
  });

  it('is not deleted while it has members', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const chime = aws.chime();
    const group = { VoiceConnectorGroupId: 'group-1' };
    const refused = await chime.send(new DeleteVoiceConnectorGroupCommand(group)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConflictException);
    expect((refused as ConflictException).Code).toBe('VoiceConnectorGroupAssociationsExist');
    await chime.send(new UpdateVoiceConnectorGroupCommand({ ...group, Name: 'main number', VoiceConnectorItems: [] }));
    const { $metadata } = await chime.send(new DeleteVoiceConnectorGroupCommand(group));
    expect($metadata.httpStatusCode).toBe(204);
    await expect(chime.send(new GetVoiceConnectorGroupCommand(group))).rejects.toBeInstanceOf(NotFoundException);
  });

  it('answers 409 when told to, as often as told', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.groups.conflictNext(2);
    const chime = aws.chime();
    const update = new UpdateVoiceConnectorGroupCommand({
      VoiceConnectorGroupId: 'group-1',
      Name: 'main number',
      VoiceConnectorItems: [],
    });
    const conflict = await chime.send(update).catch((error: unknown) => error);
    expect(conflict).toBeInstanceOf(ConflictException);
    expect((conflict as ConflictException).Code).toBe('Conflict');
    await expect(chime.send(update)).rejects.toBeInstanceOf(ConflictException);
    await expect(chime.send(update)).resolves.toBeDefined();
  });

  it.each([
    ['late', { visibleAfterMs: 30_000 }, ['main number', 'main number', 'renamed'], [2, 2, 0]],
    ['never', { visibleAfterMs: 'never' }, ['main number', 'main number', 'main number'], [2, 2, 2]],
    [
      'late, but routed at once',
      { visibleAfterMs: 30_000, routedAfterMs: 0 },
      ['main number', 'main number', 'renamed'],
      [0, 0, 0],
    ],
  ] as const)('can accept an update that shows %s', async (_, propagation, names, routedItems) => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.groups.updatePropagation = propagation;
    const chime = aws.chime();
    const group = { VoiceConnectorGroupId: 'group-1' };
    const accepted = await chime.send(
      new UpdateVoiceConnectorGroupCommand({ ...group, Name: 'renamed', VoiceConnectorItems: [] }),
    );
    expect(accepted.VoiceConnectorGroup?.Name).toBe('renamed');
    for (const [index, afterMs] of [0, 29_999, 30_000].entries()) {
      aws.clock.jumpTo(startsAt + afterMs);
      const { VoiceConnectorGroup } = await chime.send(new GetVoiceConnectorGroupCommand(group));
      expect(VoiceConnectorGroup?.Name).toBe(names[index]);
      expect(aws.account.routedGroups()[0]?.items).toHaveLength(routedItems[index]!);
    }
  });

  it('can be in states the API would not allow', async () => {
    const aws = await localAws();
    aws.account.chime.seedGroup({ name: 'empty' });
    aws.account.chime.seedGroup({
      name: 'tied',
      items: [
        { voiceConnectorId: 'ghost', priority: 1 },
        { voiceConnectorId: 'ghost', priority: 1 },
      ],
    });
    aws.account.chime.seedGroup({ name: 'unranked', items: [{ voiceConnectorId: 'ghost' }] });
    const { VoiceConnectorGroups } = await aws.chime().send(new ListVoiceConnectorGroupsCommand({}));
    expect(VoiceConnectorGroups?.map(({ VoiceConnectorItems }) => VoiceConnectorItems)).toEqual([
      [],
      [
        { VoiceConnectorId: 'ghost', Priority: 1 },
        { VoiceConnectorId: 'ghost', Priority: 1 },
      ],
      [{ VoiceConnectorId: 'ghost' }],
    ]);
  });
});

describe('a listing', () => {
  it('brings 1,000 groups in ten pages and ends with a null token', async () => {
    const aws = await localAws();
    for (let index = 0; index < 1000; index++) aws.account.chime.seedGroup({ name: `group ${index}` });
    const pages = [];
    for await (const page of paginateListVoiceConnectorGroups({ client: aws.chime() }, { MaxResults: 100 })) {
      pages.push(page.VoiceConnectorGroups?.map(({ Name }) => Name));
    }
    expect(pages.map((page) => page?.length)).toEqual(Array.from({ length: 10 }, () => 100));
    expect(new Set(pages.flat()).size).toBe(1000);
    const raw = await fetch(`${aws.server.url}/voice-connector-groups`, { headers: signedFor('us-west-2', 'chime') });
    expect(await raw.text()).toBe('{"VoiceConnectorGroups":[],"NextToken":null}');
  });

  it.each([0, 101, 1.5])('refuses max-results %s', async (MaxResults) => {
    const aws = await localAws();
    const list = aws.chime().send(new ListVoiceConnectorGroupsCommand({ MaxResults }));
    await expect(list).rejects.toBeInstanceOf(BadRequestException);
  });

  it('refuses a token that is garbage, and one of another listing', async () => {
    const aws = await localAws();
    for (let index = 0; index < 3; index++) aws.account.chime.seedGroup();
    const chime = aws.chime();
    const { NextToken } = await chime.send(new ListVoiceConnectorGroupsCommand({ MaxResults: 1 }));
    expect(NextToken).toBeTypeOf('string');
    await expect(chime.send(new ListVoiceConnectorsCommand({ NextToken }))).rejects.toBeInstanceOf(BadRequestException);
    const garbage = new ListVoiceConnectorGroupsCommand({ NextToken: 'garbage' });
    await expect(chime.send(garbage)).rejects.toBeInstanceOf(BadRequestException);
  });
});

describe('two Regions behind one address', () => {
  it('show a group only where it was created', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const west = aws.chime('us-west-2');
    const group = { VoiceConnectorGroupId: 'group-1' };
    expect((await west.send(new ListVoiceConnectorGroupsCommand({}))).VoiceConnectorGroups).toEqual([]);
    await expect(west.send(new GetVoiceConnectorGroupCommand(group))).rejects.toBeInstanceOf(NotFoundException);
    const update = new UpdateVoiceConnectorGroupCommand({ ...group, Name: 'main number', VoiceConnectorItems: [] });
    await expect(west.send(update)).rejects.toBeInstanceOf(NotFoundException);
  });

  it('show it everywhere if the account is set so', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.groups.visibility = 'everywhere';
    const west = await aws.chime('us-west-2').send(new ListVoiceConnectorGroupsCommand({}));
    expect(west.VoiceConnectorGroups).toHaveLength(1);
  });

  it('list a Voice Connector where it was created, wherever its media is', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const listed = async (region: string) =>
      (await aws.chime(region).send(new ListVoiceConnectorsCommand({}))).VoiceConnectors?.map((each) => [
        each.VoiceConnectorId,
        each.AwsRegion,
      ]);
    expect(await listed('us-east-1')).toEqual([
      ['vc-east', 'us-east-1'],
      ['vc-west', 'us-west-2'],
    ]);
    expect(await listed('us-west-2')).toEqual([]);
  });
});

describe('a Voice Connector', () => {
  it('is created, read and deleted, three to a Region', async () => {
    const aws = await localAws();
    const chime = aws.chime();
    const create = new CreateVoiceConnectorCommand({ Name: 'trunk', RequireEncryption: true, AwsRegion: 'us-west-2' });
    const { VoiceConnector } = await chime.send(create);
    const one = { VoiceConnectorId: VoiceConnector?.VoiceConnectorId };
    expect((await chime.send(new GetVoiceConnectorCommand(one))).VoiceConnector).toEqual(VoiceConnector);
    expect(VoiceConnector).toMatchObject({ AwsRegion: 'us-west-2', RequireEncryption: true });
    await chime.send(create);
    await chime.send(create);
    await expect(chime.send(create)).rejects.toBeInstanceOf(ResourceLimitExceededException);
    await chime.send(new DeleteVoiceConnectorCommand(one));
    await expect(chime.send(new GetVoiceConnectorCommand(one))).rejects.toBeInstanceOf(NotFoundException);
  });

  it('is not deleted while a group has it as a member', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const remove = aws.chime().send(new DeleteVoiceConnectorCommand({ VoiceConnectorId: 'vc-west' }));
    await expect(remove).rejects.toBeInstanceOf(ConflictException);
  });

  it('tells when the customer last pinged it, and nothing if nobody ever did', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const health = async () =>
      (await aws.chime().send(new GetVoiceConnectorTerminationHealthCommand({ VoiceConnectorId: 'vc-east' })))
        .TerminationHealth;
    expect(await health()).toEqual({});
    aws.account.recordOptionsPing('vc-east', { at: startsAt - 5000, source: '192.0.2.10' });
    expect(await health()).toEqual({ Timestamp: new Date(startsAt - 5000), Source: '192.0.2.10' });
    expect(() => {
      aws.account.recordOptionsPing('vc-nobody', { at: startsAt, source: '192.0.2.10' });
    }).toThrow('vc-nobody');
  });

  it('keeps its origination within the documented limits', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const chime = aws.chime();
    const route = { Host: '192.0.2.20', Port: 5061, Protocol: 'TCP', Priority: 1, Weight: 5 } as const;
    const put = (Routes: (typeof route)[]) =>
      chime.send(
        new PutVoiceConnectorOriginationCommand({
          VoiceConnectorId: 'vc-east',
          Origination: { Routes, Disabled: true },
        }),
      );
    await put([route]);
    const read = await chime.send(new GetVoiceConnectorOriginationCommand({ VoiceConnectorId: 'vc-east' }));
    expect(read.Origination).toEqual({ Routes: [route], Disabled: true });
    await expect(put(Array.from({ length: 11 }, () => route))).rejects.toBeInstanceOf(BadRequestException);
    await expect(put([{ ...route, Port: 65_536 as 5061 }])).rejects.toBeInstanceOf(BadRequestException);
    aws.account.chime.seedConnector({ voiceConnectorId: 'vc-bare', origination: 'none' });
    const bare = chime.send(new GetVoiceConnectorOriginationCommand({ VoiceConnectorId: 'vc-bare' }));
    await expect(bare).rejects.toBeInstanceOf(NotFoundException);
  });

  it('can be had in ten Regions', async () => {
    const aws = await localAws();
    const { VoiceConnectorRegions } = await aws.chime().send(new ListAvailableVoiceConnectorRegionsCommand({}));
    expect(VoiceConnectorRegions).toHaveLength(10);
  });
});

describe('phone numbers', () => {
  it('are listed by the group they ring, in pages, where the account has them', async () => {
    const aws = await localAws();
    const { group } = seedPair(aws.account);
    for (const voiceConnectorGroupId of [group, 'another', group]) {
      aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId });
    }
    aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: group, region: 'us-west-2' });
    const ofGroup = { FilterName: 'VoiceConnectorGroupId', FilterValue: group } as const;
    const list = (input: ListPhoneNumbersCommandInput) => aws.chime().send(new ListPhoneNumbersCommand(input));
    const first = await list({ ...ofGroup, MaxResults: 1 });
    const second = await list({ ...ofGroup, MaxResults: 1, NextToken: first.NextToken });
    const numbers = [first, second].map(({ PhoneNumbers }) => PhoneNumbers?.map((each) => each.E164PhoneNumber));
    expect(numbers).toEqual([['+12065550100'], ['+12065550102']]);
    expect(second.NextToken).toBeUndefined();
    expect(first.PhoneNumbers).toMatchObject([
      { Status: 'Assigned', Associations: [{ Name: 'VoiceConnectorGroupId', Value: 'group-1' }] },
    ]);
    expect((await list({})).PhoneNumbers).toHaveLength(3);
  });

  it('are not listed by half a filter', async () => {
    const aws = await localAws();
    const list = aws.chime().send(new ListPhoneNumbersCommand({ FilterValue: 'group-1' }));
    await expect(list).rejects.toBeInstanceOf(BadRequestException);
  });
});

describe('proxy sessions', () => {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what the service answers since its end is the point
  const list = new ListProxySessionsCommand({ VoiceConnectorId: 'vc-east' });

  it('were served until their end of support, by status and in pages', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.clock.jumpTo(Date.UTC(2026, 3, 6));
    for (const status of ['Open', 'Closed', 'Open'] as const) {
      aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east', status });
    }
    const statuses = [];
    const request = { VoiceConnectorId: 'vc-east', Status: 'Open', MaxResults: 1 } as const;
    for await (const { ProxySessions } of paginateListProxySessions({ client: aws.chime() }, request)) {
      statuses.push(ProxySessions?.map(({ Status }) => Status));
    }
    expect(statuses).toEqual([['Open'], ['Open']]);
    const { ProxySessions } = await aws.chime().send(list);
    expect(ProxySessions?.[0]?.Participants?.[0]?.PhoneNumber).toBe('+12065550101');
  });

  it.each([
    ['not-found', NotFoundException],
    ['forbidden', ForbiddenException],
    ['bad-request', BadRequestException],
    ['gone', GoneException],
  ] as const)('may be refused as %s since', async (mode, refusal) => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.proxySessions.modeAfterEnd = mode;
    await expect(aws.chime().send(list)).rejects.toBeInstanceOf(refusal);
  });

  it('may be empty since, and can still be served to an account that is set so', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east' });
    aws.account.chime.proxySessions.modeAfterEnd = 'empty';
    expect((await aws.chime().send(list)).ProxySessions).toEqual([]);
    aws.account.chime.proxySessions.mode = 'served';
    expect((await aws.chime().send(list)).ProxySessions).toHaveLength(1);
  });
});

describe('retries of the real client', () => {
  it('get through throttling and one 503, and the log counts every attempt', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.server.misbehave({ service: 'chime', times: 1, effect: { kind: 'throttle' } });
    aws.server.misbehave({
      service: 'chime',
      times: 1,
      effect: { kind: 'error', status: 503, code: 'ServiceUnavailableException', message: 'later' },
    });
    await aws.chime('us-east-1', 3).send(new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: 'group-1' }));
    expect(aws.server.requests).toEqual(
      [429, 503, 200].map((status) => ({
        at: startsAt,
        service: 'chime',
        operation: 'GetVoiceConnectorGroup',
        region: 'us-east-1',
        status,
        resource: 'group-1',
      })),
    );
  });

  it('see the documented classes for both', async () => {
    const aws = await localAws();
    const chime = aws.chime();
    const end = aws.server.misbehave({ effect: { kind: 'throttle' } });
    const list = new ListVoiceConnectorGroupsCommand({});
    const throttled = await chime.send(list).catch((error: unknown) => error);
    expect(throttled).toBeInstanceOf(ThrottledClientException);
    expect((throttled as ThrottledClientException).Code).toBe('Throttled');
    end();
    aws.server.misbehave({
      effect: { kind: 'error', status: 503, code: 'ServiceUnavailableException', message: 'later' },
    });
    await expect(chime.send(list)).rejects.toBeInstanceOf(ServiceUnavailableException);
  });
});

function signedFor(region: string, service: string) {
  const scope = `any/20261121/${region}/${service}/aws4_request`;
  return { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=any` };
}
