/** What the flow needs from outside, in the flow's terms. The adapters in lib/aws and lib/lambda implement it. */
import type { ApiCallOutcome } from './core/readiness/account.ts';
import type { ServerTime } from './core/model/server-clock.ts';
import type { PhoneNumberCount } from './core/readiness/configuration.ts';
import type { PublishedReading } from './core/readiness/metrics.ts';
import type { WakeAlarmsReading } from './core/readiness/wake-alarms.ts';
import type { Problem, Refusal } from './core/model/outcome.ts';
import type { OverrideState } from './core/model/override.ts';
import type { RememberedPast } from './core/judge/usual-suspects.ts';
import type { GroupPolicy } from './core/model/group-policy.ts';
import type { ChangeRecord, Reachability, MetricsReading, MetricName, Observation } from './core/model/observation.ts';
import type { VoiceConnectorGroup, VoiceConnectorItem } from './core/model/group.ts';
import type { EpochMs } from './core/model/time.ts';
import type { OwnMetrics } from './core/model/own-metrics.ts';
import type { AuditEvent } from './events/event.ts';

export type Inventory = {
  readonly groups: readonly VoiceConnectorGroup[];
  /** Every Voice Connector that a control Region listed, by id. */
  readonly connectors: ReadonlyMap<string, ListedConnector>;
  /** Of a shard: groups of other shards that are read as well once something is suspect. Default: none. */
  readonly witnesses?: readonly VoiceConnectorGroup[];
  readonly problems: readonly Problem[];
};

export type ListedConnector = {
  readonly voiceConnectorId: string;
  /** The Region that carries its calls and has its metrics. */
  readonly region: string;
  /** The Region whose endpoint listed it; requests about it go there. */
  readonly controlRegion: string;
};

export type GroupReading =
  | { readonly kind: 'read'; readonly group: VoiceConnectorGroup }
  | { readonly kind: 'failed'; readonly refusal: Refusal };

export interface GroupsPort {
  /** The Regions whose endpoints may list and change a group, in order of precedence. */
  readonly controlRegions: readonly string[];
  /** Every group and Voice Connector that the control Regions list. */
  list(signal: AbortSignal): Promise<Inventory>;
  read(
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ): Promise<GroupReading>;
  /** Reads the time of the last OPTIONS ping and the origination settings. */
  readReachability(connector: ListedConnector, signal: AbortSignal): Promise<Reachability>;
}

/** Whole periods from `from` (inclusive) to `until` (exclusive). */
export type MetricsRequest = {
  readonly connectors: readonly { readonly voiceConnectorId: string; readonly region: string }[];
  readonly metrics: readonly MetricName[];
  /** Default: averages of scores and round-trip times, sums of everything else. */
  readonly statistic?: 'Maximum';
  /** Length of the periods that CloudWatch makes one value of, a multiple of 60. */
  readonly periodSeconds: number;
  readonly from: EpochMs;
  readonly until: EpochMs;
};

export interface MetricsPort {
  /** One reading per requested Voice Connector, by id. A Region that fails affects only its own Voice Connectors. */
  read(request: MetricsRequest, signal: AbortSignal): Promise<ReadonlyMap<string, MetricsReading>>;
}

/** `problems` has one entry per Region that could not be read; the record is then that of the other Regions. */
export type ChangesReading = { readonly record: ChangeRecord; readonly problems: readonly Problem[] };

/** The order of a group that a run has seen last. */
export type LastOrder = {
  readonly voiceConnectorGroupId: string;
  readonly at: EpochMs;
  readonly items: readonly VoiceConnectorItem[];
};

/** Unreadable only if no monitor's Region could be read. */
export type LastOrdersReading =
  | { readonly kind: 'read'; readonly orders: readonly LastOrder[] }
  | { readonly kind: 'unreadable'; readonly message: string };

