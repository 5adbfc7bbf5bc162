/**
 * The rules of policy.yml that relate several settings. They read the raw values, so that one mistake does not hide
 * another: a value of the wrong type is left to the schema, and a rule is reported where one of its own values was set.
 */
import { changesNeeded } from '../core/drill/refusals.ts';
import { drillMinutes } from '../core/drill/order.ts';
import { beginningsIn, scheduleMinutes } from '../core/drill/window.ts';
import { alwaysMeetsMaintenance } from '../core/model/maintenance.ts';
import { minuteMs } from '../core/model/time.ts';
import { minuteOfDay } from '../core/model/week.ts';
import { groupFields, mainFields, policyFields, timeOfDay, tuningFields } from './policy-fields.ts';
import { formatValue } from './format-value.ts';
import { formatPath } from './validation.ts';

export type RawSettings = Readonly<Record<string, unknown>>;

type TuningName = keyof typeof tuningFields;

/** `left` must be at least `factor` × `right`. */
type Inequality = {
  readonly left: TuningName;
  readonly factor: number;
  readonly right: TuningName;
  readonly why: string;
};

export const inequalities: readonly Inequality[] = [
  { left: 'riseMinutes', factor: 2, right: 'judgingMinutes', why: 'recovery needs more proof than a fault' },
  { left: 'failbackHoldMinutes', factor: 1, right: 'riseMinutes', why: 'a failback must not precede proven recovery' },
  {
    left: 'failbackHoldMinutes',
    factor: 2,
    right: 'cooldownMinutes',
    why: 'a failback must not follow a move at once',
  },
  { left: 'minAttempts', factor: 1, right: 'minFailures', why: 'otherwise a window cannot hold enough failures' },
  {
    left: 'holdDownMinutes',
    factor: 1,
    right: 'cooldownMinutes',
    why: 'a Voice Connector that failed must wait at least as long as its group',
  },
  {
    left: 'holdDownLimitMinutes',
    factor: 1,
    right: 'holdDownMinutes',
    why: 'a limit must not be below what it limits',
  },
  { left: 'degradedMos', factor: 1, right: 'criticalMos', why: 'critical audio is also degraded audio' },
];

export function formatMinimum({ factor, right }: Pick<Inequality, 'factor' | 'right'>): string {
  return factor === 1 ? right : `${factor} × ${right}`;
}

