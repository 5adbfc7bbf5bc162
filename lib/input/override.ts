/** An override as Parameter Store keeps it: JSON with ISO 8601 times. docs/runbook.md shows how to put one without `operate`. */
import * as z from 'zod';
import type { OverrideState, Drill } from '../core/model/override.ts';
import type { EpochMs } from '../core/model/time.ts';
import { inOrder } from '../core/model/priorities.ts';
import { formatValue } from './format-value.ts';
import { parse } from './validation.ts';

/** An override of one group, or of all groups. */
export type Override = Extract<OverrideState, { readonly kind: 'pause' | 'pin' | 'drill' }>;

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));
const common = { by: z.string().min(1), reason: z.string().min(1), until: instant };
const item = z
  .strictObject({ voiceConnectorId: z.string(), priority: z.int().optional() })
  .transform(({ voiceConnectorId, priority }) => ({ voiceConnectorId, priority }));

const pause = z
  .strictObject({ action: z.literal('pause'), ...common })
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

const pin = z
  .strictObject({ action: z.literal('pin'), ...common, order: z.array(z.string()).optional() })
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

function isReordering(drill: Pick<Drill, 'before' | 'after' | 'leaving' | 'promoting'>): boolean {
  const { before, after, leaving, promoting } = drill;
  const members = (items: typeof before) => items.map(({ voiceConnectorId }) => voiceConnectorId).sort();
  const priorities = (items: typeof before) =>
    items.map(({ priority = 0 }) => priority).sort((one, other) => one - other);
  const areEqual = (one: readonly unknown[], other: readonly unknown[]): boolean => one.join() === other.join();
  return (
    new Set(members(before)).size === before.length &&
    areEqual(members(before), members(after)) &&
    areEqual(priorities(before), priorities(after)) &&
    inOrder(before)[0]?.voiceConnectorId === leaving &&
    inOrder(after)[0]?.voiceConnectorId === promoting
  );
}

const drill = z
  .strictObject({
    action: z.literal('drill'),
    ...common,
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
  // The monitor writes `after` to the group, and `before` when the drill ends: a drill must only reorder members.
  .refine(
    isReordering,
    'Expected after to have the members and priorities of before, leaving first in before and promoting in after',
  )
  .transform(({ action: kind, ...rest }): Override => ({ kind, ...rest }));

const overrides = new Map<unknown, z.ZodType<Override>>(Object.entries({ pause, pin, drill }));

/** Checks the common fields although the action is unknown, so that every mistake is reported at once. */
const unknownAction = z
  .strictObject({ action: z.custom(() => false, `Expected one of ${[...overrides.keys()].join(', ')}`), ...common })
  .pipe(z.never());

/** Of the form of overrides. Monitors of two versions share them while one is deployed: what is not understood counts as a pause. */
const formVersion = 1;

const envelope = z.looseObject({ action: z.unknown(), version: z.unknown() }).partial();

/** Without its version, which a person who writes it by hand may leave out. */
function currentForm(name: string, json: unknown): unknown {
  const parsed = envelope.safeParse(json);
  if (!parsed.success) return json;
  const { version = formVersion, ...rest } = parsed.data;
  if (version === formVersion) return rest;
  throw new Error(
    `${name}: version: Expected ${formVersion}, the only one that this monitor understands; was ${formatValue(version)}`,
  );
}

/**
 * An override beyond the time limit of `operate` is valid: see lib/core/model/override-limit.ts.
 * @param name the parameter's name, which starts every error message
 */
export function parseOverride(name: string, text: string): OverrideState {
  try {
    const json = currentForm(name, JSON.parse(text));
    return parse(overrides.get(envelope.safeParse(json).data?.action) ?? unknownAction, json, name);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unparseable', message: message.startsWith(name) ? message : `${name}: ${message}` };
  }
}

/** A pause or pin ends at `until`; a drill is in force until the monitor has restored its group and removed the override. */
export function isInForce(override: OverrideState, at: EpochMs): boolean {
  return (override.kind !== 'pause' && override.kind !== 'pin') || override.until > at;
}

/** The inverse of {@link parseOverride}. */
export function serializeOverride({ kind: action, until, ...rest }: Override): string {
  const iso = (at: number): string => new Date(at).toISOString();
  const times = 'startedAt' in rest ? { startedAt: iso(rest.startedAt), groupUpdatedAt: iso(rest.groupUpdatedAt) } : {};
  return JSON.stringify({ version: formVersion, action, until: iso(until), ...rest, ...times });
}
