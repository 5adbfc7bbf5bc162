/** The operator's word as Parameter Store keeps it: JSON with ISO 8601 times. docs/runbook.md shows how to write one by hand. */
import { z } from 'zod';
import type { OverrideState, Drill } from '../core/model/override.ts';
import type { EpochMs } from '../core/model/time.ts';
import { inOrder } from '../core/model/priorities.ts';
import { parse } from './validation.ts';

/** What can be said of a group, or of all. */
export type Override = Extract<OverrideState, { readonly kind: 'pause' | 'pin' | 'drill' }>;

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const summary = { by: z.string().min(1), reason: z.string().min(1), until: instant };
const item = z
  .strictObject({ voiceConnectorId: z.string(), priority: z.int().optional() })
  .transform(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));

const pause = z
  .strictObject({ action: z.literal('pause'), ...summary })
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

const pin = z
  .strictObject({ action: z.literal('pin'), ...summary, order: z.array(z.string()).optional() })
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

function isReordering(drill: Pick<Drill, 'before' | 'after' | 'leaving' | 'promoting'>): boolean {
  const { before, after, leaving, promoting } = drill;
  const members = (items: typeof before) => items.map(({ voiceConnectorId }) => voiceConnectorId).sort();
  const priorities = (items: typeof before) =>
    items.map(({ priority = 0 }) => priority).sort((one, other) => one - other);
  const same = (one: readonly unknown[], other: readonly unknown[]): boolean => one.join() === other.join();
  return (
    new Set(members(before)).size === before.length &&
    same(members(before), members(after)) &&
    same(priorities(before), priorities(after)) &&
    inOrder(before)[0]?.voiceConnectorId === leaving &&
    inOrder(after)[0]?.voiceConnectorId === promoting
  );
}

const drill = z
  .strictObject({
    action: z.literal('drill'),
    ...summary,
    startedAt: instant,
    leaving: z.string(),
    promoting: z.string(),
    before: z.array(item),
    after: z.array(item),
    groupUpdatedAt: instant,
    pass: z.strictObject({ minCalls: z.number(), maxFailureRatio: z.number() }),
    stop: z.strictObject({ failures: z.number(), failureRatio: z.number() }),
    stopped: z.strictObject({ by: z.string(), reason: z.string() }).optional(),
  })
  // What a drill writes is what its word says: members and priorities must be those of before.
  .refine(
    isReordering,
    'Expected after to have the members and priorities of before, leaving first in before and promoting in after',
  )
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

const words = new Map<unknown, z.ZodType<Override>>(Object.entries({ pause, pin, drill }));

/** Of an action that is none of these, everything else is checked all the same. */
const unknownAction = z
  .strictObject({ action: z.custom(() => false, `Expected one of ${[...words.keys()].join(', ')}`), ...summary })
  .pipe(z.never());

const actionIn = z.looseObject({ action: z.unknown() });

/** @param name the parameter's, for whoever has to mend it */
export function parseOverride(name: string, text: string): OverrideState {
  try {
    const json: unknown = JSON.parse(text);
    return parse(words.get(actionIn.safeParse(json).data?.action) ?? unknownAction, json, name);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unparseable', message: message.startsWith(name) ? message : `${name}: ${message}` };
  }
}

/** A pause or a pin that has run out is as good as gone; but a drill is over only when somebody has put its group back. */
export function isInForce(override: OverrideState, at: EpochMs): boolean {
  return (override.kind !== 'pause' && override.kind !== 'pin') || override.until > at;
}

/** What {@link parseOverride} reads as the same word. */
export function serializeOverride({ kind: action, until, ...rest }: Override): string {
  const iso = (at: number): string => new Date(at).toISOString();
  const times = 'startedAt' in rest ? { startedAt: iso(rest.startedAt), groupUpdatedAt: iso(rest.groupUpdatedAt) } : {};
  return JSON.stringify({ action, until: iso(until), ...rest, ...times });
}
