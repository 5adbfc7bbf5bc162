/** A Voice Connector group and its members, named as AWS names them. */
import type { EpochMs } from './time.ts';

/** One member of a group. `priority` is 1 (tried first) to 99; the items of a load-balanced group may have none. */
export type VoiceConnectorItem = {
  readonly voiceConnectorId: string;
  readonly priority: number | undefined;
};

/** A Voice Connector group as one control Region lists it. */
export type VoiceConnectorGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  /** The Region whose endpoint lists the group; only that endpoint can change it. */
  readonly controlRegion: string;
  /** `PriorityWeightedDistribution`, `LoadBalancedDistribution`, a newer value, or absent: then AWS follows priorities. */
  readonly callDistributionType: string | undefined;
  readonly items: readonly VoiceConnectorItem[];
  /** Undefined where AWS reports none. */
  readonly createdAt: EpochMs | undefined;
  /** When the group was last changed, by anyone; undefined where AWS reports none. */
  readonly updatedAt: EpochMs | undefined;
};
