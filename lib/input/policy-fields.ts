/**
 * Every setting of a group, once: schema, meaning, unit, range, default and effect. The validation, the defaults, the
 * comments of policy.yml and the tables of docs/policy.md are made from this list.
 */
import * as z from 'zod';
import { drillMinutes } from '../core/drill/order.ts';
import { weekdays } from '../core/model/group-policy.ts';
import { wholeNumberFrom } from './numbers.ts';
import { maintenanceWindow } from './maintenance-window.ts';
import { fieldDocumentation, number, wholeNumber, type FieldDocumentation } from './policy-field.ts';

export const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Expected a time of the day in UTC, in quotes, such as "03:00"');

const maxWindows = 10;

/** The settings that most people set. */
export const mainFields = {
  mode: z.enum(['observe', 'enforce']).register(fieldDocumentation, {
    meaning: 'Whether the monitor changes the group, or only records what it would change.',
    unit: undefined,
    range: 'observe | enforce',
    default: 'observe',
    raising: 'observe: the monitor decides and records, and writes nothing. enforce: the monitor moves the group.',
  }),
  preferredOrder: z
    .array(z.string().min(1))
    .min(1)
    .max(3)
    .refine((order) => new Set(order).size === order.length, 'Expected each Voice Connector once')
    .register(fieldDocumentation, {
      meaning: 'The Voice Connector ids in the order in which calls should try them while all are healthy.',
      unit: undefined,
      range: '1 to 3 different Voice Connector ids; per group only',
      default: undefined,
      raising: 'failback restores this order. Without it, the group stays where a failover put it.',
    }),
  failback: z.enum(['auto', 'approve', 'never']).register(fieldDocumentation, {
    meaning: 'What happens when a group can go back to its preferredOrder.',
    unit: undefined,
    range: 'auto | approve | never',
    default: 'never',
    raising:
      'never: nothing. approve: a message asks an operator to run `failback`. auto: the monitor moves the group back.',
  }),
  drill: z
    .strictObject({
      day: z.enum(weekdays),
      from: timeOfDay,
      until: timeOfDay,
      minutes: wholeNumberFrom(drillMinutes.least, drillMinutes.most).default(drillMinutes.usual),
      to: z.string().min(1).optional(),
    })
    .register(fieldDocumentation, {
      meaning: 'A weekly drill: within this window (UTC) the group is moved to its standby and back.',
      unit: undefined,
      range: `day: ${weekdays.join(' | ')}; from and until: times in UTC; minutes: ${drillMinutes.least} to ${drillMinutes.most}, default ${drillMinutes.usual}; to: a Voice Connector id, optional; per group only`,
      default: undefined,
      raising: '`minutes`: more calls test the standby. `to`: that standby instead of the one a failover would choose.',
    }),
  maintenance: z
    .array(maintenanceWindow)
    .max(maxWindows)
    .register(fieldDocumentation, {
      meaning:
        'Weekly or daily windows in which the monitor leaves the group as it is, as under a pause by an operator.',
      unit: undefined,
      range: `up to ${maxWindows} windows, each with day: ${weekdays.join(' | ')} | daily; from and until: times of the day, over midnight if until is earlier; timeZone: an IANA name, default UTC; reason`,
      default: [],
      raising:
        'A longer window: a fault that begins in it waits longer for its failover. A list in an entry of groups replaces that of defaults, and an empty one removes it.',
    }),
  falseMovesPerGroupYear: number({
    meaning: 'The false-failover budget: how often per year chance alone may move a healthy group.',
    unit: 'moves per group and year',
    least: 0.0001,
    most: 10,
    default: 0.1,
    raising:
      'Faults are proven sooner, and more moves are false. Ten times fewer false moves delay a true failover by about a quarter (bench/).',
  }),
};

const { preferredOrder, drill, ...inherited } = mainFields;

/** The main settings that `defaults` may have, too; a group inherits them. */
export const inheritedFields = inherited;

/** The main settings that only a group may have. */
export const groupFields = { preferredOrder: preferredOrder.optional(), drill: drill.optional() };

