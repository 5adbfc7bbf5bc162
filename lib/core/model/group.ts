/** A Voice Connector group and its members, named as AWS names them. */
import type { EpochMs } from './time.ts';

/** One member of a group. `priority` runs from 1 (tried first) to 99; a load-balanced group's items may have none. */
export type VoiceConnectorItem = {
  readonly voiceConnectorId: string;
  readonly priority: number | undefined;
};

/** A Voice Connector group as one control Region listed it. */
export type VoiceConnectorGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  /** The Region whose endpoint listed the group; only there can it be changed. */
  readonly controlRegion: string;
  /** `PriorityWeightedDistribution`, `LoadBalancedDistribution`, a newer value, or absent: then AWS goes by priority. */
  readonly callDistributionType: string | undefined;
  readonly items: readonly VoiceConnectorItem[];
  /** Absent where AWS did not say. */
  readonly createdAt: EpochMs | undefined;
  /** When anyone last changed the group; absent where AWS did not say. */
  readonly updatedAt: EpochMs | undefined;
};
