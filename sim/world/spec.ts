import type { EpochMs } from '../clock.ts';

/**
 * A world of telephone calls as plain data. The same spec and the same routing always give the same calls.
 *
 * Times are minutes since {@link WorldSpec.startsAt} and may be fractions: a failure of 43 seconds is
 * `fromMinute: 20, untilMinute: 20 + 43 / 60`.
 */
export type WorldSpec = {
  /** Any integer. Two worlds with one seed have the same callers and random numbers, whatever their faults and routing. */
  readonly seed: number;
  /** Start of minute 0. A whole minute, as CloudWatch's periods are. */
  readonly startsAt: EpochMs;
  readonly groups: readonly GroupSpec[];
  readonly connectors: readonly ConnectorSpec[];
  readonly faults?: readonly FaultSpec[];
  /** Entries for the control plane. Opaque to the world: the server that answers the API reads the active ones. */
  readonly controlPlane?: readonly ControlPlaneFaultSpec[];
  readonly metrics?: MetricsSpec;
  readonly metricValues?: readonly MetricValuesSpec[];
  /** Default `full`. */
  readonly audio?: AudioDetail;
};

/** The measured audio metrics. `mos` omits packets, jitter and RTT, which saves most of the computation. */
export type AudioDetail = 'full' | 'mos';

/** The callers of one Voice Connector group. */
export type GroupSpec = {
  readonly voiceConnectorGroupId: string;
  /** New callers per minute in the busiest hour, without redials. */
  readonly callsPerMinute: number;
  /** Default: the same rate at all hours. */
  readonly shape?: ShapeSpec;
  readonly spikes?: readonly SpikeSpec[];
  readonly redials?: RedialSpec;
  /** Mean length of an answered call; lengths are exponential. Default 3. */
  readonly meanCallMinutes?: number;
  /** Share of calls that fail without a fault (busy, no answer, a transient error of a host). */
  readonly baselineFailureRatio: number;
  /** Share of those failures with a 5xx instead of a 4xx. Default 0.1. */
  readonly baselineServerErrorShare?: number;
  /** Periods of the week with another ratio, whatever it is otherwise. Where they overlap, the later entry applies. */
  readonly failurePeriods?: readonly FailurePeriodSpec[];
  /** Replaces the baseline ratio. Not together with `failureWalk`. */
  readonly failureSwing?: FailureSwingSpec;
  /** Replaces the baseline ratio, from which it starts. Not together with `failureSwing`. */
  readonly failureWalk?: FailureWalkSpec;
  /**
   * Correlation of the failures within a minute, between 0 and 1 (both excluded): the ratio of each minute is drawn from a Beta
   * distribution whose mean p is the ratio that applies in it, and whose variance is `minuteCorrelation` * p * (1 - p).
   */
  readonly minuteCorrelation?: number;
  readonly machines?: readonly MachineSpec[];
};

export const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
export type Weekday = (typeof weekdays)[number];

/** A period that returns every week, in UTC. Until an earlier time than `from` means until that time of the next day. */
export type FailurePeriodSpec = {
  /** The days on which it begins. Default: every day. */
  readonly days?: readonly Weekday[];
  /** A time of day such as `12:00`. */
  readonly from: string;
  /** As `from`, or `24:00`. */
  readonly until: string;
  /** Share of calls that fail without a fault. */
  readonly ratio: number;
  /** Replaces `baselineServerErrorShare`. */
  readonly serverErrorShare?: number;
};

/** A ratio that follows a sine, for example over a day or over several. */
export type FailureSwingSpec = {
  readonly lowest: number;
  readonly highest: number;
  readonly periodMinutes: number;
  /** A minute at which it is highest. Default: a quarter of a period after minute 0. */
  readonly highestAtMinute?: number;
};

/** A ratio that drifts at random, minute by minute, and is reflected at its limits. */
export type FailureWalkSpec = {
  readonly lowest: number;
  readonly highest: number;
  /** Standard deviation of the change in one hour. */
  readonly stepPerHour: number;
};

/** The SIP responses of a call that is refused. 603 counts as 6xx, and 503 as 5xx. */
export type RefusalCode = 404 | 480 | 486 | 603;
export type MachineCode = RefusalCode | 503;

/** One machine that dials again and again. Each of its calls fails with `code`, on any connector, with or without a fault. */
export type MachineSpec = {
  readonly fromMinute: number;
  readonly untilMinute: number;
  readonly everySeconds: number;
  readonly code: MachineCode;
};

/** Variation over a day and a week: a cosine between the busiest hour and the quietest, twelve hours later. */
export type ShapeSpec = {
  readonly busiestHourUtc: number;
  /** Rate of the quietest hour as a share of the busiest. */
  readonly quietestFactor: number;
  /** Factor on Saturdays and Sundays (UTC). */
  readonly weekendFactor: number;
};

/** Multiplies the rate by `factor` for a period. */
export type SpikeSpec = { readonly fromMinute: number; readonly untilMinute: number; readonly factor: number };

/** Callers redial after a failed call, so failures are not independent. */
export type RedialSpec = {
  /** Probability that a caller whose call failed dials again. */
  readonly probability: number;
  /** The maximum number of redials of one caller. */
  readonly atMost: number;
  /** The redial follows at a uniformly random moment within this number of seconds. */
  readonly withinSeconds: number;
  /**
   * Probability that a redial fails without a fault if the previous call did, as with a wrong extension. After a failure by a fault
   * the baseline ratio applies.
   */
  readonly failureRatio: number;
};

