/** An operator's order → the move it comes to, or everything that stands in its way. Pure. */
import { assessMember, moveTo, displayName, orderOf, verdictOn, withFirst, type Member } from './members.ts';
import type { CommandCode, ForcibleRule, HoldCode } from '../model/codes.ts';
import type { NeedEvidence, Move, Forced } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { OverrideState } from '../model/override.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { PlanInput } from './plan-input.ts';
import { primaryOf } from '../model/priorities.ts';
import { formatDuration } from '../model/format.ts';

export type Obstacle =
  | { readonly rule: ForcibleRule; readonly isForcible: true; readonly reason: string }
  | { readonly rule: HoldCode | CommandCode; readonly isForcible: false; readonly reason: string };

/** Who orders, why, and what to. */
export type Order = { readonly by: string; readonly reason: string; readonly force: readonly ForcibleRule[] } & (
  | { readonly action: 'switchover'; readonly to: string }
  | { readonly action: 'failback' }
  | { readonly action: 'pin'; readonly order: readonly string[]; readonly until: number }
);

export type OrderPlan =
  | NeedEvidence
  | { readonly kind: 'move'; readonly move: Move }
  /** The group is in that order. */
  | { readonly kind: 'unchanged'; readonly forced: readonly Forced[] }
  | { readonly kind: 'refused'; readonly obstacles: readonly Obstacle[] };

/** Answers `examine` at most once: never where `closer` is given. Every obstacle is named at once, those that were forced in the move. */
export function planOrder(input: PlanInput, order: Order): OrderPlan {
  const current = orderOf(input.group);
  if (current.kind === 'hold') return refused({ rule: current.code, isForcible: false, reason: current.reason });
  const [top, ...others] = current.members;
  if (top === undefined) return refused({ rule: 'fewer-than-two-members', isForcible: false, reason: 'it has none' });
  const members = [top, ...others] as const;
  const wanted = wantedOrder(input, members, order);
  if (wanted.kind === 'refused') return wanted;
  const rising = wanted.members.filter((member, place) => place < members.indexOf(member));
  // Nothing is moved and, but for a pin, nothing is said either: then nobody's word is in the way.
  if (rising.length === 0 && order.action !== 'pin') return { kind: 'unchanged', forced: [] };
  const isNewTop = wanted.members[0] !== top;
  if (isNewTop && input.candidateEvidence === undefined) {
    return { kind: 'need-evidence', voiceConnectorIds: others.map(({ voiceConnectorId }) => voiceConnectorId) };
  }
  const obstacles = [...conflictingOverrides(input, order), ...unfitMembers(input, order, wanted.members, rising)];
  const { by, reason, force } = order;
  const inTheWay = obstacles.filter(({ rule, isForcible }) => !isForcible || !force.includes(rule));
  if (inTheWay.length > 0) return { kind: 'refused', obstacles: inTheWay };
  const forced = obstacles.map(({ rule, reason: why }): Forced => ({ rule, reason: why }));
  if (rising.length === 0) return { kind: 'unchanged', forced };
  const kind = order.action === 'failback' ? 'failback' : 'switchover';
  const explanation = { reason: `${order.action} by ${by}: ${reason}`, rejected: [], command: { by, reason, forced } };
  return { kind: 'move', move: moveTo(kind, input.group, members, wanted.members, explanation) };
}

function refused(obstacle: Obstacle): Extract<OrderPlan, { readonly kind: 'refused' }> {
  return {
    kind: 'refused',
    obstacles: [obstacle],
  };
}

type Members = readonly [Member, ...Member[]];

type Wanted = { readonly kind: 'order'; readonly members: readonly Member[] } | ReturnType<typeof refused>;

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

function isHealthy({ voiceConnectorId }: Member, input: PlanInput): boolean {
  return (
    verdictOn(voiceConnectorId, input).health === 'healthy' && regionOf(voiceConnectorId, input)?.health !== 'unhealthy'
  );
}

function regionOf(voiceConnectorId: string, { connectorRegions, regions }: PlanInput): Verdict | undefined {
  return regions.get(connectorRegions.get(voiceConnectorId) ?? '');
}

/** Whoever the policy names, in its order; whoever it does not name keeps the places behind. */
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
  const stranger = ids.find((id) => !members.some(({ voiceConnectorId }) => voiceConnectorId === id));
  if (stranger !== undefined) {
    return refused({ rule: 'not-a-member', isForcible: false, reason: notAMemberReason(stranger, group) });
  }
  const missing = members.find(({ voiceConnectorId }) => !ids.includes(voiceConnectorId));
  if (missing !== undefined) {
    const reason = `${missing.voiceConnectorId} is a member of the group and not in the order ${ids.join(', ')}`;
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

/** Whoever said something before knew why. */
function conflictingOverrides(input: PlanInput, order: Order): readonly Obstacle[] {
  const { override, observedAt } = input;
  switch (override.kind) {
    case 'none':
      return [];
    case 'pause':
    case 'pin':
    case 'drill': {
      if (extendsPin(override, order)) return [];
      const [rule, words] = ruleOf[override.kind];
      const reason = `${words} by ${override.by}, ${formatDuration(override.until - observedAt)} left: ${override.reason}`;
      return [{ rule, isForcible: true, reason }];
    }
    case 'unparseable':
      return [{ rule: 'override-unparseable', isForcible: true, reason: override.message }];
    case 'unreadable':
      return isRescue(input)
        ? []
        : [
            {
              rule: 'override-unreadable',
              isForcible: true,
              reason: `nobody knows what was said: ${override.message}`,
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

/** The same order pinned again, for as long or longer, contradicts nobody. */
function extendsPin(override: OverrideState, order: Order): boolean {
  return (
    order.action === 'pin' &&
    override.kind === 'pin' &&
    override.until <= order.until &&
    (override.order === undefined || override.order.join() === order.order.join())
  );
}

/** Away from a first choice that is proven unhealthy. */
function isRescue(input: PlanInput): boolean {
  return verdictOn(primaryOf(input.group) ?? '', input).health === 'unhealthy';
}

/** Whoever is to be first must be fit for it, as for a move of the monitor's; and nobody who is proven sick rises to any place. */
function unfitMembers(
  input: PlanInput,
  order: Order,
  [first]: readonly Member[],
  rising: readonly Member[],
): readonly Obstacle[] {
  return rising.flatMap((member): readonly Obstacle[] => {
    const who = displayName(member.voiceConnectorId, input);
    if (member === first && input.candidateEvidence !== undefined) {
      const purpose = order.action === 'failback' ? 'failback' : 'failover';
      const assessment = assessMember(member, input, input.candidateEvidence, purpose);
      if (assessment.kind !== 'rejected') return [];
      return [{ rule: assessment.code, isForcible: true, reason: `${who}: ${assessment.reason}` }];
    }
    const verdict = verdictOn(member.voiceConnectorId, input);
    if (verdict.health === 'unhealthy') {
      return [{ rule: 'unhealthy', isForcible: true, reason: `${who} would rise: ${verdict.reason}` }];
    }
    const region = regionOf(member.voiceConnectorId, input);
    return region?.health === 'unhealthy'
      ? [{ rule: 'unhealthy-region', isForcible: true, reason: `${who} would rise: ${region.reason}` }]
      : [];
  });
}
