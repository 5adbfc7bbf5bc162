/** Peers that count bad minutes. The numbers are from their documentation; a minute takes the place of a probe. */
import { Cooldown, commonCooldownMinutes, homeOf, otherOf, type Contender, type Turn } from '../contender.ts';
import type { ConnectorMetrics } from '../connector-metrics.ts';

/** The state machine of one connector, fed with one check per minute. */
export interface ConnectorRule {
  add(check: 'bad' | 'good' | 'none'): void;
  readonly state: 'bad' | 'good';
}

export type RuleSpec = {
  readonly rule: () => ConnectorRule;
  readonly check: (metrics: ConnectorMetrics) => 'bad' | 'good' | 'none';
  /** The check of a connector without inbound calls. */
  readonly idleCheck: (metrics: ConnectorMetrics) => 'bad' | 'good' | 'none';
  readonly cooldownMinutes: number;
  /** Whether it moves back to the home connector as soon as its state is good again. */
  readonly failback: boolean;
};

const badRatio = 0.1;
const badMos = 3.9;

function byRatio(failures: number, attempts: number): 'bad' | 'good' | 'none' {
  if (attempts === 0) return 'none';
  return failures / attempts >= badRatio ? 'bad' : 'good';
}

function inbound(metrics: ConnectorMetrics): 'bad' | 'good' | 'none' {
  return byRatio(metrics.failures, metrics.attempts);
}
function outbound(metrics: ConnectorMetrics): 'bad' | 'good' | 'none' {
  return byRatio(metrics.outboundFailures, metrics.outboundAttempts);
}
function nothing(): 'none' {
  return 'none';
}

function inboundOrMos(metrics: ConnectorMetrics): 'bad' | 'good' | 'none' {
  if ((metrics.mosCustomer ?? badMos) < badMos || (metrics.mosRemote ?? badMos) < badMos) return 'bad';
  return inbound(metrics);
}

/** `least` bad minutes among the last `of`; a minute without data does not count as bad. */
export function mOfN(least: number, of: number): ConnectorRule {
  const last: boolean[] = [];
  return {
    add: (check) => {
      last.push(check === 'bad');
      if (last.length > of) last.shift();
    },
    get state() {
      return last.filter(Boolean).length >= least ? 'bad' : 'good';
    },
  };
}

/** `fall` bad checks in a row make the state bad, `rise` good ones in a row make it good. A minute without data is no check. */
export function fallRise(fall: number, rise: number): ConnectorRule {
  let state: 'bad' | 'good' = 'good';
  let against = 0;
  return {
    add: (check) => {
      if (check === 'none') return;
      against = check === state ? 0 : against + 1;
      if (against < (state === 'good' ? fall : rise)) return;
      state = check;
      against = 0;
    },
    get state() {
      return state;
    },
  };
}

export const sampleAlarms: RuleSpec = {
  rule: () => mOfN(1, 1),
  check: inboundOrMos,
  idleCheck: nothing,
  cooldownMinutes: commonCooldownMinutes,
  failback: false,
};

export const threeOfFive: RuleSpec = {
  rule: () => mOfN(3, 5),
  check: inbound,
  idleCheck: nothing,
  cooldownMinutes: commonCooldownMinutes,
  failback: false,
};

export const route53: RuleSpec = {
  rule: () => fallRise(3, 3),
  check: inbound,
  idleCheck: outbound,
  cooldownMinutes: 0,
  failback: true,
};

export const haproxy: RuleSpec = { ...route53, rule: () => fallRise(3, 2) };

/** Leaves a bad top for a connector that is not bad. */
export class RuleContender implements Contender {
  readonly #spec: RuleSpec;
  readonly #rules: ConnectorRule[] = [];
  readonly #cooldown: Cooldown;

  constructor(spec: RuleSpec) {
    this.#spec = spec;
    this.#cooldown = new Cooldown(spec.cooldownMinutes);
  }

  turn(turn: Turn): readonly number[] {
    for (const [connector, metrics] of turn.newest.entries()) this.#addMinute(connector, metrics);
    const moves: number[] = [];
    for (const [group, top] of turn.tops.entries()) {
      if (!this.#wantsToLeave(group, top) || !this.#cooldown.allows(group, turn.minute)) continue;
      this.#cooldown.recordMove(group, turn.minute);
      moves.push(group);
    }
    return moves;
  }

  #addMinute(connector: number, metrics: ConnectorMetrics): void {
    const check = metrics.attempts > 0 ? this.#spec.check(metrics) : this.#spec.idleCheck(metrics);
    this.#rule(connector).add(check);
  }

  #wantsToLeave(group: number, top: number): boolean {
    const otherIsGood = this.#rule(otherOf(top)).state === 'good';
    if (this.#rule(top).state === 'bad') return otherIsGood;
    return this.#spec.failback && top !== homeOf(group) && otherIsGood;
  }

  #rule(connector: number): ConnectorRule {
    const known = this.#rules[connector];
    if (known !== undefined) return known;
    const rule = this.#spec.rule();
    this.#rules[connector] = rule;
    return rule;
  }
}
