/** A run of the monitor over one shard of the account. */
import type { Policy } from '../input/policy.ts';
import type { ShardMessage } from '../input/shard-message.ts';
import type { Invocation } from '../context.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import type { Inventory, Signals } from '../ports.ts';
import type { MonitorPorts, Ports } from '../write-ports.ts';
import type { RunResult } from './result.ts';
import { turn } from './turn.ts';

/** The period of the lister's schedule. An older message has a successor, which knows the groups as they are now. */
const periodMs = minuteMs;

export type DroppedShard = {
  readonly shape: 'dropped-shard';
  readonly version: 1;
  readonly shard: number;
  readonly listedAt: string;
  /** `late`: a period old. `repeated`: this process has decided the shard by this listing before. */
  readonly because: 'late' | 'repeated';
};

/** The listings that a process has decided last, by shard. */
export type DecidedListings = Map<string, EpochMs>;

/**
 * Decides the groups of a shard as {@link turn} does those of an account. SQS delivers a message again if the run that got it did not end:
 * by then it is late.
 *
 * @throws as turn
 */
export async function runShard(
  ports: MonitorPorts,
  policy: Policy,
  invocation: Invocation,
  message: ShardMessage,
  signals: Signals,
  decided: DecidedListings,
): Promise<RunResult | DroppedShard> {
  const { shard, shards, share, isLate } = message;
  const listedAt = new Date(message.listedAt).toISOString();
  const key = `${shard}${isLate ? ' late' : ''}`;
  const because = reasonToDrop(message, ports.clock(), decided.get(key));
  if (because !== undefined) {
    ports.telemetry.publish({ ShardsDropped: 1 });
    ports.log.warn('shard dropped', { shard, listedAt, because });
    return { shape: 'dropped-shard', version: 1, shard, listedAt, because };
  }
  const trigger = { kind: 'shard', shard, shards, listedAt } as const;
  const result = await turn(withListing(ports, message), policy, { ...invocation, trigger }, signals, share);
  decided.set(key, message.listedAt);
  const failed = result.problems.length > 0 ? { ShardFailed: 1 } : {};
  ports.telemetry.publish({ ShardCompleted: 1, ...failed }, { shard });
  return result;
}

function reasonToDrop(
  { listedAt }: ShardMessage,
  now: EpochMs,
  decided: EpochMs | undefined,
): DroppedShard['because'] | undefined {
  if (now - listedAt >= periodMs) return 'late';
  return decided !== undefined && decided >= listedAt ? 'repeated' : undefined;
}

/** The ports, with the listing of the message in the place of the account's. What could not be listed is a problem of the lister's run. */
function withListing(ports: MonitorPorts, { groups, witnesses, connectors }: ShardMessage): MonitorPorts {
  const inventory: Inventory = {
    groups,
    witnesses,
    connectors: new Map(connectors.map((connector) => [connector.voiceConnectorId, connector])),
    problems: [],
  };
  const listing = <Any extends Pick<Ports, 'groups'>>(own: Any): Any => ({
    ...own,
    groups: {
      controlRegions: own.groups.controlRegions,
      list: () => Promise.resolve(inventory),
      read: (group, signal) => own.groups.read(group, signal),
      readReachability: (connector, signal) => own.groups.readReachability(connector, signal),
    } satisfies Ports['groups'],
  });
  return {
    ...listing(ports),
    hasty: () => {
      const { ports: hasty, hasGivenUp } = ports.hasty();
      return { ports: listing(hasty), hasGivenUp };
    },
  };
}
