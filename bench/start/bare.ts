/** What a function costs at least: the SDK's client, and one call. */
import { ChimeSDKVoiceClient, ListVoiceConnectorGroupsCommand } from '@aws-sdk/client-chime-sdk-voice';

const client = new ChimeSDKVoiceClient({ region: 'us-east-1' });

export function handler(): Promise<unknown> {
  return client.send(new ListVoiceConnectorGroupsCommand({}));
}