export type ConnectorSpec = {
  readonly voiceConnectorId: string;
  readonly region: string;
  /** Outbound calls of the customer through this connector, whatever its priority. Default 1. */
  readonly outboundCallsPerMinute?: number;
  /** Share of outbound calls that fail without a fault. Default 0.02. */
  readonly outboundFailureRatio?: number;
  /** The SIP OPTIONS pings of the customer's host. Default: none. */
  readonly optionsPing?: { readonly everySeconds: number; readonly source: string };
};

export type FaultSpec = Period & {
  readonly where: Place;
  readonly what: FaultKind;
};

/** A fault that is added to a running world: from the next minute until it is ended. */
export type AddedFault = Omit<FaultSpec, 'fromMinute' | 'untilMinute'>;

export type ControlPlaneFaultSpec = Period & { readonly what: unknown };

/** From `fromMinute` (inclusive) to `untilMinute` (exclusive); with `every`, only the first part of each pulse. */
export type Period = {
  readonly fromMinute: number;
  readonly untilMinute: number;
  /** Flapping: active for `forMinutes` at the start of every `minutes`. */
  readonly every?: { readonly minutes: number; readonly forMinutes: number };
};

/** A group as a place is the customer's own network: its faults affect the group's calls on every connector. */
export type Place =
  { readonly region: string } | { readonly voiceConnectorId: string } | { readonly voiceConnectorGroupId: string };

/**
 * The kinds of faults.
 *
 * - `connectivity-loss` of a Region or connector: AWS reroutes each new call to the next connector of its group, and the
 *   unreachable one counts no attempt; calls in progress drop and OPTIONS pings stop. Of a group: the customer's SIP host
 *   cannot be reached, so the first connector counts the attempt and a 5xx, and nothing is rerouted.
 * - `sip-5xx`: that share of calls fails with a 5xx. AWS does not reroute it; it is lost for the caller.
 * - `busy`: that share of calls fails with a 4xx, on the callee's side; with `code`, with that response.
 * - `first-route-down`: of the calls that are answered, that share fails at the customer's first route, which counts a failure and a
 *   5xx, and is answered by the second route. The caller loses nothing.
 * - `one-way-audio`: that share of calls is answered, but one direction of its audio collapses.
 * - `bad-audio`: the audio of all calls has the given quality; signalling works.
 * - `throttles`: each connector accepts this number of calls per minute; the rest count as throttles, failures and 5xx (a 503).
 * - `metrics-missing`: the minute's metrics are never published. `metrics-late`: they become visible later.
 *
 * `growsOverMinutes` makes a ratio rise linearly from 0: a slow degradation instead of a step.
 */
export type FaultKind =
  | { readonly kind: 'connectivity-loss' }
  | { readonly kind: 'sip-5xx' | 'first-route-down'; readonly ratio: number; readonly growsOverMinutes?: number }
  | { readonly kind: 'busy'; readonly ratio: number; readonly growsOverMinutes?: number; readonly code?: RefusalCode }
  | {
      readonly kind: 'one-way-audio';
      readonly ratio: number;
      readonly growsOverMinutes?: number;
      /** The side that hears nothing. Default: the remote caller for a group's fault, otherwise the customer. */
      readonly silent?: 'customer' | 'remote';
    }
  | {
      readonly kind: 'bad-audio';
      readonly mos: number;
      readonly rttMicroseconds: number;
      readonly jitterMicroseconds: number;
      /** Share of packets lost. Default 0.05. */
      readonly lossRatio?: number;
      /** Default: the customer's leg for a group's fault, otherwise both. */
      readonly leg?: 'customer' | 'remote' | 'both';
    }
  | { readonly kind: 'throttles'; readonly callsPerMinuteLimit: number }
  | { readonly kind: 'metrics-missing' }
  | { readonly kind: 'metrics-late'; readonly minutes: number };

/** AWS documents two dimensions but not their combinations, so the world publishes the requested ones. */
export type DimensionName = 'VoiceConnectorId' | 'Region';

export type MetricsSpec = {
  /** From the end of a minute until its metrics can be read. Default 30. */
  readonly lagSeconds?: number;
  readonly lagSecondsByRegion?: Readonly<Record<string, number>>;
  /**
   * A failed call, except a throttled one, counts as a failure and with its response this number of whole minutes after its attempt,
   * as a call does that rings for long. Default 0.
   */
  readonly failuresLateMinutes?: number;
  /** A set without `VoiceConnectorId` aggregates the Region's connectors. Default `[['VoiceConnectorId']]`. */
  readonly dimensionSets?: readonly (readonly DimensionName[])[];
};

/**
 * Values by metric name that replace those of a Voice Connector in every minute of a period, and exist also if it has no calls or if
 * its metrics are missing. Of two entries for one metric and minute the later one applies.
 */
export type MetricValuesSpec = Period & {
  readonly voiceConnectorId: string;
  readonly values: Readonly<Record<string, MetricValue>>;
};

/** A number is a single sample: a count, or the measurement of one call. */
export type MetricValue =
  number | { readonly samples: number; readonly sum: number; readonly minimum: number; readonly maximum: number };
