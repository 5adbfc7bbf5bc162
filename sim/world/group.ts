import { Callers, type Call } from './callers.ts';
import { defaultMeanCallMinutes, type Connector, type Origin } from './connector.ts';
import { FailureRatio, type OwnFailures } from './failure-ratio.ts';
import type { FaultsOfMinute, Site } from './faults.ts';
import type { FailureCause, GroupMinute } from './minute.ts';
import type { Route } from './routing.ts';
import type { GroupSpec, WorldSpec } from './spec.ts';

/** The conditions for the calls of one group during a minute. */
export type Network = {
  /** Undefined if the account has no such group: then every call fails. */
  readonly route: Route | undefined;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly faults: FaultsOfMinute;
  /** Of the new callers, whatever their rate is otherwise. */
  readonly callsFactor: number;
};

/** A Voice Connector group as the telephone network sees it: a number that people call. */
export class Group {
  readonly id: string;
  readonly #spec: GroupSpec;
  readonly #callers: Callers;
  readonly #firstRouteLuckOf: (call: Call) => number;
  readonly #failureRatio: FailureRatio;
  /** Those of the current minute. */
  #ownFailures: OwnFailures;
  /** In order of time. */
  #redials: Call[] = [];
  #tally = noTally();

  constructor({ seed, startsAt }: WorldSpec, spec: GroupSpec) {
    this.id = spec.voiceConnectorGroupId;
    this.#spec = spec;
    this.#callers = new Callers(seed, startsAt, spec);
    this.#firstRouteLuckOf = (call) => this.#callers.firstRouteLuckOf(call);
    this.#failureRatio = new FailureRatio(seed, startsAt, spec);
    this.#ownFailures = this.#failureRatio.ofMinute(0);
  }

  /** Simulates the minute's calls in order of time. */
  callIn(network: Network): void {
    const { minute } = network.faults;
    this.#ownFailures = this.#failureRatio.ofMinute(minute);
    const newCallers = this.#callers.callsOf(minute, network.callsFactor);
    const machineCalls = this.#callers.machineCallsOf(minute);
    this.#tally.newCallers += newCallers.length;
    this.#tally.machineCalls += machineCalls.length;
    for (const call of inOrderOfTime(newCallers, machineCalls)) {
      this.#redialUntil(call.at, network);
      this.#offer(call, network);
    }
    this.#redialUntil(minute + 1, network);
  }

  /** Ends the minute and resets the counts. `dropped` has the group of every dropped call. */
  endMinute(dropped: readonly string[]): GroupMinute {
    const tally = this.#tally;
    this.#tally = noTally();
    const callsOffered = tally.newCallers + tally.redials + tally.machineCalls;
    return {
      voiceConnectorGroupId: this.id,
      newCallers: tally.newCallers,
      redials: tally.redials,
      machineCalls: tally.machineCalls,
      callsOffered,
      callsAnswered: tally.callsAnswered,
      callsFailed: callsOffered - tally.callsAnswered,
      callsFailedBecause: tally.callsFailedBecause,
      callsRerouted: tally.callsRerouted,
      callsDropped: dropped.reduce((count, id) => count + (id === this.id ? 1 : 0), 0),
      callsAnsweredWithPoorAudio: tally.callsAnsweredWithPoorAudio,
    };
  }

  #redialUntil(minute: number, network: Network): void {
    for (let next = this.#redials[0]; next !== undefined && next.at < minute; next = this.#redials[0]) {
      this.#redials.shift();
      this.#tally.redials += 1;
      this.#offer(next, network);
    }
  }

  #offer(call: Call, network: Network): void {
    const failure = this.#attempt(call, network);
    if (failure === undefined) {
      this.#tally.callsAnswered += 1;
      return;
    }
    if (call.machineCode !== undefined) {
      // It would fail on any connector, so no fault is its cause.
      this.#tally.callsFailedBecause.ownReasons += 1;
      return;
    }
    this.#tally.callsFailedBecause[failure] += 1;
    const redial = this.#callers.redialAfter(call, failure === 'ownReasons');
    if (redial === undefined) return;
    const later = this.#redials.findIndex(({ at }) => at > redial.at);
    this.#redials.splice(later < 0 ? this.#redials.length : later, 0, redial);
  }

  /** AWS reroutes a call only if it cannot reach a connector; a call that fails on a reachable connector is lost. */
  #attempt(call: Call, { route, connectors, faults }: Network): FailureCause | undefined {
    const voiceConnectorIds = route?.attemptsOf(call.share) ?? [];
    for (const voiceConnectorId of voiceConnectorIds) {
      const connector = connectors.get(voiceConnectorId);
      if (connector === undefined || !faults.reaches(connector.spec, call.at)) continue;
      if (voiceConnectorId !== voiceConnectorIds[0]) this.#tally.callsRerouted += 1;
      const site = connector.siteFor(this.id);
      const failure = connector.take(call, this.#originOf(call, site), faults);
      if (failure === undefined && faults.affectsAudio(site, call)) this.#tally.callsAnsweredWithPoorAudio += 1;
      return failure;
    }
    return 'noConnectorReachable';
  }

  #originOf({ caller }: Call, site: Site): Origin {
    const { redials, meanCallMinutes } = this.#spec;
    const { ratio, serverErrorShare } = this.#ownFailures;
    const repeats = redials !== undefined && caller.failedByItselfBefore;
    return {
      direction: 'inbound',
      site,
      ownFailureRatio: repeats ? redials.failureRatio : ratio,
      serverErrorShare,
      meanMinutes: meanCallMinutes ?? defaultMeanCallMinutes,
      firstRouteLuckOf: this.#firstRouteLuckOf,
    };
  }
}

function inOrderOfTime(calls: readonly Call[], others: readonly Call[]): readonly Call[] {
  return others.length === 0 ? calls : [...calls, ...others].sort((a, b) => a.at - b.at);
}

function noTally() {
  return {
    newCallers: 0,
    redials: 0,
    machineCalls: 0,
    callsAnswered: 0,
    callsFailedBecause: {
      ownReasons: 0,
      sip5xx: 0,
      busy: 0,
      throttled: 0,
      customerUnreachable: 0,
      noConnectorReachable: 0,
    },
    callsRerouted: 0,
    callsAnsweredWithPoorAudio: 0,
  };
}
