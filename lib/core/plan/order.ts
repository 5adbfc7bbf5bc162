/** Turns an operator's order into a move, or into the list of obstacles to it. */
import { assessMember, moveTo, displayName, orderOf, verdictOn, withFirst, type RankedMember } from './members.ts';
import type { CodeOf, ForcibleRule, HoldCode } from '../model/codes.ts';
import type { NeedEvidence, Move, Forced } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import { inForce, type InForce } from '../model/in-force.ts';
import { formatMaintenance } from '../model/maintenance.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { PlanInput } from './plan-input.ts';
import { primaryOf } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

export type Obstacle =
  | { readonly rule: ForcibleRule; readonly isForcible: true; readonly reason: string }
  | { readonly rule: HoldCode | CodeOf<'command'>; readonly isForcible: false; readonly reason: string };

/** A command of an operator that may reorder a group. */
export type Order = { readonly by: string; readonly reason: string; readonly force: readonly ForcibleRule[] } & (
  | { readonly action: 'switchover'; readonly to: string }
  | { readonly action: 'failback' }
  | { readonly action: 'pin'; readonly order: readonly string[]; readonly until: number }
);

export type OrderPlan =
  | NeedEvidence
  | { readonly kind: 'move'; readonly move: Move }
  /** The group already has that order. */
  | { readonly kind: 'unchanged'; readonly forced: readonly Forced[] }
  | { readonly kind: 'refused'; readonly obstacles: readonly Obstacle[] };

/**
 * Returns `need-evidence` only where `candidateEvidence` is missing. A refusal lists all obstacles at once; a move lists those that the
 * operator forced.
 */
export function planOrder(input: PlanInput, order: Order): OrderPlan {
  const current = orderOf(input.group);
  if (current.kind === 'hold') return refused({ rule: current.code, isForcible: false, reason: current.reason });
  const [primary, ...others] = current.members;
  if (primary === undefined)
    return refused({ rule: 'fewer-than-two-members', isForcible: false, reason: 'the group has no members' });
  const members = [primary, ...others] as const;
  const wanted = wantedOrder(input, members, order);
  if (wanted.kind === 'refused') return wanted;
  const rising = wanted.members.filter((member, place) => place < members.indexOf(member));
  // Without a move, a pin to store or a drill to end, no override conflicts.
  if (rising.length === 0 && order.action !== 'pin' && input.override.kind !== 'drill') {
    return { kind: 'unchanged', forced: [] };
  }
  const isNewPrimary = wanted.members[0] !== primary;
  if (isNewPrimary && input.candidateEvidence === undefined) {
    return { kind: 'need-evidence', voiceConnectorIds: others.map(({ voiceConnectorId }) => voiceConnectorId) };
  }
  const obstacles = [...conflictingOverrides(input, order), ...unfitMembers(input, order, wanted.members, rising)];
  const { by, reason, force } = order;
  const unforced = obstacles.filter(({ rule, isForcible }) => !isForcible || !force.includes(rule));
  if (unforced.length > 0) return { kind: 'refused', obstacles: unforced };
  const forced = obstacles.map(({ rule, reason: obstacle }): Forced => ({ rule, reason: obstacle }));
  if (rising.length === 0) return { kind: 'unchanged', forced };
  const kind = order.action === 'failback' ? 'failback' : 'switchover';
  const explanation = { reason: `${order.action} by ${by}: ${reason}`, rejected: [], command: { by, reason, forced } };
  return { kind: 'move', move: moveTo({ kind, group: input.group, members, order: wanted.members, ...explanation }) };
}

function refused(obstacle: Obstacle): Extract<OrderPlan, { readonly kind: 'refused' }> {
  return {
    kind: 'refused',
    obstacles: [obstacle],
  };
}

type Members = readonly [RankedMember, ...RankedMember[]];

type Wanted = { readonly kind: 'order'; readonly members: readonly RankedMember[] } | ReturnType<typeof refused>;

function wantedOrder(input: PlanInput, members: Members, order: Order): Wanted {
  switch (order.action) {
    case 'switchover': {
      const target = members.find(({ voiceConnectorId }) => voiceConnectorId === order.to);
      if (target === undefined) {
        return refused({ rule: 'not-a-member', isForcible: false, reason: notAMemberReason(order.to, input.group) });
      }
      return { kind: 'order', members: withFirst(target, members, (member) => isHealthy(member, input)) };
    }
    case 'failback':
      return preferredOrder(input, members);
    case 'pin':
      return pinnedOrder(order.order, input.group, members);
    default:
      return order satisfies never;
  }
}

function isHealthy({ voiceConnectorId }: RankedMember, input: PlanInput): boolean {
  return (
    verdictOn(voiceConnectorId, input).health === 'healthy' && regionOf(voiceConnectorId, input)?.health !== 'unhealthy'
  );
}

