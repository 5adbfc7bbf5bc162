/** What can go wrong with one call to AWS, and which call of a turn it strikes. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import type { MisbehaviourRule, ObservedRequest } from '../../sim/wire/misbehaviour.ts';
import type { TestAws } from '../wire-support/account.ts';
import type { FunctionName } from './deployment.ts';
import { attemptOf } from './simulated-time.ts';

type Effect = MisbehaviourRule['effect'];
type Service = ObservedRequest['service'];

/** One call of a turn: which it is by what it asks, and which of those that ask the same. The SDK's repetitions are the same call. */
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

/** What tells calls of an operation apart, where their resource does not. */
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

/** How a service that speaks AWS JSON or CBOR says what another says by its status; and how this project's REST service does. */
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

/** What AWS may make of a write that it took and did not say so. */
const ofWrites = [
  'timeout, and taken later',
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
  '202 that never shows',
  ...ofWrites,
] as const;
type Fault = (typeof faults)[number];

function isOfWrites(fault: Fault): boolean {
  return ofWrites.some((each) => each === fault);
}

function operationOf({ call }: Target): string {
  return call.split(' ', 1)[0] ?? '';
}

/** Whether a fault can strike such a call at all. */
function canStrike(fault: Fault, target: Target): boolean {
  const operation = operationOf(target);
  if (fault === 'partial data') return operation === 'GetMetricData';
  if (fault === 'some entries fail') return operation === 'PutEvents' || operation === 'SendMessageBatch';
  if (fault === '202 that never shows' || isOfWrites(fault)) return operation === 'UpdateVoiceConnectorGroup';
  return true;
}

/** Faults that the SDK answers by asking again. */
const passing: ReadonlySet<Fault> = new Set([
  '429',
  '500',
  '503',
  'timeout',
  'reset before the effect',
  'reset after the effect',
  'truncated page',
]);

/** Every way in which one fault can strike this call. */
export function strikesAt(target: Target): readonly Strike[] {
  return faults
    .filter((fault) => canStrike(fault, target))
    .flatMap((fault): readonly Strike[] => {
      const through: Strike = { fault, target, lasts: 'the call' };
      return passing.has(fault) ? [{ fault, target, lasts: 'once' }, through] : [through];
    });
}

/** What AWS answers for a setting that nobody made, and for a feature that is no more: answers, and no failure of the turn. */
const answers: readonly (readonly [operation: string, faults: readonly Fault[]])[] = [
  ['GetVoiceConnectorTerminationHealth', ['404']],
  ['GetVoiceConnectorOrigination', ['404']],
  ['ListProxySessions', ['401', '403', '404']],
];

export function isAnswer(strike: Strike, functionName: FunctionName): boolean {
  return (
    !isBesideTheMove(strike, functionName) &&
    answers.some(([operation, its]) => operation === operationOf(strike.target) && its.includes(strike.fault))
  );
}

/** What a monitor only tells beside a move: its turn is the same whatever becomes of that. */
export function isBesideTheMove({ target }: Strike, functionName: FunctionName): boolean {
  return functionName === 'monitor' && operationOf(target) === 'ListProxySessions';
}

/** Calls that a turn makes again by itself, or after it another in its place. */
const madeAgain: ReadonlySet<string> = new Set([
  'GetVoiceConnectorGroup',
  'UpdateVoiceConnectorGroup',
  'PutMetricData',
]);

/** Whether a call failed for good, so that the turn must say that it did. */
export function mustBeTold(strike: Strike & Struck, functionName: FunctionName): boolean {
  return (
    strike.attempts.size > 0 &&
    strike.lasts === 'the call' &&
    strike.fault !== 'slow' &&
    !isAnswer(strike, functionName) &&
    !isBesideTheMove(strike, functionName) &&
    !madeAgain.has(operationOf(strike.target))
  );
}

const message = 'as the test has it';

function entriesFail(operation: string): Effect {
  return operation === 'PutEvents'
    ? { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message, indexes: [0] }
    : { kind: 'message-failure', code: 'InvalidMessageContents', message, senderFault: true, indexes: [0] };
}

