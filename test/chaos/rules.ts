/** The rules of a safe run, which must hold after any fault. Each function returns a sentence per broken rule. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import type { ObservedRequest } from '../../sim/wire/misbehaviour.ts';
import { outboxQueueName } from '../../sim/stack.ts';
import { type TestAws } from '../wire-support/account.ts';
import { logged } from '../wire-support/functions.ts';
import type { FunctionName, Invocation } from './deployment.ts';
import { isExpectedAnswer, mustBeReported, wasServed, type FaultInjection, type InjectionRecord } from './faults.ts';

export type PublishedEvent = { readonly eventId: string; readonly detailType: string; readonly data: unknown };

type Metadata = { readonly metadata: { readonly eventId: string }; readonly data: unknown };

function publishedEvent(detailType: string, detail: unknown): PublishedEvent {
  const { metadata, data } = detail as Metadata;
  return { eventId: metadata.eventId, detailType, data };
}

/** The events of a run, by the place where they are afterwards. */
export type Record = {
  readonly logged: readonly PublishedEvent[];
  readonly onBus: readonly PublishedEvent[];
  readonly inQueue: readonly PublishedEvent[];
  readonly inLog: readonly PublishedEvent[];
};

export function recordOf({ account }: TestAws, { lines }: Pick<Invocation, 'lines'>): Record {
  const inOwnLines = lines.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { message, data } = JSON.parse(line) as { readonly message: string; readonly data?: Partial<Metadata> };
    return data?.metadata === undefined ? [] : [publishedEvent(message, data)];
  });
  const messages = Array.from({ length: 3 }, () =>
    account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 }),
  ).flat();
  return {
    logged: inOwnLines,
    onBus: account.eventBridge.events.map(({ detailType, detail }) => publishedEvent(detailType, detail)),
    inQueue: messages.map(({ body }) => {
      const { detailType, detail } = JSON.parse(body) as { readonly detailType: string; readonly detail: unknown };
      return publishedEvent(detailType, detail);
    }),
    inLog: logged(lines, 'event lost').map(({ data }) => {
      const { event } = data as { readonly event: { readonly detailType: string; readonly detail: unknown } };
      return publishedEvent(event.detailType, event.detail);
    }),
  };
}

export type Turn = {
  readonly functionName: FunctionName;
  readonly aws: TestAws;
  readonly invocation: Invocation;
  readonly record: Record;
  readonly injections: readonly (FaultInjection & InjectionRecord)[];
  /** Every write that AWS accepted. */
  readonly taken: readonly GroupSettings[];
  readonly before: GroupSettings;
  readonly after: GroupSettings;
  /** What a move must have read: for each read, texts that its request contains. */
  readonly proof: readonly (readonly string[])[];
};

function orderOf({ items }: GroupSettings): string {
  return [...items]
    .sort((left, right) => (left.priority ?? 0) - (right.priority ?? 0))
    .map(({ voiceConnectorId }) => voiceConnectorId)
    .join(' before ');
}

function multiset(values: readonly unknown[]): string {
  return JSON.stringify([...values].sort());
}

function isPermutation(before: GroupSettings, after: GroupSettings): boolean {
  return (
    before.name === after.name &&
    before.callDistributionType === after.callDistributionType &&
    multiset(before.items.map((item) => item.voiceConnectorId)) ===
      multiset(after.items.map((item) => item.voiceConnectorId)) &&
    multiset(before.items.map((item) => item.priority)) === multiset(after.items.map((item) => item.priority))
  );
}

/** Whether every read that the move requires was answered completely. */
function hadProof({ aws, injections, proof }: Turn): boolean {
  return proof.every((texts) =>
    pagesOf(
      aws.asked.filter((request) => {
        const text = `${request.operation} ${request.region} ${JSON.stringify(request.input)}`;
        return texts.every((each) => text.includes(each));
      }),
    ).every((page) => page.some((request) => wasServed(request, injections))),
  );
}

