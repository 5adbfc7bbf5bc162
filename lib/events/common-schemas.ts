/** What the events speak of, as schemas: the words are lib/core/model/model.ts's. */
import { z } from 'zod';
import { rejectionCodes, unknownCauses } from '../core/model/model.ts';

/** ISO 8601, UTC. */
export const instant = z.iso.datetime();

export const group = {
  voiceConnectorGroupId: z.string(),
  name: z.string(),
  controlRegion: z.string(),
};

export const verdict = z.discriminatedUnion('health', [
  z.strictObject({ health: z.enum(['healthy', 'degraded', 'unhealthy']), reason: z.string() }),
  z.strictObject({ health: z.literal('unknown'), cause: z.enum(unknownCauses), reason: z.string() }),
]);

/** One member in the order calls are tried; a load-balanced group's items may have no priority. */
export const item = z.strictObject({ voiceConnectorId: z.string(), priority: z.number().optional() });

export const rejection = z.strictObject({
  voiceConnectorId: z.string(),
  code: z.enum(rejectionCodes),
  reason: z.string(),
});

/** What a decision was made from. */
export const evidence = z.strictObject({
  observedAt: instant,
  /** In the order calls tried them when the turn looked. What AWS did not tell is absent. */
  connectors: z.array(
    z.strictObject({
      voiceConnectorId: z.string(),
      priority: z.number().optional(),
      region: z.string().optional(),
      verdict: verdict.optional(),
    }),
  ),
  /** Of the members' Regions. */
  regions: z.array(z.strictObject({ region: z.string(), verdict })),
});

/** An operator's word behind a move. */
export const command = z.strictObject({
  by: z.string(),
  reason: z.string(),
  forced: z.array(z.strictObject({ rule: z.string(), reason: z.string() })),
});
