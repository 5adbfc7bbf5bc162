/** A group's effective policy as events carry it. docs/policy.md has the meanings. */
import * as z from 'zod';
import { weekdays, type GroupPolicy } from '../core/model/group-policy.ts';

const settings = {
  mode: z.enum(['observe', 'enforce']),
  preferredOrder: z.array(z.string()).optional(),
  failback: z.enum(['auto', 'approve', 'never']),
  metricLagSeconds: z.number(),
  judgingMinutes: z.number(),
  minAttempts: z.number(),
  minFailures: z.number(),
  minExcessRatio: z.number(),
  falseMovesPerGroupYear: z.number(),
  dispersion: z.number(),
  degradedMos: z.number(),
  criticalMos: z.number(),
  optionsPingFreshMinutes: z.number(),
  riseMinutes: z.number(),
  cooldownMinutes: z.number(),
  holdDownMinutes: z.number(),
  holdDownLimitMinutes: z.number(),
  maxChangesPerDay: z.number(),
  operatorStandOffMinutes: z.number(),
  failbackHoldMinutes: z.number(),
  evidenceLimitSeconds: z.number(),
  drill: z
    .strictObject({
      day: z.enum(weekdays),
      from: z.string(),
      until: z.string(),
      minutes: z.number(),
      to: z.string().optional(),
    })
    .optional(),
  /** Absent from the events of earlier versions. */
  maintenance: z
    .array(
      z.strictObject({
        day: z.enum([...weekdays, 'daily']),
        from: z.string(),
        until: z.string(),
        timeZone: z.string(),
        reason: z.string(),
      }),
    )
    .optional(),
} satisfies Record<keyof GroupPolicy, z.ZodType>;

export const policy = z.strictObject(settings);
