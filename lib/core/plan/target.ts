/** Assesses a member as a new primary. The absence of bad signs is not enough: it needs proof of its own. */
import { judgeOutbound } from '../judge/connector.ts';
import { isUnobservable } from '../judge/readings.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Rejection } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { StandbySignals } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatDuration } from '../model/format.ts';

export type Assessment =
  /** Its own inbound calls prove it. */
  | { readonly kind: 'healthy'; readonly reason: string }
  /** It has no inbound calls to prove it, but other standby signals. */
  | { readonly kind: 'alive'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly code: Rejection['code']; readonly reason: string };

export type TargetInput = {
  /** A failover leaves a proven fault, so standby signals suffice; a failback is optional, so it needs proof. */
  readonly purpose: 'failover' | 'failback';
  readonly verdict: Verdict;
  readonly region: Verdict | undefined;
  /** Undefined where they could not be read. */
  readonly standbySignals: StandbySignals | undefined;
  /** Why the member is in its hold-down; undefined where it is not. */
  readonly holdDownReason: string | undefined;
  readonly observedAt: EpochMs;
  readonly policy: GroupPolicy;
};

function rejected(code: Rejection['code'], reason: string): Assessment {
  return { kind: 'rejected', code, reason };
}

export function assessTarget(input: TargetInput): Assessment {
  const { verdict, region } = input;
  if (verdict.health === 'unhealthy') return rejected('unhealthy', verdict.reason);
  if (region?.health === 'unhealthy') return rejected('unhealthy-region', region.reason);
  if (input.holdDownReason !== undefined) return rejected('hold-down', input.holdDownReason);
  if (verdict.health === 'degraded') return rejected('degraded', verdict.reason);
  if (verdict.health === 'healthy') return { kind: 'healthy', reason: verdict.reason };
  // Its own inbound calls may be failing: that risk is acceptable for a failover, not for a failback.
  if (verdict.cause === 'inconclusive' && input.purpose === 'failback') {
    return rejected('degraded', `unknown (inconclusive): ${verdict.reason}`);
  }
  return isUnobservable(verdict)
    ? rejected('unobservable', `unknown (${verdict.cause}): ${verdict.reason}`)
    : assessStandbySignals(input.standbySignals, input);
}

function assessStandbySignals(standbySignals: StandbySignals | undefined, input: TargetInput): Assessment {
  if (standbySignals === undefined)
    return rejected('unreadable', 'its Region is unknown, so its standby signals cannot be read');
  const { reachability, outbound } = standbySignals;
  if (reachability.kind === 'unreadable') return rejected('unreadable', reachability.message);
  if (reachability.origination !== 'ready') {
    const state = reachability.origination === 'disabled' ? 'is disabled' : 'has no route';
    return rejected('origination', `its origination ${state}: no inbound call would arrive`);
  }
  return assessReachability(
    reachability.lastOptionsPingAt,
    judgeOutbound(outbound, input.observedAt, input.policy),
    input,
  );
}

function assessReachability(
  lastOptionsPingAt: EpochMs | undefined,
  { verdict: outbound, impaired }: ReturnType<typeof judgeOutbound>,
  { purpose, observedAt, policy }: TargetInput,
): Assessment {
  const calls = `outbound ${outbound.health}: ${outbound.reason}`;
  if (outbound.health === 'unhealthy' || outbound.health === 'degraded') return rejected('outbound-failing', calls);
  const { isFresh, text } = optionsPing(lastOptionsPingAt, observedAt, policy.optionsPingFreshMinutes);
  if (purpose === 'failback') {
    if (impaired !== undefined) {
      return rejected('outbound-failing', `impaired within ${policy.failbackHoldMinutes} min: outbound ${impaired}`);
    }
    if (outbound.health !== 'healthy') return rejected('outbound-not-proven', `no inbound calls, and ${calls}`);
    if (!isFresh) return rejected('no-standby-signal', text);
  } else if (!isFresh && outbound.health !== 'healthy') {
    return rejected('no-standby-signal', `${text}; ${calls}`);
  }
  return { kind: 'alive', reason: `origination ready; ${text}; ${calls}` };
}

function optionsPing(
  at: EpochMs | undefined,
  observedAt: EpochMs,
  freshMinutes: number,
): { readonly isFresh: boolean; readonly text: string } {
  return at === undefined
    ? { isFresh: false, text: 'AWS reports no OPTIONS ping' }
    : {
        isFresh: observedAt - at <= freshMinutes * minuteMs,
        text: `last OPTIONS ping ${formatDuration(observedAt - at)} ago, fresh up to ${freshMinutes} min`,
      };
}