export function isRecord(value: unknown): value is RawSettings {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The settings of `defaults` or of a group without the level of `tuning`. */
export function flatSettings(raw: RawSettings): RawSettings {
  const { tuning, ...main } = raw;
  return { ...main, ...(isRecord(tuning) ? tuning : {}) };
}

function tuningOf({ tuning }: RawSettings): RawSettings {
  return isRecord(tuning) ? tuning : {};
}

/** What policy.yml means before anything is set. */
export const builtInSettings: RawSettings = Object.fromEntries(
  policyFields.map((field) => [field.name, field.default]),
);

function inequalityProblems(where: string, own: RawSettings, inherited: RawSettings): readonly string[] {
  const all = { ...inherited, ...own };
  return inequalities.flatMap((inequality) => {
    const { left, factor, right, why } = inequality;
    const [greater, lesser] = [all[left], all[right]];
    if (!(left in own) && !(right in own)) return [];
    if (typeof greater !== 'number' || typeof lesser !== 'number' || !(greater < factor * lesser)) return [];
    const minimum = `${formatMinimum(inequality)} (${factor * lesser})`;
    return [`${where}.tuning.${left}: Expected at least ${minimum}: ${why}, got ${greater}`];
  });
}

/** A failover, a failback, and the failover that may have to follow it. */
const changesWithFailback = 3;

function failbackProblems(where: string, { failback, maxChangesPerDay }: RawSettings): readonly string[] {
  if (failback !== 'auto' || typeof maxChangesPerDay !== 'number' || maxChangesPerDay >= changesWithFailback) return [];
  const why = 'failback: auto makes a second change and must leave one for a failover';
  return [
    `${where}.tuning.maxChangesPerDay: Expected at least ${changesWithFailback}: ${why}, got ${maxChangesPerDay}`,
  ];
}

/** What a weekly drill requires of the group's other settings. */
function drillProblems(where: string, { drill, mode, maxChangesPerDay }: RawSettings): readonly string[] {
  if (!isRecord(drill)) return [];
  const problems: string[] = [];
  const { from, until, minutes = drillMinutes.usual } = drill;
  if (timeOfDay.safeParse(from).success && timeOfDay.safeParse(until).success && typeof minutes === 'number') {
    const windowMinutes = minuteOfDay(String(until)) - minuteOfDay(String(from));
    const least = minutes + scheduleMinutes;
    if (windowMinutes < least) {
      const why = `the drill takes ${minutes} min, the schedule starts it every ${scheduleMinutes} min, and a window must not cross midnight`;
      problems.push(
        `${where}.drill.until: Expected at least ${least} min after from: ${why}, got ${windowMinutes} min`,
      );
    }
  }
  if (mode === 'observe') {
    problems.push(`${where}.drill: Expected mode enforce: in mode observe nothing moves the group, got mode observe`);
  }
  if (typeof maxChangesPerDay === 'number' && maxChangesPerDay < changesNeeded) {
    const why = 'a drill makes two changes and must leave one for a failover';
    problems.push(
      `${where}.tuning.maxChangesPerDay: Expected at least ${changesNeeded}: ${why}, got ${maxChangesPerDay}`,
    );
  }
  return problems;
}

/** In winter and in summer: outside UTC a maintenance window has another place in each. */
const sampleSundays = [Date.UTC(2026, 0, 11), Date.UTC(2026, 6, 12)];

/** A weekly drill that meets maintenance whenever it begins would be refused every week. */
function drillMaintenanceProblems(where: string, { drill, maintenance }: RawSettings): readonly string[] {
  const weekly = mainFields.drill.safeParse(drill);
  const windows = mainFields.maintenance.safeParse(maintenance);
  if (!weekly.success || !windows.success) return [];
  const { day, from, until, minutes } = weekly.data;
  const lastsMs = minutes * minuteMs;
  const isRefusedIn = (sunday: number): boolean =>
    alwaysMeetsMaintenance(windows.data, { ...beginningsIn(sunday, weekly.data), lastsMs });
  if (!sampleSundays.every(isRefusedIn)) return [];
  const why = `no drill begins in one, or so shortly before that it would not end in time (${minutes} min), so that this one would never run`;
  return [`${where}.drill: Expected a window that maintenance leaves open: ${why}, got ${day} ${from} to ${until} UTC`];
}

function needsPreferredOrder(failback: unknown): failback is 'auto' | 'approve' {
  return failback === 'auto' || failback === 'approve';
}

export function crossProblems(raw: unknown): readonly string[] {
  if (!isRecord(raw)) return [];
  const defaults = isRecord(raw['defaults']) ? raw['defaults'] : {};
  const groups = Array.isArray(raw['groups']) ? raw['groups'] : [];
  const listed = new Set<unknown>();
  const problems = [...inequalityProblems('defaults', tuningOf(defaults), builtInSettings)];
  const inherited = { ...builtInSettings, ...flatSettings(defaults) };
  if (needsPreferredOrder(defaults['failback'])) {
    const why = 'a failback needs a preferredOrder, which only an entry of groups has';
    problems.push(`defaults.failback: Expected never: ${why}, got ${defaults['failback']}`);
  }
  groups.forEach((group: unknown, place) => {
    if (!isRecord(group)) return;
    const where = `groups[${place}]`;
    problems.push(...inequalityProblems(where, tuningOf(group), inherited));
    const settings = { ...inherited, ...flatSettings(group) };
    problems.push(...drillProblems(where, settings), ...drillMaintenanceProblems(where, settings));
    problems.push(...failbackProblems(where, settings));
    if (listed.has(group['group'])) {
      problems.push(`${where}.group: Expected each group once, got ${formatValue(group['group'])} again`);
    }
    listed.add(group['group']);
    const failback = group['failback'];
    if (needsPreferredOrder(failback) && group['preferredOrder'] === undefined) {
      problems.push(`${where}.failback: Expected a preferredOrder for failback ${failback}, got none`);
    }
  });
  return problems;
}

/** The right place for a known setting that stands at `path`; undefined where the setting is unknown. */
export function rightPlace(path: readonly PropertyKey[]): string | undefined {
  const name = String(path.at(-1));
  const owner = path.slice(0, -1).filter((key) => key !== 'tuning');
  const settings = owner.length === 0 ? ['defaults'] : owner;
  if (name in tuningFields) return formatPath([...settings, 'tuning', name]);
  if (!(name in mainFields)) return undefined;
  return settings[0] === 'defaults' && name in groupFields ? 'an entry of groups' : formatPath([...settings, name]);
}
