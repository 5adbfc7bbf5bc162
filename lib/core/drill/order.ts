/** An operator's or the policy's order → the drill to store, or every reason against it. Pure. */
import {
  assessMember,
  preferredMember,
  rejections,
  type AssessedMember,
  moveTo,
  orderOf,
  withFirst,
  type RankedMember,
} from '../plan/members.ts';
import { inForce } from '../model/in-force.ts';
import { minuteMs } from '../model/time.ts';
import { type Drill } from '../model/override.ts';
import { type Move } from '../model/plan.ts';
import type { EvidencedInput } from './input.ts';
import { drillRefusals, type DrillRefusal } from './refusals.ts';

export type DrillOrder = {
  readonly by: string;
  readonly reason: string;
  /** How long the standby is to carry the calls. */
  readonly minutes: number;
  /** The member to promote. Default: the one that a failover would choose. */
  readonly to?: string | undefined;
  readonly pass?: Partial<Drill['pass']> | undefined;
  readonly stop?: Partial<Drill['stop']> | undefined;
};

export const drillMinutes = { least: 5, most: 120, usual: 15 } as const;

/** A standby that took no calls has proven nothing. */
export const defaultPass: Drill['pass'] = { minCalls: 10, maxFailureRatio: 0.1 };

/** Reached long before a fault could be proven: a drill needs no failing calls to learn from. */
export const defaultStop: Drill['stop'] = { failures: 5, failureRatio: 0.2 };

export function orderDrill(
  input: EvidencedInput,
  order: DrillOrder,
):
  | { readonly kind: 'drill'; readonly drill: Drill }
  | { readonly kind: 'refused'; readonly refusals: readonly DrillRefusal[] } {
  const { group, observedAt } = input;
  const target = chooseStandby(input, order.to);
  const until = observedAt + order.minutes * minuteMs;
  const refusals = [...target.refusals, ...drillRefusals(input, target.standbyId, inForce(input), until)];
  const { move } = target;
  if (refusals.length > 0 || move === undefined || group.updatedAt === undefined) return { kind: 'refused', refusals };
  return {
    kind: 'drill',
    drill: {
      by: order.by,
      reason: order.reason,
      startedAt: observedAt,
      until,
      leaving: move.leaving,
      promoting: move.promoting,
      before: move.before,
      after: move.after,
      groupUpdatedAt: group.updatedAt,
      pass: { ...defaultPass, ...order.pass },
      stop: { ...defaultStop, ...order.stop },
    },
  };
}

function chooseStandby(
  input: EvidencedInput,
  requestedId: string | undefined,
): { readonly standbyId: string | undefined; readonly move?: Move; readonly refusals: readonly DrillRefusal[] } {
  const { candidateEvidence, group } = input;
  const order = orderOf(group);
  if (order.kind === 'hold') return { standbyId: requestedId, refusals: [] };
  const [top, ...others] = order.members;
  if (top === undefined || others.length === 0) {
    const reason = `the group has ${order.members.length} of the 2 members that a drill takes`;
    return { standbyId: requestedId, refusals: [{ code: 'fewer-than-two-members', reason }] };
  }
  const assessed = others.map((member) => ({
    member,
    assessment: assessMember(member, input, candidateEvidence, 'failover'),
  }));
  const rejected = rejections(assessed);
  const standby =
    requestedId === undefined
      ? fittest(assessed, preferredMember(input, top, others))
      : others.find((member) => member.voiceConnectorId === requestedId);
  if (standby === undefined) {
    const reasons = rejected.map(({ voiceConnectorId, code, reason }) => `${voiceConnectorId} ${code}: ${reason}`);
    const standbys = others.map(({ voiceConnectorId }) => voiceConnectorId).join(', ');
    const refusal: DrillRefusal =
      requestedId === undefined
        ? { code: 'no-target', reason: `no standby is fit: ${reasons.join('; ')}` }
        : { code: 'not-a-standby', reason: `${requestedId} is not one of the standbys ${standbys}` };
    return { standbyId: undefined, refusals: [refusal] };
  }
  const members: readonly [RankedMember, ...RankedMember[]] = [top, ...others];
  const isHealthy = (member: RankedMember): boolean =>
    assessMember(member, input, candidateEvidence, 'failover').kind === 'healthy';
  const move = moveTo({
    kind: 'drill',
    group,
    members,
    order: withFirst(standby, members, isHealthy),
    reason: '',
    rejected,
  });
  return { standbyId: standby.voiceConnectorId, move, refusals: [] };
}

/** The member that a failover would choose where nothing is known against any. */
function fittest(assessed: readonly AssessedMember[], preferred: RankedMember | undefined): RankedMember | undefined {
  const fit = (kind: 'healthy' | 'alive'): RankedMember | undefined => {
    const equals = assessed.filter(({ assessment }) => assessment.kind === kind).map(({ member }) => member);
    return equals.find((member) => member === preferred) ?? equals[0];
  };
  return fit('healthy') ?? fit('alive');
}
