/** Advances the local AWS through a scenario: simulates the calls of each minute and performs the timeline's entries. */
import { type LocalAws } from '../local-aws.ts';
import { monitorRegion, overridesPath } from '../stack.ts';
import type { ObservedRequest } from '../wire/misbehaviour.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { isOnAt } from '../world/period.ts';
import type { Scenario } from './format/body.ts';
import type { AwsEntry, MonitorEntry, OperatorEntry } from './format/timeline.ts';
import { actAsOperator } from './operator.ts';
import { minuteMs } from './world.ts';

/** An action that is due when the monitor first requests `operation` in or after the run of `fromMinute`. */
type PendingAction = { readonly fromMinute: number; readonly operation: string; readonly act: () => void };

export class TimelineDriver {
  readonly #aws: LocalAws;
  readonly #scenario: Scenario;
  readonly #minutes = new Map<number, MinuteOfWorld>();
  readonly #activeRules = new Map<AwsEntry, () => void>();
  #pending: readonly PendingAction[];
  #minute = -1;
  #runOfMinute: number | undefined;

  constructor(aws: LocalAws, scenario: Scenario) {
    this.#aws = aws;
    this.#scenario = scenario;
    const { operator, monitor } = scenario.timeline;
    this.#pending = [
      ...operator.flatMap((entry) => this.#pendingOperatorAction(entry)),
      ...monitor.flatMap((entry) => this.#pendingPause(entry)),
    ];
    // The server evaluates rules in order. A first rule that never matches observes every request before it is answered.
    aws.server.misbehave({ when: (request) => this.#observe(request), effect: { kind: 'latency', ms: 0 } });
  }

  get now(): number {
    return this.#aws.clock.now();
  }

  /** Advances the scenario's time minute by minute, and starts and ends each minute's timeline entries. */
  advanceTo(time: number): void {
    const { startsAt, warmUpMinutes } = this.#scenario;
    for (let next = this.#minute + 1; startsAt + next * minuteMs <= time; next = this.#minute + 1) {
      for (const simulated of this.#aws.simulateUntil(startsAt + next * minuteMs)) {
        this.#minutes.set(simulated.minute - warmUpMinutes + 1, simulated);
      }
      this.#minute = next;
      this.#begin(next);
    }
    this.#aws.simulateUntil(time);
  }

  /** The calls of the minute that ended when minute `minute` began. */
  callsOf(minute: number): MinuteOfWorld {
    const simulated = this.#minutes.get(minute);
    if (simulated === undefined) throw new RangeError(`minute ${minute} has not been simulated yet`);
    return simulated;
  }

  /** Performs a run of the monitor; its requests trigger the pending actions. */
  async duringRunOf<Result>(minute: number, run: () => Promise<Result>): Promise<Result> {
    this.#runOfMinute = minute;
    try {
      return await run();
    } finally {
      this.#runOfMinute = undefined;
    }
  }

  #begin(minute: number): void {
    const { aws, operator } = this.#scenario.timeline;
    for (const entry of aws) this.#setRule(entry, isOnAt(periodOf(entry), minute));
    for (const entry of operator)
      if (entry.at === minute && !('upon' in entry && entry.upon !== undefined)) this.#actAsOperator(entry);
  }

  #setRule(entry: AwsEntry, isOn: boolean): void {
    const end = this.#activeRules.get(entry);
    if (isOn === (end !== undefined)) return;
    if (end === undefined) {
      this.#activeRules.set(entry, this.#start(entry));
    } else {
      end();
      this.#activeRules.delete(entry);
    }
  }

  /** Returns the function that ends the rule. */
  #start({ service, operation, region, times, effect }: AwsEntry): () => void {
    const { groups } = this.#aws.account.chime;
    switch (effect.kind) {
      case 'takes':
        return () => undefined; // {@link TimelineDriver.#observe} applies the active ones.
      case 'update-shows-late':
        groups.updatePropagation = {
          visibleAfterMs: effect.seconds === 'never' ? 'never' : effect.seconds * 1000,
          routedAfterMs: 0,
        };
        return () => {
          groups.updatePropagation = { visibleAfterMs: 0 };
        };
      default:
        return this.#aws.server.misbehave({ service, operation, region, times, effect });
    }
  }

  /** Performs what is due at this request. Always false: the rule that calls it must not affect the answer. */
  #observe(request: ObservedRequest): boolean {
    if (this.#runOfMinute === undefined) return false;
    const runOfMinute = this.#runOfMinute;
    const due = this.#pending.find(
      ({ fromMinute, operation }) => fromMinute <= runOfMinute && operation === request.operation,
    );
    this.#pending = this.#pending.filter((action) => action !== due);
    due?.act();
    for (const [{ effect, service, operation, region }] of this.#activeRules) {
      if (effect.kind !== 'takes') continue;
      const isRequested =
        (service ?? request.service) === request.service &&
        (operation ?? request.operation) === request.operation &&
        (region ?? request.region) === request.region;
      if (isRequested) this.advanceTo(this.now + effect.seconds * 1000);
    }
    return false;
  }

  #pendingOperatorAction(entry: OperatorEntry): readonly PendingAction[] {
    if (!('upon' in entry) || entry.upon === undefined) return [];
    return [
      {
        fromMinute: entry.at,
        operation: entry.upon,
        act: () => {
          this.#actAsOperator(entry);
        },
      },
    ];
  }

  #pendingPause(entry: MonitorEntry): readonly PendingAction[] {
    if (entry.is !== 'paused') return [];
    const act = () => {
      this.advanceTo(this.now + entry.seconds * 1000);
    };
    return [{ fromMinute: entry.at, operation: entry.upon, act }];
  }

  #actAsOperator(entry: OperatorEntry): void {
    const location = { overridesPath, overridesRegion: monitorRegion };
    actAsOperator(this.#aws.account, this.#scenario, entry, location);
  }
}

function periodOf({ from, until, every }: AwsEntry) {
  return {
    fromMinute: from,
    untilMinute: until,
    ...(every === undefined ? {} : { every }),
  };
}
