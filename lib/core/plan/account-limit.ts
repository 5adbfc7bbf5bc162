/**
 * The account limit: many failovers within minutes that no fault of a Region explains are slowed down. Then it is more likely that
 * the metrics, the judge or the customer's network is wrong than that so many Voice Connectors failed on their own.
 */
import { partOf, type AccountShare } from '../model/account-share.ts';
import { hold } from '../model/hold.ts';
import type { Hold, Move } from '../model/plan.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { displayName } from './members.ts';
import type { PlanInput } from './plan-input.ts';

const windowMinutes = 10;

/** So many are never slowed down, nor a tenth of the groups. */
const fewest = 3;
const shareOfGroups = 0.1;

/**
 * A failover for a fault of its Voice Connector alone, as far as is proven. A Voice Connector that another group left within the last
 * minutes has the same fault still, and does not count again.
 */
export function isLocalFailover(move: Move, input: PlanInput): boolean {
  if (move.kind !== 'failover') return false;
  const region = input.connectorRegions.get(move.leaving);
  const isRegionProven = region !== undefined && input.regions.get(region)?.health === 'unhealthy';
  return !isRegionProven && !wasJustLeft(move, input);
}

function wasJustLeft({ leaving }: Move, { candidateEvidence, observedAt }: PlanInput): boolean {
  const record = candidateEvidence?.changeRecord;
  const isRecent = (at: EpochMs): boolean => observedAt - at < windowMinutes * minuteMs;
  return record?.kind === 'read' && record.demotedAt.get(leaving)?.some(isRecent) === true;
}

export type Account = {
  /** Of a shard, only its part of the limit: the shards of a minute do not know of each other's failovers. */
  readonly share: AccountShare;
  /** Local failovers of this run, by the Voice Connectors that they left. */
  readonly leftInThisRun: ReadonlySet<string>;
};

/** The hold that takes the place of a local failover; undefined where it may go on. An unreadable record counts as empty. */
export function holdByAccountLimit(move: Move, input: PlanInput, { share, leftInThisRun }: Account): Hold | undefined {
  if (leftInThisRun.has(move.leaving)) return undefined;
  const left = localFailoversLeft(input, share);
  if (leftInThisRun.size < left) return undefined;
  const { groups, own } = share;
  const most = mostFailovers(groups);
  const recorded = recordedFailovers(input);
  const ofShard = own === groups ? '' : `, in this minute ${left} of them for the ${own} groups of this shard`;
  return hold(
    'account-limit',
    `${displayName(move.leaving, input)} is to be left, but the monitor made ${recorded + leftInThisRun.size} failovers in ${windowMinutes} min that no fault of a Region explains, and makes at most ${most} for ${groups} groups${ofShard}: ${move.reason}`,
    move.rejected,
  );
}

/** How many local failovers a run may make, in its share of the account. */
export function localFailoversLeft(input: PlanInput, share: AccountShare): number {
  return partOf(Math.max(0, mostFailovers(share.groups) - recordedFailovers(input)), share);
}

/** How many failovers of an account with so many groups are never slowed down. */
export function mostFailovers(groups: number): number {
  return Math.max(fewest, Math.ceil(groups * shareOfGroups));
}

/** The minute of the run itself is left out: its failovers are counted apart. */
function recordedFailovers({ candidateEvidence, observedAt }: PlanInput): number {
  const record = candidateEvidence?.changeRecord;
  if (record?.kind !== 'read') return 0;
  const thisMinute = Math.floor(observedAt / minuteMs) * minuteMs;
  return [...record.localFailovers]
    .filter(([at]) => at < thisMinute && observedAt - at < windowMinutes * minuteMs)
    .reduce((sum, [, count]) => sum + count, 0);
}
