/** Amazon Chime SDK Voice: how many phone numbers are assigned to a group. The numbers themselves are dropped here. */
import { ListPhoneNumbersCommand, type ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import type { PreflightPorts } from '../ports.ts';
import { pagesOf } from './client.ts';
import { refusalOf } from './refusal.ts';

const pageSize = 100;

export function countPhoneNumbers(
  clientOf: (region: string) => ChimeSDKVoiceClient,
): PreflightPorts['countPhoneNumbers'] {
  return async ({ voiceConnectorGroupId, controlRegion }, signal) => {
    const ofGroup = { FilterName: 'VoiceConnectorGroupId', FilterValue: voiceConnectorGroupId } as const;
    let count = 0;
    try {
      const pages = pagesOf(signal, (NextToken, options) =>
        clientOf(controlRegion).send(
          new ListPhoneNumbersCommand({ ...ofGroup, MaxResults: pageSize, NextToken }),
          options,
        ),
      );
      for await (const { PhoneNumbers: page = [] } of pages) count += page.length;
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'counted', count };
  };
}
