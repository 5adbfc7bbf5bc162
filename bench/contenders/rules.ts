/** Peers that count bad minutes. Numbers from their own documentation, minutes in the place of probes. */
import { Brakes, commonCooldownMinutes, homeOf, otherOf, type Contender, type Turn } from '../contender.ts';
import type { Sight } from '../connector-metrics.ts';

/** What one connector's state machine makes of each minute. */
export interface ConnectorRule {
  see(check: 'bad' | 'good' | 'none'): void;
  readonly state: 'bad' | 'good';
}

export type RuleSpec = {
  readonly rule: () => ConnectorRule;
  readonly check: (sight: Sight) => 'bad' | 'good' | 'none';
  /** What stands in for a probe of a connector that has no inbound calls. */
  readonly idleCheck: (sight: Sight) => 'bad' | 'good' | 'none';
  readonly cooldownMinutes: number;
  /** Whether the home connector gets its calls back as soon as its state is good again. */
  readonly failback: boolean;
};

const badRatio = 0.1;
const badMos = 3.9;

function byRatio(failures: number, attempts: number): 'bad' | 'good' | 'none' {
  if (attempts === 0) return 'none';
  return failures / attempts >= badRatio ? 'bad' : 'good';
}

function inbound(sight: Sight): 'bad' | 'good' | 'none' {
  return byRatio(sight.failures, sight.attempts);
}
function outbound(sight: Sight): 'bad' | 'good' | 'none' {
  return byRatio(sight.outboundFailures, sight.outboundAttempts);
}
function nothing(): 'none' {
  return 'none';
}

function inboundOrMos(sight: Sight): 'bad' | 'good' | 'none' {
  if ((sight.mosCustomer ?? badMos) < badMos || (sight.mosRemote ?? badMos) < badMos) return 'bad';
  return inbound(sight);
}

/** `least` bad minutes among the last `of`; a minute without data does not count as bad. */
export function mOfN(least: number, of: number): ConnectorRule {
  const last: boolean[] = [];
  return {
    see: (check) => {
      last.push(check === 'bad');
      if (last.length > of) last.shift();
    },
    get state() {
      return last.filter(Boolean).length >= least ? 'bad' : 'good';
    },
  };
}

/** `fall` bad checks in a row take it down, `rise` good ones in a row bring it up; no data, no check. */
export function fallRise(fall: number, rise: number): ConnectorRule {
  let state: 'bad' | 'good' = 'good';
  let against = 0;
  return {
    see: (check) => {
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
  readonly #brakes: Brakes;

  constructor(spec: RuleSpec) {
    this.#spec = spec;
    this.#brakes = new Brakes(spec.cooldownMinutes);
  }

  turn(turn: Turn): readonly number[] {
    for (const [connector, sight] of turn.newest.entries()) this.#see(connector, sight);
    const moves: number[] = [];
    for (const [group, top] of turn.tops.entries()) {
      if (!this.#wantsToLeave(group, top) || !this.#brakes.allow(group, turn.minute)) continue;
      this.#brakes.moved(group, turn.minute);
      moves.push(group);
    }
    return moves;
  }

  #see(connector: number, sight: Sight): void {
    const check = sight.attempts > 0 ? this.#spec.check(sight) : this.#spec.idleCheck(sight);
    this.#rule(connector).see(check);
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