const effects: Readonly<Record<Exclude<Fault, Status | 'some entries fail'>, Effect>> = {
  timeout: { kind: 'hang' },
  'timeout, and taken later': { kind: 'hang' },
  '500 after the effect, then silence': { kind: 'error', status: 500, code: 'ServiceFailureException', message },
  'reset after the effect, then silence': { kind: 'reset-after' },
  'reset before the effect': { kind: 'reset-before' },
  'reset after the effect': { kind: 'reset-after' },
  'malformed JSON': { kind: 'malformed-body' },
  'truncated page': { kind: 'truncated-body' },
  'partial data': { kind: 'metric-status', statusCode: 'PartialData', keep: 0.5 },
  // The clock and the group do these; the answer is as ever.
  slow: { kind: 'latency', ms: 0 },
  '202 that never shows': { kind: 'latency', ms: 0 },
};

function effectOf(fault: Fault, service: Service, operation: string): Effect {
  if (fault === 'some entries fail') return entriesFail(operation);
  if (!isStatus(fault)) return effects[fault];
  const { status, code, rest } = refusals[fault];
  const refusal = service === 'chime' ? { status: Number(fault), code: rest } : { status, code };
  return { kind: 'error', message, ...refusal };
}

/** Just within what a client waits for. */
const slowMs = 2900;

/** After its client gave up on it, and while the turn still looks what became of it. */
const takenAfterMs = 4000;

/** What AWS has yet to do. */
type Late = Set<() => void>;

/** What happens beside the answer, or instead of one. */
const besides: Readonly<Partial<Record<Fault, (aws: TestAws, request: ObservedRequest, late: Late) => void>>> = {
  slow: ({ clock }) => {
    clock.jumpTo(clock.now() + slowMs);
  },
  '202 that never shows': ({ account }) => {
    account.chime.groups.updatePropagation = { visibleAfterMs: 'never' };
  },
  'timeout, and taken later': (aws, request, late) => {
    const take = (): void => {
      if (late.delete(take)) takeWrite(aws, request);
    };
    late.add(take);
    setTimeout(take, takenAfterMs);
  },
  '500 after the effect, then silence': (aws, request) => {
    takeWrite(aws, request);
    silence(aws, request);
  },
  'reset after the effect, then silence': silence,
};

/** As the wire server does for a write that nothing strikes. */
function takeWrite({ account }: TestAws, { region, input }: ObservedRequest): void {
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

/** The control plane says nothing more after this. */
function silence(aws: TestAws, last: ObservedRequest): void {
  const { service, region } = last;
  const when = (request: ObservedRequest): boolean => request !== last;
  aws.misbehave({ service, region, when, effect: { kind: 'region-down' } });
}

/** `lasts`: through all the SDK's repetitions of the call, or only until the first. */
export type Strike = { readonly fault: Fault; readonly target: Target; readonly lasts: 'once' | 'the call' };

export function inWords({ fault, target, lasts }: Strike): string {
  return `${fault} at ${nameOf(target)}, ${lasts}`;
}

/** What became of a strike: the requests it met, by the SDK's name for them. */
export type Struck = {
  readonly attempts: Set<string>;
  /** Has AWS do at once what it would have done had the turn lasted longer. */
  readonly catchUp: () => void;
};

type World = { readonly aws: TestAws; readonly unanswered: Set<string> };

export function strike({ aws, unanswered }: World, { fault, target, lasts }: Strike): Struck {
  const attempts = new Set<string>();
  const late: Late = new Set();
  const operation = operationOf(target);
  const ids: string[] = [];
  const isStruck = (request: ObservedRequest): boolean => {
    if (callOf(request) !== target.call) return false;
    if (!ids.includes(idOf(request))) ids.push(idOf(request));
    if (ids.indexOf(idOf(request)) !== target.nth || (lasts === 'once' && attempts.size > 0)) return false;
    attempts.add(attempt(request));
    if (effectOf(fault, request.service, operation).kind === 'hang') unanswered.add(attempt(request));
    besides[fault]?.(aws, request, late);
    return true;
  };
  const effectFor = (service: Service) => effectOf(fault, service, operation);
  // A rule has one effect, and only chime names its errors otherwise.
  for (const service of ['chime', 'monitoring', 'events', 'ssm', 'sqs'] as const) {
    aws.misbehave({ service, operation, when: isStruck, effect: effectFor(service) });
  }
  const catchUp = (): void => {
    for (const act of late) act();
  };
  return { attempts, catchUp };
}

/** Whether a request reached AWS and its answer the monitor. */
export function wasServed(request: ObservedRequest, strikes: readonly (Strike & Struck)[]): boolean {
  return strikes.every(({ fault, attempts }) => fault === 'slow' || !attempts.has(attempt(request)));
}
