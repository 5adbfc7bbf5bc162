/** What the flow needs of the world, in its own words. The adapters in lib/aws implement it. */
import type { ApiCallOutcome, ServerTime } from './core/readiness/account.ts';
import type { PhoneNumberCount } from './core/readiness/configuration.ts';
import type { PublishedReading } from './core/readiness/metrics.ts';
import type {
  ChangeRecord,
  EpochMs,
  MetricName,
  MetricsReading,
  Move,
  OverrideState,
  Problem,
  Refusal,
  RejectedCode,
  Reachability,
  VoiceConnectorGroup,
  VoiceConnectorItem,
} from './core/model/model.ts';
import type { OwnMetrics } from './core/model/own-metrics.ts';
import type { Override } from './input/override.ts';
import type { AuditEvent } from './events/event.ts';

export type Inventory = {
  readonly groups: readonly VoiceConnectorGroup[];
  /** By id, every Voice Connector that a control Region listed. */
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  readonly problems: readonly Problem[];
};

export type ListedConnector = {
  readonly voiceConnectorId: string;
  /** Where its calls are, and its metrics. */
  readonly region: string;
  /** The Region whose endpoint listed it, and answers for it. */
  readonly controlRegion: string;
};

export type GroupReading =
  | { readonly kind: 'read'; readonly group: VoiceConnectorGroup }
  | { readonly kind: 'failed'; readonly refusal: Refusal };

export type UpdateAnswer =
  | { readonly kind: 'accepted' }
  /** AWS did not take it. */
  | { readonly kind: 'refused'; readonly code: RejectedCode; readonly message: string }
  /** The request is over and failed, by a 5xx or without reaching AWS; whether AWS took it is for a look to say. */
  | { readonly kind: 'failed'; readonly message: string }
  /** Nobody knows whether AWS took it, or is about to: the answer timed out, or the connection broke. */
  | { readonly kind: 'unanswered'; readonly message: string };

