/** The preconditions of a drill: it is the only change made while nothing is wrong, so anything wrong refuses it. Pure. */
import { failbackGuard } from '../plan/guards.ts';
import { regionVerdicts, type EvidencedInput } from './input.ts';
import { assessMember, displayName, orderOf, verdictOn, type RankedMember } from '../plan/members.ts';
import type { drillRefusalCodes, HoldCode } from '../model/codes.ts';
import { dayMs, minuteMs, type EpochMs } from '../model/time.ts';
import type { InForce } from '../model/in-force.ts';
import { formatMaintenance, formatWindow, nextMaintenance } from '../model/maintenance.ts';
import { type Rejection } from '../model/plan.ts';
import { type Verdict } from '../model/verdict.ts';
import { assessTarget, type Assessment } from '../plan/target.ts';
import { formatDuration } from '../model/format.ts';

export type DrillRefusal = {
  readonly code: (typeof drillRefusalCodes)[number];
  /** The numbers that were compared. */
  readonly reason: string;
};

/** A drill makes two changes and must leave one for a rescue. */
export const changesNeeded = 3;

/**
 * Every unmet precondition, except those about the choice of the standby.
 *
 * @param standbyId absent where no standby could be chosen
 * @param held the override or maintenance window in force; the drill's own override does not count
 * @param until when the group is to be put back
 */
export function drillRefusals(
  input: EvidencedInput,
  standbyId: string | undefined,
  held: InForce,
  until: EpochMs,
): readonly DrillRefusal[] {
  const order = orderOf(input.group);
  const members = order.kind === 'order' ? order.members : [];
  const [primary, ...others] = members;
  const standby = others.find(({ voiceConnectorId }) => voiceConnectorId === standbyId);
  return [
    ...(order.kind === 'hold' ? [{ code: order.code, reason: order.reason }] : []),
    ...(primary === undefined ? [] : primaryRefusals(primary, input)),
    ...(standby === undefined ? [] : standbyRefusals(standby, input)),
    ...others.filter((member) => member !== standby).flatMap((member) => memberRefusals(member, input)),
    ...regionRefusals(members, input),
    ...(held.kind === 'none' ? maintenanceRefusals(input, until) : [heldRefusal(held, input.observedAt)]),
    ...changeRefusals(input),
  ];
}

function primaryRefusals({ voiceConnectorId }: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  const name = displayName(voiceConnectorId, input);
  const verdict = verdictOn(voiceConnectorId, input);
  // During the drill it has no calls, and standby signals alone show whether it can be restored.
  const assessment = assessByStandbySignals(voiceConnectorId, input);
  return [
    ...(verdict.health === 'healthy' ? [] : [primaryNotHealthy(name, verdict)]),
    ...(assessment.kind === 'rejected' ? [{ code: assessment.code, reason: `${name} ${assessment.reason}` }] : []),
  ];
}

function primaryNotHealthy(name: string, verdict: Exclude<Verdict, { readonly health: 'healthy' }>): DrillRefusal {
  switch (verdict.health) {
    case 'degraded':
      return { code: 'top-degraded', reason: `${name} degraded: ${verdict.reason}` };
    case 'unhealthy':
      return { code: 'unhealthy', reason: `${name} unhealthy: ${verdict.reason}` };
    case 'unknown':
      return { code: 'top-unknown', reason: `${name} unknown (${verdict.cause}): ${verdict.reason}` };
    default:
      return verdict satisfies never;
  }
}

/** Whether a member is fit to be the primary as if it had no inbound calls, which it has not while another member is on top. */
export function assessByStandbySignals(
  voiceConnectorId: string,
  { candidateEvidence, observedAt, policy }: EvidencedInput,
): Assessment {
  return assessTarget({
    purpose: 'failover',
    verdict: { health: 'unknown', cause: 'idle', reason: 'no calls' },
    region: undefined,
    standbySignals: candidateEvidence.standbySignals.get(voiceConnectorId),
    primaryLoss: 0,
    holdDown: { reason: undefined, minutes: policy.holdDownMinutes, demotions: 0 },
    observedAt,
    policy,
  });
}

