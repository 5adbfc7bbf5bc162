/** The conditions that end a running drill: its stop limits, trouble in the group, an operator, or its end time. Pure. */
import { formatCalls, type DrillCalls } from './calls.ts';
import type { DrillEnd } from './end-codes.ts';
import { regionVerdicts } from './input.ts';
import type { DrillProgress } from './progress.ts';
import { displayName, verdictOn } from '../plan/members.ts';
import type { Command } from '../model/plan.ts';
import type { Drill } from '../model/override.ts';
import type { EpochMs } from '../model/time.ts';
import type { Verdict } from '../model/verdict.ts';
import { isUnobservable } from '../judge/readings.ts';
import { formatDuration, formatPercent } from '../model/format.ts';

/** Why a running drill must end now, the gravest reason first; undefined where it may continue. */
export function endCondition(progress: DrillProgress, at: EpochMs): DrillEnd | undefined {
  return (
    callsAgainstStandby(progress) ??
    throttled(progress) ??
    standbyImpaired(progress) ??
    memberUnhealthy(progress) ??
    standbyUnobservable(progress) ??
    stopped(progress) ??
    (at >= progress.drill.until ? finalResult(progress) : undefined)
  );
}

/** What the calls show against the standby by the drill's own limits, which are far lower than a proof of a fault. */
export function callsAgainstStandby(progress: DrillProgress): DrillEnd | undefined {
  return failedCalls(progress, progress.calls) ?? failedCalls(progress, progress.recent) ?? bypassed(progress);
}

function failedCalls({ input, drill }: DrillProgress, calls: DrillCalls | undefined): DrillEnd | undefined {
  const { promoting, stop } = drill;
  if (calls === undefined || calls.failures < stop.failures) return undefined;
  if (calls.failures < calls.attempts * stop.failureRatio) return undefined;
  const limits = `stop limits: ${stop.failures} failures and ${formatPercent(stop.failureRatio)}`;
  return { code: 'standby-impaired', reason: `${displayName(promoting, input)}: ${formatCalls(calls)}; ${limits}` };
}

/** AWS routes calls past a primary that it cannot reach. Such calls do not fail, so failures alone would miss a dead standby. */
function bypassed({ input, drill, settled }: DrillProgress): DrillEnd | undefined {
  const { promoting, stop } = drill;
  if (settled === undefined || settled.others.attempts < stop.failures) return undefined;
  const { standby, others } = settled;
  const all = standby.attempts + others.attempts;
  if (others.attempts < all * stop.failureRatio) return undefined;
  const routed = `AWS routed ${others.attempts} of ${all} calls past ${displayName(promoting, input)} in ${others.minutes} min`;
  const limits = `stop limits: ${stop.failures} calls and ${formatPercent(stop.failureRatio)}`;
  return { code: 'standby-bypassed', reason: `${routed}; ${limits}` };
}

export function throttled({ input, drill: { promoting }, calls }: DrillProgress): DrillEnd | undefined {
  return calls !== undefined && calls.throttles > 0
    ? {
        code: 'throttled',
        reason: `${displayName(promoting, input)}: ${calls.throttles} Throttles in ${calls.minutes} min: its call limit is too low for this group's calls`,
      }
    : undefined;
}

export function standbyImpaired({ input, drill: { promoting } }: DrillProgress): DrillEnd | undefined {
  const verdict = verdictOn(promoting, input);
  return verdict.health === 'degraded' || verdict.health === 'unhealthy'
    ? { code: 'standby-impaired', reason: `${displayName(promoting, input)} ${verdict.health}: ${verdict.reason}` }
    : undefined;
}

/** An unhealthy member, or an unhealthy Region of a member. */
export function memberUnhealthy({ input }: DrillProgress): DrillEnd | undefined {
  const ids = input.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const verdicts: readonly (readonly [string, Verdict])[] = [
    ...ids.map((id) => [displayName(id, input), verdictOn(id, input)] as const),
    ...regionVerdicts(ids, input),
  ];
  const [first] = verdicts.filter(([, { health }]) => health === 'unhealthy');
  if (first === undefined) return undefined;
  const [name, { reason }] = first;
  return { code: 'member-unhealthy', reason: `${name} unhealthy: ${reason}` };
}

/** A drill needs telemetry to be stopped in time. A standby without calls yet is not unobservable: metrics arrive late. */
function standbyUnobservable(progress: DrillProgress): DrillEnd | undefined {
  const { input, drill, calls } = progress;
  const verdict = verdictOn(drill.promoting, input);
  if (verdict.health === 'unknown' && isUnobservable(verdict)) {
    return {
      code: 'standby-unobservable',
      reason: `${displayName(drill.promoting, input)} unknown (${verdict.cause}): ${verdict.reason}`,
    };
  }
  return calls === undefined ? callsUnreadable(progress) : undefined;
}

function callsUnreadable({ input, drill }: DrillProgress): DrillEnd {
  const reason = `${displayName(drill.promoting, input)}: the metrics of its calls during the drill could not be read`;
  return { code: 'standby-unobservable', reason };
}

export function stopped({ drill: { stopped: by } }: DrillProgress): DrillEnd | undefined {
  return by === undefined ? undefined : { code: 'stopped', reason: `stopped by ${by.by}: ${by.reason}` };
}

/** The result of a drill that ran until its end time. */
export function finalResult(progress: DrillProgress): DrillEnd {
  const { input, drill, calls } = progress;
  const { promoting, pass, startedAt, until } = drill;
  if (calls === undefined) return callsUnreadable(progress);
  const required = `required in a drill of ${formatDuration(until - startedAt)}: at least ${pass.minCalls} calls, at most ${formatPercent(pass.maxFailureRatio)} failed`;
  const reason = `${displayName(promoting, input)}: ${formatCalls(calls)}; ${required}`;
  if (calls.attempts < pass.minCalls) return { code: 'too-few-calls', reason };
  if (calls.failures > calls.attempts * pass.maxFailureRatio) return { code: 'standby-impaired', reason };
  return { code: 'passed', reason };
}

/** The operator's command that a drill's moves carry. */
export function commandOf({ by, reason }: Drill): Command {
  return { by, reason, forced: [] };
}
