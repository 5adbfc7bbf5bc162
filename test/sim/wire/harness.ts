import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { onTestFinished } from 'vitest';
import { Account } from '../../../sim/account/account.ts';
import { SimClock } from '../../../sim/clock.ts';
import type { Permissions } from '../../../sim/wire/iam/permissions.ts';
import type { LambdaHost } from '../../../sim/wire/lambda.ts';
import { startWireServer } from '../../../sim/wire/server.ts';

/** A Saturday, half a minute into a minute. */
export const startsAt = Date.UTC(2026, 10, 21, 9, 0, 30);
export const minute = 60_000;

/** A local AWS on a clock that stands still, and how to get real clients of it that do not wait between attempts. */
export async function localAws(
  options: { readonly lambda?: LambdaHost; readonly permissions?: Permissions; readonly accessKeyId?: string } = {},
) {
  const { accessKeyId = 'any', ...others } = options;
  const clock = SimClock.startingAt(startsAt, { speed: 0 });
  const account = new Account({ now: () => clock.now() });
  const server = await startWireServer({ account, clock, ...others });
  const clients: { destroy(): void }[] = [];
  onTestFinished(async () => {
    for (const client of clients) client.destroy();
    await server.close();
  });
  const kept = <T extends { destroy(): void }>(client: T): T => {
    clients.push(client);
    return client;
  };
  const config = (region: string, maxAttempts = 1) => ({
    region,
    endpoint: server.url,
    credentials: { accessKeyId, secretAccessKey: 'any' },
    maxAttempts,
  });
  return {
    clock,
    account,
    server,
    config,
    kept,
    chime: (region = 'us-east-1', maxAttempts = 1) => kept(new ChimeSDKVoiceClient(config(region, maxAttempts))),
    cloudWatch: (region = 'us-east-1') => kept(new CloudWatchClient(config(region))),
    eventBridge: (region = 'us-east-1') => kept(new EventBridgeClient(config(region))),
    ssm: (region = 'us-east-1') => kept(new SSMClient(config(region))),
    sqs: (region = 'us-east-1') => kept(new SQSClient(config(region))),
    lambda: (region = 'us-east-1') => kept(new LambdaClient(config(region))),
  };
}

/** A group of two Voice Connectors in two Regions, created at the endpoint of the first. */
export function seedPair(account: Account) {
  const east = account.chime.seedConnector({ voiceConnectorId: 'vc-east', awsRegion: 'us-east-1' });
  const west = account.chime.seedConnector({
    voiceConnectorId: 'vc-west',
    awsRegion: 'us-west-2',
    createdIn: 'us-east-1',
  });
  const group = account.chime.seedGroup({
    voiceConnectorGroupId: 'group-1',
    name: 'main number',
    items: [
      { voiceConnectorId: east, priority: 1 },
      { voiceConnectorId: west, priority: 2 },
    ],
    createdAt: startsAt - 60 * minute,
  });
  return { east, west, group };
}
