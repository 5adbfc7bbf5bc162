/** Simulates the same scenario without a monitor, the baseline for the calls that the monitor saved. */
import { Account } from '../account/account.ts';
import { monitorRegion, overridesPath } from '../stack.ts';
import { advanceTo } from '../world/advance.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { createWorld } from '../world/world.ts';
import type { Scenario } from './format/body.ts';
import { actAsOperator } from './operator.ts';
import { connectorSeedsOf, groupSeedsOf, minuteMs, worldOf } from './world.ts';

/** Returns the minutes from the scenario's start. */
export function runWithoutMonitor(scenario: Scenario): readonly MinuteOfWorld[] {
  let now = scenario.startsAt;
  const account = new Account({ now: () => now });
  for (const connector of connectorSeedsOf(scenario)) account.chime.seedConnector(connector);
  for (const group of groupSeedsOf(scenario)) account.chime.seedGroup(group);
  const world = createWorld(worldOf(scenario));
  const sinks = { routing: account, metrics: account, pings: account };
  advanceTo(world, now, sinks);
  const minutes: MinuteOfWorld[] = [];
  for (let minute = 1; minute <= scenario.minutes; minute += 1) {
    now = scenario.startsAt + minute * minuteMs;
    minutes.push(...advanceTo(world, now, sinks));
    for (const entry of scenario.timeline.operator) {
      if (entry.at !== minute) continue;
      actAsOperator(account, scenario, entry, { overridesPath, overridesRegion: monitorRegion });
    }
  }
  return minutes;
}
