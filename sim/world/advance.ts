import type { EpochMs } from '../clock.ts';
import type { MinuteOfWorld } from './minute.ts';
import type { RoutedGroup, RoutingTable } from './ports.ts';
import { publish, type Sinks } from './publish.ts';
import type { World } from './world.ts';

const millisecondsPerMinute = 60_000;

/**
 * Simulates and publishes every whole minute between the last one and `now`.
 *
 * All of these minutes use the current routing. Advance minute by minute where the routing changes.
 *
 * @param onRouting gets the routing of each minute
 */
export function advanceTo(
  world: World,
  now: EpochMs,
  account: Sinks & { readonly routing: RoutingTable },
  onRouting: (routing: readonly RoutedGroup[]) => void = () => undefined,
): readonly MinuteOfWorld[] {
  const minutes: MinuteOfWorld[] = [];
  while (world.nextMinuteStartsAt + millisecondsPerMinute <= now) {
    const routing = account.routing.routedGroups();
    onRouting(routing);
    const minute = world.runMinute(routing);
    publish(minute, world.spec, account);
    minutes.push(minute);
  }
  return minutes;
}
