/** The groups of a scenario, their members and their callers. */
import * as z from 'zod';
import { timeOfDay } from '../../../lib/input/policy-fields.ts';
import { weekdays, type RedialSpec } from '../../world/spec.ts';
import {
  endsAfterItBegins,
  beginsBeforeItEnds,
  id,
  longestMinutes,
  longestWarmUpMinutes,
  minute,
  minuteOrEarlier,
  number,
  oneOf,
  oneOfNumbers,
  ratio,
  region,
  text,
  whole,
} from './fields.ts';

const never = z.literal('never', 'Expected seconds or never');

export const connectorSchema = z.strictObject({
  id,
  region,
  /** Outbound calls of the customer, which show that it works while it has no inbound calls. */
  outboundPerMinute: number(0, 1000).default(4),
  outboundFailureRatio: ratio.default(0.02),
  /** Interval of the customer's SIP OPTIONS pings. */
  optionsPingSeconds: z.union([number(1, 3600), never], 'Expected seconds from 1 to 3600, or never').default(30),
  origination: oneOf('ready', 'disabled', 'no-route').default('ready'),
});

const priority = whole(1, 99).optional();

const memberSchema = z.discriminatedUnion(
  'shared',
  [
    connectorSchema.extend({ shared: z.literal(false).optional(), priority }),
    /** A Voice Connector that another group or `spares` describes. */
    z.strictObject({ id, shared: z.literal(true), priority }),
  ],
  'Expected shared: true, or the settings of a Voice Connector',
);

/** Typical redials, because of which failures are not independent. */
export const usualRedials: RedialSpec = { probability: 0.5, atMost: 5, withinSeconds: 90, failureRatio: 0.7 };

const redialsSchema = z.strictObject({
  probability: ratio,
  atMost: whole(1, 20),
  withinSeconds: number(1, 3600),
  failureRatio: ratio,
});

const spikeSchema = z
  .strictObject({ from: minuteOrEarlier, until: minuteOrEarlier, factor: number(0, 100) })
  .refine(endsAfterItBegins, beginsBeforeItEnds);

const failurePeriodSchema = z.strictObject({
  days: z.array(oneOf(...weekdays)).exactOptional(),
  from: timeOfDay,
  until: timeOfDay,
  ratio,
  serverErrorShare: ratio.exactOptional(),
});

const failureSwingSchema = z.strictObject({
  lowest: ratio,
  highest: ratio,
  periodMinutes: number(1, longestWarmUpMinutes + longestMinutes),
  highestAt: minuteOrEarlier.optional(),
});

const machineSchema = z
  .strictObject({
    from: minuteOrEarlier,
    until: minuteOrEarlier,
    everySeconds: number(0.1, 86_400),
    code: oneOfNumbers(404, 480, 486, 603, 503),
  })
  .refine(endsAfterItBegins, beginsBeforeItEnds);

const callsSchema = z.strictObject({
  perMinute: number(0, 1000),
  baselineFailureRatio: ratio.default(0.02),
  baselineServerErrorShare: ratio.optional(),
  /** Times of the week with another failure ratio. */
  failurePeriods: z.array(failurePeriodSchema).default([]),
  failureSwing: failureSwingSchema.optional(),
  failureWalk: z.strictObject({ lowest: ratio, highest: ratio, stepPerHour: ratio }).optional(),
  /** Correlation of the failures within a minute. */
  minuteCorrelation: ratio.optional(),
  /** Machines that dial again and again and always fail. */
  machines: z.array(machineSchema).default([]),
  meanCallMinutes: number(0.1, 120).optional(),
  /** Redials after failed calls. `usual`: {@link usualRedials}. */
  redials: z.union([z.literal('usual'), redialsSchema], 'Expected usual, or probability, atMost and so on').optional(),
  spikes: z.array(spikeSchema).default([]),
  shape: z
    .strictObject({ busiestHourUtc: number(0, 24), quietestFactor: ratio, weekendFactor: number(0, 10) })
    .optional(),
});

export const groupSchema = z.strictObject({
  id,
  /** The group's name in AWS. Default: the id. */
  name: text.optional(),
  /** The Region whose endpoint created the group. Only this endpoint can change it. */
  controlRegion: oneOf('us-east-1', 'us-west-2').default('us-east-1'),
  distribution: oneOf('PriorityWeightedDistribution', 'LoadBalancedDistribution').default(
    'PriorityWeightedDistribution',
  ),
  /** Minutes between the last change of the group and the scenario's start. */
  unchangedMinutes: minute.default(1440),
  members: z.array(memberSchema).min(1, 'Expected 1 to 3 members').max(3, 'Expected 1 to 3 members'),
  calls: callsSchema,
});

export type ScenarioCalls = z.output<typeof callsSchema>;
export type ScenarioGroup = z.output<typeof groupSchema>;
export type ScenarioConnector = z.output<typeof connectorSchema>;
