/**
 * The nouns. Names are AWS's own; every quantity carries its unit; what AWS did not say is absent, never zero.
 */

/** Milliseconds since the epoch. */
export type EpochMs = number;

export const minuteMs = 60_000;

/** One member of a group. `priority` runs from 1 (tried first) to 99; a load-balanced group's items may have none. */
export type VoiceConnectorItem = {
  readonly voiceConnectorId: string;
  readonly priority: number | undefined;
};

/** A Voice Connector group as one control Region listed it. */
export type VoiceConnectorGroup = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  /** The Region whose endpoint listed the group; only there can it be changed. */
  readonly controlRegion: string;
  /** `PriorityWeightedDistribution`, `LoadBalancedDistribution`, a newer value, or absent: then AWS goes by priority. */
  readonly callDistributionType: string | undefined;
  readonly items: readonly VoiceConnectorItem[];
  /** Absent where AWS did not say. */
  readonly createdAt: EpochMs | undefined;
  /** When anyone last changed the group; absent where AWS did not say. */
  readonly updatedAt: EpochMs | undefined;
};

/** The metrics a verdict may need, by the name CloudWatch has for them in `AWS/ChimeVoiceConnector`. */
export type MetricName =
  | 'InboundCallAttempts'
  | 'InboundCallFailures'
  | 'Throttles'
  | 'MOSBetweenVcAndCustomer'
  | 'MOSBetweenVcAndRemote'
  | 'OutboundCallAttempts'
  | 'OutboundCallFailures'
  | 'RTTBetweenVcAndCustomer'
  | 'RTTBetweenVcAndRemote'
  | 'CustomerToVcRtpPackets'
  | 'VcToCustomerRtpPackets'
  | 'RemoteToVcRtpPackets'
  | 'VcToRemoteRtpPackets';

/**
 * What one Voice Connector reported for one minute: sums of counts, averages of MOS (1.0 to 4.4) and RTT (µs).
 * A metric without a datapoint is absent here, and a minute without any is absent from its list.
 */
export type Minute = { readonly startsAt: EpochMs } & Readonly<Partial<Record<MetricName, number>>>;

/** What came of asking CloudWatch for one Voice Connector's minutes. */
export type MetricsReading =
  | { readonly kind: 'read'; readonly minutes: readonly Minute[] }
  | { readonly kind: 'fetch-error' | 'forbidden' | 'partial'; readonly message: string };

/** What AWS says of a Voice Connector without any call. */
export type Reachability =
  | {
      readonly kind: 'read';
      /** The last SIP OPTIONS message from the customer's infrastructure; absent: none was ever seen. */
      readonly lastOptionsPingAt: EpochMs | undefined;
      /** Whether inbound calls would reach a host of the customer's. */
      readonly origination: 'ready' | 'disabled' | 'no-route';
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/** What is known of a Voice Connector without any inbound call: read only where a move to it is contemplated. */
export type StandbySignals = { readonly reachability: Reachability; readonly outbound: MetricsReading };

/** One Voice Connector as one turn saw it. */
export type VoiceConnectorObservation = {
  readonly voiceConnectorId: string;
  /** Absent where AWS knows no such Voice Connector, or did not answer. */
  readonly region: string | undefined;
  readonly inbound: MetricsReading;
  /** Five-minute sums of the past day; absent until something gave reason to ask. */
  readonly history: MetricsReading | undefined;
};

/** The monitor's own changes of the past day, as it noted them in its own metrics. */
export type ChangeRecord =
  | {
      readonly kind: 'read';
      /** Minutes in which it changed the group. */
      readonly changedAt: readonly EpochMs[];
      /** By Voice Connector id, minutes in which it took that one off the top. */
      readonly demotedAt: ReadonlyMap<string, readonly EpochMs[]>;
    }
  | { readonly kind: 'unreadable'; readonly message: string };

/**
 * A move and back again, by appointment: does the standby really take the calls? The word does not change while the drill lasts:
 * how far it has come is read off the group.
 */
export type Drill = {
  readonly by: string;
  readonly reason: string;
  /** When it was ordered. */
  readonly startedAt: EpochMs;
  /** When the group is to be put back. */
  readonly until: EpochMs;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  /** When AWS said that the group was last changed, before the drill: it moves with the first write, whoever's it is. */
  readonly groupUpdatedAt: EpochMs;
  /** What the promoted one must show over the whole drill. */
  readonly pass: { readonly minCalls: number; readonly maxFailureRatio: number };
  /** So many failed calls of the promoted one, and so large a share, end it early. */
  readonly stop: { readonly failures: number; readonly failureRatio: number };
  /** Who ended it early; it is put back at the next look. */
  readonly stopped?: { readonly by: string; readonly reason: string } | undefined;
};

/** The operator's word on a group, and whether it could be heard at all. */
export type OverrideState =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'pause' | 'pin';
      readonly by: string;
      readonly reason: string;
      readonly until: EpochMs;
      /** Of a pin: whom calls are to try, first choice first. */
      readonly order?: readonly string[] | undefined;
    }
  | ({ readonly kind: 'drill' } & Drill)
  /** Something is there that nobody can understand: it counts as a pause until someone mends it. */
  | { readonly kind: 'unparseable'; readonly message: string }
  /** Parameter Store did not answer: nobody knows whether there is a word. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** What one turn saw: the only thing a decision may depend on, beside the policy. */
export type Observation = {
  readonly observedAt: EpochMs;
  readonly groups: readonly VoiceConnectorGroup[];
  readonly connectors: ReadonlyMap<string, VoiceConnectorObservation>;
};

