import type { Liveness, MetricsReading, Move, Plan, SignsOfLife, UnknownCause, Verdict } from '../../lib/core/model.ts';
import { minuteMs } from '../../lib/core/model.ts';
import type { PlanInput } from '../../lib/core/plan.ts';
import { aGroup } from './group.ts';
import { observedAt, outbound, read } from './metrics.ts';
import { aPolicy } from './policy.ts';

export const healthy: Verdict = { health: 'healthy', reason: 'calls go through' };
export const degraded: Verdict = { health: 'degraded', reason: 'MOS is low' };
export const unhealthy: Verdict = { health: 'unhealthy', reason: 'calls fail' };

export function unknown(cause: UnknownCause): Verdict {
  return { health: 'unknown', cause, reason: `cannot tell: ${cause}` };
}

/** Origination is ready, a host pinged half a minute ago, and outbound calls have gone well for an hour. */
export function aLiveness(
  changes: {
    readonly signs?: Partial<Extract<SignsOfLife, { kind: 'read' }>>;
    readonly outbound?: MetricsReading;
  } = {},
): Liveness {
  return {
    signs: { kind: 'read', lastOptionsPingAt: observedAt - minuteMs / 2, origination: 'ready', ...changes.signs },
    outbound: changes.outbound ?? read(outbound(60, 10)),
  };
}

type Changes = Partial<Omit<PlanInput, 'verdicts' | 'regions' | 'liveness'>> & {
  readonly verdicts?: Readonly<Record<string, Verdict>>;
  readonly regions?: Readonly<Record<string, Verdict>>;
  readonly liveness?: Readonly<Record<string, Liveness>>;
};

/** Up to three members, each in a Region of its own; all well, and nobody looked closer. */
export function aPlanInput({ verdicts, regions, liveness, ...changes }: Changes = {}): PlanInput {
  return {
    observedAt,
    group: aGroup(),
    connectorRegions: new Map([
      ['east', 'us-east-1'],
      ['west', 'us-west-2'],
      ['tokyo', 'ap-northeast-1'],
    ]),
    override: { kind: 'none' },
    policy: aPolicy(),
    ...changes,
    verdicts: new Map(Object.entries({ east: healthy, west: healthy, tokyo: healthy, ...verdicts })),
    regions: new Map(
      Object.entries({ 'us-east-1': healthy, 'us-west-2': healthy, 'ap-northeast-1': healthy, ...regions }),
    ),
    liveness: new Map(Object.entries(liveness ?? {})),
  };
}

/** The world as the next turn finds it; `updatedAt` moves only where AWS says so. */
export function after(input: PlanInput, move: Move, updatedAt = input.group.updatedAt): PlanInput {
  return { ...input, group: { ...input.group, items: move.after, updatedAt } };
}

export function isMove(decision: Plan): decision is Move {
  return decision.kind !== 'hold';
}
