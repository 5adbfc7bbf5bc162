import * as z from 'zod';
import { clientError } from './errors.ts';
import { matcherOf, type Matcher } from './event-pattern.ts';
import { orUndefined } from './kept.ts';

/** The Region and the bus of a rule. Each bus has rules of its own. */
export type BusPlace = { readonly region: string; readonly eventBusName: string };

export type EventRule = {
  readonly name: string;
  readonly eventBusName: string;
  /** JSON, as it was put. */
  readonly eventPattern: string;
  readonly state: 'ENABLED' | 'DISABLED';
  readonly description: string | undefined;
};

export type EventTarget = {
  /** Unique within its rule. */
  readonly id: string;
  /** Of an SQS queue or of a log group. */
  readonly arn: string;
};

type Stored = { readonly rule: EventRule; readonly matches: Matcher; readonly targets: Map<string, EventTarget> };

export const eventRulesSchema = z.array(
  z.object({
    /** The Region, the bus and the name. */
    key: z.string(),
    rule: z.object({
      name: z.string(),
      eventBusName: z.string(),
      eventPattern: z.string(),
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
      const matches = patternMatcher(rule.eventPattern);
      this.#rules.set(key, { rule, matches, targets: new Map(targets.map((each) => [each.id, each])) });
    }
  }

  /** Creates or replaces a rule; its targets stay. */
  put(place: BusPlace, request: Omit<EventRule, 'eventBusName'>): void {
    const { name, eventPattern } = request;
    if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(name)) {
      throw clientError('ValidationException', `${name} does not match [.\\-_A-Za-z0-9]{1,64}`);
    }
    const matches = patternMatcher(eventPattern);
    const targets = this.#rules.get(keyOf(place, name))?.targets ?? new Map<string, EventTarget>();
    const rule = { ...request, eventBusName: place.eventBusName };
    this.#rules.set(keyOf(place, name), { rule, matches, targets });
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
