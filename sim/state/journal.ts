/**
 * The circumstances of the last minutes. A world that is built again lives through them once more: its calls in progress, which are in no
 * file, are the same afterwards.
 */
import * as z from 'zod';
import { orUndefined } from '../account/kept.ts';
import type { EpochMs } from '../clock.ts';
import { partsOf } from '../controls/catalogue.ts';
import { faultRecordSchema, type FaultRecord } from '../controls/faults.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import type { RoutedGroup } from '../world/ports.ts';
import type { WorldSpec } from '../world/spec.ts';
import { createWorld, type Circumstances, type World } from '../world/world.ts';

const minuteMs = 60_000;

/** As long as the console shows. Of calls of three minutes on average, none is known to last that long. */
export const journalMinutes = 360;

const routingSchema = z.array(
  z.object({
    voiceConnectorGroupId: z.string(),
    callDistributionType: z.enum(['PriorityWeightedDistribution', 'LoadBalancedDistribution']),
    items: z.array(z.object({ voiceConnectorId: z.string(), priority: orUndefined(z.number()) })),
  }),
);

const entrySchema = z.object({
  /** How many minutes in succession had these circumstances. */
  minutes: z.int().min(1),
  routing: routingSchema,
  faults: z.array(faultRecordSchema),
  /** The traffic that the operator set; faults have factors of their own. */
  callsFactor: z.number(),
});

/** Oldest first. */
export const journalSchema = z.array(entrySchema);

export type Journal = z.output<typeof journalSchema>;

type Entry = {
  readonly routing: readonly RoutedGroup[];
  readonly faults: readonly FaultRecord[];
  readonly callsFactor: number;
};

export class MinuteJournal {
  readonly #entries: Journal;

  constructor(entries: Journal = []) {
    this.#entries = entries.map((entry) => ({ ...entry }));
  }

  record({ routing, faults, callsFactor }: Entry): void {
    const items = routing.map((group) => ({ ...group, items: group.items.map((item) => ({ ...item })) }));
    const entry = { minutes: 1, routing: items, faults: [...faults], callsFactor };
    const last = this.#entries.at(-1);
    if (last !== undefined && isSame(last, entry)) last.minutes += 1;
    else this.#entries.push(entry);
    const [oldest] = this.#entries;
    if (oldest === undefined || minutesOf(this.#entries) <= journalMinutes) return;
    if (oldest.minutes === 1) this.#entries.shift();
    else oldest.minutes -= 1;
  }

  kept(): Journal {
    return this.#entries.map((entry) => ({ ...entry }));
  }
}

/** A world at `nextMinuteStartsAt` that has lived through the journal, and the minutes in it. */
export function worldAfter(
  journal: Journal,
  spec: WorldSpec,
  nextMinuteStartsAt: EpochMs,
): { readonly world: World; readonly minutes: readonly MinuteOfWorld[] } {
  const nextMinute = (nextMinuteStartsAt - spec.startsAt) / minuteMs;
  const world = createWorld(spec, nextMinute - minutesOf(journal));
  const minutes = journal.flatMap((entry) => {
    const circumstances = circumstancesOf(entry, spec.startsAt);
    return Array.from({ length: entry.minutes }, () => world.runMinuteUnder(circumstances));
  });
  return { world, minutes };
}

function circumstancesOf({ routing, faults, callsFactor }: Entry, startsAt: EpochMs): Circumstances {
  const parts = faults.map((fault) => ({ ...partsOf(fault), fromMinute: (fault.beganAt - startsAt) / minuteMs }));
  return {
    routing,
    faults: parts.flatMap(({ calls, fromMinute }) =>
      calls.map((fault) => ({ ...fault, fromMinute, untilMinute: Infinity })),
    ),
    callsFactor: parts.reduce((product, part) => product * part.callsFactor, callsFactor),
  };
}

function isSame(one: Entry, other: Entry): boolean {
  const [first, second] = [one, other].map(({ routing, faults, callsFactor }) =>
    JSON.stringify([routing, faults, callsFactor]),
  );
  return first === second;
}

function minutesOf(journal: Journal): number {
  return journal.reduce((total, { minutes }) => total + minutes, 0);
}
