/** Schemas that several events share. The names are those of lib/core/model/model.ts. */
import * as z from 'zod';
import { rejectionCodes, unknownCauses } from '../core/model/codes.ts';

/** ISO 8601, UTC. */
export const instant = z.iso.datetime();

export const group = {
  voiceConnectorGroupId: z.string(),
  name: z.string(),
  controlRegion: z.string(),
};

const share = z.number().min(0).max(1);

/** The share of the calls that a fault loses: beyond doubt, and likely. */
const loss = z.strictObject({ least: share, likely: share });

export const verdict = z.discriminatedUnion('health', [
  z.strictObject({ health: z.literal('healthy'), reason: z.string() }),
  z.strictObject({ health: z.enum(['degraded', 'unhealthy']), reason: z.string(), loss }),
  z.strictObject({
    health: z.literal('unknown'),
    cause: z.enum(unknownCauses),
    reason: z.string(),
    loss: loss.optional(),
  }),
]);

/** One member of a group. The items of a load-balanced group may have no priority. */
export const item = z.strictObject({ voiceConnectorId: z.string(), priority: z.number().optional() });

export const rejection = z.strictObject({
  voiceConnectorId: z.string(),
  code: z.enum(rejectionCodes),
  reason: z.string(),
});

/** The observations behind a decision. */
export const evidence = z.strictObject({
  observedAt: instant,
  /** In the order in which calls tried them at `observedAt`. What AWS did not return is absent, and so is a verdict that no decision needed. */
  connectors: z.array(
    z.strictObject({
      voiceConnectorId: z.string(),
      priority: z.number().optional(),
      region: z.string().optional(),
      verdict: verdict.optional(),
    }),
  ),
  /** The Regions of the members. */
  regions: z.array(z.strictObject({ region: z.string(), verdict })),
});

/** The operator's command that caused a move. */
export const command = z.strictObject({
  by: z.string(),
  reason: z.string(),
  forced: z.array(z.strictObject({ rule: z.string(), reason: z.string() })),
});
