/**
 * Peers from telephony. Where a product has no default, the threshold is the one of the other peers: one call in ten failed.
 * A route without inbound calls is checked by its own outbound calls, in place of test calls that would cost callers.
 */
import type { ConnectorMetrics } from '../connector-metrics.ts';
import { RecentCalls, type Calls } from './recent-calls.ts';
import type { RouteHealth } from './routes.ts';
import { fallRise, type RuleSpec } from './rules.ts';

const leastAnswered = 0.9;

function answeredRatio({ attempts, failures }: Calls): number {
  return 1 - failures / attempts;
}

/**
 * OpenSIPS `qrouting`, best destination first: statistics of 30 minutes, each healthy below 30 samples, penalties multiplied. A route
 * that gets no calls loses its samples, and so its penalty, within those 30 minutes.
 */
export class QroutingHealth implements RouteHealth {
  readonly #recent = new RecentCalls(30);
  readonly #leastSamples = 30;
  score = 1;

  add(metrics: ConnectorMetrics): void {
    this.#recent.push(metrics);
    this.score = this.#answered() * this.#audio();
  }

  #answered(): number {
    const { inbound } = this.#recent;
    if (inbound.attempts < this.#leastSamples) return 1;
    return penalty(answeredRatio(inbound), { warning: leastAnswered, critical: 0.5 });
  }

  /** A statistic of one's own, as the documentation suggests for MOS. */
  #audio(): number {
    const { mos, measured } = this.#recent;
    if (mos === undefined || measured < this.#leastSamples) return 1;
    return penalty(mos, { warning: 3.6, critical: 2.6 });
  }
}

function penalty(
  value: number,
  { warning, critical }: { readonly warning: number; readonly critical: number },
): number {
  if (value < critical) return 0.1;
  return value < warning ? 0.5 : 1;
}

/**
 * Oracle's session constraints: out of service once five calls were seen and too few answered, until the time to resume has passed;
 * then in service again, with a window of its own. Its quality constraint refuses calls below a critical R-factor of 60 (MOS 3.1).
 */
export class MinAsrHealth implements RouteHealth {
  readonly #recent = new RecentCalls(5);
  readonly #leastCalls = 5;
  readonly #resumeMinutes = 5;
  readonly #criticalMos = 3.1;
  #outUntil = -Infinity;
  score = 1;

  add(metrics: ConnectorMetrics, minute: number): void {
    this.#recent.push(metrics);
    if (minute < this.#outUntil) return;
    // What is still in the window was seen before it went out of service.
    if (this.score < 1) this.#recent.clear();
    this.score = 1;
    if (!this.#isViolated()) return;
    this.score = 0;
    this.#outUntil = minute + this.#resumeMinutes;
  }

  #isViolated(): boolean {
    const { inbound, mos } = this.#recent;
    if (inbound.attempts === 0) return false;
    const tooFewAnswered = inbound.attempts >= this.#leastCalls && answeredRatio(inbound) < leastAnswered;
    return tooFewAnswered || (mos !== undefined && mos < this.#criticalMos);
  }
}

/**
 * AudioCodes: past a threshold new calls go elsewhere, except for two that go on to measure the bad route. The calls return when
 * these two are answered and sound well again, by a hysteresis of MOS 0.1.
 */
export class TestCallHealth implements RouteHealth {
  readonly #recent = new RecentCalls(5);
  readonly #testCalls = new RecentCalls(60);
  readonly #leastCalls = 10;
  readonly #leastTestCalls = 2;
  readonly #badMos = 3.4;
  readonly #goodMos = 3.5;
  score = 1;

  add(metrics: ConnectorMetrics): void {
    this.#recent.push(metrics);
    if (this.score === 1) {
      if (!this.#isBad()) return;
      this.score = 0;
      this.#testCalls.clear();
      return;
    }
    // Calls that were under way, or came before the change took effect, are no test calls.
    if (metrics.attempts === 0) this.#testCalls.push(metrics);
    if (this.#testCalls.outbound.attempts < this.#leastTestCalls) return;
    if (this.#isGoodAgain()) {
      this.score = 1;
      this.#recent.clear();
    }
    this.#testCalls.clear();
  }

  #isBad(): boolean {
    const { inbound, mos } = this.#recent;
    const tooFewAnswered = inbound.attempts >= this.#leastCalls && answeredRatio(inbound) < leastAnswered;
    return tooFewAnswered || (inbound.attempts > 0 && mos !== undefined && mos < this.#badMos);
  }

  #isGoodAgain(): boolean {
    const { outbound, mos } = this.#testCalls;
    return outbound.failures === 0 && (mos === undefined || mos >= this.#goodMos);
  }
}

/**
 * A circuit breaker as in Telnyx's example: three failures open it for 300 s, then one test call decides. Refusals (404, 486, 603) do
 * not count, as in Telnyx's failover. Minutes stand for calls: a minute without a failure resets the count.
 */
export class BreakerHealth implements RouteHealth {
  readonly #failureThreshold = 3;
  readonly #cooldownMinutes = 5;
  #failures = 0;
  #openUntil = -Infinity;
  score = 1;

  add(metrics: ConnectorMetrics, minute: number): void {
    if (this.score === 1) this.#count(metrics, minute);
    else if (minute >= this.#openUntil) this.#probe(metrics, minute);
  }

  #count(metrics: ConnectorMetrics, minute: number): void {
    const failures = Math.max(0, metrics.failures - metrics.sip4xx - metrics.sip6xx);
    this.#failures = failures === 0 && metrics.attempts > 0 ? 0 : this.#failures + failures;
    if (this.#failures >= this.#failureThreshold) this.#open(minute);
  }

  /** Half open. */
  #probe({ outboundAttempts, outboundFailures }: ConnectorMetrics, minute: number): void {
    if (outboundAttempts === 0) return;
    if (outboundFailures > 0) this.#open(minute);
    else {
      this.score = 1;
      this.#failures = 0;
    }
  }

  #open(minute: number): void {
    this.score = 0;
    this.#openUntil = minute + this.#cooldownMinutes;
  }
}

function byPing({ pinged }: ConnectorMetrics): 'bad' | 'good' {
  return pinged ? 'good' : 'bad';
}

/** Three OPTIONS in a row without an answer, and good again with the first one, as in RustPBX. */
export const optionsProbe: RuleSpec = {
  rule: () => fallRise(3, 1),
  check: byPing,
  idleCheck: byPing,
  cooldownMinutes: 0,
  failback: true,
};
