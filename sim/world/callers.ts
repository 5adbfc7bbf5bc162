import { streamsFor, type Stream, type Streams } from './random.ts';
import type { EpochMs } from '../clock.ts';
import type { GroupSpec, MachineCode, MachineSpec, RedialSpec, ShapeSpec } from './spec.ts';

/**
 * One inbound call with all its random numbers.
 *
 * They are drawn before routes and faults are known, and always all of them, so that they do not depend on what happens to the
 * call. They are uniform in [0, 1) unless stated otherwise.
 */
export type Call = {
  /** Minutes since the start of the world. */
  readonly at: number;
  /** Selects one of several connectors with equal priority. */
  readonly share: number;
  readonly failsByItself: number;
  readonly failureCode: number;
  readonly sip5xx: number;
  readonly busy: number;
  readonly oneWay: number;
  /** Length if answered, as a multiple of the mean length. */
  readonly length: number;
  /** Roughness of the two legs' networks; exponential with mean 1. */
  readonly customerRoughness: number;
  readonly remoteRoughness: number;
  readonly caller: Caller;
  /** The response that a machine's call gets in any case. */
  readonly machineCode?: MachineCode;
};

/** A caller, identified by minute and position of the first call, from which the random numbers of redials derive. */
export type Caller = {
  readonly minute: number;
  readonly index: number;
  /** 0 for the first call, 1 for the first redial. */
  readonly redials: number;
  /** Whether the previous call failed without a fault. */
  readonly failedByItselfBefore: boolean;
};

const minutesPerDay = 24 * 60;
const millisecondsPerMinute = 60_000;
/** More redials than any caller makes, so that the streams of two callers do not overlap. */
const redialsPerCaller = 64;

/** The callers of one group. */
export class Callers {
  readonly #group: GroupSpec;
  readonly #startsAt: EpochMs;
  readonly #arrivals: Streams;
  readonly #redials: Streams;
  readonly #machines: readonly { readonly machine: MachineSpec; readonly streams: Streams }[];
  readonly #firstRoute: Streams;

  constructor(seed: number, startsAt: EpochMs, group: GroupSpec) {
    this.#group = group;
    this.#startsAt = startsAt;
    this.#arrivals = streamsFor(seed, 'arrivals', group.voiceConnectorGroupId);
    this.#redials = streamsFor(seed, 'redials', group.voiceConnectorGroupId);
    this.#machines = (group.machines ?? []).map((machine, place) => ({
      machine,
      streams: streamsFor(seed, 'machine', group.voiceConnectorGroupId, String(place)),
    }));
    this.#firstRoute = streamsFor(seed, 'first-route', group.voiceConnectorGroupId);
  }

  /** The new callers of a minute in order of time. They do not depend on the results of earlier calls. */
  callsOf(minute: number, factor: number): readonly Call[] {
    return arrivals(this.#arrivals(minute), minute, factor * this.#rate(minute));
  }

  /** The calls of the group's machines in a minute, machine by machine. */
  machineCallsOf(minute: number): readonly Call[] {
    return this.#machines.flatMap(({ machine, streams }) => machineCalls(machine, streams, minute));
  }

  /** Decides whether the customer's first route fails a call. The same number on every connector. */
  firstRouteLuckOf({ caller: { minute, index, redials } }: Call): number {
    return this.#firstRoute(minute, index * redialsPerCaller + redials).uniform();
  }

  /** The caller's next attempt after `call` failed, if any. */
  redialAfter(call: Call, failedByItself: boolean): Call | undefined {
    const { redials } = this.#group;
    const { minute, index, redials: made } = call.caller;
    if (redials === undefined || made >= redials.atMost) return undefined;
    const luck = this.#redials(minute, index * redialsPerCaller + made);
    return redial(call, redials, luck, failedByItself);
  }

  #rate(minute: number): number {
    const { callsPerMinute, shape, spikes } = this.#group;
    let rate = callsPerMinute;
    if (shape !== undefined) rate *= shapeFactor(shape, this.#startsAt + minute * millisecondsPerMinute);
    for (const spike of spikes ?? []) {
      if (minute >= spike.fromMinute && minute < spike.untilMinute) rate *= spike.factor;
    }
    return rate;
  }
}

/** A Poisson process over one minute: the gaps between calls are exponential. */
export function arrivals(luck: Stream, minute: number, callsPerMinute: number): readonly Call[] {
  const calls: Call[] = [];
  if (callsPerMinute <= 0) return calls;
  for (let passed = luck.exponential() / callsPerMinute; passed < 1; passed += luck.exponential() / callsPerMinute) {
    calls.push(callAt(minute + passed, luck, { minute, index: calls.length, redials: 0, failedByItselfBefore: false }));
  }
  return calls;
}

function machineCalls(machine: MachineSpec, streams: Streams, minute: number): readonly Call[] {
  const { fromMinute, untilMinute, everySeconds, code } = machine;
  const calls: Call[] = [];
  if (fromMinute >= minute + 1 || untilMinute <= minute) return calls;
  const luck = streams(minute);
  const firstTurn = Math.max(0, Math.floor(((minute - fromMinute) * 60) / everySeconds));
  for (let turn = firstTurn; ; turn += 1) {
    const at = fromMinute + (turn * everySeconds) / 60;
    if (at >= Math.min(untilMinute, minute + 1)) return calls;
    if (at < minute) continue;
    const caller = { minute, index: calls.length, redials: 0, failedByItselfBefore: false };
    calls.push({ ...callAt(at, luck, caller), machineCode: code });
  }
}

function redial(call: Call, redials: RedialSpec, luck: Stream, failedByItselfBefore: boolean): Call | undefined {
  if (luck.uniform() >= redials.probability) return undefined;
  const at = call.at + (luck.uniform() * redials.withinSeconds) / 60;
  return callAt(at, luck, { ...call.caller, redials: call.caller.redials + 1, failedByItselfBefore });
}

function callAt(at: number, luck: Stream, caller: Caller): Call {
  return {
    at,
    share: luck.uniform(),
    failsByItself: luck.uniform(),
    failureCode: luck.uniform(),
    sip5xx: luck.uniform(),
    busy: luck.uniform(),
    oneWay: luck.uniform(),
    length: luck.exponential(),
    customerRoughness: luck.exponential(),
    remoteRoughness: luck.exponential(),
    caller,
  };
}

function shapeFactor({ busiestHourUtc, quietestFactor, weekendFactor }: ShapeSpec, time: EpochMs): number {
  const date = new Date(time);
  const minuteOfDay = date.getUTCHours() * 60 + date.getUTCMinutes();
  const phase = (2 * Math.PI * (minuteOfDay - busiestHourUtc * 60)) / minutesPerDay;
  const ofDay = quietestFactor + ((1 - quietestFactor) * (1 + Math.cos(phase))) / 2;
  const isWeekend = date.getUTCDay() % 6 === 0;
  return isWeekend ? ofDay * weekendFactor : ofDay;
}
