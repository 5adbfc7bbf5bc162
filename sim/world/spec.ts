import type { EpochMs } from '../clock.ts';

/**
 * A world of telephone calls, as plain data: the same value always plays out the same way under the same routing.
 *
 * Times of the script are minutes since {@link WorldSpec.startsAt} and may be fractions: a blip of 43 seconds is
 * `fromMinute: 20, untilMinute: 20 + 43 / 60`.
 */
export type WorldSpec = {
  /** Any integer. Two worlds that differ only in what is done to them see the same callers with the same luck. */
  readonly seed: number;
  /** Start of minute 0. A whole minute, as CloudWatch's periods are. */
  readonly startsAt: EpochMs;
  readonly groups: readonly GroupSpec[];
  readonly connectors: readonly ConnectorSpec[];
  readonly faults?: readonly FaultSpec[];
  /** What the AWS APIs do meanwhile. Opaque to the world: whoever answers the API asks for the entries of the moment. */
  readonly controlPlane?: readonly ControlPlaneFaultSpec[];
  readonly metrics?: MetricsSpec;
  /** Default `full`. */
  readonly audio?: AudioDetail;
};

/** What is measured of the audio. `mos` leaves packets, jitter and RTT without a sample, and saves most of the work. */
export type AudioDetail = 'full' | 'mos';

/** The callers of one Voice Connector group. */
export type GroupSpec = {
  readonly voiceConnectorGroupId: string;
  /** New callers a minute in the busiest hour; redials come on top. */
  readonly callsPerMinute: number;
  /** Without it the rate is the same at all hours. */
  readonly shape?: ShapeSpec;
  readonly spikes?: readonly SpikeSpec[];
  readonly redials?: RedialSpec;
  /** Mean length of an answered call; lengths are exponential. Default 3. */
  readonly meanCallMinutes?: number;
  /** Share of calls that fail for reasons of their own (busy, no answer, a host's hiccup) when nothing is wrong. */
  readonly baselineFailureRatio: number;
  /** Share of those failures that say 5xx rather than 4xx. Default 0.1. */
  readonly baselineServerErrorShare?: number;
};

/** A day and a week: a cosine between the busiest hour and, twelve hours later, the quietest. */
export type ShapeSpec = {
  readonly busiestHourUtc: number;
  /** Rate of the quietest moment as a share of the busiest. */
  readonly quietestFactor: number;
  /** Factor on Saturdays and Sundays (UTC). */
  readonly weekendFactor: number;
};

/** The rate is multiplied by `factor` for a while. */
export type SpikeSpec = { readonly fromMinute: number; readonly untilMinute: number; readonly factor: number };

/** Callers whose call failed try again: the reason why failures are not independent. */
export type RedialSpec = {
  /** Probability that a caller whose call failed dials again. */
  readonly probability: number;
  /** Redials of one caller at most. */
  readonly atMost: number;
  /** The redial follows at a uniformly random moment within so many seconds. */
  readonly withinSeconds: number;
  /**
   * Probability that a redial fails by itself if the call before failed by itself: who dialled a dead extension gets it
   * again. After a fault's failure the baseline ratio holds.
   */
  readonly failureRatio: number;
};

export type ConnectorSpec = {
  readonly voiceConnectorId: string;
  readonly region: string;
  /** Calls the customer places through this connector, whoever is on top of its group. Default 1. */
  readonly outboundCallsPerMinute?: number;
  /** Share of outbound calls that fail when nothing is wrong. Default 0.02. */
  readonly outboundFailureRatio?: number;
  /** The SIP OPTIONS pings of the customer's host. Without it nobody pings. */
  readonly optionsPing?: { readonly everySeconds: number; readonly source: string };
};

export type FaultSpec = Period & {
  readonly where: Place;
  readonly what: FaultKind;
};

export type ControlPlaneFaultSpec = Period & { readonly what: unknown };

/** From `fromMinute` (included) until `untilMinute` (excluded), or within it for the first part of every pulse. */
export type Period = {
  readonly fromMinute: number;
  readonly untilMinute: number;
  /** Flapping: on for `forMinutes` at the start of every `minutes`. */
  readonly every?: { readonly minutes: number; readonly forMinutes: number };
};

/** A group as a place is the customer's own network: it meets the group's calls whatever connector carries them. */
export type Place =
  { readonly region: string } | { readonly voiceConnectorId: string } | { readonly voiceConnectorGroupId: string };

/**
 * What goes wrong.
 *
 * - `connectivity-loss` of a Region or connector: AWS takes each new call to the next connector of its group, the lost
 *   one sees no attempt at all; calls in progress drop and OPTIONS pings stop. Of a group: the customer's SIP host
 *   cannot be reached, so the connector that is on top counts the attempt and a 5xx, and nothing is rerouted.
 * - `sip-5xx`: that share of calls fails with a 5xx. AWS does not reroute it; it is lost for the caller.
 * - `busy`: that share of calls fails with a 4xx, on the callee's side.
 * - `one-way-audio`: that share of calls is answered, but one direction of its audio collapses.
 * - `bad-audio`: the audio of all calls is as poor as told; signalling is fine.
 * - `throttles`: each connector takes so many calls a minute; the rest count as throttles, failures and 5xx (a 503).
 * - `metrics-missing`: the minute's metrics are never published. `metrics-late`: they show so much later.
 *
 * `growsOverMinutes` lets a ratio rise from 0 in a straight line: a slow death instead of a step.
 */
export type FaultKind =
  | { readonly kind: 'connectivity-loss' }
  | { readonly kind: 'sip-5xx' | 'busy'; readonly ratio: number; readonly growsOverMinutes?: number }
  | {
      readonly kind: 'one-way-audio';
      readonly ratio: number;
      readonly growsOverMinutes?: number;
      /** Who no longer hears. Default: the remote caller for a group's fault, else the customer. */
      readonly silent?: 'customer' | 'remote';
    }
  | {
      readonly kind: 'bad-audio';
      readonly mos: number;
      readonly rttMicroseconds: number;
      readonly jitterMicroseconds: number;
      /** Share of packets lost. Default 0.05. */
      readonly lossRatio?: number;
      /** Default: the customer's leg for a group's fault, else both. */
      readonly leg?: 'customer' | 'remote' | 'both';
    }
  | { readonly kind: 'throttles'; readonly callsPerMinuteLimit: number }
  | { readonly kind: 'metrics-missing' }
  | { readonly kind: 'metrics-late'; readonly minutes: number };

/** AWS documents two dimensions but not which combinations it publishes, so the world publishes those asked for. */
export type DimensionName = 'VoiceConnectorId' | 'Region';

export type MetricsSpec = {
  /** From the end of a minute until its metrics can be read. Default 30. */
  readonly lagSeconds?: number;
  readonly lagSecondsByRegion?: Readonly<Record<string, number>>;
  /** A set without `VoiceConnectorId` aggregates the Region's connectors. Default `[['VoiceConnectorId']]`. */
  readonly dimensionSets?: readonly (readonly DimensionName[])[];
};
