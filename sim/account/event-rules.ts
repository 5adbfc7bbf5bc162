import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import { accountId } from './account-id.ts';
import { clientError } from './errors.ts';
import { matcherOf, type Matcher } from './event-pattern.ts';
import { orUndefined } from './kept.ts';

/** The Region and the bus of a rule. Each bus has rules of its own. */
export type BusPlace = { readonly region: string; readonly eventBusName: string };

export type EventRule = {
  readonly name: string;
  readonly eventBusName: string;
  /** JSON, as it was put. Absent for a rule that has a schedule only. */
  readonly eventPattern: string | undefined;
  /** `rate(5 minutes)`, on the bus `default` only. */
  readonly scheduleExpression: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description: string | undefined;
};

export type EventTarget = {
  /** Unique within its rule. */
  readonly id: string;
  /** Of an SQS queue, a log group, a Lambda function or another bus. */
  readonly arn: string;
};

type Stored = {
  readonly rule: EventRule;
  readonly matches: Matcher;
  /** Undefined without a schedule. */
  readonly everyMinutes: number | undefined;
  readonly targets: Map<string, EventTarget>;
};

export const eventRulesSchema = z.array(
  z.object({
    /** The Region, the bus and the name. */
    key: z.string(),
    rule: z.object({
      name: z.string(),
      eventBusName: z.string(),
      eventPattern: orUndefined(z.string()),
      scheduleExpression: orUndefined(z.string()),
      state: z.enum(['ENABLED', 'DISABLED']),
      description: orUndefined(z.string()),
    }),
    targets: z.array(z.object({ id: z.string(), arn: z.string() })),
  }),
);

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const maxTargets = 5;

/** The rules of the event buses, and what they deliver. A target gets the whole event; transformed input is not simulated. */
export class EventRules {
  readonly #deliver: (target: EventTarget, event: string) => void;
  readonly #rules = new Map<string, Stored>();

  /** @param deliver gets the event as JSON */
  constructor(deliver: (target: EventTarget, event: string) => void) {
    this.#deliver = deliver;
  }

  kept(): z.output<typeof eventRulesSchema> {
    return [...this.#rules].map(([key, { rule, targets }]) => ({ key, rule, targets: [...targets.values()] }));
  }

  restore(rules: z.output<typeof eventRulesSchema>): void {
    this.#rules.clear();
    for (const { key, rule, targets } of rules) {
      this.#rules.set(key, { ...storedOf(rule), targets: new Map(targets.map((each) => [each.id, each])) });
    }
  }

  /** Creates or replaces a rule; its targets stay. */
  put(place: BusPlace, request: Omit<EventRule, 'eventBusName'>): void {
    const { name, eventPattern, scheduleExpression } = request;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
      throw clientError('ValidationException', `${name} does not match [.\\-_A-Za-z0-9]{1,64}`);
    }
    if (eventPattern === undefined && scheduleExpression === undefined) {
      throw clientError('ValidationException', 'Parameter(s) EventPattern or ScheduleExpression must be specified.');
    }
    const targets = this.#rules.get(keyOf(place, name))?.targets ?? new Map<string, EventTarget>();
    this.#rules.set(keyOf(place, name), { ...storedOf({ ...request, eventBusName: place.eventBusName }), targets });
  }

  /** @throws ResourceNotFoundException */
  describe(place: BusPlace, name: string): EventRule {
    return this.#stored(place, name).rule;
  }

