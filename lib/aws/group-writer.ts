/** Amazon Chime SDK Voice: writing the items of a Voice Connector group. */
import { UpdateVoiceConnectorGroupCommand, type ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import type { VoiceConnectorGroup, VoiceConnectorItem } from '../core/model/group.ts';
import type { GroupWriterPort, UpdateAnswer } from '../write-ports.ts';
import { limited } from './client.ts';
import { isOver, refusalOf } from './refusal.ts';

export class GroupWriter implements GroupWriterPort {
  readonly #clientOf: (region: string) => ChimeSDKVoiceClient;

  /** @param clientOf returns clients that never repeat a request (`writeClientSettings`) */
  constructor(options: { readonly clientOf: (region: string) => ChimeSDKVoiceClient }) {
    this.#clientOf = options.clientOf;
  }

  async update(
    group: VoiceConnectorGroup,
    items: readonly VoiceConnectorItem[],
    signal: AbortSignal,
  ): Promise<UpdateAnswer> {
    const distribution = group.callDistributionType;
    if (
      distribution !== undefined &&
      distribution !== 'PriorityWeightedDistribution' &&
      distribution !== 'LoadBalancedDistribution'
    ) {
      const message = `CallDistributionType ${distribution} is unknown to this version, which could not write it back unchanged`;
      return { kind: 'refused', code: 'invalid', message };
    }
    // The PUT replaces the whole group: a field that is left out is lost.
    const command = new UpdateVoiceConnectorGroupCommand({
      VoiceConnectorGroupId: group.voiceConnectorGroupId,
      Name: group.name,
      VoiceConnectorItems: items.map(({ voiceConnectorId, priority }) => ({
        VoiceConnectorId: voiceConnectorId,
        Priority: priority,
      })),
      ...(distribution === undefined ? {} : { CallDistributionType: distribution }),
    });
    try {
      await this.#clientOf(group.controlRegion).send(command, limited(signal));
      return { kind: 'accepted' };
    } catch (error) {
      const { kind, message } = refusalOf(error);
      if (kind !== 'unavailable') return { kind: 'refused', code: kind, message };
      return { kind: isOver(error) ? 'failed' : 'unanswered', message };
    }
  }
}
