/** What a run needs to change something: the ports that write, and the ports of the functions that have them. */
import type { CodeOf } from './core/model/codes.ts';
import type { Problem } from './core/model/outcome.ts';
import type { Move } from './core/model/plan.ts';
import type { OverrideState } from './core/model/override.ts';
import type { VoiceConnectorGroup, VoiceConnectorItem } from './core/model/group.ts';
import type { ServerTime } from './core/model/server-clock.ts';
import type { EpochMs } from './core/model/time.ts';
import type { Override } from './input/override.ts';
import type { ShardMessage } from './input/shard-message.ts';
import type { GroupsPort, PublishingPorts, ReadPorts, StoredOverride } from './ports.ts';

export type UpdateAnswer =
  | { readonly kind: 'accepted' }
  /** AWS did not apply it. */
  | { readonly kind: 'refused'; readonly code: CodeOf<'rejected'>; readonly message: string }
  /** The request has ended, with a 5xx or without a connection. Only reading the group shows whether AWS applied it. */
  | { readonly kind: 'failed'; readonly message: string }
  /** The response timed out or the connection broke. AWS may have applied it, or may still do so. */
  | { readonly kind: 'unanswered'; readonly message: string };

export interface GroupWriterPort {
  /** Replaces the group's items and writes every other field back as it was read. */
  update(group: VoiceConnectorGroup, items: readonly VoiceConnectorItem[], signal: AbortSignal): Promise<UpdateAnswer>;
}

/** A Region in which a change was not recorded, or may not have been. */
export type UnrecordedRegion = { readonly region: string; readonly problem: Problem };

export interface ChangeRecorderPort {
  /**
   * Records a change in every Region that a monitor runs in. For a failover it also records the Voice Connector that was left, for a
   * drill that it began.
   *
   * @param regions the Regions to record it in. Default: all
   */
  recordChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    regions?: readonly string[],
  ): Promise<readonly UnrecordedRegion[]>;
  /** Records the order of groups as a run has seen it, in every Region that a monitor runs in. */
  recordOrders(
    groups: readonly VoiceConnectorGroup[],
    at: EpochMs,
    signal: AbortSignal,
  ): Promise<readonly UnrecordedRegion[]>;
  /**
   * Retracts the record of a change that was not made.
   *
   * @param at the time under which it was recorded
   * @param unrecordedIn the Regions in which it was not recorded
   */
  retractChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    unrecordedIn?: readonly string[],
  ): Promise<readonly UnrecordedRegion[]>;
}

/** What an override may replace. */
export type Replacing = {
  /** The overrides that were read. */
  readonly stored: readonly StoredOverride[];
  /** The Regions that could not be read; one that turns up there only now is replaced if this allows it, or if it stays unreadable. */
  readonly unread: readonly string[];
  readonly mayReplace: (override: OverrideState) => boolean;
};

export type PutOverrides = {
  readonly stored: readonly StoredOverride[];
  /** One for each Region in which somebody else's override stays in force. */
  readonly kept: readonly Problem[];
  /** The Regions in which an override may be lost that could not be read. */
  readonly lostIn: readonly string[];
  readonly problems: readonly Problem[];
};

export interface OverrideWriterPort {
  /**
   * Stores an override in every Region that a monitor runs in. Where none was read Parameter Store itself refuses to replace one; where
   * one was read, it is read again just before and replaced only if it is unchanged.
   *
   * @param key a group's id, or `all`
   */
  put(key: string, override: Override, replacing: Replacing, signal: AbortSignal): Promise<PutOverrides>;
  /** Removes overrides that are unchanged since they were read. */
  remove(stored: readonly StoredOverride[], signal: AbortSignal): Promise<readonly Problem[]>;
}

/** The rule that runs the monitor every minute as long as something is going on. */
export interface MinuteRulePort {
  readonly name: string;
  /** Repeating it changes nothing. @returns why it failed */
  enable(signal: AbortSignal): Promise<Problem | undefined>;
  /** Repeating it changes nothing. @returns why it failed */
  disable(signal: AbortSignal): Promise<Problem | undefined>;
}

export type Ports = ReadPorts & {
  readonly groupWriter: GroupWriterPort;
  readonly changeRecorder: ChangeRecorderPort;
  readonly overrideWriter: OverrideWriterPort;
  /** Absent where the schedule runs the monitor every minute anyway. */
  readonly minuteRule?: MinuteRulePort | undefined;
  /** The times of AWS's answers in this run, by which our clock is checked. */
  readonly serverTimes: () => readonly ServerTime[];
  /** At least 0 and less than 1. Two monitors that AWS throttled together must not retry at the same moment. */
  readonly random: () => number;
  /** Resolves after this many milliseconds, or as soon as the signal aborts. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};

export interface ShardQueuePort {
  /** @returns a problem if the queue did not accept it */
  send(message: ShardMessage, signal: AbortSignal): Promise<readonly Problem[]>;
}

/** The ports of the lister. */
export type ListerPorts = PublishingPorts &
  Pick<Ports, 'groups' | 'overrides' | 'overrideWriter' | 'sleep'> & {
    readonly shardQueue: ShardQueuePort;
    /** For one run: a list that gives up a Region that hangs while the others answer. */
    readonly hasty: () => { readonly groups: Pick<GroupsPort, 'list'>; readonly hasGivenUp: () => boolean };
  };

/** The ports of the monitor. */
export type MonitorPorts = Ports & {
  /** For one run: the same ports, which give up a Region that hangs while the others answer. */
  readonly hasty: () => { readonly ports: Ports; readonly hasGivenUp: () => boolean };
};
