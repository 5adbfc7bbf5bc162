/** The faults of one call to AWS, and their injection into a call of a run. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import type { MisbehaviourRule, ObservedRequest } from '../../sim/wire/misbehaviour.ts';
import type { TestAws } from '../wire-support/account.ts';
import { attemptOf } from './simulated-time.ts';

type Effect = MisbehaviourRule['effect'];
type Service = ObservedRequest['service'];

/** One call of a run: its description, and its index among calls with the same description. The SDK's retries belong to the same call. */
export type Target = { readonly call: string; readonly nth: number };

export function nameOf({ call, nth }: Target): string {
  return `${call}${nth === 0 ? '' : ` (${nth + 1})`}`;
}

function first(input: unknown, path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
  return typeof found === 'string' || typeof found === 'number' ? String(found) : '';
}

/** Input fields that distinguish calls of an operation if their resource does not. */
const askedIn: Readonly<Record<string, readonly (readonly string[])[]>> = {
  GetMetricData: [
    ['MetricDataQueries', '0', 'MetricStat', 'Metric', 'MetricName'],
    ['MetricDataQueries', '0', 'MetricStat', 'Period'],
  ],
  PutMetricData: [['MetricData', '0', 'Value']],
  PutEvents: [['Entries', '0', 'DetailType']],
  ListProxySessions: [['Status']],
};

function callOf({ operation, region, resource = '', input }: ObservedRequest): string {
  const details = (askedIn[operation] ?? []).map((path) => first(input, path));
  const about = resource.startsWith('http') ? '' : resource;
  return [operation, region, about, ...details].filter((part) => part !== '').join(' ');
}

function idOf({ headers }: ObservedRequest): string {
  return headers?.['amz-sdk-invocation-id'] ?? '';
}

function attempt({ headers = {} }: ObservedRequest): string {
  return attemptOf((name) => headers[name]);
}

/** Every call among these requests, in order. */
export function callsIn(requests: readonly ObservedRequest[]): readonly Target[] {
  const ids = new Map<string, string[]>();
  return requests.flatMap((request) => {
    const call = callOf(request);
    const known = ids.get(call) ?? [];
    ids.set(call, known);
    if (known.includes(idOf(request))) return [];
    return { call, nth: known.push(idOf(request)) - 1 };
  });
}

/** Errors by HTTP status. Services that use AWS JSON or CBOR have their own codes; `rest` is the code of the REST service Chime. */
const refusals = {
  '429': { status: 400, code: 'ThrottlingException', rest: 'ThrottledClientException' },
  '500': { status: 500, code: 'InternalFailure', rest: 'ServiceFailureException' },
  '503': { status: 503, code: 'ServiceUnavailable', rest: 'ServiceUnavailableException' },
  '401': { status: 400, code: 'UnrecognizedClientException', rest: 'UnauthorizedClientException' },
  '403': { status: 400, code: 'AccessDeniedException', rest: 'ForbiddenException' },
  '404': { status: 400, code: 'ResourceNotFoundException', rest: 'NotFoundException' },
  '409': { status: 400, code: 'ConflictException', rest: 'ConflictException' },
} as const;

type Status = keyof typeof refusals;

function isStatus(fault: Fault): fault is Status {
  return fault in refusals;
}

/** Faults of a write that AWS carries out without a successful answer. */
const writeFaults = [
  'timeout, then applied',
  '500 after the effect, then silence',
  'reset after the effect, then silence',
] as const;

const faults = [
  '429',
  '500',
  '503',
  '401',
  '403',
  '404',
  '409',
  'timeout',
  'reset before the effect',
  'reset after the effect',
  'slow',
  'malformed JSON',
  'truncated page',
  'partial data',
  'some entries fail',
  '202 that never becomes visible',
  ...writeFaults,
] as const;
type Fault = (typeof faults)[number];

function isWriteFault(fault: Fault): boolean {
  return writeFaults.some((each) => each === fault);
}

function operationOf({ call }: Target): string {
  return call.split(' ', 1)[0] ?? '';
}

