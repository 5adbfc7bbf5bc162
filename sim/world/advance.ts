import type { EpochMs } from '../clock.ts';
import type { MinuteOfWorld } from './minute.ts';
import type { RoutingTable } from './ports.ts';
import { publish, type Sinks } from './publish.ts';
import type { World } from './world.ts';

const millisecondsPerMinute = 60_000;

/**
 * Runs and publishes every whole minute that has passed at `now` since the last one.
 *
 * The routing is asked for before each minute, so whoever jumps the clock over several minutes plays them all with the
 * routing of now: step minute by minute where that matters.
 */
export function advanceTo(
  world: World,
  now: EpochMs,
  account: Sinks & { readonly routing: RoutingTable },
): readonly MinuteOfWorld[] {
  const minutes: MinuteOfWorld[] = [];
  while (world.nextMinuteStartsAt + millisecondsPerMinute <= now) {
    const minute = world.runMinute(account.routing.routedGroups());
    publish(minute, world.spec.metrics, account);
    minutes.push(minute);
  }
  return minutes;
}
