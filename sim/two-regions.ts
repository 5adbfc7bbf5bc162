/** The example account: one group with a Voice Connector in each of two Regions, the one in us-east-1 preferred. */
import type { GroupSeed } from './account/chime/groups.ts';
import type { EpochMs } from './clock.ts';
import type { FaultSpec, WorldSpec } from './world/spec.ts';

export const mainLine: GroupSeed = {
  voiceConnectorGroupId: 'main-line',
  name: 'Main line',
  items: [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 2 },
  ],
  callDistributionType: 'PriorityWeightedDistribution',
};

/** 24 calls per minute, 2 % of which fail without any fault. */
export function twoRegions(seed: number, startsAt: EpochMs, faults: readonly FaultSpec[]): WorldSpec {
  return {
    seed,
    startsAt,
    groups: [{ voiceConnectorGroupId: 'main-line', callsPerMinute: 24, baselineFailureRatio: 0.02 }],
    connectors: ['east', 'west'].map((side) => ({
      voiceConnectorId: `vc-${side}`,
      region: side === 'east' ? 'us-east-1' : 'us-west-2',
      outboundCallsPerMinute: 4,
      optionsPing: { everySeconds: 30, source: side === 'east' ? '192.0.2.10' : '198.51.100.10' },
    })),
    faults,
  };
}