export interface ChangesPort {
  /** The changes of a group since `from` that any monitor made, in whichever Region it runs. */
  read(group: VoiceConnectorGroup, from: EpochMs, until: EpochMs, signal: AbortSignal): Promise<ChangesReading>;
  /** When drills of a group began, since `from`. Unreadable only if no monitor's Region could be read. */
  drills(
    group: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'read'; readonly begunAt: readonly EpochMs[] }
    | { readonly kind: 'unreadable'; readonly message: string }
  >;
  /** When any monitor changed a group, since `from`. Unreadable only if no monitor's Region could be read. */
  changedAt(
    group: VoiceConnectorGroup,
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ): Promise<
    | { readonly kind: 'read'; readonly changedAt: readonly EpochMs[] }
    | { readonly kind: 'unreadable'; readonly message: string }
  >;
}

export interface OverridesPort {
  /** Reads the overrides of all groups from every Region that a monitor runs in. */
  read(signal: AbortSignal): Promise<OverridesReading>;
}

type NamedGroup = Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'name'>;

/** An override as stored in one Region, expired or not. */
export type StoredOverride = {
  /** A group's id, `all`, or what a person typed: lib/input/override-keys.ts says which groups it applies to. */
  readonly key: string;
  readonly region: string;
  readonly override: OverrideState;
  /** The parameter's value. */
  readonly text: string;
  /** When it was last stored. */
  readonly putAt: EpochMs | undefined;
};

export type OverridesReading = {
  /**
   * The override in force on a group: its own, or the one for all groups.
   *
   * @param hasSharedName whether its name is also the name or the id of another group. Default: false
   */
  readonly of: (group: NamedGroup, at: EpochMs, hasSharedName?: boolean) => OverrideState;
  /** When the override in force was stored; undefined if there is none. */
  readonly putAt: (group: NamedGroup, at: EpochMs, hasSharedName?: boolean) => EpochMs | undefined;
  /** When a stored override on the group was last stored or changed; undefined if there is none. */
  readonly changedAt: (group: NamedGroup) => EpochMs | undefined;
  readonly stored: readonly StoredOverride[];
  /** The Regions that could not be read. */
  readonly unread: readonly string[];
  /** One per Region that could not be read. */
  readonly problems: readonly Problem[];
};

/** A service that events are sent to. */
export interface EventsPort {
  /** Sends the events in order. @returns those that the service did not accept */
  send(events: readonly AuditEvent[], signal: AbortSignal): Promise<readonly UndeliveredEvent[]>;
}

export type UndeliveredEvent = { readonly event: AuditEvent; readonly message: string };

export type ProxySessionStatus = 'Open' | 'InProgress' | 'Closed';

/** The adapter drops the participants, whose phone numbers must not reach a log or an event. */
export type ProxySession = {
  readonly proxySessionId: string;
  readonly createdAt: EpochMs | undefined;
  /** Equal to `createdAt` if it was never updated. */
  readonly updatedAt: EpochMs | undefined;
  /** The lifetime that its creator asked for. */
  readonly expiryMinutes: number | undefined;
};

export type SessionsReading =
  | { readonly kind: 'listed'; readonly sessions: readonly ProxySession[] }
  /** Errors that AWS may return for a feature that it has ended. */
  | { readonly kind: 'not-found' | 'forbidden' | 'invalid' | 'gone'; readonly message: string }
  | { readonly kind: 'failed'; readonly message: string };

export interface SessionsPort {
  /** Every session of one Voice Connector in one status, from all pages. */
  list(connector: ListedConnector, status: ProxySessionStatus, signal: AbortSignal): Promise<SessionsReading>;
}

