import {
  BadRequestException,
  GetVoiceConnectorGroupCommand,
  ListVoiceConnectorGroupsCommand,
  ListVoiceConnectorsCommand,
  NotFoundException,
  ServiceUnavailableException,
  ThrottledClientException,
  UpdateVoiceConnectorGroupCommand,
  paginateListVoiceConnectorGroups,
} from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it } from 'vitest';
import { localAws, seedPair, startsAt } from './harness.ts';

describe('a listing', () => {
  it('returns 1,000 groups in ten pages and ends with a null token', async () => {
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

  it.each([0, 101, 1.5])('rejects max-results %s', async (MaxResults) => {
    const aws = await localAws();
    const list = aws.chime().send(new ListVoiceConnectorGroupsCommand({ MaxResults }));
    await expect(list).rejects.toBeInstanceOf(BadRequestException);
  });

  it('rejects an invalid token and a token of another listing', async () => {
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
  it('return a group only in the Region that created it', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    const west = aws.chime('us-west-2');
    const group = { VoiceConnectorGroupId: 'group-1' };
    expect((await west.send(new ListVoiceConnectorGroupsCommand({}))).VoiceConnectorGroups).toEqual([]);
    await expect(west.send(new GetVoiceConnectorGroupCommand(group))).rejects.toBeInstanceOf(NotFoundException);
    const update = new UpdateVoiceConnectorGroupCommand({ ...group, Name: 'main number', VoiceConnectorItems: [] });
    await expect(west.send(update)).rejects.toBeInstanceOf(NotFoundException);
  });

  it('return it everywhere if the account is configured so', async () => {
    const aws = await localAws();
    seedPair(aws.account);
    aws.account.chime.groups.visibility = 'everywhere';
    const west = await aws.chime('us-west-2').send(new ListVoiceConnectorGroupsCommand({}));
    expect(west.VoiceConnectorGroups).toHaveLength(1);
  });

  it('list a Voice Connector in the Region that created it, not in the Region of its media', async () => {
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

describe('retries of the real client', () => {
  it('succeed after throttling and one 503, and the log has every attempt', async () => {
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

  it('receive the documented exception classes for both', async () => {
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
