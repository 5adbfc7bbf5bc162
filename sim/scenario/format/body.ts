/** The schema of a scenario file. docs/scenarios.md describes the format. */
import { withTuning } from './policy.ts';
import * as z from 'zod';
import { expectationsSchema } from './expectations.ts';
import { longestMinutes, longestWarmUpMinutes, number, text, whole } from './fields.ts';
import { timelineSchema } from './timeline.ts';
import { connectorSchema, groupSchema } from './traffic.ts';

const startsAt = z.iso
  .datetime({ offset: true, error: 'Expected a time such as 2026-11-20T09:00:00Z' })
  .transform((time) => Date.parse(time))
  .refine((time) => time % 60_000 === 0, 'Expected a whole minute');

export const scenarioSchema = z.strictObject({
  title: text,
  /** One sentence. */
  shows: text,
  /** Minute 0. The first run starts a few seconds after minute 1. */
  startsAt: startsAt.prefault('2026-11-20T09:00:00Z'),
  seed: whole(0, 999_999_999).default(1),
  /** Calls before minute 0, so that the group has a history at the first run. */
  warmUpMinutes: whole(0, longestWarmUpMinutes).default(420),
  minutes: whole(1, longestMinutes),
  groups: z.array(groupSchema).min(1, 'Expected at least one group'),
  /** Voice Connectors that belong to no group yet. */
  spares: z.array(connectorSchema).default([]),
  metrics: z
    .strictObject({
      lagSeconds: number(0, 3600).default(30),
      /** Failed calls count this long after their attempts. */
      failuresLateMinutes: whole(0, 60).default(0),
    })
    .prefault({}),
  /** Interval of the proxy-session inventory, which has a schedule of its own. */
  inventoryEveryMinutes: whole(1, longestMinutes).optional(),
  /** A complete policy, as in policy.yml; the settings of `tuning` may also stand one level higher. Default: sim/policy.yml. */
  policy: z.record(z.string(), z.unknown(), 'Expected a policy as in policy.yml').transform(withTuning).optional(),
  timeline: timelineSchema.prefault({}),
  expect: expectationsSchema,
});

export type ScenarioBody = z.output<typeof scenarioSchema>;
/** Named after its file. */
export type Scenario = ScenarioBody & { readonly name: string };