/** How many checks failed in the previous preflight run, according to the function's own metrics. */
export type PastReadiness =
  | {
      readonly kind: 'read';
      readonly account: number;
      /** By group id; 0 if no metric was published. */
      readonly groups: ReadonlyMap<string, number>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What was observed of the calls that the function's SDK clients made during one run. */
export type ObservedCalls = {
  /** Requests sent, including the SDK's retries. */
  readonly apiCalls: number;
  /** One for each call that has ended, whatever the number of its attempts. */
  readonly callOutcomes: readonly ApiCallOutcome[];
  readonly serverTimes: readonly ServerTime[];
};

export interface SdkObserverPort {
  /**
   * Starts a collection in place of the previous one. Without one nothing is kept.
   *
   * @returns reads what has been collected so far; it may be called any number of times
   */
  start(): () => ObservedCalls;
}

/** Structured log lines. */
export interface LogPort {
  info(message: string, fields: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields: Readonly<Record<string, unknown>>): void;
  error(message: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Metrics of this project's own. */
export interface TelemetryPort {
  /** @param about the id of the group or the shard that they are about; undefined if they are about the whole run */
  publish(values: OwnMetrics, about?: string | { readonly shard: number }): void;
}

/**
 * The time limits of a run, in the order in which they abort: a run whose work was cut short can still publish, then store what
 * EventBridge did not accept, and then log the rest.
 */
export type Signals = { readonly work: AbortSignal; readonly publish: AbortSignal; readonly outbox: AbortSignal };

/** What every function uses to report its run. */
export type PublishingPorts = {
  readonly eventBus: EventsPort;
  /** A queue for events that EventBridge did not accept. A pipe publishes them unchanged once EventBridge accepts them. */
  readonly outbox: EventsPort;
  readonly log: LogPort;
  readonly telemetry: TelemetryPort;
  readonly clock: () => EpochMs;
};

/** What earlier runs of this process read of suspects. After a cold start there is nothing. */
export interface PastsPort {
  /** By Voice Connector id; without those of which nothing is known. */
  readonly of: (voiceConnectorIds: ReadonlySet<string>) => ReadonlyMap<string, RememberedPast>;
  /** Takes what a run read of these Voice Connectors. */
  readonly remember: (
    voiceConnectorIds: ReadonlySet<string>,
    observation: Observation,
    policy: Pick<GroupPolicy, 'metricLagSeconds'>,
  ) => void;
}

/** What a function uses that changes no group, no override and no record of changes. */
export type ReadPorts = PublishingPorts & {
  readonly groups: GroupsPort;
  readonly metrics: MetricsPort;
  readonly changes: ChangesPort;
  /** The order of every group as runs have seen it last, since `from`, at most two weeks ago. */
  readonly lastOrders: (from: EpochMs, until: EpochMs, signal: AbortSignal) => Promise<LastOrdersReading>;
  readonly overrides: OverridesPort;
  /** Absent where every run reads everything that it needs. */
  readonly pasts?: PastsPort;
};

/** Lines that a function logged from `from` to `until`, both ends included. */
export type LogLinesRequest = {
  readonly logGroup: string;
  readonly from: EpochMs;
  readonly until: EpochMs;
  /** A filter pattern of CloudWatch Logs for JSON. */
  readonly filterPattern: string;
};

export interface LogsPort {
  /** The lines that match, oldest first, as parsed JSON. @throws Error if not all of them could be read */
  lines(request: LogLinesRequest, signal: AbortSignal): Promise<readonly unknown[]>;
}

export interface ReportStorePort {
  /** Replaces the page that has the key. @throws Error if it was not stored, or nobody knows */
  put(key: string, page: string, signal: AbortSignal): Promise<void>;
}

export type ReportPorts = PublishingPorts & {
  readonly metrics: MetricsPort;
  readonly logs: LogsPort;
  readonly reports: ReportStorePort;
};

export type SessionsPorts = Omit<ReadPorts, 'changes' | 'lastOrders' | 'overrides'> & {
  readonly sessions: SessionsPort;
};

export type PreflightPorts = ReadPorts & {
  /** Every Voice Connector metric that had a datapoint in one Region within the last two weeks. */
  readonly publishedMetrics: (region: string, signal: AbortSignal) => Promise<PublishedReading>;
  /** How many phone numbers are assigned to the group. The adapter drops the numbers themselves. */
  readonly countPhoneNumbers: (
    group: Pick<VoiceConnectorGroup, 'voiceConnectorGroupId' | 'controlRegion'>,
    signal: AbortSignal,
  ) => Promise<PhoneNumberCount>;
  /** The previous run's between `from` and `until`. */
  readonly pastReadiness: (
    groupIds: readonly string[],
    from: EpochMs,
    until: EpochMs,
    signal: AbortSignal,
  ) => Promise<PastReadiness>;
  readonly sdkObserver: SdkObserverPort;
  /** The alarms that wake the monitor in one Region. Absent where the schedule runs it every minute. */
  readonly wakeAlarms?: ((region: string, signal: AbortSignal) => Promise<WakeAlarmsReading>) | undefined;
};
