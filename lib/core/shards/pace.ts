/** When the shards of a minute are sent, so that their first reads together keep within CloudWatch's quota. */
import { primaryOf } from '../model/priorities.ts';
import type { Shard } from './deal.ts';

/**
 * Datapoints that GetMetricData returns in a second and Region before it throttles.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html
 */
const datapointsPerSecond = 180_000;

/** Four metrics of the past 71 minutes. What suspects need besides is not counted. */
const datapointsOfPrimary = 4 * 71;

/**
 * For each shard, how many milliseconds after the first one it is sent: when the shards before it have had the time of what they read in its
 * Regions. The order is the same in every minute, so that a shard is decided once a minute.
 */
export function sendAfterMs(
  shards: readonly Pick<Shard, 'groups'>[],
  regionOf: ReadonlyMap<string, string>,
): readonly number[] {
  const takenMs = new Map<string, number>();
  return shards.map(({ groups }) => {
    const regions = groups.map((group) => regionOf.get(primaryOf(group) ?? '') ?? 'unlisted');
    const inRegions = Map.groupBy(regions, (region) => region);
    const after = Math.max(0, ...[...inRegions.keys()].map((region) => takenMs.get(region) ?? 0));
    for (const [region, { length }] of inRegions) {
      takenMs.set(region, after + (1000 * length * datapointsOfPrimary) / datapointsPerSecond);
    }
    return after;
  });
}
