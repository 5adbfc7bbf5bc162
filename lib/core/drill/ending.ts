/** How a drill comes to its end: by its stop conditions, by an operator, or because its time is up. Pure. */
import { formatCalls, type DrillCalls } from './calls.ts';
import { displayName, verdictOn } from '../plan/members.ts';
import type { Command } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Drill } from '../model/override.ts';
import type { EpochMs } from '../model/time.ts';
import type { PlanInput } from '../plan/plan-input.ts';
import { isUnobservable } from '../judge/readings.ts';
import { formatDuration, formatPercent } from '../model/format.ts';

/** Why a drill ended. docs/runbook.md has an entry for each. */
export const drillEndCodes = [
  'passed',
  'too-few-calls',
  'too-many-failures',
  'standby-failing',
  'calls-elsewhere',
  'standby-unwell',
  'throttled',
  'member-unhealthy',
  'region-unhealthy',
  'standby-unseen',
  'stopped',
  'never-began',
  'changed-meanwhile',
  'put-back-by-hand',
  'put-back-early',
] as const;

export const drillResultKinds = ['succeeded', 'failed', 'interrupted'] as const;
export type DrillResult = (typeof drillResultKinds)[number];
export type DrillEndCode = (typeof drillEndCodes)[number];

export const drillResults: Readonly<Record<DrillEndCode, DrillResult>> = {
  passed: 'succeeded',
  'too-few-calls': 'failed',
  'too-many-failures': 'failed',
  'standby-failing': 'failed',
  'calls-elsewhere': 'failed',
  'standby-unwell': 'failed',
  throttled: 'interrupted',
  'member-unhealthy': 'interrupted',
  'region-unhealthy': 'interrupted',
  'standby-unseen': 'interrupted',
  stopped: 'interrupted',
  'never-began': 'interrupted',
  'changed-meanwhile': 'interrupted',
  'put-back-by-hand': 'interrupted',
  'put-back-early': 'interrupted',
};

/** Why a drill ends, with the numbers that were compared. */
export type DrillEnd = { readonly code: DrillEndCode; readonly reason: string };

/** A drill as far as it has come. */
export type DrillSnapshot = {
  readonly input: PlanInput;
  readonly drill: Drill;
  /** The promoted one's since it began; absent where they could not be read, as the others are. */
  readonly calls: DrillCalls | undefined;
  /** The same of the last few minutes: a late fault must not hide behind a long good drill. */
  readonly recent: DrillCalls | undefined;
  /** The promoted one's and the other members', since the change is long enough past to have moved every call. */
  readonly settled: { readonly own: DrillCalls; readonly others: DrillCalls } | undefined;
};

/** Why a drill that goes on must end now; undefined where it need not. What it has shown comes before what was wanted of it. */
export function endOf(sight: DrillSnapshot, at: EpochMs): DrillEnd | undefined {
  return (
    shown(sight) ??
    throttled(sight) ??
    impairedCondition(sight) ??
    troubleElsewhere(sight) ??
    unseen(sight) ??
    stopped(sight) ??
    (at >= sight.drill.until ? weighed(sight) : undefined)
  );
}

/** What calls show against the promoted one, by the drill's own limits: to end a drill takes far less than to prove a fault. */
export function shown(sight: DrillSnapshot): DrillEnd | undefined {
  return failing(sight, sight.calls) ?? failing(sight, sight.recent) ?? elsewhere(sight);
}

function failing({ input, drill }: DrillSnapshot, calls: DrillCalls | undefined): DrillEnd | undefined {
  const { promoting, stop } = drill;
  if (calls === undefined || calls.failures < stop.failures) return undefined;
  if (calls.failures < calls.attempts * stop.failureRatio) return undefined;
  const limits = `to stop at ${stop.failures} and ${formatPercent(stop.failureRatio)}`;
  return { code: 'standby-failing', reason: `${displayName(promoting, input)}: ${formatCalls(calls)}, ${limits}` };
}

