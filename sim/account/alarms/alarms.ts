/** The alarms of CloudWatch, per Region, and what happens when their states change. */
import type * as z from 'zod';
import type { EpochMs } from '../../clock.ts';
import type { CloudWatch } from '../cloudwatch/cloudwatch.ts';
import { validationError } from '../cloudwatch/metric-query.ts';
import { clientError } from '../errors.ts';
import { parseCompositeRule } from './composite-rule.ts';
import {
  requireValidMetricAlarm,
  requireValidName,
  type Alarm,
  type CompositeAlarm,
  type MetricAlarm,
} from './definition.ts';
import { evaluated, type AlarmState, type Evaluated } from './evaluation.ts';
import type { alarmsSchema } from './kept.ts';

export type StateOfAlarm = Evaluated & { readonly since: EpochMs };

export type StoredAlarm = { readonly region: string; readonly alarm: Alarm; readonly state: StateOfAlarm };

/** An alarm that has just entered its state. */
export type StateChange = StoredAlarm & { readonly previous: StateOfAlarm };

export class Alarms {
  readonly #now: () => EpochMs;
  readonly #cloudWatch: CloudWatch;
  readonly #onChange: (change: StateChange) => void;
  readonly #alarms = new Map<string, StoredAlarm>();

  constructor(dependencies: {
    readonly now: () => EpochMs;
    readonly cloudWatch: CloudWatch;
    readonly onChange: (change: StateChange) => void;
  }) {
    this.#now = dependencies.now;
    this.#cloudWatch = dependencies.cloudWatch;
    this.#onChange = dependencies.onChange;
  }

  kept(): readonly StoredAlarm[] {
    return [...this.#alarms.values()];
  }

  restore(alarms: z.output<typeof alarmsSchema>): void {
    this.#alarms.clear();
    for (const stored of alarms) this.#alarms.set(keyOf(stored.region, stored.alarm.name), stored);
  }

  /** Creates or replaces an alarm, which keeps its state. @throws ValidationError for what AWS refuses */
  put(region: string, alarm: Alarm): void {
    if (alarm.kind === 'metric') requireValidMetricAlarm(alarm);
    else this.#requireValidComposite(region, alarm);
    const known = this.#alarms.get(keyOf(region, alarm.name));
    if (known !== undefined && known.alarm.kind !== alarm.kind) {
      throw validationError(`Alarm ${alarm.name} exists and is of another type.`);
    }
    const unchecked: StateOfAlarm = {
      state: 'INSUFFICIENT_DATA',
      reason: 'Unchecked: Initial alarm creation',
      datapoints: [],
      since: this.#now(),
    };
    this.#alarms.set(keyOf(region, alarm.name), { region, alarm, state: known?.state ?? unchecked });
  }

  /** In the order of their names. */
  list(region: string, isWanted: (alarm: Alarm, state: AlarmState) => boolean = () => true): readonly StoredAlarm[] {
    return [...this.#alarms.values()]
      .filter((stored) => stored.region === region && isWanted(stored.alarm, stored.state.state))
      .toSorted((one, other) => (one.alarm.name < other.alarm.name ? -1 : 1));
  }

  /** @throws ResourceNotFound if one of them does not exist; then none is deleted */
  delete(region: string, names: readonly string[]): void {
    const unknown = names.filter((name) => !this.#alarms.has(keyOf(region, name)));
    if (unknown.length > 0) throw notFound(unknown);
    for (const name of names) this.#alarms.delete(keyOf(region, name));
  }

  /** Until the next evaluation. @throws ResourceNotFound */
  setState(region: string, name: string, state: AlarmState, reason: string): void {
    const stored = this.#alarms.get(keyOf(region, name));
    if (stored === undefined) throw notFound([name]);
    this.#enter(stored, { state, reason, datapoints: [] });
  }

  /** CloudWatch does it once a minute for each alarm; a composite alarm follows the alarms that it names. */
  evaluate(): void {
    for (const stored of this.#alarms.values()) {
      const { alarm, region } = stored;
      if (alarm.kind === 'metric') this.#evaluateMetric(stored, alarm, region);
    }
    for (const stored of this.#alarms.values()) {
      const { alarm, region } = stored;
      if (alarm.kind === 'composite') this.#evaluateComposite(stored, alarm, region);
    }
  }

  #evaluateMetric(stored: StoredAlarm, alarm: MetricAlarm, region: string): void {
    const now = this.#now();
    const before = stored.state.state;
    this.#enter(stored, evaluated(alarm, { cloudWatch: this.#cloudWatch, region, now, before }));
  }

  #evaluateComposite(stored: StoredAlarm, { rule }: CompositeAlarm, region: string): void {
    const isMet = parseCompositeRule(rule).isMet((name) => this.#alarms.get(keyOf(region, name))?.state.state);
    this.#enter(stored, {
      state: isMet ? 'ALARM' : 'OK',
      reason: `AlarmRule is ${isMet ? '' : 'not '}met`,
      datapoints: [],
    });
  }

  #enter(stored: StoredAlarm, to: Evaluated): void {
    const { state: previous, region, alarm } = stored;
    if (to.state === previous.state) return;
    const state = { ...to, since: this.#now() };
    this.#alarms.set(keyOf(region, alarm.name), { ...stored, state });
    this.#onChange({ region, alarm, state, previous });
  }

  #requireValidComposite(region: string, alarm: CompositeAlarm): void {
    requireValidName(alarm);
    const unknown = [...parseCompositeRule(alarm.rule).alarmNames].filter(
      (name) => !this.#alarms.has(keyOf(region, name)),
    );
    if (unknown.length > 0)
      throw validationError(`Could not save the composite alarm as alarms [${unknown.join(', ')}] do not exist.`);
  }
}

function keyOf(region: string, name: string): string {
  return `${region} ${name}`;
}

function notFound(names: readonly string[]) {
  return clientError('ResourceNotFound', `Alarms [${names.join(', ')}] do not exist.`);
}
