/** The faults that were switched on while the local AWS runs. */
import * as z from 'zod';
import { orUndefined } from '../account/kept.ts';
import type { EpochMs } from '../clock.ts';
import type { MisbehaviourRule } from '../wire/misbehaviour.ts';
import type { World } from '../world/world.ts';
import { faultNames, partsOf, type FaultRequest } from './catalogue.ts';

export type FaultRecord = FaultRequest & {
  readonly id: string;
  readonly beganAt: EpochMs;
  /** Absent while it is in force. */
  readonly endedAt?: EpochMs;
};

export const faultRecordSchema = z.object({
  id: z.string(),
  fault: z.enum(faultNames),
  at: z.string(),
  ratio: orUndefined(z.number()),
  forMinutes: orUndefined(z.number()),
  beganAt: z.number(),
  endedAt: z.number().exactOptional(),
});

/** The faults as they are kept in a file. */
export const faultsSchema = z.object({
  count: z.number(),
  inForce: z.array(faultRecordSchema),
  ended: z.array(faultRecordSchema),
});

type FaultyWorld = Pick<World, 'spec' | 'addFault' | 'multiplyCalls' | 'nextMinuteStartsAt'>;

type InForce = { readonly record: FaultRecord; readonly end: () => void };

const minuteMs = 60_000;

/** More ended faults than a chart shows. */
const maxEnded = 100;

export class Faults {
  readonly #world: FaultyWorld;
  readonly #misbehave: (rule: MisbehaviourRule) => () => void;
  readonly #now: () => EpochMs;
  readonly #inForce = new Map<string, InForce>();
  #ended: readonly FaultRecord[] = [];
  #count = 0;

  constructor(dependencies: {
    readonly world: FaultyWorld;
    readonly misbehave: (rule: MisbehaviourRule) => () => void;
    readonly now: () => EpochMs;
  }) {
    this.#world = dependencies.world;
    this.#misbehave = dependencies.misbehave;
    this.#now = dependencies.now;
  }

  /** Calls are affected for the whole of the current minute, which is simulated when it is over; AWS's API at once. */
  add(request: FaultRequest): FaultRecord {
    this.#count += 1;
    const record = { id: `fault-${this.#count}`, ...request, beganAt: this.#since(partsOf(request).calls) };
    this.#begin(record);
    return record;
  }

  /** For {@link faultsSchema}. */
  kept(): z.output<typeof faultsSchema> {
    return { count: this.#count, inForce: [...this.inForce()], ended: [...this.#ended] };
  }

  /** Goes on with the faults that were kept. */
  restore({ count, inForce, ended }: z.output<typeof faultsSchema>): void {
    this.#count = count;
    this.#ended = ended;
    for (const record of inForce) this.#begin(record);
  }

  #begin(record: FaultRecord): void {
    const { calls, rules, callsFactor } = partsOf(record);
    const fromMinute = (record.beganAt - this.#world.spec.startsAt) / minuteMs;
    const ends = [
      ...calls.map((fault) => this.#world.addFault(fault, fromMinute)),
      ...rules.map((rule) => this.#misbehave(rule)),
      ...(callsFactor === 1 ? [] : [this.#world.multiplyCalls(callsFactor)]),
    ];
    const end = (): void => {
      for (const each of ends) each();
    };
    this.#inForce.set(record.id, { record, end });
  }

  /** Whether such a fault was in force. */
  end(id: string): boolean {
    const found = this.#inForce.get(id);
    if (found === undefined) return false;
    found.end();
    this.#inForce.delete(id);
    this.#ended = [...this.#ended, { ...found.record, endedAt: this.#since(partsOf(found.record).calls) }].slice(
      -maxEnded,
    );
    return true;
  }

  endAll(): void {
    for (const id of [...this.#inForce.keys()]) this.end(id);
  }

  /** Ends those whose time is over. */
  expire(): void {
    for (const { record } of [...this.#inForce.values()]) {
      const { id, beganAt, forMinutes } = record;
      if (forMinutes !== undefined && this.#since(partsOf(record).calls) >= beganAt + forMinutes * minuteMs)
        this.end(id);
    }
  }

  inForce(): readonly FaultRecord[] {
    return [...this.#inForce.values()].map(({ record }) => record);
  }

  #since(calls: readonly unknown[]): EpochMs {
    return calls.length === 0 ? this.#now() : Math.min(this.#now(), this.#world.nextMinuteStartsAt);
  }

  /** Those that have ended, oldest first. */
  ended(): readonly FaultRecord[] {
    return this.#ended;
  }
}
