import * as z from 'zod';
import { AwsError } from '../account/errors.ts';
import { normal } from '../world/distributions.ts';
import { streamsFor } from '../world/random.ts';
import { serviceNames, type ServiceName } from './service-name.ts';

const effectSchema = z.discriminatedUnion('kind', [
  /** Answers with this error and does nothing else. */
  z.strictObject({
    kind: z.literal('error'),
    status: z.int().min(400).max(599),
    code: z.string(),
    message: z.string(),
  }),
  /** Answers with the service's own throttling error. */
  z.strictObject({ kind: z.literal('throttle') }),
  /**
   * Performs the request after `ms` of real time. With `sigma` the time is log-normal: `ms` is its median, and `sigma` the standard
   * deviation of its logarithm. The n-th request that the rule affects has the n-th time that `seed` (default 1) gives.
   */
  z.strictObject({
    kind: z.literal('latency'),
    ms: z.number().min(0),
    sigma: z.number().min(0).max(2).optional(),
    seed: z.int().optional(),
  }),
  /** Does nothing and never answers. */
  z.strictObject({ kind: z.literal('hang') }),
  /** Resets the connection and does nothing. */
  z.strictObject({ kind: z.literal('reset-before') }),
  /** Performs the request, then resets the connection, so that the caller does not learn the result. */
  z.strictObject({ kind: z.literal('reset-after') }),
  /** Performs the request, then answers with a page of HTML. */
  z.strictObject({ kind: z.literal('malformed-body') }),
  /** Performs the request, then closes the connection in the middle of the reply. */
  z.strictObject({ kind: z.literal('truncated-body') }),
  /**
   * GetMetricData only: each result gets this status and keeps only this fraction of its datapoints, the oldest. Default: all
   * datapoints if `Complete`, otherwise none.
   */
  z.strictObject({
    kind: z.literal('metric-status'),
    statusCode: z.enum(['PartialData', 'InternalError', 'Forbidden', 'Complete']),
    keep: z.number().min(0).max(1).optional(),
  }),
  /** PutEvents only: fails the entries at these indexes, or all. */
  z.strictObject({
    kind: z.literal('event-entry-failure'),
    code: z.string(),
    message: z.string(),
    indexes: z.array(z.int().min(0)).optional(),
  }),
  /** SendMessageBatch only: fails the messages at these indexes, or all. */
  z.strictObject({
    kind: z.literal('message-failure'),
    code: z.string(),
    message: z.string(),
    senderFault: z.boolean(),
    indexes: z.array(z.int().min(0)).optional(),
  }),
  /** Same as `reset-before`. With a `region` and no `operation` it simulates an outage of a Region, or of a service in it. */
  z.strictObject({ kind: z.literal('region-down') }),
]);

/** A rule in JSON. */
export const ruleSchema = z.strictObject({
  service: z.enum(serviceNames).optional(),
  operation: z.string().optional(),
  region: z.string().optional(),
  /** The number of requests that it affects. Default: all. */
  times: z.int().min(1).optional(),
  effect: effectSchema,
});

export type Effect = z.output<typeof effectSchema>;

/** The properties of a request that a rule may match. */
export type ObservedRequest = {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly resource: string | undefined;
  readonly input: unknown;
  /** By lower-case name. An SDK sends the id of its call and the number of the attempt. */
  readonly headers?: Readonly<Record<string, string>>;
};

export type MisbehaviourRule = z.output<typeof ruleSchema> & {
  /** Affects only requests for which this returns true. */
  readonly when?: (request: ObservedRequest) => boolean;
};

/** The rules that were posted to `/_sim/misbehaviour`, as they are kept in a file. */
export const postedRulesSchema = z.array(z.object({ rule: ruleSchema, timesApplied: z.int().min(0) }));

export type PostedRule = z.output<typeof postedRulesSchema>[number];

type Entry = {
  readonly rule: MisbehaviourRule;
  readonly posted: z.output<typeof ruleSchema> | undefined;
  timesApplied: number;
};

function isSpent({ rule: { times = Infinity }, timesApplied }: Entry): boolean {
  return timesApplied >= times;
}

/** The active rules in the order of their creation. The first one that matches a request applies. */
export class Misbehaviour {
  #rules: Entry[] = [];

  /** Adds a rule that a person posted. */
  post(rule: z.output<typeof ruleSchema>, timesApplied = 0): void {
    this.#rules.push({ rule, posted: rule, timesApplied });
  }

  /** Those of {@link post} that can still affect a request. */
  posted(): readonly PostedRule[] {
    return this.#rules.flatMap((entry) =>
      entry.posted === undefined || isSpent(entry) ? [] : { rule: entry.posted, timesApplied: entry.timesApplied },
    );
  }

  /** Returns a function that ends this rule. */
  add(rule: MisbehaviourRule): () => void {
    const entry: Entry = { rule, posted: undefined, timesApplied: 0 };
    this.#rules.push(entry);
    return () => {
      this.#rules = this.#rules.filter((each) => each !== entry);
    };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rules that can still affect a request. */
  inForce(): readonly MisbehaviourRule[] {
    return this.#rules.filter((entry) => !isSpent(entry)).map(({ rule }) => rule);
  }

  /** The effect on this request. Each call counts towards the `times` of its rule. */
  effectOn(request: ObservedRequest): Effect | undefined {
    const entry = this.#rules.find((each) => !isSpent(each) && matches(each.rule, request));
    if (!entry) return undefined;
    entry.timesApplied += 1;
    return drawn(entry.rule.effect, entry.timesApplied);
  }
}

/** The effect on the n-th request of its rule: a latency that varies becomes one number. */
function drawn(effect: Effect, n: number): Effect {
  if (effect.kind !== 'latency' || effect.sigma === undefined) return effect;
  const luck = streamsFor(effect.seed ?? 1, 'latency')(n);
  return { kind: 'latency', ms: effect.ms * Math.exp(effect.sigma * normal(luck)) };
}

/** Effects that apply to a single operation. */
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
  logs: ['ThrottlingException', 400],
  s3: ['SlowDown', 503],
};

/** The error of an effect; undefined for effects without an error. */
export function errorOf(effect: Effect | undefined, service: ServiceName): AwsError | undefined {
  if (effect?.kind === 'error') {
    return new AwsError({ code: effect.code, httpStatus: effect.status, message: effect.message });
  }
  if (effect?.kind !== 'throttle') return undefined;
  const [code, httpStatus] = throttles[service];
  return new AwsError({ code, httpStatus, message: 'Rate exceeded' });
}
