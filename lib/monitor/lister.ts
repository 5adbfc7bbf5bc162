/** Lists the account once a minute, deals its groups into shards, and sends each shard to the monitor. */
import { runFailedEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import { distinctProblems, startRun, type Invocation, type RunContext } from '../context.ts';
import { dealInto, type Shard } from '../core/shards/deal.ts';
import { sendAfterMs } from '../core/shards/pace.ts';
import type { Problem } from '../core/model/outcome.ts';
import { minuteMs } from '../core/model/time.ts';
import type { Policy } from '../input/policy.ts';
import type { ShardMessage } from '../input/shard-message.ts';
import type { Inventory, Signals } from '../ports.ts';
import type { ListerPorts } from '../write-ports.ts';
import { removeExpiredOverrides } from './expire-overrides.ts';
import { unmatchedOverrideEvents } from './unmatched-overrides.ts';

export type ListerResult = {
  readonly shape: 'lister-result';
  readonly version: 1;
  readonly runId: string;
  readonly listedAt: string;
  readonly groups: number;
  /** Groups of each shard, from shard 0 on. */
  readonly shards: readonly number[];
  readonly problems: readonly Problem[];
};

/**
 * Every shard gets a message, also one without groups: its heartbeat shows that it would be decided. Overrides that apply to no group, or
 * whose time is up, are the lister's, which alone knows every group.
 *
 * @param count how many shards
 */
export async function listAndSend(
  ports: ListerPorts,
  policy: Policy,
  invocation: Invocation,
  signals: Signals,
  count: number,
): Promise<ListerResult> {
  const context = startRun(ports, policy, invocation, signals);
  const { observedAt } = context.identity;
  const reading = ports.overrides.read(signals.work);
  const { inventory, shards, problems: sending } = await sendAll(context, count);
  const overrides = await reading;
  const observed = {
    observation: { observedAt, groups: inventory.groups, connectors: new Map<string, never>() },
    connectors: inventory.connectors,
    overrides,
    listingProblems: inventory.problems,
    problems: [...inventory.problems, ...overrides.problems],
  };
  const expiring = await removeExpiredOverrides(context, observed);
  const publishing = await publish(context, unmatchedOverrideEvents(context, observed));
  const problems = distinctProblems([...observed.problems, ...sending, ...expiring, ...publishing]);
  const failing =
    problems.length === 0 ? [] : await publish(context, [runFailedEvent(context.identity, ports.clock(), problems)]);
  return {
    shape: 'lister-result',
    version: 1,
    runId: invocation.runId,
    listedAt: new Date(observedAt).toISOString(),
    groups: inventory.groups.length,
    shards,
    problems: distinctProblems([...problems, ...failing]),
  };
}

type Sent = {
  readonly inventory: Inventory;
  readonly shards: readonly number[];
  readonly problems: readonly Problem[];
};

/** A Region that hangs delays no shard: what the others listed is sent first, and what it lists after all is sent then. */
async function sendAll(context: RunContext<ListerPorts>, count: number): Promise<Sent> {
  const { ports, signals } = context;
  const { groups: hasty, hasGivenUp } = ports.hasty();
  const first = await hasty.list(signals.work);
  const dealt = deal(context, count, first);
  const sending = await send(context, dealt, first, false);
  const shards = dealt.map(({ groups }) => groups.length);
  if (!hasGivenUp()) return { inventory: first, shards, problems: sending };
  const whole = await ports.groups.list(signals.work);
  const known = new Set(first.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId));
  const isLate = ({ voiceConnectorGroupId: id }: { readonly voiceConnectorGroupId: string }): boolean => !known.has(id);
  let before = first.groups.length;
  const late = deal(context, count, whole).map((shard) => {
    const groups = shard.groups.filter(isLate);
    const share = { ...shard.share, before, own: groups.length };
    before += groups.length;
    return { ...shard, groups, share };
  });
  const problems = [...sending, ...(await send(context, late, whole, true))];
  return { inventory: whole, shards: shards.map((size, place) => size + (late[place]?.groups.length ?? 0)), problems };
}

function deal(
  { identity }: RunContext<ListerPorts>,
  count: number,
  { groups, connectors }: Inventory,
): readonly Shard[] {
  const regionOf = new Map([...connectors].map(([id, { region }]) => [id, region]));
  return dealInto(count, { groups, regionOf }, Math.floor(identity.observedAt / minuteMs));
}

/** @param isLate whether the shards have had a message in this minute; those without further groups get no other */
async function send(
  context: RunContext<ListerPorts>,
  shards: readonly Shard[],
  { connectors }: Inventory,
  isLate: boolean,
): Promise<readonly Problem[]> {
  const { ports, identity, signals } = context;
  const regionOf = new Map([...connectors].map(([id, { region }]) => [id, region]));
  const sendAfter = sendAfterMs(shards, regionOf);
  const sending = shards.map(async ({ groups, witnesses, share }, shard): Promise<readonly Problem[]> => {
    if (isLate && groups.length === 0) return [];
    await ports.sleep(sendAfter[shard] ?? 0, signals.work);
    const members = [...groups, ...witnesses].flatMap(({ items }) => items.map((item) => item.voiceConnectorId));
    const message: ShardMessage = {
      version: 1,
      shard,
      shards: shards.length,
      listedAt: identity.observedAt,
      isLate,
      share,
      groups,
      witnesses,
      connectors: [...new Set(members)].flatMap((id) => connectors.get(id) ?? []),
    };
    return ports.shardQueue.send(message, signals.work);
  });
  return (await Promise.all(sending)).flat();
}