/** The settings whose defaults fit most lines; in policy.yml they stand under `tuning`. */
export const tuningFields = {
  metricLagSeconds: wholeNumber({
    meaning:
      "How long after a minute's end its metrics are complete; newer minutes are not judged, and when metrics are up to ten minutes later still, the newest that arrived are judged.",
    unit: 'seconds',
    least: 0,
    most: 600,
    default: 60,
    raising: 'Metrics that arrive late are not misread; every decision comes that much later.',
  }),
  judgingMinutes: wholeNumber({
    meaning:
      'The minutes that show whether a fault is still present, and the shortest window that can prove a Voice Connector healthy.',
    unit: 'minutes',
    least: 2,
    most: 30,
    default: 5,
    raising: 'Verdicts change less often, and the end of a fault is noticed later.',
  }),
  minAttempts: wholeNumber({
    meaning: 'The call attempts that a window needs before it can prove anything healthy.',
    unit: 'call attempts',
    least: 5,
    most: 1000,
    default: 10,
    raising: 'More verdicts are `unknown` while few people call, for example at night.',
  }),
  minFailures: wholeNumber({
    meaning: 'The failed attempts that a window needs before it can prove a fault, whatever their share.',
    unit: 'call attempts',
    least: 3,
    most: 100,
    default: 3,
    raising: 'A fault on a line with few calls takes longer to prove.',
  }),
  minExcessRatio: number({
    meaning:
      "The share of attempts beyond the line's own baseline that must fail before a fault is worth a move, however certain it is.",
    unit: 'share of attempts',
    least: 0.02,
    most: 0.5,
    default: 0.05,
    raising: 'Only worse faults cause a failover.',
  }),
  dispersion: number({
    meaning:
      'The least factor by which the evidence is divided, because redialling callers make failures vary more than those of independent calls; the past of the line may raise it.',
    unit: 'factor',
    least: 1,
    most: 10,
    default: 2,
    raising:
      'Faults take longer to prove, and redialling callers cause fewer false moves. 1: every call is independent.',
  }),
  degradedMos: number({
    meaning:
      'The mean opinion score below which a Voice Connector counts as degraded; that is reported and never a reason to move.',
    unit: 'MOS',
    least: 1,
    most: 4.4,
    default: 3.5,
    raising: 'Slightly worse audio is reported already.',
  }),
  criticalMos: number({
    meaning:
      'The mean opinion score below which most minutes of the judging window must lie before the audio itself is a reason to move.',
    unit: 'MOS',
    least: 1,
    most: 4.4,
    default: 2.5,
    raising: 'Slightly bad audio causes a failover already.',
  }),
  optionsPingFreshMinutes: wholeNumber({
    meaning: 'How long a SIP OPTIONS ping from your hosts counts as a standby signal of an idle Voice Connector.',
    unit: 'minutes',
    least: 1,
    most: 60,
    default: 5,
    raising: 'A standby whose pings stopped is a possible target for longer.',
  }),
  riseMinutes: wholeNumber({
    meaning: 'How long an idle Voice Connector must carry outbound calls without faults before a failback to it.',
    unit: 'minutes',
    least: 4,
    most: 60,
    default: 10,
    raising: 'A failback needs more proof, and comes later.',
  }),
  cooldownMinutes: wholeNumber({
    meaning:
      'How long after any change of the order, by the monitor or by a person, the monitor does not move the group, unless that is proven to save 30 % of the calls; after its own change it may still flee to a third member.',
    unit: 'minutes',
    least: 5,
    most: 1440,
    default: 10,
    raising: 'Fewer moves in quick succession; a second fault waits longer for its failover.',
  }),
  holdDownMinutes: wholeNumber({
    meaning:
      'How long the group does not return to a Voice Connector that it failed over from, unless that is proven to save 30 % of the calls; it doubles with each failover from it within 24 hours.',
    unit: 'minutes',
    least: 5,
    most: 1440,
    default: 30,
    raising: 'A flapping Voice Connector is left alone for longer.',
  }),
  holdDownLimitMinutes: wholeNumber({
    meaning: 'The limit up to which the hold-down doubles.',
    unit: 'minutes',
    least: 5,
    most: 1440,
    default: 240,
    raising: 'After repeated failovers from it, a Voice Connector is left alone for longer.',
  }),
  maxChangesPerDay: wholeNumber({
    meaning:
      "The daily limit: after so many of the monitor's changes within 24 hours, the last of which a failback leaves for a failover, it leaves the group to a person unless nearly every call is lost.",
    unit: 'changes',
    least: 1,
    most: 100,
    default: 6,
    raising: 'The monitor acts for longer before a person must look at the group.',
  }),
  operatorStandOffMinutes: wholeNumber({
    meaning:
      'How long after a change by an operator the monitor does not fail the group back, nor over, unless that change clearly left the top member alone; pause the group to keep it still for longer.',
    unit: 'minutes',
    least: 0,
    most: 1440,
    default: 60,
    raising: "An operator's change stands for longer. 0: the monitor does not wait.",
  }),
  failbackHoldMinutes: wholeNumber({
    meaning:
      'How long after any change a failback waits, and for how long the preferred Voice Connector must have been healthy.',
    unit: 'minutes',
    least: 10,
    most: 10_080,
    default: 30,
    raising: 'Failbacks come later, after a longer time without faults.',
  }),
  evidenceLimitSeconds: wholeNumber({
    meaning: 'The age at which evidence is too old to write by, for example because the function was suspended.',
    unit: 'seconds',
    least: 10,
    most: 300,
    default: 90,
    raising: 'A slow run may still write, on older evidence.',
  }),
};

export type PolicyField = FieldDocumentation & { readonly name: string; readonly group: 'main' | 'tuning' };

function documented(group: PolicyField['group'], fields: Readonly<Record<string, z.ZodType>>): readonly PolicyField[] {
  return Object.entries(fields).flatMap(([name, schema]) => {
    const documentation = fieldDocumentation.get(schema);
    return documentation === undefined ? [] : [{ name, group, ...documentation }];
  });
}

export const policyFields: readonly PolicyField[] = [
  ...documented('main', mainFields),
  ...documented('tuning', tuningFields),
];
