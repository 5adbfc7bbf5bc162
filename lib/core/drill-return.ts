/** Putting back whom a drill took off the top: never to a worse place. Pure. */
import { commandOf, type DrillEnd } from './drill-ending.ts';
import { lifeWithoutCalls, type ExaminedInput } from './drill-order.ts';
import { moveTo, named, orderOf, verdictOn, withFirst, type Member } from './members.ts';
import type { Drill, Move, Verdict } from './model.ts';
import type { PlanInput } from './plan-input.ts';
import { inOrder } from './priorities.ts';
import { isBlind } from './readings.ts';

/** Where calls suffer on the promoted one, or a person says so, whom nobody can see is still the better bet: it was well before. */
export const leavesWorse: ReadonlySet<DrillEnd['code']> = new Set([
  'standby-failing',
  'standby-unwell',
  'throttled',
  'too-many-failures',
  'stopped',
]);

const regionVerdictOn = (voiceConnectorId: string, { connectorRegions, regions }: PlanInput): Verdict | undefined =>
  regions.get(connectorRegions.get(voiceConnectorId) ?? '');

type Return = { readonly is: 'sound' | 'uncertain' | 'worse'; readonly reason: string };

/** It carries no calls meanwhile, so that those before prove nothing of it now: signs of life must do. */
export const mayReturn = (input: ExaminedInput, { leaving }: Drill): Return => {
  const verdict = verdictOn(leaving, input);
  const region = regionVerdictOn(leaving, input);
  const name = named(leaving, input);
  if (verdict.health === 'unhealthy') return { is: 'worse', reason: `${name} unhealthy: ${verdict.reason}` };
  if (region?.health === 'unhealthy')
    return { is: 'worse', reason: `${name} in an unhealthy Region: ${region.reason}` };
  if (isBlind(verdict)) return { is: 'uncertain', reason: `${name} unknown: ${verdict.reason}` };
  const signs = lifeWithoutCalls(leaving, input);
  if (signs.kind !== 'rejected') return { is: 'sound', reason: signs.reason };
  const reason = `${name} ${signs.code}: ${signs.reason}`;
  return { is: signs.code === 'origination' ? 'worse' : 'uncertain', reason };
};

/** As it was before; but where another than whom it left would rise that is unwell, only that one goes back to its place. */
export const restoring = (input: ExaminedInput, drill: Drill, end: DrillEnd): Move => {
  const order = orderOf(input.group);
  const [top, ...others] = order.kind === 'order' ? order.members : [];
  if (top === undefined) throw new Error('a drill that goes on has an order');
  const members: readonly [Member, ...Member[]] = [top, ...others];
  const placeOf = new Map(inOrder(drill.before).map(({ voiceConnectorId }, place) => [voiceConnectorId, place]));
  const asBefore = members.toSorted(
    (left, right) => (placeOf.get(left.voiceConnectorId) ?? 0) - (placeOf.get(right.voiceConnectorId) ?? 0),
  );
  const isUnfit = ({ voiceConnectorId: id }: Member): boolean =>
    verdictOn(id, input).health === 'unhealthy' || regionVerdictOn(id, input)?.health === 'unhealthy';
  const isWorse = asBefore.some((member, place) => place < members.indexOf(member) && isUnfit(member));
  const first = asBefore[0] ?? top;
  return moveTo('restore', input.group, members, isWorse ? withFirst(first, members, () => false) : asBefore, {
    reason: `${named(first.voiceConnectorId, input)} is put back (${end.code}): ${end.reason}`,
    rejected: [],
    command: commandOf(drill),
  });
};
