/** The healthy worlds. A judge may be tuned in the training worlds; those held out show what the tuning is worth. */
import {
  blips,
  correlated,
  firstRouteDown,
  hours,
  machine,
  refusals,
  robocalls,
  steady,
  swing,
  walk,
} from './healthy-kinds.ts';
import type { HealthyWorld } from './healthy-world.ts';
import { trafficTried } from './worlds.ts';

/** Where the contenders are calibrated and compared. A judge may be tuned in them too. */
const steadyWorlds: readonly HealthyWorld[] = trafficTried.map(steady);

const weekend = ['sat', 'sun'] as const;

const lunches = [10, 30].flatMap((callsPerMinute) =>
  [0.06, 0.08, 0.1].map((ratio) =>
    hours(
      { name: `lunch-${Math.round(100 * ratio)}-at-${callsPerMinute}`, callsPerMinute },
      { from: '12:00', until: '13:00', ratio },
    ),
  ),
);

const redialling = { perWeek: 2, shortestMinutes: 10, longestMinutes: 60, fastestSeconds: 3, slowestSeconds: 10 };

export const trainingWorlds: readonly HealthyWorld[] = [
  ...lunches,
  hours({ name: 'nights-8', callsPerMinute: 30 }, { from: '22:00', until: '06:00', ratio: 0.08 }),
  hours({ name: 'weekends-8', callsPerMinute: 30 }, { days: weekend, from: '00:00', until: '24:00', ratio: 0.08 }),
  hours({ name: 'monday-rush-9', callsPerMinute: 30 }, { days: ['mon'], from: '08:00', until: '10:00', ratio: 0.09 }),
  hours({ name: 'monday-rush-12', callsPerMinute: 30 }, { days: ['mon'], from: '08:00', until: '10:00', ratio: 0.12 }),
  swing({ name: 'sine-day', callsPerMinute: 10 }, 0.1, 1),
  swing({ name: 'drift-3-days', callsPerMinute: 10 }, 0.1, 3),
  swing({ name: 'drift-7-days', callsPerMinute: 10 }, 0.1, 7),
  walk({ name: 'walk-at-10', callsPerMinute: 10 }, 0.1, 0.02),
  walk({ name: 'walk-at-30', callsPerMinute: 30 }, 0.1, 0.02),
  ...[30, 60].flatMap((callsPerMinute) =>
    [0.05, 0.1].map((correlation) =>
      correlated({ name: `correlated-${correlation}-at-${callsPerMinute}`, callsPerMinute }, correlation),
    ),
  ),
  ...[0.25, 0.3, 0.4].map((baseline) =>
    refusals({ name: `refusals-${Math.round(100 * baseline)}`, callsPerMinute: 10, baseline }),
  ),
  hours(
    { name: 'closed-at-night', callsPerMinute: 10 },
    { from: '20:00', until: '07:00', ratio: 0.7, serverErrorShare: 0 },
  ),
  robocalls({ name: 'robocalls', callsPerMinute: 10 }, 10, 15),
  machine({ name: 'machine-404', callsPerMinute: 10 }, { ...redialling, code: 404 }),
  machine({ name: 'machine-503', callsPerMinute: 10 }, { ...redialling, code: 503 }),
  blips({ name: 'blips', callsPerMinute: 30 }, 4, [20, 59]),
  firstRouteDown({ name: 'first-route-down', callsPerMinute: 10 }, 1, {
    perWeek: 2,
    shortestMinutes: 30,
    longestMinutes: 480,
  }),
];

const slowRedialling = { perWeek: 3, shortestMinutes: 15, longestMinutes: 45, fastestSeconds: 4, slowestSeconds: 12 };

export const heldOutWorlds: readonly HealthyWorld[] = [
  steady({ callsPerMinute: 20, baseline: 0.03 }),
  steady({ callsPerMinute: 5, baseline: 0.015 }),
  hours({ name: 'lunch-late-7-at-20', callsPerMinute: 20 }, { from: '11:30', until: '13:00', ratio: 0.07 }),
  hours({ name: 'lunch-9-at-45', callsPerMinute: 45, baseline: 0.03 }, { from: '13:00', until: '14:30', ratio: 0.09 }),
  hours({ name: 'nights-10-at-20', callsPerMinute: 20 }, { from: '23:00', until: '05:00', ratio: 0.1 }),
  hours({ name: 'saturdays-7', callsPerMinute: 45 }, { days: ['sat'], from: '00:00', until: '24:00', ratio: 0.07 }),
  hours({ name: 'tuesday-rush-10', callsPerMinute: 20 }, { days: ['tue'], from: '09:00', until: '11:00', ratio: 0.1 }),
  swing({ name: 'sine-day-9', callsPerMinute: 20, baseline: 0.03 }, 0.09, 1),
  swing({ name: 'drift-5-days', callsPerMinute: 20, baseline: 0.01 }, 0.08, 5),
  walk({ name: 'walk-at-20', callsPerMinute: 20, baseline: 0.03 }, 0.09, 0.015),
  correlated({ name: 'correlated-0.08-at-45', callsPerMinute: 45 }, 0.08),
  correlated({ name: 'correlated-0.06-at-20', callsPerMinute: 20, baseline: 0.04 }, 0.06),
  refusals({ name: 'refusals-35-at-20', callsPerMinute: 20, baseline: 0.35 }),
  hours(
    { name: 'closed-early', callsPerMinute: 20, baseline: 0.03 },
    { from: '18:30', until: '08:00', ratio: 0.6, serverErrorShare: 0 },
  ),
  robocalls({ name: 'robocalls-8', callsPerMinute: 20 }, 8, 20),
  machine({ name: 'machine-486', callsPerMinute: 20 }, { ...slowRedialling, code: 486 }),
  machine({ name: 'machine-503-slow', callsPerMinute: 20 }, { ...slowRedialling, code: 503 }),
  blips({ name: 'blips-short', callsPerMinute: 45 }, 6, [25, 55]),
  firstRouteDown({ name: 'first-route-60', callsPerMinute: 20 }, 0.6, {
    perWeek: 3,
    shortestMinutes: 20,
    longestMinutes: 240,
  }),
];

const byName = new Map([...steadyWorlds, ...trainingWorlds, ...heldOutWorlds].map((world) => [world.name, world]));

/** @throws RangeError if there is no such world */
export function worldNamed(name: string): HealthyWorld {
  const world = byName.get(name);
  if (world === undefined) throw new RangeError(`no healthy world ${name}`);
  return world;
}
