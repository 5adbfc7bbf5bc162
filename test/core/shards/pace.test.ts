import { expect, it } from 'vitest';
import type { VoiceConnectorGroup } from '../../../lib/core/model/group.ts';
import { sendAfterMs } from '../../../lib/core/shards/pace.ts';
import { aGroup, items } from '../../builders/group.ts';

/** `{ east: 2 }`: two groups with their primary in east. */
function shard(primaries: Readonly<Record<string, number>>): { readonly groups: readonly VoiceConnectorGroup[] } {
  return {
    groups: Object.entries(primaries).flatMap(([region, count]) =>
      Array.from({ length: count }, (_, n) => aGroup({ items: items({ [`${region} ${n}`]: 1, [`standby ${n}`]: 2 }) })),
    ),
  };
}

function after(...shards: readonly ReturnType<typeof shard>[]): readonly number[] {
  const ids = shards.flatMap(({ groups }) =>
    groups.flatMap(({ items: all }) => all.map((item) => item.voiceConnectorId)),
  );
  return sendAfterMs(shards, new Map(ids.map((id) => [id, id.split(' ')[0]!]))).map(Math.round);
}

it('sends a shard when CloudWatch has had the time for what the ones before it read in its Region', () => {
  // 284 datapoints a primary, 180,000 a second.
  expect(after(shard({ east: 250 }), shard({ east: 250 }), shard({ east: 250 }))).toEqual([0, 394, 789]);
});

it('does not have a shard wait for another Region', () => {
  expect(after(shard({ east: 250 }), shard({ west: 250 }), shard({ east: 10, west: 10 }))).toEqual([0, 0, 394]);
});

it('does not have the shards of a small account wait noticeably', () => {
  expect(Math.max(...after(shard({ east: 60 }), shard({ east: 60 }), shard({})))).toBeLessThan(100);
});
