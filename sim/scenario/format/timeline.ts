/** The timeline of a scenario: faults of calls, faults of AWS's APIs, actions of the operator, and states of the monitor. */
import * as z from 'zod';
import { ruleSchema } from '../../wire/misbehaviour.ts';
import {
  beginsBeforeItEnds,
  endsAfterItBegins,
  id,
  longestMinutes,
  longestWarmUpMinutes,
  minute,
  minuteOrEarlier,
  number,
  oneOf,
  oneOfNumbers,
  pulse,
  ratio,
  region,
  text,
  whole,
} from './fields.ts';

const target = z.union(
  [z.strictObject({ region }), z.strictObject({ connector: id }), z.strictObject({ group: id })],
  'Expected one of region, connector, group with its name',
);

const growsOverMinutes = number(0.1, longestMinutes).exactOptional();

/** The kinds of faults, described in sim/world/spec.ts. */
const faultKind = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('connectivity-loss') }),
    z.strictObject({ kind: z.literal('sip-5xx'), ratio, growsOverMinutes }),
    z.strictObject({
      kind: z.literal('busy'),
      ratio,
      growsOverMinutes,
      code: oneOfNumbers(404, 480, 486, 603).exactOptional(),
    }),
    z.strictObject({ kind: z.literal('first-route-down'), ratio, growsOverMinutes }),
    z.strictObject({
      kind: z.literal('one-way-audio'),
      ratio,
      growsOverMinutes,
      silent: oneOf('customer', 'remote').exactOptional(),
    }),
    z.strictObject({
      kind: z.literal('bad-audio'),
      mos: number(1, 4.4),
      rttMicroseconds: number(0, 10_000_000),
      jitterMicroseconds: number(0, 10_000_000),
      lossRatio: ratio.exactOptional(),
      leg: oneOf('customer', 'remote', 'both').exactOptional(),
    }),
    z.strictObject({ kind: z.literal('throttles'), callsPerMinuteLimit: number(0, 10_000) }),
    z.strictObject({ kind: z.literal('metrics-missing') }),
    z.strictObject({ kind: z.literal('metrics-late'), minutes: number(0, longestMinutes) }),
  ],
  'Expected one of connectivity-loss, sip-5xx, busy, first-route-down, one-way-audio, bad-audio, throttles, metrics-missing, metrics-late',
);

const faultSchema = z
  .strictObject({
    /** Negative: the fault began during the warm-up. */
    from: minuteOrEarlier,
    until: minuteOrEarlier,
    every: pulse.exactOptional(),
    where: target,
    what: faultKind,
  })
  .refine(endsAfterItBegins, beginsBeforeItEnds);

const anyNumber = number(-1e12, 1e12);

const metricValue = z.union(
  [anyNumber, z.strictObject({ samples: whole(1, 1e9), sum: anyNumber, minimum: anyNumber, maximum: anyNumber })],
  'Expected a number, or samples, sum, minimum and maximum',
);

const wholeMinute = whole(-longestWarmUpMinutes, longestMinutes);

/** Replaces the values of a Voice Connector's metrics in CloudWatch, described in sim/world/spec.ts. */
const metricValuesSchema = z
  .strictObject({
    from: wholeMinute,
    until: wholeMinute,
    every: pulse.exactOptional(),
    connector: id,
    values: z.record(z.string(), metricValue, 'Expected values by metric name'),
  })
  .refine(endsAfterItBegins, beginsBeforeItEnds);

/** Effects in simulated time, in addition to those of sim/wire/misbehaviour.ts. */
const scenarioEffects = [
  /** Every answer takes this long, in simulated time. */
  z.strictObject({ kind: z.literal('takes'), seconds: number(0, 3600) }),
  /** UpdateVoiceConnectorGroup takes effect on routing at once, but reads return it only after this delay. */
  z.strictObject({
    kind: z.literal('update-shows-late'),
    seconds: z.union([number(0, 86_400), z.literal('never')], 'Expected seconds from 0 to 86400, or never'),
  }),
] as const;

const effect = z.discriminatedUnion(
  'kind',
  [ruleSchema.shape.effect, ...scenarioEffects],
  'Expected a kind of misbehaviour: see docs/local-aws.md, or one of takes, update-shows-late',
);

const awsSchema = ruleSchema
  .extend({ from: minute, until: minute, every: pulse.exactOptional(), effect })
  .refine(endsAfterItBegins, beginsBeforeItEnds);

/** At minute `at`; with `upon`, at the monitor's next request of that operation from then on, before it is answered. */
const moment = { at: whole(1, longestMinutes), upon: text.optional() };

const overrideValue = z.union(
  [
    z.string(),
    z.strictObject({
      action: text,
      by: text,
      reason: text,
      untilMinute: number(-longestMinutes, longestMinutes),
      order: z.array(text).optional(),
    }),
  ],
  'Expected a text, or action, by, reason, untilMinute and order',
);

const operatorSchema = z.discriminatedUnion(
  'does',
  [
    z.strictObject({
      ...moment,
      does: z.literal('set-priorities'),
      group: id,
      priorities: z.record(z.string(), whole(1, 99)),
    }),
    z.strictObject({ ...moment, does: z.literal('rename'), group: id, name: text }),
    z.strictObject({ ...moment, does: z.literal('add-member'), group: id, connector: id, priority: whole(1, 99) }),
    z.strictObject({ ...moment, does: z.literal('remove-member'), group: id, connector: id }),
    z.strictObject({ ...moment, does: z.literal('put-override'), key: text, value: overrideValue }),
    z.strictObject({ ...moment, does: z.literal('delete-override'), key: text }),
    /** Invokes the function operate just before the minute's run. */
    z.strictObject({ at: moment.at, does: z.literal('command'), command: z.record(z.string(), z.unknown()) }),
  ],
  'Expected one of set-priorities, rename, add-member, remove-member, put-override, delete-override, command',
);

const period = { from: whole(1, longestMinutes), until: whole(1, longestMinutes) };

const monitorSchema = z.discriminatedUnion(
  'is',
  [
    /** The monitor does not run. */
    z.strictObject({ is: z.literal('dead'), ...period }).refine(endsAfterItBegins, beginsBeforeItEnds),
    /** The monitor runs twice per minute, one run right after the other. */
    z.strictObject({ is: z.literal('doubled'), ...period }).refine(endsAfterItBegins, beginsBeforeItEnds),
    /** The schedule invokes the monitor this much later in the minute. */
    z
      .strictObject({ is: z.literal('late'), ...period, seconds: number(1, 55) })
      .refine(endsAfterItBegins, beginsBeforeItEnds),
    /** The first request of `upon` from minute `at` on suspends the monitor for this long, while the world continues. */
    z.strictObject({
      is: z.literal('paused'),
      at: whole(1, longestMinutes),
      upon: text,
      seconds: number(1, 3600),
    }),
  ],
  'Expected one of dead, doubled, late, paused',
);

export const timelineSchema = z.strictObject({
  faults: z.array(faultSchema).default([]),
  metricValues: z.array(metricValuesSchema).default([]),
  aws: z.array(awsSchema).default([]),
  operator: z.array(operatorSchema).default([]),
  monitor: z.array(monitorSchema).default([]),
});

export type Timeline = z.output<typeof timelineSchema>;
export type FaultEntry = Timeline['faults'][number];
export type MetricValuesEntry = Timeline['metricValues'][number];
export type AwsEntry = Timeline['aws'][number];
export type OperatorEntry = Timeline['operator'][number];
export type MonitorEntry = Timeline['monitor'][number];
