import {
  BadRequestException,
  ConflictException,
  CreateVoiceConnectorGroupCommand,
  DeleteVoiceConnectorGroupCommand,
  GetVoiceConnectorGroupCommand,
  ListVoiceConnectorGroupsCommand,
  NotFoundException,
  ResourceLimitExceededException,
  UpdateVoiceConnectorGroupCommand,
} from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { localAws, minute, seedPair, startsAt } from './harness.ts';

describe('a Voice Connector group', () => {
  it('is listed as seeded, without a distribution if it was never set', async () => {
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

  it('is updated with 202, gets a new update time, and routes calls by the update at once', async () => {
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

  it('loses the settings that an update omits, because an update replaces the whole group', async () => {
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
  ] as const)('rejects an update with %s and stays unchanged', async (_, change, refusal) => {
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

  it('may omit priorities where priority does not distribute the calls', async () => {
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

  it('answers 409 the configured number of times', async () => {
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
  ] as const)('can accept an update that becomes visible %s', async (_, propagation, names, routedItems) => {
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

  it('can be seeded in states that the API would reject', async () => {
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
