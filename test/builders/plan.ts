import type { UnknownCause } from '../../lib/core/model/codes.ts';
import type { NeedEvidence, Plan, Move } from '../../lib/core/model/plan.ts';
import type { Verdict } from '../../lib/core/model/verdict.ts';
import type { ChangeRecord, StandbySignals, Reachability, MetricsReading } from '../../lib/core/model/observation.ts';
import { minuteMs, type EpochMs } from '../../lib/core/model/time.ts';
import type { PlanInput } from '../../lib/core/plan/plan-input.ts';
import { aGroup } from './group.ts';
import { observedAt, outbound, read } from './metrics.ts';
import { aPolicy } from './policy.ts';

export const healthy: Verdict = { health: 'healthy', reason: 'calls go through' };
export const degraded = losing('degraded', 0.15, 'MOS is low');
export const unhealthy = losing('unhealthy', 0.2, 'calls fail');

/** A verdict on a Voice Connector that loses this share of its calls. */
export function losing(health: 'degraded' | 'unhealthy', share: number, reason = `loses ${share}`): Verdict {
  return { health, reason, loss: { least: share, likely: share } };
}

export function unknown(cause: UnknownCause): Verdict {
  return { health: 'unknown', cause, reason: `cannot tell: ${cause}` };
}

/** Origination is ready, the last ping is half a minute old, and outbound calls have succeeded for an hour. */
export function someStandbySignals(
  changes: {
    readonly reachability?: Partial<Extract<Reachability, { kind: 'read' }>>;
    readonly outbound?: MetricsReading;
    readonly lastCalls?: MetricsReading;
  } = {},
): StandbySignals {
  return {
    reachability: {
      kind: 'read',
      lastOptionsPingAt: observedAt - minuteMs / 2,
      origination: 'ready',
      ...changes.reachability,
    },
    outbound: changes.outbound ?? read(outbound(60, 10)),
    outboundHistory: read(),
    lastCalls: changes.lastCalls ?? read(),
  };
}

/** The monitor's changes of the group, and the primaries that it demoted; by default none. */
export function aRecord(
  changes: {
    readonly changedAt?: readonly EpochMs[];
    readonly demotedAt?: Readonly<Record<string, readonly EpochMs[]>>;
    readonly promotedAt?: Readonly<Record<string, readonly EpochMs[]>>;
    readonly ordersSeen?: Extract<ChangeRecord, { readonly kind: 'read' }>['ordersSeen'];
    readonly drilledAt?: readonly EpochMs[];
    readonly localFailovers?: ReadonlyMap<EpochMs, number>;
  } = {},
): ChangeRecord {
  return {
    kind: 'read',
    changedAt: changes.changedAt ?? [],
    demotedAt: new Map(Object.entries(changes.demotedAt ?? {})),
    promotedAt: new Map(Object.entries(changes.promotedAt ?? {})),
    ordersSeen: changes.ordersSeen ?? [],
    drilledAt: changes.drilledAt ?? [],
    localFailovers: changes.localFailovers ?? new Map(),
  };
}

export const unreadableRecord: ChangeRecord = { kind: 'unreadable', message: 'CloudWatch: it said no' };

type Changes = Partial<Omit<PlanInput, 'verdicts' | 'regions' | 'candidateEvidence'>> & {
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  readonly regions?: Readonly<Record<string, Verdict>>;
  readonly standbySignals?: Readonly<Record<string, StandbySignals>>;
  readonly record?: ChangeRecord;
};

/** Up to three healthy members, each in a Region of its own; the candidate evidence has no standby signals and no changes. */
export function aPlanInput({ verdicts, regions, standbySignals, record, ...changes }: Changes = {}): PlanInput {
  return {
    observedAt,
    group: aGroup(),
    connectorRegions: new Map([
      ['east', 'us-east-1'],
      ['west', 'us-west-2'],
      ['tokyo', 'ap-northeast-1'],
    ]),
    override: { kind: 'none' },
    carriedBeforeChange: undefined,
    policy: aPolicy(),
    ...changes,
    verdicts: new Map(Object.entries({ east: healthy, west: healthy, tokyo: healthy, ...verdicts })),
    regions: new Map(
      Object.entries({ 'us-east-1': healthy, 'us-west-2': healthy, 'ap-northeast-1': healthy, ...regions }),
    ),
    candidateEvidence: {
      standbySignals: new Map(Object.entries(standbySignals ?? {})),
      changeRecord: record ?? aRecord(),
    },
  };
}

/** The input of the next run; by default AWS reports no new `updatedAt`, and the change is not recorded. */
export function after(
  input: PlanInput,
  move: Move,
  {
    updatedAt = input.group.updatedAt,
    isRecorded = false,
  }: { updatedAt?: EpochMs | undefined; isRecorded?: boolean } = {},
): PlanInput {
  const { candidateEvidence, observedAt: now } = input;
  const noted: PlanInput['candidateEvidence'] =
    isRecorded && candidateEvidence !== undefined
      ? { ...candidateEvidence, changeRecord: withMove(candidateEvidence.changeRecord, move, now) }
      : candidateEvidence;
  return { ...input, candidateEvidence: noted, group: { ...input.group, items: move.after, updatedAt } };
}

function withMove(record: ChangeRecord, { leaving }: Move, at: EpochMs): ChangeRecord {
  if (record.kind === 'unreadable') return record;
  const demotedAt = new Map([...record.demotedAt, [leaving, [...(record.demotedAt.get(leaving) ?? []), at]]]);
  return { ...record, changedAt: [...record.changedAt, at], demotedAt };
}

export function isMove(decision: Plan | NeedEvidence): decision is Move {
  return decision.kind !== 'hold' && decision.kind !== 'need-evidence';
}