function standbyRefusals(standby: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  const assessment = assessMember(standby, input, input.candidateEvidence, 'failover');
  if (assessment.kind !== 'rejected') return [];
  return [{ code: assessment.code, reason: `${displayName(standby.voiceConnectorId, input)} ${assessment.reason}` }];
}

function memberRefusals({ voiceConnectorId }: RankedMember, input: EvidencedInput): readonly DrillRefusal[] {
  return impairedRefusals(displayName(voiceConnectorId, input), verdictOn(voiceConnectorId, input), 'unhealthy');
}

function regionRefusals(members: readonly RankedMember[], input: EvidencedInput): readonly DrillRefusal[] {
  const ids = members.map(({ voiceConnectorId }) => voiceConnectorId);
  return regionVerdicts(ids, input).flatMap(([region, verdict]) =>
    impairedRefusals(region, verdict, 'unhealthy-region'),
  );
}

function impairedRefusals(
  name: string,
  { health, reason }: Verdict,
  unhealthyCode: Rejection['code'],
): readonly DrillRefusal[] {
  if (health !== 'unhealthy' && health !== 'degraded') return [];
  return [{ code: health === 'unhealthy' ? unhealthyCode : 'degraded', reason: `${name} ${health}: ${reason}` }];
}

const heldCodes = {
  pause: 'paused',
  maintenance: 'paused',
  pin: 'pinned',
  drill: 'drill',
  unparseable: 'override-unparseable',
  unreadable: 'override-unreadable',
} as const satisfies Readonly<Record<Exclude<InForce['kind'], 'none'>, HoldCode>>;

function heldRefusal(held: Exclude<InForce, { readonly kind: 'none' }>, at: EpochMs): DrillRefusal {
  const code = heldCodes[held.kind];
  switch (held.kind) {
    case 'pause':
    case 'pin':
    case 'drill':
      return { code, reason: `${held.kind} by ${held.by}: ${held.reason}` };
    case 'maintenance':
      return { code, reason: formatMaintenance(held, at) };
    case 'unparseable':
    case 'unreadable':
      return { code, reason: `the override is ${held.kind}: ${held.message}` };
    default:
      return held satisfies never;
  }
}

/** Once it has begun, a drill goes on and puts the group back in the middle of a window. */
function maintenanceRefusals({ policy, observedAt }: EvidencedInput, until: EpochMs): readonly DrillRefusal[] {
  const next = nextMaintenance(policy.maintenance, observedAt);
  if (next === undefined || next.from > until) return [];
  const left = formatDuration(next.from - observedAt);
  const needed = formatDuration(until - observedAt);
  return [{ code: 'paused', reason: `${formatWindow(next.window)} begins in ${left}, and the drill takes ${needed}` }];
}

function changeRefusals(input: EvidencedInput): readonly DrillRefusal[] {
  const { candidateEvidence, group, observedAt, policy } = input;
  const { changeRecord } = candidateEvidence;
  const { failbackHoldMinutes, maxChangesPerDay } = policy;
  const found: DrillRefusal[] = [];
  if (group.updatedAt === undefined) {
    found.push({ code: 'failback-hold', reason: 'AWS does not say when the group was last changed' });
  } else if (observedAt - group.updatedAt < failbackHoldMinutes * minuteMs) {
    const elapsed = formatDuration(observedAt - group.updatedAt);
    found.push({ code: 'failback-hold', reason: `changed ${elapsed} ago, failbackHoldMinutes ${failbackHoldMinutes}` });
  }
  const guard = failbackGuard({ ...input, record: changeRecord });
  // The limit below is stricter than the guard's.
  if (guard !== undefined && guard.code !== 'daily-limit') found.push(guard);
  if (changeRecord.kind === 'read') {
    const changes = changeRecord.changedAt.filter((at) => observedAt - at < dayMs).length;
    if (changes + changesNeeded > maxChangesPerDay) {
      const reason = `${changes} changes in 24 h, maxChangesPerDay ${maxChangesPerDay}: a drill makes two and must leave one`;
      found.push({ code: 'daily-limit', reason });
    }
  }
  return found;
}