/** The requests for each page of an answer; one page without a request if there are none. */
function pagesOf(requests: readonly ObservedRequest[]): readonly (readonly ObservedRequest[])[] {
  const pages = [
    ...Map.groupBy(requests, ({ input }) => (input as { readonly NextToken?: string }).NextToken).values(),
  ];
  return pages.length === 0 ? [[]] : pages;
}

const outcomeTypes: ReadonlyMap<string, 'changed' | 'same' | 'unknown'> = new Map([
  ['Priority Change Applied', 'changed'],
  ['Priority Change Unverified', 'unknown'],
  ['Priority Change Withheld', 'same'],
  ['Priority Change Rejected', 'same'],
  ['Priority Change Blocked', 'same'],
]);

export function brokenWrites(turn: Turn): readonly string[] {
  const { before, after, taken } = turn;
  return [
    ...taken.filter((write) => !isPermutation(before, write)).map((write) => `wrote ${JSON.stringify(write)}`),
    ...(taken.length > 1 ? [`AWS accepted ${taken.length} writes in one run`] : []),
    ...(taken.length > 0 && !hadProof(turn) ? ['moved the group without a proof'] : []),
    ...(isPermutation(before, after) ? [] : [`left the group as ${JSON.stringify(after)}`]),
  ];
}

export function brokenRecord({ record, taken, before, after }: Turn): readonly string[] {
  const kept = new Set([...record.onBus, ...record.inQueue, ...record.inLog].map(({ eventId }) => eventId));
  const intents = record.logged.filter(({ detailType }) => detailType === 'Priority Change Intended');
  const outcomes = record.logged.flatMap(({ detailType }) => outcomeTypes.get(detailType) ?? []);
  const isChanged = taken.some((write) => orderOf(write) !== orderOf(before));
  return [
    ...record.logged.filter(({ eventId }) => !kept.has(eventId)).map(({ detailType }) => `lost ${detailType}`),
    ...(isChanged && intents.length === 0 ? ['changed the group without a published intent'] : []),
    ...(outcomes.length < intents.length ? ['an intent has no outcome'] : []),
    ...(isChanged && !outcomes.some((outcome) => outcome !== 'same') ? ['denies a change that it made'] : []),
    ...(orderOf(after) === orderOf(before) && outcomes.includes('changed')
      ? ['claims a change that is not visible']
      : []),
    ...(!isChanged && outcomes.includes('changed') ? ['claims a change that did not happen'] : []),
  ];
}

/** @param isWhole whether a result is that of the same run without a fault, which a run that recovered from its faults must return */
export function brokenEnding(
  { invocation: { ending }, record, injections }: Turn,
  isWhole: (result: unknown) => boolean,
): readonly string[] {
  if (ending.kind === 'timed out') return ['did not end within its time limit'];
  const undelivered = record.inQueue.length + record.inLog.length;
  const reportsFailure = record.logged.some(({ detailType }) => detailType === 'Run Failed');
  if (ending.kind === 'threw') {
    const isNamed = ending.errorType === 'RunFailedError' && /^[1-9]\d* problems?\n {2}- /.test(ending.message);
    const met = injections.filter((injection) => injection.attempts.size > 0);
    const hadNothing = undelivered === 0 && met.length === 0;
    return [
      ...(isNamed ? [] : [`threw ${ending.errorType}: ${ending.message}`]),
      ...(reportsFailure ? [] : ['failed without publishing Run Failed']),
      ...(hadNothing ? [`failed although nothing went wrong: ${ending.message}`] : []),
    ];
  }
  return [
    ...(undelivered > 0 ? [`succeeded although ${undelivered} events were not delivered`] : []),
    ...(reportsFailure ? ['published Run Failed and succeeded'] : []),
    ...injections.filter(mustBeReported).map(() => 'succeeded although a call failed in every attempt'),
    ...(injections.some((injection) => isExpectedAnswer(injection)) || isWhole(ending.result)
      ? []
      : ['succeeded although something is missing']),
  ];
}