/** Whether a fault is possible for such a call. */
function canAffect(fault: Fault, target: Target): boolean {
  const operation = operationOf(target);
  if (fault === 'partial data') return operation === 'GetMetricData';
  if (fault === 'some entries fail') return operation === 'PutEvents' || operation === 'SendMessageBatch';
  if (fault === '202 that never becomes visible' || isWriteFault(fault))
    return operation === 'UpdateVoiceConnectorGroup';
  return true;
}

/** Faults after which the SDK retries. */
const transient: ReadonlySet<Fault> = new Set([
  '429',
  '500',
  '503',
  'timeout',
  'reset before the effect',
  'reset after the effect',
  'truncated page',
]);

/** Every injection of one fault into this call. */
export function injectionsAt(target: Target): readonly FaultInjection[] {
  return faults
    .filter((fault) => canAffect(fault, target))
    .flatMap((fault): readonly FaultInjection[] => {
      const through: FaultInjection = { fault, target, lasts: 'the call' };
      return transient.has(fault) ? [{ fault, target, lasts: 'once' }, through] : [through];
    });
}

/** AWS answers like this for a setting that does not exist and for a feature that has ended. They are not failures of the run. */
const answers: readonly (readonly [operation: string, faults: readonly Fault[]])[] = [
  ['GetVoiceConnectorTerminationHealth', ['404']],
  ['GetVoiceConnectorOrigination', ['404']],
  ['ListProxySessions', ['401', '403', '404']],
];

export function isExpectedAnswer(injectFault: FaultInjection): boolean {
  return answers.some(
    ([operation, its]) => operation === operationOf(injectFault.target) && its.includes(injectFault.fault),
  );
}

/** Calls that the run repeats itself, or replaces by another call. */
const repeatedCalls: ReadonlySet<string> = new Set([
  'GetVoiceConnectorGroup',
  'UpdateVoiceConnectorGroup',
  'PutMetricData',
]);

/** Whether a call failed in every attempt, so that the run must report the failure. */
export function mustBeReported(injection: FaultInjection & InjectionRecord): boolean {
  return (
    injection.attempts.size > 0 &&
    injection.lasts === 'the call' &&
    injection.fault !== 'slow' &&
    !isExpectedAnswer(injection) &&
    !repeatedCalls.has(operationOf(injection.target))
  );
}

const message = 'injected by the test';

function entriesFail(operation: string): Effect {
  return operation === 'PutEvents'
    ? { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message, indexes: [0] }
    : { kind: 'message-failure', code: 'InvalidMessageContents', message, senderFault: true, indexes: [0] };
}

const effects: Readonly<Record<Exclude<Fault, Status | 'some entries fail'>, Effect>> = {
  timeout: { kind: 'hang' },
  'timeout, then applied': { kind: 'hang' },
  '500 after the effect, then silence': { kind: 'error', status: 500, code: 'ServiceFailureException', message },
  'reset after the effect, then silence': { kind: 'reset-after' },
  'reset before the effect': { kind: 'reset-before' },
  'reset after the effect': { kind: 'reset-after' },
  'malformed JSON': { kind: 'malformed-body' },
  'truncated page': { kind: 'truncated-body' },
  'partial data': { kind: 'metric-status', statusCode: 'PartialData', keep: 0.5 },
  // The clock or the group causes these; the answer itself is normal.
  slow: { kind: 'latency', ms: 0 },
  '202 that never becomes visible': { kind: 'latency', ms: 0 },
};

function effectOf(fault: Fault, service: Service, operation: string): Effect {
  if (fault === 'some entries fail') return entriesFail(operation);
  if (!isStatus(fault)) return effects[fault];
  const { status, code, rest } = refusals[fault];
  const refusal = service === 'chime' ? { status: Number(fault), code: rest } : { status, code };
  return { kind: 'error', message, ...refusal };
}

/** Just below the request timeout. */
const slowMs = 2900;

/** After the request timeout, while the run still reads the group to resolve the uncertain write. */
const appliedAfterMs = 4000;

/** Effects that AWS has yet to apply. */
type Late = Set<() => void>;

