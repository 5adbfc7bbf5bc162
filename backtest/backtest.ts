/** One backtest: a history, one or two policies, and what they would have done. */
import { availableParallelism } from 'node:os';
import { dayMs, type EpochMs } from '../lib/core/model/time.ts';
import type { GroupPolicy } from '../lib/core/model/group-policy.ts';
import type { Policy } from '../lib/input/policy.ts';
import { findingsOf, type GroupFindings } from './findings.ts';
import type { History } from './history.ts';
import { replay, type Replay, type ReplayOptions } from './replay.ts';

export type PolicyResult = {
  /** The name of the policy's file. */
  readonly name: string;
  readonly replay: Replay;
  readonly findings: readonly GroupFindings[];
};

export type Span = { readonly from: EpochMs; readonly until: EpochMs };

/** The last so many days of the minutes of a history. */
export function lastDays({ from, until }: Span, days: number): Span {
  return { from: Math.max(from, until - days * dayMs), until };
}

export async function backtest(
  history: History,
  { name, policy }: { readonly name: string; readonly policy: Policy },
  span: Span & Pick<ReplayOptions, 'threads' | 'onReplayed'>,
): Promise<PolicyResult> {
  const replayed = await replay(history, enforced(policy), { threads: threadsFor(span), ...span });
  return { name, replay: replayed, findings: findingsOf(history, replayed) };
}

/** Each keeps what it reads of a fortnight in its own memory. */
const mostThreads = 8;

/** One for each processor. To start one takes half as long as to replay a day. */
export function threadsFor({ from, until }: Span): number {
  return Math.max(1, Math.min(availableParallelism(), mostThreads, Math.floor((until - from) / dayMs)));
}

/** What the policy would move if it were enforced. A weekly drill would need the overrides that a replay does not have. */
export function enforced(policy: Policy): Policy {
  const enforce = (group: GroupPolicy): GroupPolicy => ({ ...group, mode: 'enforce', drill: undefined });
  return {
    ...policy,
    defaults: enforce(policy.defaults),
    groups: new Map([...policy.groups].map(([key, group]) => [key, enforce(group)])),
  };
}
