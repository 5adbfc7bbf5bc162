/** policy.yml → {@link Policy}, or every problem at once. The meaning of each knob stands in policy.yml. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { changesNeeded, drillMinutes } from '../core/drill/order.ts';
import { minuteOfDay, scheduleMinutes } from '../core/drill/window.ts';
import { type PolicyOf, weekdays, type GroupPolicy } from '../core/model/group-policy.ts';
import { InvalidInputError, problemsOf } from './validation.ts';

export type MetricDimension = 'VoiceConnectorId' | 'Region';

export type Policy = {
  /** Of the text as it was read: names the policy in every record. */
  readonly hash: string;
  /** The dimension set under which CloudWatch has the account's metrics; sets match exactly or not at all. */
  readonly metricDimensions: readonly MetricDimension[];
  readonly defaults: GroupPolicy;
  /** By group id or name. */
  readonly groups: ReadonlyMap<string, GroupPolicy>;
};

function number(minimum: number, maximum: number) {
  const range = `Expected a number from ${minimum} to ${maximum}`;
  return z.number(range).min(minimum, range).max(maximum, range);
}

function count(minimum: number, maximum: number) {
  const range = `Expected a whole number from ${minimum} to ${maximum}`;
  return z.int(range).min(minimum, range).max(maximum, range);
}

const preferredOrder = z
  .array(z.string().min(1))
  .min(1)
  .max(3)
  .refine((order) => new Set(order).size === order.length, 'a Voice Connector may stand in it once');

const timeOfDay = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'Expected a time of the day in UTC, in quotes, such as "03:00"');

const weeklyDrill = z.strictObject({
  day: z.enum(weekdays),
  from: timeOfDay,
  until: timeOfDay,
  minutes: count(drillMinutes.least, drillMinutes.most).default(drillMinutes.usual),
  to: z.string().min(1).optional(),
});

const builtIn: GroupPolicy = {
  mode: 'observe',
  preferredOrder: undefined,
  failback: 'never',
  metricLagSeconds: 60,
  judgingMinutes: 5,
  minAttempts: 10,
  minFailures: 3,
  minExcessRatio: 0.05,
  falseMovesPerGroupYear: 0.1,
  dispersion: 2,
  degradedMos: 3.5,
  criticalMos: 2.5,
  optionsPingFreshMinutes: 5,
  riseMinutes: 10,
  cooldownMinutes: 10,
  holdDownMinutes: 30,
  holdDownLimitMinutes: 240,
  maxChangesPerDay: 6,
  operatorStandOffMinutes: 60,
  failbackHoldMinutes: 30,
  evidenceLimitSeconds: 90,
  drill: undefined,
};

/** Every setting a group may make for itself; what it leaves out it inherits. */
function settings(inherited: GroupPolicy) {
  return z.strictObject({
    mode: z.enum(['observe', 'enforce']).default(inherited.mode),
    failback: z.enum(['auto', 'approve', 'never']).default(inherited.failback),
    metricLagSeconds: count(0, 600).default(inherited.metricLagSeconds),
    judgingMinutes: count(2, 30).default(inherited.judgingMinutes),
    minAttempts: count(5, 1000).default(inherited.minAttempts),
    minFailures: count(3, 100).default(inherited.minFailures),
    minExcessRatio: number(0.02, 0.5).default(inherited.minExcessRatio),
    falseMovesPerGroupYear: number(0.0001, 10).default(inherited.falseMovesPerGroupYear),
    dispersion: number(1, 10).default(inherited.dispersion),
    degradedMos: number(1, 4.4).default(inherited.degradedMos),
    criticalMos: number(1, 4.4).default(inherited.criticalMos),
    optionsPingFreshMinutes: count(1, 60).default(inherited.optionsPingFreshMinutes),
    riseMinutes: count(4, 60).default(inherited.riseMinutes),
    cooldownMinutes: count(5, 1440).default(inherited.cooldownMinutes),
    holdDownMinutes: count(5, 1440).default(inherited.holdDownMinutes),
    holdDownLimitMinutes: count(5, 1440).default(inherited.holdDownLimitMinutes),
    maxChangesPerDay: count(1, 100).default(inherited.maxChangesPerDay),
    operatorStandOffMinutes: count(0, 1440).default(inherited.operatorStandOffMinutes),
    failbackHoldMinutes: count(10, 10_080).default(inherited.failbackHoldMinutes),
    evidenceLimitSeconds: count(10, 300).default(inherited.evidenceLimitSeconds),
  });
}

function policySchema(defaults: GroupPolicy) {
  return z.strictObject({
    version: z.literal(1),
    metricDimensions: z
      .array(z.enum(['VoiceConnectorId', 'Region']))
      .refine((names) => names.includes('VoiceConnectorId'), 'Expected VoiceConnectorId among them')
      .default(['VoiceConnectorId']),
    defaults: settings(builtIn).prefault({}),
    groups: z
      .array(
        settings(defaults).extend({
          group: z.string().min(1).max(256),
          preferredOrder: preferredOrder.optional(),
          drill: weeklyDrill.optional(),
        }),
      )
      .default([]),
  });
}