/** Effects in addition to the answer or instead of one. */
const sideEffects: Readonly<Partial<Record<Fault, (aws: TestAws, request: ObservedRequest, late: Late) => void>>> = {
  slow: ({ clock }) => {
    clock.jumpTo(clock.now() + slowMs);
  },
  '202 that never becomes visible': ({ account }) => {
    account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
  },
  'timeout, then applied': (aws, request, late) => {
    const apply = (): void => {
      if (late.delete(apply)) applyWrite(aws, request);
    };
    late.add(apply);
    setTimeout(apply, appliedAfterMs);
  },
  '500 after the effect, then silence': (aws, request) => {
    applyWrite(aws, request);
    silence(aws, request);
  },
  'reset after the effect, then silence': silence,
};

/** Applies a write as the wire server does without a fault. */
function applyWrite({ account }: TestAws, { region, input }: ObservedRequest): void {
  const { VoiceConnectorGroupId, Name, VoiceConnectorItems, CallDistributionType } = input as UpdateInput;
  const items = VoiceConnectorItems.map(({ VoiceConnectorId: voiceConnectorId, Priority: priority }) => ({
    voiceConnectorId,
    priority,
  }));
  const settings = { name: Name, items, callDistributionType: CallDistributionType };
  account.chime.groups.update(region, VoiceConnectorGroupId, settings);
}

type UpdateInput = {
  readonly VoiceConnectorGroupId: string;
  readonly Name: string;
  readonly VoiceConnectorItems: readonly { readonly VoiceConnectorId: string; readonly Priority: number }[];
  readonly CallDistributionType: GroupSettings['callDistributionType'];
};

/** The control plane does not answer any request after this one. */
function silence(aws: TestAws, last: ObservedRequest): void {
  const { service, region } = last;
  const when = (request: ObservedRequest): boolean => request !== last;
  aws.misbehave({ service, region, when, effect: { kind: 'region-down' } });
}

/** `lasts`: for all of the SDK's attempts of the call, or for the first one only. */
export type FaultInjection = { readonly fault: Fault; readonly target: Target; readonly lasts: 'once' | 'the call' };

export function formatInjection({ fault, target, lasts }: FaultInjection): string {
  return `${fault} at ${nameOf(target)}, ${lasts}`;
}

/** The requests that an injection affected, by the SDK's id for them. */
export type InjectionRecord = {
  readonly attempts: Set<string>;
  /** Applies at once every effect that AWS would have applied later. */
  readonly catchUp: () => void;
};

type World = { readonly aws: TestAws; readonly unanswered: Set<string> };

export function injectFault({ aws, unanswered }: World, { fault, target, lasts }: FaultInjection): InjectionRecord {
  const attempts = new Set<string>();
  const late: Late = new Set();
  const operation = operationOf(target);
  const ids: string[] = [];
  const isAffected = (request: ObservedRequest): boolean => {
    if (callOf(request) !== target.call) return false;
    if (!ids.includes(idOf(request))) ids.push(idOf(request));
    if (ids.indexOf(idOf(request)) !== target.nth || (lasts === 'once' && attempts.size > 0)) return false;
    attempts.add(attempt(request));
    if (effectOf(fault, request.service, operation).kind === 'hang') unanswered.add(attempt(request));
    sideEffects[fault]?.(aws, request, late);
    return true;
  };
  const effectFor = (service: Service) => effectOf(fault, service, operation);
  // A rule has one effect, and the error codes differ between services.
  for (const service of ['chime', 'monitoring', 'events', 'ssm', 'sqs'] as const) {
    aws.misbehave({ service, operation, when: isAffected, effect: effectFor(service) });
  }
  const catchUp = (): void => {
    for (const act of late) act();
  };
  return { attempts, catchUp };
}

/** Whether a request reached AWS and its answer reached the monitor. */
export function wasServed(
  request: ObservedRequest,
  injections: readonly (FaultInjection & InjectionRecord)[],
): boolean {
  return injections.every(({ fault, attempts }) => fault === 'slow' || !attempts.has(attempt(request)));
}
