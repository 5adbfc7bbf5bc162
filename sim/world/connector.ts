import type { EpochMs } from '../clock.ts';
import { arrivals, type Call } from './callers.ts';
import { CallsInProgress, type Direction } from './calls-in-progress.ts';
import { FailureCounter } from './failure-counts.ts';
import { defaultServerErrorShare } from './failure-ratio.ts';
import type { FaultsOfMinute, Signalling, Site } from './faults.ts';
import type { ConnectorMinute, FailureCause } from './minute.ts';
import { streamsFor, type Streams } from './random.ts';
import type { ConnectorSpec, MachineCode, WorldSpec } from './spec.ts';

/** The origin of a call: how such calls fail without a fault, and how long they last. */
export type Origin = {
  readonly direction: Direction;
  readonly site: Site;
  readonly ownFailureRatio: number;
  readonly serverErrorShare: number;
  readonly meanMinutes: number;
  /** The random number that decides whether the customer's first route fails a call. Default: it fails none. */
  readonly firstRouteLuckOf?: (call: Call) => number;
};

type Failure = { readonly cause: FailureCause; readonly code: MachineCode };

export const defaultMeanCallMinutes = 3;

const defaultOutboundCallsPerMinute = 1;
const defaultOutboundFailureRatio = 0.02;
const millisecondsPerMinute = 60_000;

/** A Voice Connector: receives calls, holds the calls in progress, and counts as AWS does. */
export class Connector {
  readonly spec: ConnectorSpec;
  readonly #startsAt: EpochMs;
  readonly #outbound: Streams;
  readonly #calls: CallsInProgress;
  readonly #sites = new Map<string | undefined, Site>();
  #counts = noCounts();
  readonly #failures: FailureCounter;

  constructor(world: Pick<WorldSpec, 'seed' | 'startsAt' | 'audio' | 'metrics'>, spec: ConnectorSpec) {
    this.spec = spec;
    this.#failures = new FailureCounter(world.metrics?.failuresLateMinutes ?? 0);
    this.#startsAt = world.startsAt;
    this.#calls = new CallsInProgress(world.audio);
    this.#outbound = streamsFor(world.seed, 'outbound', spec.voiceConnectorId);
  }

  /** The site of this connector for a group's calls. Always the same object, so that it can be compared by identity. */
  siteFor(voiceConnectorGroupId: string | undefined): Site {
    const known = this.#sites.get(voiceConnectorGroupId);
    if (known !== undefined) return known;
    const site = { connector: this.spec, voiceConnectorGroupId };
    this.#sites.set(voiceConnectorGroupId, site);
    return site;
  }

  /**
   * Handles one inbound call.
   *
   * @returns why it failed; undefined if it was answered
   */
  take(call: Call, origin: Origin, faults: FaultsOfMinute): FailureCause | undefined {
    const counts = this.#counts;
    if (origin.direction === 'inbound') counts.inboundCallAttempts += 1;
    else counts.outboundCallAttempts += 1;
    counts.sip1xxCodes += 1;
    const signalling = faults.signalling(origin.site, call.at);
    const failure = this.#failureOf(call, origin, signalling);
    if (failure === undefined) this.#answer(call, origin, signalling);
    else this.#fail(failure, origin.direction);
    return failure?.cause;
  }