/** left ≥ factor × right, or the policy contradicts itself. */
const inequalities: readonly { left: keyof GroupPolicy; factor: number; right: keyof GroupPolicy; why: string }[] = [
  { left: 'riseMinutes', factor: 2, right: 'judgingMinutes', why: 'recovery must take longer to believe than failure' },
  {
    left: 'failbackHoldMinutes',
    factor: 1,
    right: 'riseMinutes',
    why: 'a failback may not come before recovery is proven',
  },
  { left: 'failbackHoldMinutes', factor: 2, right: 'cooldownMinutes', why: 'a group must rest before it moves back' },
  { left: 'minAttempts', factor: 1, right: 'minFailures', why: 'no window could ever hold enough failures' },
  {
    left: 'holdDownMinutes',
    factor: 1,
    right: 'cooldownMinutes',
    why: 'a Voice Connector that was left must rest longer than the group',
  },
  { left: 'holdDownLimitMinutes', factor: 1, right: 'holdDownMinutes', why: 'a limit may not be below what it limits' },
  { left: 'degradedMos', factor: 1, right: 'criticalMos', why: 'what is critical is degraded too' },
];

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * What the schema cannot see field by field. It looks at the raw values, so that one mistake does not hide another: a
 * value of the wrong type is left to the schema, and a rule is reported where one of its own values was set.
 */
function contradictions(
  where: string,
  own: Readonly<Record<string, unknown>>,
  inherited: Readonly<Record<string, unknown>>,
) {
  const all = { ...inherited, ...own };
  return inequalities.flatMap(({ left, factor, right, why }) => {
    const [greater, lesser] = [all[left], all[right]];
    if (!(left in own) && !(right in own)) return [];
    if (typeof greater !== 'number' || typeof lesser !== 'number' || !(greater < factor * lesser)) return [];
    const least = factor === 1 ? right : `${factor} × ${right}`;
    return [`${where}.${left}: Expected at least ${least} (${factor * lesser}): ${why}, got ${greater}`];
  });
}

/** What a drill by the week asks of the rest of the policy. */
function drillProblems(
  where: string,
  { drill, mode, maxChangesPerDay }: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (!isRecord(drill)) return [];
  const problems: string[] = [];
  const { from, until, minutes = drillMinutes.usual } = drill;
  if (timeOfDay.safeParse(from).success && timeOfDay.safeParse(until).success && typeof minutes === 'number') {
    const window = minuteOfDay(String(until)) - minuteOfDay(String(from));
    const least = minutes + scheduleMinutes;
    if (window < least) {
      const why = `the drill takes ${minutes} min and is looked for every ${scheduleMinutes} min, and no window crosses midnight`;
      problems.push(`${where}.drill.until: Expected at least ${least} min after from: ${why}, got ${window} min`);
    }
  }
  if (mode === 'observe') {
    problems.push(
      `${where}.drill: a group in mode observe is moved by nobody, and by no schedule: Expected mode enforce`,
    );
  }
  if (typeof maxChangesPerDay === 'number' && maxChangesPerDay < changesNeeded) {
    const why = `a drill takes two changes, and leaves one for a rescue`;
    problems.push(`${where}.maxChangesPerDay: Expected at least ${changesNeeded}: ${why}, got ${maxChangesPerDay}`);
  }
  return problems;
}

function crossProblems(raw: unknown): readonly string[] {
  if (!isRecord(raw)) return [];
  const defaults = isRecord(raw['defaults']) ? raw['defaults'] : {};
  const groups = Array.isArray(raw['groups']) ? raw['groups'] : [];
  const seen = new Set<unknown>();
  const problems = [...contradictions('defaults', defaults, builtIn)];
  groups.forEach((group: unknown, place) => {
    if (!isRecord(group)) return;
    const where = `groups[${place}]`;
    problems.push(...contradictions(where, group, { ...builtIn, ...defaults }));
    problems.push(...drillProblems(where, { ...builtIn, ...defaults, ...group }));
    if (seen.has(group['group'])) problems.push(`${where}.group: ${JSON.stringify(group['group'])} is listed twice`);
    seen.add(group['group']);
    const failback = group['failback'];
    if ((failback === 'auto' || failback === 'approve') && group['preferredOrder'] === undefined) {
      problems.push(`${where}.failback: ${failback} needs a preferredOrder to go back to`);
    }
  });
  return problems;
}

/** @throws InvalidInputError naming every problem with its value and the allowed range */
export function parsePolicy(text: string, source: string): Policy {
  let raw: unknown;
  try {
    raw = parseYaml(text);
  } catch (cause) {
    throw new InvalidInputError(source, [`not YAML: ${cause instanceof Error ? cause.message : String(cause)}`]);
  }
  const ownDefaults = settings(builtIn).safeParse(isRecord(raw) ? (raw['defaults'] ?? {}) : {});
  const defaults: GroupPolicy = { ...builtIn, ...ownDefaults.data };
  const result = policySchema(defaults).safeParse(raw);
  const problems = [...(result.success ? [] : problemsOf(result.error, raw)), ...crossProblems(raw)];
  if (!result.success || problems.length > 0) throw new InvalidInputError(source, problems);
  const groups = result.data.groups.map(({ group, ...own }): [string, GroupPolicy] => [group, { ...defaults, ...own }]);
  return {
    hash: createHash('sha256').update(text).digest('hex').slice(0, 12),
    metricDimensions: result.data.metricDimensions,
    defaults,
    groups: new Map(groups),
  };
}

/** Reads a policy file once, at cold start or at build. @throws InvalidInputError */
export function loadPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`reading the policy file ${file}`, { cause });
  }
  return parsePolicy(text, file);
}

/** A group's own policy: by id, else by name, else the defaults. */
export function policyOf(policy: Policy): PolicyOf {
  return (group) =>
    (group && (policy.groups.get(group.voiceConnectorGroupId) ?? policy.groups.get(group.name))) ?? policy.defaults;
}