/** Calls that AWS takes past an unreachable first choice do not fail, and prove nothing of it. */
function elsewhere({ input, drill, settled }: DrillSnapshot): DrillEnd | undefined {
  const { promoting, stop } = drill;
  if (settled === undefined || settled.others.attempts < stop.failures) return undefined;
  const { own, others } = settled;
  const all = own.attempts + others.attempts;
  if (others.attempts < all * stop.failureRatio) return undefined;
  const where = `${others.attempts} of ${all} calls went past ${displayName(promoting, input)} in ${others.minutes} min`;
  return {
    code: 'calls-elsewhere',
    reason: `${where}, to stop at ${stop.failures} and ${formatPercent(stop.failureRatio)}`,
  };
}

export function throttled({ input, drill: { promoting }, calls }: DrillSnapshot): DrillEnd | undefined {
  return calls !== undefined && calls.throttles > 0
    ? {
        code: 'throttled',
        reason: `${displayName(promoting, input)}: ${calls.throttles} Throttles in ${calls.minutes} min: its call limit is too low for this group's calls`,
      }
    : undefined;
}

export function impairedCondition({ input, drill: { promoting } }: DrillSnapshot): DrillEnd | undefined {
  const verdict = verdictOn(promoting, input);
  return verdict.health === 'degraded' || verdict.health === 'unhealthy'
    ? { code: 'standby-unwell', reason: `${displayName(promoting, input)} ${verdict.health}: ${verdict.reason}` }
    : undefined;
}

/** Of any member, where the promoted one has been asked already. */
export function troubleElsewhere({ input }: DrillSnapshot): DrillEnd | undefined {
  const ids = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  for (const id of ids) {
    const verdict = verdictOn(id, input);
    if (verdict.health === 'unhealthy') {
      return { code: 'member-unhealthy', reason: `${displayName(id, input)} unhealthy: ${verdict.reason}` };
    }
  }
  for (const [region, verdict] of regionsOf(ids, input)) {
    if (verdict.health === 'unhealthy') {
      return { code: 'region-unhealthy', reason: `${region} unhealthy: ${verdict.reason}` };
    }
  }
  return undefined;
}

/** The members' Regions of which there is a verdict, each once. */
export function regionsOf(
  ids: readonly string[],
  { connectorRegions, regions }: PlanInput,
): readonly (readonly [string, Verdict])[] {
  return [...new Set(ids.flatMap((id) => connectorRegions.get(id) ?? []))].flatMap((region) => {
    const verdict = regions.get(region);
    return verdict === undefined ? [] : [[region, verdict] as const];
  });
}

/** Nobody drills with closed eyes. No calls yet is another thing: metrics come late. */
function unseen({ input, drill: { promoting }, calls }: DrillSnapshot): DrillEnd | undefined {
  const verdict = verdictOn(promoting, input);
  if (verdict.health === 'unknown' && isUnobservable(verdict)) {
    return {
      code: 'standby-unseen',
      reason: `${displayName(promoting, input)} unknown (${verdict.cause}): ${verdict.reason}`,
    };
  }
  return calls === undefined
    ? { code: 'standby-unseen', reason: `${displayName(promoting, input)}: its calls in the drill could not be read` }
    : undefined;
}

export function stopped({ drill: { stopped: by } }: DrillSnapshot): DrillEnd | undefined {
  return by === undefined ? undefined : { code: 'stopped', reason: `stopped by ${by.by}: ${by.reason}` };
}

/** Whether it passed, of a drill whose time is up. */
export function weighed({ input, drill, calls }: DrillSnapshot): DrillEnd {
  const { promoting, pass, startedAt, until } = drill;
  if (calls === undefined) {
    return {
      code: 'standby-unseen',
      reason: `${displayName(promoting, input)}: its calls in the drill could not be read`,
    };
  }
  const asked = `at least ${pass.minCalls} calls and at most ${formatPercent(pass.maxFailureRatio)} failed were asked of a drill of ${formatDuration(until - startedAt)}`;
  const reason = `${displayName(promoting, input)}: ${formatCalls(calls)}; ${asked}`;
  if (calls.attempts < pass.minCalls) return { code: 'too-few-calls', reason };
  if (calls.failures > calls.attempts * pass.maxFailureRatio) return { code: 'too-many-failures', reason };
  return { code: 'passed', reason };
}

/** Whose word is behind a drill's moves. */
export function commandOf({ by, reason }: Drill): Command {
  return { by, reason, forced: [] };
}