  /** Outbound calls of the customer, which use this connector whatever its priority in a group. */
  placeOutboundCalls(site: Site, faults: FaultsOfMinute): void {
    const rate = this.spec.outboundCallsPerMinute ?? defaultOutboundCallsPerMinute;
    if (rate === 0) return;
    const origin: Origin = {
      direction: 'outbound',
      site,
      ownFailureRatio: this.spec.outboundFailureRatio ?? defaultOutboundFailureRatio,
      serverErrorShare: defaultServerErrorShare,
      meanMinutes: defaultMeanCallMinutes,
    };
    for (const call of arrivals(this.#outbound(faults.minute), faults.minute, rate)) {
      if (faults.connects(site, call.at)) this.take(call, origin, faults);
    }
  }

  /** Ends the minute: advances the calls in progress and resets the counts. */
  endMinute(
    site: Site,
    faults: FaultsOfMinute,
  ): { readonly counted: ConnectorMinute; readonly dropped: readonly string[] } {
    const { audio, hungUp, dropped } = this.#calls.talk(faults);
    const counts = this.#counts;
    this.#counts = noCounts();
    // A call ends with a BYE and its 200.
    counts.sip2xxCodes += hungUp;
    const { missing, lateMinutes } = faults.metrics(site);
    const counted = {
      ...counts,
      ...this.#failures.endMinute(),
      voiceConnectorId: this.spec.voiceConnectorId,
      region: this.spec.region,
      inboundCallsActive: this.#calls.count('inbound'),
      outboundCallsActive: this.#calls.count('outbound'),
      audio,
      metricsMissing: missing,
      metricsLateMinutes: lateMinutes,
      optionsPings: this.#pings(site, faults),
    };
    return { counted, dropped };
  }

  #failureOf(call: Call, origin: Origin, signalling: Signalling): Failure | undefined {
    if (call.machineCode !== undefined) return { cause: 'ownReasons', code: call.machineCode };
    const { inboundCallAttempts, outboundCallAttempts } = this.#counts;
    const attempts = origin.direction === 'inbound' ? inboundCallAttempts : outboundCallAttempts;
    if (attempts > signalling.callsPerMinuteLimit) return { cause: 'throttled', code: 503 };
    if (signalling.customerUnreachable) return { cause: 'customerUnreachable', code: 503 };
    if (call.sip5xx < signalling.sip5xxRatio) return { cause: 'sip5xx', code: 503 };
    const refusal = signalling.busy.find(({ below }) => call.busy < below);
    if (refusal !== undefined) return { cause: 'busy', code: refusal.code };
    if (call.failsByItself >= origin.ownFailureRatio) return undefined;
    return { cause: 'ownReasons', code: call.failureCode >= origin.serverErrorShare ? 486 : 503 };
  }

  #answer(call: Call, origin: Origin, { firstRouteDownRatio }: Signalling): void {
    const { direction, site, meanMinutes, firstRouteLuckOf } = origin;
    const counts = this.#counts;
    if (direction === 'inbound') counts.inboundCallsAnswered += 1;
    else counts.outboundCallsAnswered += 1;
    counts.sip1xxCodes += 1; // ringing
    counts.sip2xxCodes += 1;
    if (firstRouteDownRatio > 0 && firstRouteLuckOf !== undefined && firstRouteLuckOf(call) < firstRouteDownRatio) {
      this.#failures.add(direction, 503, 'late');
    }
    this.#calls.begin(call, direction, site, meanMinutes);
  }

  #fail({ cause, code }: Failure, direction: Direction): void {
    const isThrottled = cause === 'throttled';
    if (isThrottled) this.#counts.throttles += 1;
    this.#failures.add(direction, code, isThrottled ? 'at once' : 'late');
  }

  #pings(site: Site, faults: FaultsOfMinute): ConnectorMinute['optionsPings'] {
    const { optionsPing } = this.spec;
    if (optionsPing === undefined) return [];
    const pings: { at: EpochMs; source: string }[] = [];
    const interval = optionsPing.everySeconds / 60;
    for (let ping = Math.ceil(faults.minute / interval); ping * interval < faults.minute + 1; ping += 1) {
      const minute = ping * interval;
      if (!faults.connects(site, minute)) continue;
      pings.push({ at: Math.round(this.#startsAt + minute * millisecondsPerMinute), source: optionsPing.source });
    }
    return pings;
  }
}

function noCounts() {
  return {
    inboundCallAttempts: 0,
    inboundCallsAnswered: 0,
    outboundCallAttempts: 0,
    outboundCallsAnswered: 0,
    throttles: 0,
    sip1xxCodes: 0,
    sip2xxCodes: 0,
    // The world simulates no redirects.
    sip3xxCodes: 0,
  };
}