export interface GroupsPort {
  /** Whose endpoints may show and change a group, in order of precedence. */
  readonly controlRegions: readonly string[];
  /** Every group and Voice Connector that the control Regions list. */
  list(signal: AbortSignal): Promise<Inventory>;
  read(
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<GroupReading>;
  /** Replaces the group's items, echoing everything else as it was read. */
  update(group: VoiceConnectorGroup, items: readonly VoiceConnectorItem[], signal: AbortSignal): Promise<UpdateAnswer>;
  /** The last OPTIONS ping and the origination settings. */
  readReachability(connector: ListedConnector, signal: AbortSignal): Promise<Reachability>;
}

/** What to ask CloudWatch for: whole periods from `from` (inclusive) to `until` (exclusive). */
export type MetricsRequest = {
  readonly connectors: readonly { readonly voiceConnectorId: string; readonly region: string }[];
  readonly metrics: readonly MetricName[];
  /** Length of the intervals that are summed or averaged, a multiple of 60. */
  readonly periodSeconds: number;
  readonly from: EpochMs;
  readonly until: EpochMs;
};

export interface MetricsPort {
  /** One reading for every Voice Connector asked for; a Region that fails costs only its own. */
  read(request: MetricsRequest, signal: AbortSignal): Promise<ReadonlyMap<string, MetricsReading>>;
}

/** `problems` names every Region whose notes could not be read; the record is then what the others have. */
export type ChangesReading = { readonly record: ChangeRecord; readonly problems: readonly Problem[] };

/** A Region in which a note could not be put, or of which nobody knows. */
export type UnrecordedRegion = { readonly region: string; readonly problem: Problem };

export interface ChangesPort {
  /** The changes of a group since `from` that any monitor of this kind made, wherever it runs. */
  read(group: VoiceConnectorGroup, from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<ChangesReading>;
  /** When drills of a group began, since `from`; unreadable where no Region that a monitor runs in answers. */
  drills(
    group: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'read'; readonly begunAt: readonly EpochMs[] }
    | { readonly kind: 'unreadable'; readonly message: string }
  >;
  /**
   * Notes a change where every monitor reads it; a failover also notes whom it took off the top, a drill that it began.
   *
   * @param regions where. Default: everywhere
   */
  recordChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    regions?: readonly string[],
  ): Promise<readonly UnrecordedRegion[]>;
  /** Takes a note back, by the time it was made under, where it was not missed: the change did not come about. */
  retractChange(
    group: VoiceConnectorGroup,
    move: Move,
    at: EpochMs,
    signal: AbortSignal,
    missedBy?: readonly string[],
  ): Promise<readonly UnrecordedRegion[]>;
}

export interface OverridesPort {
  /** The operator's word, by group, from everywhere that it may be said. */
  read(signal: AbortSignal): Promise<OverridesReading>;
  /**
   * Says a word in every Region that a monitor runs in, in the place of what was said there under the key before.
   *
   * @param key a group's id, or `all`
   */
  put(
    key: string,
    word: Override,
    signal: AbortSignal,
  ): Promise<{ readonly storedIn: readonly string[]; readonly problems: readonly Problem[] }>;
  /** Takes words back where they are still what was read. */
  remove(spoken: readonly StoredOverride[], signal: AbortSignal): Promise<readonly Problem[]>;
}

/** A word as it lies in one Region, run out or not. */
export type StoredOverride = {
  readonly key: string;
  readonly region: string;
  readonly override: OverrideState;
  /** As it was written. */
  readonly text: string;
};

export type OverridesReading = {
  readonly of: (group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>, at: EpochMs) => OverrideState;
  /** When a word on the group that is still there was last said or changed; absent where there is none. */
  readonly changedAt: (group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId'>) => EpochMs | undefined;
  readonly stored: readonly StoredOverride[];
  /** One for each Region that could not be read. */
  readonly problems: readonly Problem[];
};

export interface EventBusPort {
  /** Publishes the events in order. What could not be delivered comes back; nothing is dropped in silence. */
  publish(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]>;
}

/** The queue in front of the bus: what waits in it is published as if it had been at once, when EventBridge takes it. */
export interface OutboxPort {
  /** What could not be parked comes back. */
  store(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly Undelivered[]>;
}

export type Undelivered = { readonly event: AuditEvent; readonly message: string };

export type ProxySessionStatus = 'Open' | 'InProgress' | 'Closed';

/** Without participants: their phone numbers stop at the adapter. */
export type ProxySession = {
  readonly proxySessionId: string;
  readonly createdAt: EpochMs | undefined;
  /** Not before it was created; the same where nobody updated it. */
  readonly updatedAt: EpochMs | undefined;
  /** How many minutes AWS was asked to keep it. */
  readonly expiryMinutes: number | undefined;
};

export type SessionsReading =
  | { readonly kind: 'listed'; readonly sessions: readonly ProxySession[] }
  /** Answers that a service may give for a feature it no longer has. */
  | { readonly kind: 'not-found' | 'forbidden' | 'invalid' | 'gone'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface SessionsPort {
  /** Every session of one Voice Connector in one status, all pages. */
  list(connector: ListedConnector, status: ProxySessionStatus, signal: AbortSignal): Promise<SessionsReading>;
}

export interface MetricNamesPort {
  /** Every metric of Voice Connectors that one Region's CloudWatch had data of within two weeks. */
  list(region: string, signal: AbortSignal): Promise<PublishedReading>;
}

export interface PhoneNumbersPort {
  /** How many numbers ring the group. The numbers themselves stop at the adapter. */
  count(
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<PhoneNumberCount>;
}

/** How many checks failed when it was last looked, as the function's own metrics remember it. */
export type PastReadiness =
  | {
      readonly kind: 'read';
      readonly account: number;
      /** By group id; 0 where nothing is remembered. */
      readonly groups: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

export interface PastReadinessPort {
  /** Of the last look between `from` and `until`. */
  read(groupIds: readonly string[], from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<PastReadiness>;
}

export type ObservedCalls = {
  readonly answers: readonly ApiCallOutcome[];
  readonly serverTimes: readonly ServerTime[];
};

export interface AnswersPort {
  /** What AWS answered since this was last asked, to whatever adapter. */
  take(): ObservedCalls;
}

/** Structured log lines, as Powertools' logger writes them. */
export interface LogPort {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What the monitor measures of itself. */
export interface TelemetryPort {
  /** @param voiceConnectorGroupId whose numbers they are; absent: the function's */
  publish(numbers: OwnMetrics, voiceConnectorGroupId?: string): void;
}

/** What the inventory of proxy sessions needs. */
export type SessionsPorts = Pick<
  Ports,
  'groups' | 'metrics' | 'sessions' | 'eventBus' | 'outbox' | 'log' | 'telemetry' | 'clock'
>;

/** What a look at readiness needs: all that the monitor looks with, and what it takes for granted. */
export type PreflightPorts = Pick<
  Ports,
  'groups' | 'metrics' | 'changes' | 'overrides' | 'eventBus' | 'outbox' | 'log' | 'telemetry' | 'clock'
> & {
  readonly metricNames: MetricNamesPort;
  readonly phoneNumbers: PhoneNumbersPort;
  readonly past: PastReadinessPort;
  readonly answers: AnswersPort;
};

/** Each ends a little before the next, so that a turn cut short can still publish, park what was refused, and log the rest. */
export type Signals = { readonly work: AbortSignal; readonly publish: AbortSignal; readonly outbox: AbortSignal };

export type Ports = {
  readonly groups: GroupsPort;
  readonly metrics: MetricsPort;
  readonly changes: ChangesPort;
  readonly overrides: OverridesPort;
  readonly sessions: SessionsPort;
  readonly eventBus: EventBusPort;
  readonly outbox: OutboxPort;
  readonly log: LogPort;
  readonly telemetry: TelemetryPort;
  /** The time now. */
  readonly clock: () => EpochMs;
  /** At least 0 and less than 1: two monitors that were refused together must not come back together. */
  readonly random: () => number;
  /** Resolves after so many milliseconds, or at once when the signal says so. */
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
};