  list(place: BusPlace, namePrefix = ''): readonly EventRule[] {
    return [...this.#rules]
      .filter(([key]) => key.startsWith(keyOf(place, namePrefix)))
      .map(([, { rule }]) => rule)
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  setState(place: BusPlace, name: string, state: EventRule['state']): void {
    const stored = this.#stored(place, name);
    this.#rules.set(keyOf(place, name), { ...stored, rule: { ...stored.rule, state } });
  }

  /** Deleting a rule that is not there succeeds. @throws ValidationException while the rule has targets */
  delete(place: BusPlace, name: string): void {
    const stored = this.#rules.get(keyOf(place, name));
    if (stored !== undefined && stored.targets.size > 0) {
      throw clientError('ValidationException', "Rule can't be deleted since it has targets.");
    }
    this.#rules.delete(keyOf(place, name));
  }

  /** @throws LimitExceededException for more than five targets */
  putTargets(place: BusPlace, name: string, targets: readonly EventTarget[]): void {
    const stored = this.#stored(place, name);
    if (new Set([...stored.targets.keys(), ...targets.map(({ id }) => id)]).size > maxTargets) {
      throw clientError('LimitExceededException', `A rule has at most ${maxTargets} targets.`);
    }
    for (const target of targets) stored.targets.set(target.id, target);
  }

  removeTargets(place: BusPlace, name: string, ids: readonly string[]): void {
    const { targets } = this.#stored(place, name);
    for (const id of ids) targets.delete(id);
  }

  targets(place: BusPlace, name: string): readonly EventTarget[] {
    return [...this.#stored(place, name).targets.values()];
  }

  /** Delivers an event to the targets of each enabled rule of its bus that matches it. */
  onEvent({ region, eventBusName }: BusPlace, event: object): void {
    for (const { rule, matches, targets } of this.#rulesOf({ region, eventBusName })) {
      if (rule.state !== 'ENABLED' || !matches(event)) continue;
      for (const target of targets.values()) this.#deliver(target, JSON.stringify(event));
    }
  }

  /** Fires the enabled schedules that are due in this minute. AWS counts from the creation of a rule, this from the epoch. */
  onMinute(now: EpochMs): void {
    const minute = Math.floor(now / 60_000);
    for (const [key, { rule, everyMinutes, targets }] of this.#rules) {
      if (rule.state !== 'ENABLED' || everyMinutes === undefined || minute % everyMinutes !== 0) continue;
      const [region = ''] = key.split(' ');
      for (const target of targets.values()) this.#deliver(target, scheduledEvent(region, rule.name, now));
    }
  }

  #rulesOf(place: BusPlace): readonly Stored[] {
    return [...this.#rules].filter(([key]) => key.startsWith(keyOf(place, ''))).map(([, stored]) => stored);
  }

  #stored(place: BusPlace, name: string): Stored {
    const stored = this.#rules.get(keyOf(place, name));
    if (stored === undefined) {
      const message = `Rule ${name} does not exist on EventBus ${place.eventBusName}.`;
      throw clientError('ResourceNotFoundException', message);
    }
    return stored;
  }
}

/** @throws ValidationException for anything but a rate in minutes, which is what this project uses */
function storedOf(rule: EventRule): Omit<Stored, 'targets'> {
  const { eventPattern, scheduleExpression } = rule;
  return {
    rule,
    everyMinutes: scheduleExpression === undefined ? undefined : minutesOf(scheduleExpression, rule),
    matches: eventPattern === undefined ? () => false : patternMatcher(eventPattern),
  };
}

function minutesOf(scheduleExpression: string, { eventBusName }: Pick<BusPlace, 'eventBusName'>): number {
  const [, minutes] = /^rate\((1 minute|[2-9] minutes|[1-9]\d+ minutes)\)$/.exec(scheduleExpression) ?? [];
  if (minutes === undefined) throw clientError('ValidationException', 'Parameter ScheduleExpression is not valid.');
  if (eventBusName !== 'default') {
    throw clientError('ValidationException', 'ScheduleExpression is supported only on the default event bus.');
  }
  return Number.parseInt(minutes, 10);
}

function scheduledEvent(region: string, ruleName: string, now: EpochMs): string {
  return JSON.stringify({
    version: '0',
    id: `${ruleName}-${now}`,
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: accountId,
    time: new Date(now).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources: [`arn:aws:events:${region}:${accountId}:rule/${ruleName}`],
    detail: {},
  });
}

/** @throws InvalidEventPatternException */
export function patternMatcher(eventPattern: string): Matcher {
  const refuse = (reason: string) => clientError('InvalidEventPatternException', reason);
  let pattern: unknown;
  try {
    pattern = JSON.parse(eventPattern);
  } catch {
    throw refuse('Event pattern is not valid. Reason: it is not JSON');
  }
  return matcherOf(pattern, refuse);
}

function keyOf({ region, eventBusName }: BusPlace, ruleName: string): string {
  return `${region} ${eventBusName} ${ruleName}`;
}
