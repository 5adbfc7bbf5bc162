/** Amazon Chime SDK Voice: how many phone numbers are assigned to a group. The numbers themselves are dropped here. */
import { ListPhoneNumbersCommand, type ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import type { PhoneNumberCount } from '../core/readiness/group.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { PhoneNumbersPort } from '../ports.ts';
import { pagesOf, refusalOf } from './client.ts';

const pageSize = 100;

export class PhoneNumbers implements PhoneNumbersPort {
  readonly #clientOf: (region: string) => ChimeSDKVoiceClient;

  constructor(options: { readonly clientOf: (region: string) => ChimeSDKVoiceClient }) {
    this.#clientOf = options.clientOf;
  }

  async count(
    { voiceConnectorGroupId, controlRegion }: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<PhoneNumberCount> {
    const ofGroup = { FilterName: 'VoiceConnectorGroupId', FilterValue: voiceConnectorGroupId } as const;
    let count = 0;
    try {
      const pages = pagesOf(signal, (NextToken, options) =>
        this.#clientOf(controlRegion).send(
          new ListPhoneNumbersCommand({ ...ofGroup, MaxResults: pageSize, NextToken }),
          options,
        ),
      );
      for await (const { PhoneNumbers: page = [] } of pages) count += page.length;
    } catch (error) {
      return { kind: 'unreadable', message: refusalOf(error).message };
    }
    return { kind: 'counted', count };
  }
}
