/** The local AWS under a scenario's script: time passes, calls come in, and what is due happens on the minute. */
import { monitorRegion, overridesPath, type LocalAws } from '../local-aws.ts';
import type { ObservedRequest } from '../wire/misbehaviour.ts';
import type { MinuteOfWorld } from '../world/minute.ts';
import { isOnAt } from '../world/period.ts';
import type { Scenario } from './format/body.ts';
import type { AwsEntry, MonitorEntry, OperatorEntry } from './format/timeline.ts';
import { actAsOperator } from './operator.ts';
import { minuteMs } from './world.ts';

/** What waits for the monitor to ask for an operation, from a minute's turn on. */
type Upon = { readonly fromMinute: number; readonly operation: string; readonly act: () => void };

export class Stage {
  readonly #aws: LocalAws;
  readonly #scenario: Scenario;
  readonly #played = new Map<number, MinuteOfWorld>();
  readonly #rulesInForce = new Map<AwsEntry, () => void>();
  #waiting: readonly Upon[];
  #minute = -1;
  #turnOfMinute: number | undefined;

  constructor(aws: LocalAws, scenario: Scenario) {
    this.#aws = aws;
    this.#scenario = scenario;
    const { operator, monitor } = scenario.timeline;
    this.#waiting = [
      ...operator.flatMap((entry) => this.#operatorUpon(entry)),
      ...monitor.flatMap((entry) => this.#pauseUpon(entry)),
    ];
    // The first rule is asked first: one that never strikes sees every request before it is answered.
    aws.server.misbehave({ when: (request) => this.#see(request), effect: { kind: 'latency', ms: 0 } });
  }

  get now(): number {
    return this.#aws.clock.now();
  }

  /** Lets the scenario's time pass, one minute after the other. */
  advanceTo(time: number): void {
    const { startsAt, warmUpMinutes } = this.#scenario;
    for (let next = this.#minute + 1; startsAt + next * minuteMs <= time; next = this.#minute + 1) {
      for (const minute of this.#aws.playUntil(startsAt + next * minuteMs)) {
        this.#played.set(minute.minute - warmUpMinutes + 1, minute);
      }
      this.#minute = next;
      this.#begin(next);
    }
    this.#aws.playUntil(time);
  }

  /** The calls of the minute that ended when minute `minute` began. */
  callsOf(minute: number): MinuteOfWorld {
    const played = this.#played.get(minute);
    if (played === undefined) throw new RangeError(`minute ${minute} was not played yet`);
    return played;
  }

  /** Runs a turn, in which those who wait for a request of it have their moment. */
  async duringTurnOf<Result>(minute: number, turn: () => Promise<Result>): Promise<Result> {
    this.#turnOfMinute = minute;
    try {
      return await turn();
    } finally {
      this.#turnOfMinute = undefined;
    }
  }

  #begin(minute: number): void {
    const { aws, operator } = this.#scenario.timeline;
    for (const entry of aws) this.#setRule(entry, isOnAt(periodOf(entry), minute));
    for (const entry of operator)
      if (entry.at === minute && !('upon' in entry && entry.upon !== undefined)) this.#actAsOperator(entry);
  }

  #setRule(entry: AwsEntry, isOn: boolean): void {
    const end = this.#rulesInForce.get(entry);
    if (isOn === (end !== undefined)) return;
    if (end === undefined) {
      this.#rulesInForce.set(entry, this.#start(entry));
    } else {
      end();
      this.#rulesInForce.delete(entry);
    }
  }

  /** Returns how to end it. */
  #start({ service, operation, region, times, effect }: AwsEntry): () => void {
    const { groups } = this.#aws.account.chime;
    switch (effect.kind) {
      case 'takes':
        return () => undefined; // {@link Stage.#see} asks which of them are in force.
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

  /** Never strikes. */
  #see(request: ObservedRequest): boolean {
    if (this.#turnOfMinute === undefined) return false;
    const turnOfMinute = this.#turnOfMinute;
    const due = this.#waiting.find(
      ({ fromMinute, operation }) => fromMinute <= turnOfMinute && operation === request.operation,
    );
    this.#waiting = this.#waiting.filter((one) => one !== due);
    due?.act();
    for (const [{ effect, service, operation, region }] of this.#rulesInForce) {
      if (effect.kind !== 'takes') continue;
      const isAsked =
        (service ?? request.service) === request.service &&
        (operation ?? request.operation) === request.operation &&
        (region ?? request.region) === request.region;
      if (isAsked) this.advanceTo(this.now + effect.seconds * 1000);
    }
    return false;
  }

  #operatorUpon(entry: OperatorEntry): readonly Upon[] {
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

  #pauseUpon(entry: MonitorEntry): readonly Upon[] {
    if (entry.is !== 'paused') return [];
    const act = () => {
      this.advanceTo(this.now + entry.seconds * 1000);
    };
    return [{ fromMinute: entry.at, operation: entry.upon, act }];
  }

  #actAsOperator(entry: OperatorEntry): void {
    const place = { overridesPath, overridesRegion: monitorRegion };
    actAsOperator(this.#aws.account, this.#scenario, entry, place);
  }
}

function periodOf({ from, until, every }: AwsEntry) {
  return {
    fromMinute: from,
    untilMinute: until,
    ...(every === undefined ? {} : { every }),
  };
}
