import { ChimeSDKVoiceClient, GetVoiceConnectorGroupCommand } from '@aws-sdk/client-chime-sdk-voice';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings, perRegion } from '../../lib/aws/client.ts';
import { refusalOf } from '../../lib/aws/refusal.ts';
import { startScript, type ScriptedAnswer } from '../wire-support/scripted-endpoint.ts';

function clientAt(endpoint: string, signed = true): ChimeSDKVoiceClient {
  const credentials = signed
    ? { accessKeyId: 'local', secretAccessKey: 'local' }
    : () => Promise.reject(Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' }));
  const client = new ChimeSDKVoiceClient({ ...clientSettings, region: 'us-east-1', endpoint, credentials });
  onTestFinished(() => {
    client.destroy();
  });
  return client;
}

function refusalFrom(client: ChimeSDKVoiceClient): Promise<unknown> {
  return client.send(new GetVoiceConnectorGroupCommand({ VoiceConnectorGroupId: 'main-line' })).then(
    () => 'answered',
    (error: unknown) => refusalOf(error),
  );
}

function named(status: number, name: string): ScriptedAnswer {
  return {
    status,
    headers: { 'x-amzn-errortype': name },
    body: { Message: 'no' },
  };
}

describe('a client per Region', () => {
  it('is created on first use and reused', () => {
    const created: string[] = [];
    const clientOf = perRegion((region) => {
      created.push(region);
      return { region };
    });
    expect(clientOf('us-east-1')).toBe(clientOf('us-east-1'));
    expect(clientOf('us-west-2')).toEqual({ region: 'us-west-2' });
    expect(created).toEqual(['us-east-1', 'us-west-2']);
  });
});

describe('the classification of a failed call', () => {
  it.each([
    [400, 'BadRequestException', 'invalid'],
    [400, 'ThrottlingException', 'throttled'],
    [400, 'TooManyRequestsException', 'throttled'],
    [400, 'AccessDeniedException', 'forbidden'],
    [400, 'ExpiredTokenException', 'forbidden'],
    [400, 'UnrecognizedClientException', 'forbidden'],
    [400, 'InvalidSignatureException', 'forbidden'],
    [400, 'ParameterNotFound', 'not-found'],
    [401, 'UnauthorizedClientException', 'forbidden'],
    [403, 'ThrottlingOfTheFourthKind', 'forbidden'],
    [400, 'InvalidNextToken', 'invalid'],
    [400, 'InvalidNextTokenException', 'invalid'],
    [400, 'NotFoundPerhaps', 'invalid'],
    [403, 'RequestTimeTooSkewed', 'unavailable'],
    [400, 'RequestExpired', 'unavailable'],
    [404, 'NotFoundException', 'not-found'],
    [409, 'ConflictException', 'conflict'],
    [410, 'GoneException', 'gone'],
    [422, 'UnprocessableEntityException', 'invalid'],
    [429, 'ThrottledClientException', 'throttled'],
    [418, 'TeapotException', 'unavailable'],
    [500, 'ServiceFailureException', 'unavailable'],
    [503, 'ServiceUnavailableException', 'unavailable'],
  ])('maps HTTP %i %s to %s', async (status, name, kind) => {
    const { server } = await startScript([named(status, name)]);
    expect(await refusalFrom(clientAt(server.url))).toEqual({
      kind,
      message: `${name}: no (HTTP ${status})`,
    });
  });

  it('finds a conflict that only the body names', async () => {
    const { server } = await startScript([{ status: 409, body: { Code: 'Conflict', Message: 'twice' } }]);
    expect(await refusalFrom(clientAt(server.url))).toEqual({
      kind: 'conflict',
      message: 'Conflict: twice (HTTP 409)',
    });
  });

  it('maps missing credentials to forbidden', async () => {
    const { server } = await startScript([]);
    expect(await refusalFrom(clientAt(server.url, false))).toEqual({
      kind: 'forbidden',
      message: 'CredentialsProviderError: no credentials',
    });
  });

  it('maps a refused connection to unavailable', async () => {
    expect(await refusalFrom(clientAt('http://127.0.0.1:9'))).toMatchObject({ kind: 'unavailable' });
  });

  it('quotes the message to 1000 characters', () => {
    expect(refusalOf(new Error('x'.repeat(2_000_000)))).toEqual({
      kind: 'unavailable',
      message: `Error: ${'x'.repeat(1000)}`,
    });
    expect(refusalOf('thrown as text')).toEqual({ kind: 'unavailable', message: 'Error: thrown as text' });
  });
});
