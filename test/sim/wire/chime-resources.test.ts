import {
  BadRequestException,
  ConflictException,
  CreateVoiceConnectorCommand,
  DeleteVoiceConnectorCommand,
  ForbiddenException,
  GetVoiceConnectorCommand,
  GetVoiceConnectorLoggingConfigurationCommand,
  GetVoiceConnectorOriginationCommand,
  GetVoiceConnectorTerminationHealthCommand,
  GoneException,
  ListAvailableVoiceConnectorRegionsCommand,
  ListPhoneNumbersCommand,
  ListProxySessionsCommand,
  NotFoundException,
  PutVoiceConnectorLoggingConfigurationCommand,
  PutVoiceConnectorOriginationCommand,
  ResourceLimitExceededException,
  paginateListProxySessions,
  type ListPhoneNumbersCommandInput,
} from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { localAws, seedPair, startsAt } from './harness.ts';

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

  it('returns the last ping of the customer, and nothing if there was none', async () => {
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

  it('enforces the documented limits of origination', async () => {
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

  it('logs nothing until its logging is configured', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const chime = aws.chime();
    const one = { VoiceConnectorId: 'vc-east' };
    const read = async () =>
      (await chime.send(new GetVoiceConnectorLoggingConfigurationCommand(one))).LoggingConfiguration;
    expect(await read()).toEqual({ EnableSIPLogs: false, EnableMediaMetricLogs: false });
    const LoggingConfiguration = { EnableSIPLogs: true, EnableMediaMetricLogs: false };
    await chime.send(new PutVoiceConnectorLoggingConfigurationCommand({ ...one, LoggingConfiguration }));
    expect(await read()).toEqual(LoggingConfiguration);
  });

  it('is available in ten Regions', async () => {
    const aws = await localAws();
    const { VoiceConnectorRegions } = await aws.chime().send(new ListAvailableVoiceConnectorRegionsCommand({}));
    expect(VoiceConnectorRegions).toHaveLength(10);
  });
});

describe('phone numbers', () => {
  it('are listed by group, in pages, in their Region', async () => {
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

  it('are not listed with an incomplete filter', async () => {
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
  ] as const)('may be rejected as %s since then', async (mode, refusal) => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.proxySessions.modeAfterEnd = mode;
    await expect(aws.chime().send(list)).rejects.toBeInstanceOf(refusal);
  });

  it('may be empty since then, and can still be served if the account is configured so', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.seedProxySession({ voiceConnectorId: 'vc-east' });
    aws.account.chime.proxySessions.modeAfterEnd = 'empty';
    expect((await aws.chime().send(list)).ProxySessions).toEqual([]);
    aws.account.chime.proxySessions.mode = 'served';
    expect((await aws.chime().send(list)).ProxySessions).toHaveLength(1);
  });
});
