/** What must hold after any turn, whatever went wrong in it: the rules of a safe turn, each as a sentence that is broken or not. */
import type { GroupSettings } from '../../sim/account/chime/groups.ts';
import type { ObservedRequest } from '../../sim/wire/misbehaviour.ts';
import { outboxQueueName } from '../../sim/local-aws.ts';
import { type TestAws } from '../wire-support/account.ts';
import { logged } from '../wire-support/functions.ts';
import type { FunctionName, Invocation } from './deployment.ts';
import { isAnswer, isBesideTheMove, mustBeTold, wasServed, type Strike, type Struck } from './faults.ts';

export type Told = { readonly eventId: string; readonly detailType: string; readonly data: unknown };

type Metadata = { readonly metadata: { readonly eventId: string }; readonly data: unknown };

function toldBy(detailType: string, detail: unknown): Told {
  const { metadata, data } = detail as Metadata;
  return { eventId: metadata.eventId, detailType, data };
}

/** Where the events of a turn are afterwards. */
export type Record = {
  readonly told: readonly Told[];
  readonly onBus: readonly Told[];
  readonly inQueue: readonly Told[];
  readonly inLog: readonly Told[];
};

export function recordOf({ account }: TestAws, { lines }: Pick<Invocation, 'lines'>): Record {
  const told = lines.flatMap((line) => {
    if (!line.startsWith('{')) return [];
    const { message, data } = JSON.parse(line) as { readonly message: string; readonly data?: Partial<Metadata> };
    return data?.metadata === undefined ? [] : [toldBy(message, data)];
  });
  const messages = Array.from({ length: 3 }, () =>
    account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 }),
  ).flat();
  return {
    told,
    onBus: account.eventBridge.events.map(({ detailType, detail }) => toldBy(detailType, detail)),
    inQueue: messages.map(({ body }) => {
      const { detailType, detail } = JSON.parse(body) as { readonly detailType: string; readonly detail: unknown };
      return toldBy(detailType, detail);
    }),
    inLog: logged(lines, 'event not delivered').map(({ data }) => {
      const { event } = data as { readonly event: { readonly detailType: string; readonly detail: unknown } };
      return toldBy(event.detailType, event.detail);
    }),
  };
}

export type Turn = {
  readonly functionName: FunctionName;
  readonly aws: TestAws;
  readonly invocation: Invocation;
  readonly record: Record;
  readonly strikes: readonly (Strike & Struck)[];
  /** Every write that AWS took. */
  readonly taken: readonly GroupSettings[];
  readonly before: GroupSettings;
  readonly after: GroupSettings;
  /** What a move needs to have read: for each, words that the request and its input contain. */
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

/** Whether everything was answered, whole, that such a move must not be made without. */
function hadProof({ aws, strikes, proof }: Turn): boolean {
  return proof.every((words) =>
    pagesOf(
      aws.asked.filter((request) => {
        const text = `${request.operation} ${request.region} ${JSON.stringify(request.input)}`;
        return words.every((word) => text.includes(word));
      }),
    ).every((page) => page.some((request) => wasServed(request, strikes))),
  );
}

/** The requests for each page of an answer; one page that nobody asked for where there are none. */
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
    ...(taken.length > 1 ? [`AWS took ${taken.length} writes in one turn`] : []),
    ...(taken.length > 0 && !hadProof(turn) ? ['moved the group without a proof'] : []),
    ...(isPermutation(before, after) ? [] : [`left the group as ${JSON.stringify(after)}`]),
  ];
}

export function brokenRecord({ record, taken, before, after }: Turn): readonly string[] {
  const kept = new Set([...record.onBus, ...record.inQueue, ...record.inLog].map(({ eventId }) => eventId));
  const intents = record.told.filter(({ detailType }) => detailType === 'Priority Change Intended');
  const outcomes = record.told.flatMap(({ detailType }) => outcomeTypes.get(detailType) ?? []);
  const isChanged = taken.some((write) => orderOf(write) !== orderOf(before));
  return [
    ...record.told.filter(({ eventId }) => !kept.has(eventId)).map(({ detailType }) => `lost ${detailType}`),
    ...(isChanged && intents.length === 0 ? ['changed the group without saying so before'] : []),
    ...(outcomes.length < intents.length ? ['an intent has no outcome'] : []),
    ...(isChanged && !outcomes.some((outcome) => outcome !== 'same') ? ['denies a change that it made'] : []),
    ...(orderOf(after) === orderOf(before) && outcomes.includes('changed')
      ? ['claims a change that nobody can see']
      : []),
    ...(!isChanged && outcomes.includes('changed') ? ['claims a change that did not come about'] : []),
  ];
}

/** `whole` is what the same turn answers when nothing goes wrong; a turn that met a fault and made up for it answers the same. */
export function brokenEnding(
  { functionName, invocation: { ending }, record, strikes }: Turn,
  isWhole: (result: unknown) => boolean,
): readonly string[] {
  if (ending.kind === 'timed out') return ['did not end within its time'];
  const undelivered = record.inQueue.length + record.inLog.length;
  const saysItFailed = record.told.some(({ detailType }) => detailType === 'Run Failed');
  if (ending.kind === 'threw') {
    const isNamed = ending.errorType === 'TurnFailedError' && /^[1-9]\d* problems?\n {2}- /.test(ending.message);
    const met = strikes.filter((strike) => strike.attempts.size > 0 && !isBesideTheMove(strike, functionName));
    const hadNothing = undelivered === 0 && met.length === 0;
    return [
      ...(isNamed ? [] : [`threw ${ending.errorType}: ${ending.message}`]),
      ...(saysItFailed ? [] : ['failed without telling']),
      ...(hadNothing ? [`failed although nothing went wrong: ${ending.message}`] : []),
    ];
  }
  return [
    ...(undelivered > 0 ? [`succeeded although ${undelivered} events were not delivered`] : []),
    ...(saysItFailed ? ['told that it failed, and succeeded'] : []),
    ...strikes
      .filter((strike) => mustBeTold(strike, functionName))
      .map(() => 'succeeded although a call failed for good'),
    ...(strikes.some((strike) => isAnswer(strike, functionName)) || isWhole(ending.result)
      ? []
      : ['succeeded although something is missing']),
  ];
}