/** Why a verdict is `unknown`. */
export const unknownCauses = [
  'idle',
  'low-volume',
  'stale',
  'fetch-error',
  'partial',
  'forbidden',
  'inconclusive',
] as const;
export type UnknownCause = (typeof unknownCauses)[number];

/** A verdict on a Voice Connector or a Region. `reason` prints the numbers that were compared. */
export type Verdict =
  | { readonly health: 'healthy'; readonly reason: string }
  | { readonly health: 'degraded'; readonly reason: string }
  | { readonly health: 'unhealthy'; readonly reason: string }
  | { readonly health: 'unknown'; readonly cause: UnknownCause; readonly reason: string };

/** Verdicts by Voice Connector id. */
export type ConnectorVerdicts = ReadonlyMap<string, Verdict>;

/** Verdicts by Region name. */
export type RegionVerdicts = ReadonlyMap<string, Verdict>;

/** Why a group stays as it is. docs/runbook.md has an entry for each. */
export const holdCodes = [
  'top-healthy',
  'top-degraded',
  'top-unknown',
  'no-target',
  'all-unhealthy',
  'cooldown',
  'operator-stand-off',
  'daily-limit',
  'record-unreadable',
  'paused',
  'pinned',
  'drill',
  'override-unparseable',
  'override-unreadable',
  'tied-priorities',
  'missing-priority',
  'load-balanced',
  'unknown-distribution',
  'fewer-than-two-members',
  'duplicate-members',
  'failback-hold',
  'failback-not-proven',
  'failback-awaits-approval',
  'failback-never',
] as const;
export type HoldCode = (typeof holdCodes)[number];

/** Why a member was not chosen. docs/runbook.md has an entry for each. */
export const rejectionCodes = [
  'hold-down',
  'unhealthy',
  'unhealthy-region',
  'degraded',
  'unobservable',
  'unreadable',
  'origination',
  'no-standby-signal',
  'outbound-failing',
  'outbound-not-proven',
] as const;

export type Rejection = {
  readonly voiceConnectorId: string;
  readonly code: (typeof rejectionCodes)[number];
  readonly reason: string;
};

/** How a group comes to be moved: by the monitor's own judgement, by an operator, or to and fro in a drill. */
export const moveKinds = ['failover', 'failback', 'switchover', 'drill', 'restore'] as const;
export type MoveKind = (typeof moveKinds)[number];

/** What stood in the way of an operator's move and was overridden by name. */
export type Forced = { readonly rule: string; readonly reason: string };

/** An operator's word behind a move. */
export type Command = {
  readonly by: string;
  readonly reason: string;
  readonly forced: readonly Forced[];
};

/** The group stays as it is. Holding is a decision, and has a reason like any other. */
export type Hold = {
  readonly kind: 'hold';
  readonly code: HoldCode;
  readonly reason: string;
  readonly rejected: readonly Rejection[];
};

/** The group's priorities are to be reordered. */
export type Move = {
  readonly kind: MoveKind;
  readonly reason: string;
  readonly leaving: string;
  readonly promoting: string;
  readonly before: readonly VoiceConnectorItem[];
  readonly after: readonly VoiceConnectorItem[];
  readonly rejected: readonly Rejection[];
  /** The operator's command; absent where the monitor decided by itself. */
  readonly command?: Command | undefined;
};

/** A decision on one group. */
export type Plan = Hold | Move;

/** A move is contemplated: candidate evidence on these Voice Connectors must be read before the group can be planned. */
export type NeedEvidence = { readonly kind: 'need-evidence'; readonly voiceConnectorIds: readonly string[] };

/** How AWS said no, as far as it matters to what happens next. */
export const refusalKinds = [
  'conflict',
  'forbidden',
  'not-found',
  'gone',
  'invalid',
  'throttled',
  'unavailable',
] as const;
export type RefusalKind = (typeof refusalKinds)[number];

export type Refusal = {
  readonly kind: RefusalKind;
  readonly message: string;
};

/** Why we did not write. docs/runbook.md has an entry for each. */
export const withheldCodes = [
  'observe-mode',
  'evidence-expired',
  'members-changed',
  'distribution-changed',
  'order-changed',
  'renamed',
  'touched',
] as const;

/** How AWS said no to a change. docs/runbook.md has an entry for each. */
export const rejectedCodes = [
  'conflict',
  'forbidden',
  'not-found',
  'gone',
  'invalid',
  'throttled',
] as const satisfies readonly RefusalKind[];
export type RejectedCode = (typeof rejectedCodes)[number];

/** Why there was no way to change the group. docs/runbook.md has an entry for each. */
export const blockedCodes = ['unreachable', 'failing', 'out-of-time'] as const;

/** What became of a {@link Move}. */
export type Outcome =
  /** AWS shows the new order. `sentAt`: when the write was sent that brought it about. */
  | { readonly kind: 'applied'; readonly reason: string; readonly sentAt: EpochMs }
  /** We did not write. */
  | {
      readonly kind: 'withheld';
      readonly code: (typeof withheldCodes)[number];
      readonly reason: string;
    }
  /** AWS did not let us look, or did not take the write. */
  | { readonly kind: 'rejected'; readonly code: RejectedCode; readonly reason: string }
  /** No control Region could be used: the group is as it was, and needs to be changed. */
  | { readonly kind: 'blocked'; readonly code: (typeof blockedCodes)[number]; readonly reason: string }
  /** AWS may have taken the write, but does not show it yet. */
  | { readonly kind: 'unverified'; readonly reason: string };

/** Something that could not be done. The turn goes on without it, and ends as failed. */
export type Problem = { readonly doing: string; readonly message: string };
