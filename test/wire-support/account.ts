/** A simulated account on the wire and all requests to it, for tests of code that calls AWS. */
import { onTestFinished } from 'vitest';
import { Account } from '../../sim/account/account.ts';
import { SimClock } from '../../sim/clock.ts';
import { eventBusName, overridesPath, outboxQueueName } from '../../sim/stack.ts';
import type { Permissions } from '../../sim/wire/iam/permissions.ts';
import type { LambdaHost } from '../../sim/wire/lambda.ts';
import type { MisbehaviourRule, ObservedRequest } from '../../sim/wire/misbehaviour.ts';
import { startWireServer, type WireServer } from '../../sim/wire/server.ts';
import { packagedPermissions } from './permissions.ts';

/** A Friday, half a minute into a minute. */
export const now = Date.UTC(2026, 10, 20, 9, 0, 30);
export const minute = 60_000;
export const hour = 60 * minute;

/** The names in the packaged template, which its roles allow. */
export { eventBusName, overridesPath, outboxQueueName };

export type TestAws = {
  readonly clock: SimClock;
  readonly account: Account;
  readonly server: WireServer;
  /** Every request with its input, in the order of arrival. */
  readonly asked: readonly ObservedRequest[];
  readonly misbehave: (rule: MisbehaviourRule) => void;
  /** Calls `act` once, when the next request of that operation arrives and before it is answered. */
  readonly onFirst: (operation: string, act: () => void) => void;
};

/** Registers a function that closes a resource at the end of a test, or of a suite that shares it. */
export type AtEnd = (close: () => Promise<void> | void) => void;

/** A clock that only the test advances, an account with the monitor's bus and queue, and a server that enforces the functions' roles. */
export async function startAws(
  options: { readonly lambda?: LambdaHost; readonly atEnd?: AtEnd; readonly permissions?: Permissions } = {},
) {
  const { atEnd = onTestFinished, permissions = packagedPermissions(), ...others } = options;
  const clock = SimClock.startingAt(now, { speed: 0 });
  const account = new Account({ now: () => clock.now() });
  account.eventBridge.seedBus('us-east-1', eventBusName);
  account.queues.create('us-east-1', outboxQueueName);
  const server = await startWireServer({ account, clock, permissions, ...others });
  atEnd(() => server.close());
  return watched({ clock, account, server });
}

export function watched(parts: Pick<TestAws, 'clock' | 'account' | 'server'>): TestAws {
  const asked: ObservedRequest[] = [];
  const waiting = new Map<string, () => void>();
  // The first rule is evaluated first, so a rule that never applies observes every request.
  const watch = (request: ObservedRequest): boolean => {
    asked.push(request);
    const act = waiting.get(request.operation);
    waiting.delete(request.operation);
    act?.();
    return false;
  };
  parts.server.misbehave({ when: watch, effect: { kind: 'latency', ms: 0 } });
  return {
    ...parts,
    asked,
    misbehave: (rule) => void parts.server.misbehave(rule),
    onFirst: (operation, act) => void waiting.set(operation, act),
  };
}

export function askedFor(aws: Pick<TestAws, 'asked'>, operation: string): readonly ObservedRequest[] {
  return aws.asked.filter((request) => request.operation === operation);
}

/** The bodies of all writes to groups. */
export function writes(aws: Pick<TestAws, 'asked'>): readonly unknown[] {
  return askedFor(aws, 'UpdateVoiceConnectorGroup').map(({ input }) => input);
}

/** The order of a group in the account, such as `vc-east 1, vc-west 2`. */
export function orderOf(aws: Pick<TestAws, 'account'>, groupId = 'main-line'): string {
  const group = aws.account.routedGroups().find(({ voiceConnectorGroupId }) => voiceConnectorGroupId === groupId);
  return [...(group?.items ?? [])]
    .sort((left, right) => (left.priority ?? 100) - (right.priority ?? 100))
    .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority ?? '-'}`)
    .join(', ');
}

type Event = { readonly detailType: string; readonly data: Readonly<Record<string, unknown>> };

/** The events on the bus, in order. */
export function eventsOn({ account }: Pick<TestAws, 'account'>): readonly Event[] {
  return account.eventBridge.events.map(({ detailType, detail }) => ({
    detailType,
    data: (detail as { data: Readonly<Record<string, unknown>> }).data,
  }));
}

export function eventTypes(aws: Pick<TestAws, 'account'>): readonly string[] {
  return eventsOn(aws).map(({ detailType }) => detailType);
}

/** All events of an account as text. */
export function allEventText({ account }: Pick<TestAws, 'account'>): string {
  return JSON.stringify(account.eventBridge.events);
}
