/** Putting back whom a drill took off the top: never to a worse place. Pure. */
import { commandOf, type DrillEnd } from './ending.ts';
import { unprovenStandby, type EvidencedInput } from './order.ts';
import { moveTo, displayName, orderOf, verdictOn, type RankedMember } from '../plan/members.ts';
import type { Move } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Drill } from '../model/override.ts';
import type { PlanInput } from '../plan/plan-input.ts';
import { inOrder } from '../model/priorities.ts';
import { isUnobservable } from '../judge/readings.ts';

/** Where the calls of the promoted one suffer. */
const suffering: ReadonlySet<DrillEnd['code']> = new Set([
  'standby-failing',
  'calls-elsewhere',
  'standby-unwell',
  'throttled',
  'too-many-failures',
]);

function regionVerdictOn(voiceConnectorId: string, { connectorRegions, regions }: PlanInput): Verdict | undefined {
  return regions.get(connectorRegions.get(voiceConnectorId) ?? '');
}

/** Whether to put it back, to wait for a better look at it, or to leave the group as it is. */
type Return = { readonly is: 'goes' | 'waits' | 'stays'; readonly reason: string };

/** It carries no calls meanwhile, so that those before prove nothing of it now: signs of life must do, and it had them at the beginning. */
export function mayReturn(input: EvidencedInput, { leaving }: Drill, { code }: DrillEnd): Return {
  const verdict = verdictOn(leaving, input);
  const region = regionVerdictOn(leaving, input);
  const name = displayName(leaving, input);
  if (verdict.health === 'unhealthy') return { is: 'stays', reason: `${name} unhealthy: ${verdict.reason}` };
  if (region?.health === 'unhealthy')
    return { is: 'stays', reason: `${name} in an unhealthy Region: ${region.reason}` };
  // Of whom nobody sees anything at all: it was well at the beginning, which the promoted one is not now.
  const unseen = suffering.has(code) || code === 'stopped' ? 'goes' : 'waits';
  if (isUnobservable(verdict)) return { is: unseen, reason: `${name} unknown: ${verdict.reason}` };
  const signs = unprovenStandby(leaving, input);
  if (signs.kind !== 'rejected') return { is: 'goes', reason: signs.reason };
  const reason = `${name} ${signs.code}: ${signs.reason}`;
  if (signs.code === 'unreadable') return { is: unseen, reason };
  return { is: signs.code === 'origination' || suffering.has(code) ? 'stays' : 'waits', reason };
}

/** As it was before; but where another than whom it left would rise that is unwell, only that one goes back to its place. */
export function restoring(input: EvidencedInput, drill: Drill, end: DrillEnd): Move {
  const order = orderOf(input.group);
  const [top, ...others] = order.kind === 'order' ? order.members : [];
  if (top === undefined) throw new Error('a drill that goes on has an order');
  const members: readonly [RankedMember, ...RankedMember[]] = [top, ...others];
  const placeOf = new Map(inOrder(drill.before).map(({ voiceConnectorId }, place) => [voiceConnectorId, place]));
  const asBefore = members.toSorted(
    (left, right) => (placeOf.get(left.voiceConnectorId) ?? 0) - (placeOf.get(right.voiceConnectorId) ?? 0),
  );
  const isUnfit = ({ voiceConnectorId: id }: RankedMember): boolean =>
    verdictOn(id, input).health === 'unhealthy' || regionVerdictOn(id, input)?.health === 'unhealthy';
  const isWorse = asBefore.some((member, place) => place < members.indexOf(member) && isUnfit(member));
  const first = asBefore[0] ?? top;
  const asFit = isWorse ? [first, ...members.filter((member) => member !== first)] : asBefore;
  return moveTo({
    kind: 'restore',
    group: input.group,
    members,
    order: asFit,
    reason: `${displayName(first.voiceConnectorId, input)} is put back (${end.code}): ${end.reason}`,
    rejected: [],
    command: commandOf(drill),
  });
}
