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

const interval = z.strictObject({ least: z.number(), likely: z.number(), most: z.number() });

const impact = z.strictObject({
  /** When the fault began, by the calls that prove it best. */
  firstBadMinuteAt: instant,
  /** The end of the newest minute that is counted. */
  countedUntil: instant,
  /** Since the first bad minute, beyond the calls that usually fail. */
  callsFailed: interval,
  /** Calls that try the Voice Connector in a minute. */
  callsPerMinuteAtRisk: z.number(),
  /** The share of the usually successful calls that the fault loses. */
  lossShare: interval,
});

/** What a fault costs and a move saved. Absent from the events of earlier versions. */
export const ledger = z
  .strictObject({
    /** The same for people, or why it is not known. */
    sentence: z.string(),
    /** Only where failed calls prove the fault. */
    impact: impact.optional(),
    /** Only within an hour of a move away from such a fault. */
    saved: z
      .strictObject({
        /** The previous primary. */
        voiceConnectorId: z.string(),
        movedAt: instant,
        countedUntil: instant,
        callsSince: z.number(),
        /** As if the fault had gone on at the share that was proved before the move. */
        callsSaved: interval,
        /** The fault up to the move. */
        before: impact,
      })
      .optional(),
  })
  .optional();

/** The operator's command that caused a move. */
export const command = z.strictObject({
  by: z.string(),
  reason: z.string(),
  forced: z.array(z.strictObject({ rule: z.string(), reason: z.string() })),
});