function regionOf(voiceConnectorId: string, { connectorRegions, regions }: PlanInput): Verdict | undefined {
  return regions.get(connectorRegions.get(voiceConnectorId) ?? '');
}

/** The members that the policy names, in its order, then the others in their present order. */
function preferredOrder(input: PlanInput, members: Members): Wanted {
  const preferred = (input.policy.preferredOrder ?? []).flatMap((id) =>
    members.filter(({ voiceConnectorId }) => voiceConnectorId === id),
  );
  if (preferred.length === 0) {
    const reason = 'the policy names no preferredOrder with a member of the group in it';
    return refused({ rule: 'no-preferred-order', isForcible: false, reason });
  }
  return { kind: 'order', members: [...preferred, ...members.filter((member) => !preferred.includes(member))] };
}

function pinnedOrder(ids: readonly string[], group: VoiceConnectorGroup, members: Members): Wanted {
  const unknownId = ids.find((id) => !members.some(({ voiceConnectorId }) => voiceConnectorId === id));
  if (unknownId !== undefined) {
    return refused({ rule: 'not-a-member', isForcible: false, reason: notAMemberReason(unknownId, group) });
  }
  const missing = members.find(({ voiceConnectorId }) => !ids.includes(voiceConnectorId));
  if (missing !== undefined) {
    const reason = `${missing.voiceConnectorId} is a member of the group but not in the order ${ids.join(', ')}`;
    return refused({ rule: 'missing-member', isForcible: false, reason });
  }
  return {
    kind: 'order',
    members: ids.flatMap((id) => members.filter(({ voiceConnectorId }) => voiceConnectorId === id)),
  };
}

function notAMemberReason(voiceConnectorId: string, { items }: VoiceConnectorGroup): string {
  return `${voiceConnectorId} is not among the members ${items.map((item) => item.voiceConnectorId).join(', ')}`;
}

/** An override in force is an obstacle: the operator who put it had a reason. A maintenance window counts as a pause. */
function conflictingOverrides(input: PlanInput, order: Order): readonly Obstacle[] {
  const { observedAt } = input;
  const override = inForce(input);
  switch (override.kind) {
    case 'none':
      return [];
    case 'maintenance':
      return [{ rule: 'paused', isForcible: true, reason: formatMaintenance(override, observedAt) }];
    case 'pause':
    case 'pin':
    case 'drill': {
      if (extendsPin(override, order)) return [];
      const [rule, state] = ruleOf[override.kind];
      const reason = `${state} by ${override.by}, ${formatDuration(override.until - observedAt)} left: ${override.reason}`;
      return [{ rule, isForcible: true, reason }];
    }
    case 'unparseable':
      return [{ rule: 'override-unparseable', isForcible: true, reason: override.message }];
    case 'unreadable':
      return leavesUnhealthyPrimary(input)
        ? []
        : [
            {
              rule: 'override-unreadable',
              isForcible: true,
              reason: `an override may be in force: ${override.message}`,
            },
          ];
    default:
      return override satisfies never;
  }
}

const ruleOf = {
  pause: ['paused', 'paused'],
  pin: ['pinned', 'pinned'],
  drill: ['drill', 'in a drill ordered'],
} as const;

/** Pinning the same order again, for as long or longer, does not conflict with the pin in force. */
function extendsPin(override: InForce, order: Order): boolean {
  return (
    order.action === 'pin' &&
    override.kind === 'pin' &&
    override.until <= order.until &&
    (override.order === undefined || override.order.join() === order.order.join())
  );
}

/** An order that leaves an unhealthy primary does not wait for Parameter Store, like a failover. */
function leavesUnhealthyPrimary(input: PlanInput): boolean {
  return verdictOn(primaryOf(input.group) ?? '', input).health === 'unhealthy';
}

/** A new primary must pass the same assessment as in the monitor's own moves; no unhealthy member may rise to any place. */
function unfitMembers(
  input: PlanInput,
  order: Order,
  [first]: readonly RankedMember[],
  rising: readonly RankedMember[],
): readonly Obstacle[] {
  return rising.flatMap((member): readonly Obstacle[] => {
    const name = displayName(member.voiceConnectorId, input);
    if (member === first && input.candidateEvidence !== undefined) {
      const purpose = order.action === 'failback' ? 'failback' : 'failover';
      const assessment = assessMember(member, input, input.candidateEvidence, purpose);
      if (assessment.kind !== 'rejected') return [];
      return [{ rule: assessment.code, isForcible: true, reason: `${name}: ${assessment.reason}` }];
    }
    const verdict = verdictOn(member.voiceConnectorId, input);
    if (verdict.health === 'unhealthy') {
      return [{ rule: 'unhealthy', isForcible: true, reason: `${name} would move up: ${verdict.reason}` }];
    }
    const region = regionOf(member.voiceConnectorId, input);
    return region?.health === 'unhealthy'
      ? [{ rule: 'unhealthy-region', isForcible: true, reason: `${name} would move up: ${region.reason}` }]
      : [];
  });
}
