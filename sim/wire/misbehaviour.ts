import { z } from 'zod';
import { AwsError } from '../account/errors.ts';
import { serviceNames, type ServiceName } from './service-name.ts';

const effectSchema = z.discriminatedUnion('kind', [
  /** Answers with this error instead of doing anything. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string(),
  }),
  /** Answers with the service's own throttling error. */
  z.strictObject({ kind: z.literal('throttle') }),
  /** Does everything, `ms` of real time late. */
  z.strictObject({ kind: z.literal('latency'), ms: z.number().min(0) }),
  /** Does nothing and never answers. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Resets the connection and does nothing. */
  z.strictObject({ kind: z.literal('reset-before') }),
  /** Does what was asked and resets the connection: the caller cannot know. */
  z.strictObject({ kind: z.literal('reset-after') }),
  /** Does what was asked and answers with a page of HTML. */
  z.strictObject({ kind: z.literal('malformed-body') }),
  /** Does what was asked and breaks off in the middle of the reply. */
  z.strictObject({ kind: z.literal('truncated-body') }),
  /**
   * Strikes GetMetricData only: gives each result this status, and only this fraction of its datapoints, the oldest. Default:
   * all of them if `Complete`, else none.
   */
  z.strictObject({
    kind: z.literal('metric-status'),
    statusCode: z.enum(['PartialData', 'InternalError', 'Forbidden', 'Complete']),
    keep: z.number().min(0).max(1).optional(),
  }),
  /** Strikes PutEvents only: fails the entries at these indexes, or all. */
  z.strictObject({
    kind: z.literal('event-entry-failure'),
    code: z.string(),
    message: z.string(),
    indexes: z.array(z.int().min(0)).optional(),
  }),
  /** Strikes SendMessageBatch only: fails the messages at these indexes, or all. */
  z.strictObject({
    kind: z.literal('message-failure'),
    code: z.string(),
    message: z.string(),
    senderFault: z.boolean(),
    indexes: z.array(z.int().min(0)).optional(),
  }),
  /** As `reset-before`, named for what it plays: with a `region` and no `operation`, a Region or a service in it is gone. */
  z.strictObject({ kind: z.literal('region-down') }),
]);

/** A rule as JSON can say it. */
export const ruleSchema = z.strictObject({
  service: z.enum(serviceNames).optional(),
  operation: z.string().optional(),
  region: z.string().optional(),
  /** How many requests it strikes before it is spent. Default: all. */
  times: z.int().min(1).optional(),
  effect: effectSchema,
});

export type Effect = z.output<typeof effectSchema>;

/** What a rule may look at. */
export type ObservedRequest = {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly resource: string | undefined;
  readonly input: unknown;
  /** As they came, by their names in lower case: an SDK says in them which call a request belongs to, and which try it is. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type MisbehaviourRule = z.output<typeof ruleSchema> & {
  /** Strikes only requests for which this is true. */
  readonly when?: (request: ObservedRequest) => boolean;
};

/** The rules in force, in the order in which they were made: the first that matches a request strikes it. */
export class Misbehaviour {
  #rules: { readonly rule: MisbehaviourRule; timesLeft: number }[] = [];

  /** Returns how to end this rule. */
  add(rule: MisbehaviourRule): () => void {
    const entry = { rule, timesLeft: rule.times ?? Infinity };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((each) => each !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules that are not spent. */
  inForce(): readonly MisbehaviourRule[] {
    return this.#rules.filter(({ timesLeft }) => timesLeft > 0).map(({ rule }) => rule);
  }

  /** The effect that strikes this request, which is used up by asking. */
  strike(request: ObservedRequest): Effect | undefined {
    const entry = this.#rules.find(({ rule, timesLeft }) => timesLeft > 0 && matches(rule, request));
    if (!entry) return undefined;
    entry.timesLeft -= 1;
    return entry.rule.effect;
  }
}

/** What an effect can strike, where that is a single operation. */
const onlyOperations: Partial<Record<Effect['kind'], string>> = {
  'metric-status': 'GetMetricData',
  'event-entry-failure': 'PutEvents',
  'message-failure': 'SendMessageBatch',
};

function matches({ service, operation, region, when, effect }: MisbehaviourRule, request: ObservedRequest): boolean {
  const only = onlyOperations[effect.kind];
  return (
    (only === undefined || only === request.operation) &&
    (service === undefined || service === request.service) &&
    (operation === undefined || operation === request.operation) &&
    (region === undefined || region === request.region) &&
    (when === undefined || when(request))
  );
}

const throttles: Readonly<Record<ServiceName, readonly [code: string, httpStatus: number]>> = {
  chime: ['ThrottledClientException', 429],
  monitoring: ['Throttling', 400],
  events: ['ThrottlingException', 400],
  ssm: ['ThrottlingException', 400],
  sqs: ['RequestThrottled', 403],
  lambda: ['TooManyRequestsException', 429],
};

/** The error an effect stands for; undefined for effects that are no error. */
export function errorOf(effect: Effect | undefined, service: ServiceName): AwsError | undefined {
  if (effect?.kind === 'error') {
    return new AwsError({ code: effect.code, httpStatus: effect.status, message: effect.message });
  }
  if (effect?.kind !== 'throttle') return undefined;
  const [code, httpStatus] = throttles[service];
  return new AwsError({ code, httpStatus, message: 'Rate exceeded' });
}
