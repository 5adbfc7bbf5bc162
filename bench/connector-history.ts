/** The metrics of one simulated Voice Connector, as this project reads them from CloudWatch. */
import { finestMinutes, longestMinutes } from '../lib/core/judge/likelihood.ts';
import { historyDays, slotMs, slotsPerDay } from '../lib/core/judge/past-calls.ts';
import { minuteMs } from '../lib/core/model/time.ts';
import type {
  MetricsReading,
  Minute,
  StandbySignals,
  VoiceConnectorObservation,
} from '../lib/core/model/observation.ts';
import { CallWindows } from './contenders/glr-statistic.ts';
import type { ConnectorMetrics } from './connector-metrics.ts';
import { connectorId, regionOf } from './worlds.ts';

/** How late the simulated CloudWatch is. */
export const metricLagSeconds = 60;

/** Converts the metrics of a minute on first use, because most minutes are never read. */
class PublishedMinute {
  readonly startsAt: number;
  readonly #metrics: ConnectorMetrics;
  #minute: Minute | undefined;
  #detailedMinute: Minute | undefined;

  constructor(startsAt: number, metrics: ConnectorMetrics) {
    this.startsAt = startsAt;
    this.#metrics = metrics;
  }

  get minute(): Minute {
    return (this.#minute ??= minuteOf(this.startsAt, this.#metrics));
  }

  get detailedMinute(): Minute {
    return (this.#detailedMinute ??= detailedMinuteOf(this.startsAt, this.#metrics));
  }
}

type SlotSums = { readonly startsAt: number } & Record<
  'attempts' | 'failures' | 'answered' | 'outboundFailures' | 'sip4xx' | 'sip6xx',
  number
>;

/** The metrics of one connector, as CloudWatch would return them. */
export class ConnectorHistory {
  readonly #windows = new CallWindows();
  readonly #minutes: PublishedMinute[] = [];
  readonly #slots: SlotSums[] = [];
  #reading: { readonly slot: number; readonly reading: MetricsReading } | undefined;
  #lastPingAt: number | undefined;

  push(startsAt: number, metrics: ConnectorMetrics): void {
    this.#windows.push(metrics.attempts, metrics.failures);
    if (metrics.pinged) this.#lastPingAt = startsAt;
    if (!metrics.published) return;
    this.#minutes.push(new PublishedMinute(startsAt, metrics));
    if (this.#minutes.length > 3 * longestMinutes) this.#minutes.splice(0, longestMinutes);
    this.#pushSlot(startsAt, metrics);
  }

  /** Half-hourly sums of the past fortnight, the present half hour left out. */
  #history(observedAt: number): MetricsReading {
    const slot = Math.floor(observedAt / slotMs);
    if (this.#reading?.slot === slot) return this.#reading.reading;
    const from = (slot - historyDays * slotsPerDay) * slotMs;
    const minutes = this.#slots
      .filter(({ startsAt }) => startsAt >= from && startsAt < slot * slotMs)
      .map((sums) => ({
        startsAt: sums.startsAt,
        InboundCallAttempts: sums.attempts,
        InboundCallFailures: sums.failures,
        InboundCallsAnswered: sums.answered,
        OutboundCallFailures: sums.outboundFailures,
        Sip4xxCodes: sums.sip4xx,
        Sip6xxCodes: sums.sip6xx,
      }));
    const reading: MetricsReading = { kind: 'read', minutes };
    this.#reading = { slot, reading };
    return reading;
  }

  #pushSlot(at: number, metrics: ConnectorMetrics): void {
    const startsAt = Math.floor(at / slotMs) * slotMs;
    let newest = this.#slots.at(-1);
    if (newest?.startsAt !== startsAt) {
      newest = { startsAt, attempts: 0, failures: 0, answered: 0, outboundFailures: 0, sip4xx: 0, sip6xx: 0 };
      this.#slots.push(newest);
      if (this.#slots.length > 2 * historyDays * slotsPerDay) this.#slots.splice(0, historyDays * slotsPerDay);
    }
    newest.attempts += metrics.attempts;
    newest.failures += metrics.failures;
    newest.answered += metrics.answered;
    newest.outboundFailures += metrics.outboundFailures;
    newest.sip4xx += metrics.sip4xx;
    newest.sip6xx += metrics.sip6xx;
  }

  evidenceAgainst(baseline: number): number {
    return this.#windows.strongest(baseline);
  }

  observe(connector: number, observedAt: number): VoiceConnectorObservation {
    const minutes = this.#newest(finestMinutes, observedAt).map(({ minute }) => minute);
    const voiceConnectorId = connectorId(connector);
    return { voiceConnectorId, region: regionOf(connector), inbound: { kind: 'read', minutes }, history: undefined };
  }

  /** What is read of a suspect in addition. */
  observeSuspect(connector: number, observedAt: number): VoiceConnectorObservation {
    const minutes = this.#newest(longestMinutes, observedAt).map(({ detailedMinute }) => detailedMinute);
    const history = this.#history(observedAt);
    return { ...this.observe(connector, observedAt), inbound: { kind: 'read', minutes }, history };
  }

  #newest(count: number, observedAt: number): readonly PublishedMinute[] {
    const since = observedAt - (count + metricLagSeconds / 60) * minuteMs;
    const newest: PublishedMinute[] = [];
    for (let index = this.#minutes.length - 1; index >= 0; index -= 1) {
      const minute = this.#minutes[index];
      if (minute === undefined || minute.startsAt < since) break;
      newest.push(minute);
    }
    return newest.reverse();
  }

  standbySignals(): StandbySignals {
    const minutes = this.#minutes.map(({ detailedMinute }) => detailedMinute);
    return {
      reachability: { kind: 'read', lastOptionsPingAt: this.#lastPingAt, origination: 'ready' },
      outbound: { kind: 'read', minutes },
      // The simulated outbound calls of the benchmark fail as often as those of most lines.
      outboundHistory: { kind: 'read', minutes: [] },
      lastCalls: { kind: 'read', minutes },
    };
  }
}

function minuteOf(startsAt: number, metrics: ConnectorMetrics): Minute {
  return {
    startsAt,
    InboundCallAttempts: metrics.attempts,
    InboundCallFailures: metrics.failures,
    Throttles: metrics.throttles,
    OutboundCallAttempts: metrics.outboundAttempts,
    ...(metrics.mosCustomer === undefined ? {} : { MOSBetweenVcAndCustomer: metrics.mosCustomer }),
    ...(metrics.mosRemote === undefined ? {} : { MOSBetweenVcAndRemote: metrics.mosRemote }),
  };
}

function detailedMinuteOf(startsAt: number, metrics: ConnectorMetrics): Minute {
  return {
    ...minuteOf(startsAt, metrics),
    InboundCallsAnswered: metrics.answered,
    InboundCallsActive: metrics.active,
    OutboundCallsActive: metrics.outboundActive,
    OutboundCallFailures: metrics.outboundFailures,
    Sip4xxCodes: metrics.sip4xx,
    Sip6xxCodes: metrics.sip6xx,
  };
}
