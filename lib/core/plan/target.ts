/** May this member be put on top? Never to a worse place, and never on the mere absence of bad news. Pure. */
import { judgeOutbound } from '../judge/connector.ts';
import { isUnobservable } from '../judge/readings.ts';
import { minuteMs, type EpochMs, type StandbySignals, type Rejection, type Verdict } from '../model/model.ts';
import { type GroupPolicy } from '../model/group-policy.ts';
import { formatDuration } from '../model/format.ts';

export type Assessment =
  /** Proven well by its own inbound calls. */
  | { readonly kind: 'healthy'; readonly reason: string }
  /** It gets no inbound calls to prove itself, but shows other signs of life. */
  | { readonly kind: 'alive'; readonly reason: string }
  | { readonly kind: 'rejected'; readonly code: Rejection['code']; readonly reason: string };

export type TargetInput = {
  /** A failover flees a proven fault; a failback is a choice, and asks for proof. */
  readonly purpose: 'failover' | 'failback';
  readonly verdict: Verdict;
  readonly region: Verdict | undefined;
  /** Absent where nobody could look closer. */
  readonly standbySignals: StandbySignals | undefined;
  /** Until when this one may not be returned to, in words; absent if it may. */
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
  // Its own inbound calls may be failing: to flee there is a gamble worth taking, to return there is not.
  if (verdict.cause === 'inconclusive' && input.purpose === 'failback') {
    return rejected('degraded', `unknown (inconclusive): ${verdict.reason}`);
  }
  return isUnobservable(verdict)
    ? rejected('unobservable', `unknown (${verdict.cause}): ${verdict.reason}`)
    : assessStandbySignals(input.standbySignals, input);
}

function assessStandbySignals(standbySignals: StandbySignals | undefined, input: TargetInput): Assessment {
  if (standbySignals === undefined) return rejected('unreadable', 'its Region is unknown, so nobody could look closer');
  const { reachability, outbound } = standbySignals;
  if (reachability.kind === 'unreadable') return rejected('unreadable', reachability.message);
  if (reachability.origination !== 'ready') {
    const why = reachability.origination === 'disabled' ? 'is disabled' : 'has no route';
    return rejected('origination', `its origination ${why}: no inbound call would arrive`);
  }
  return assessReachability(
    reachability.lastOptionsPingAt,
    judgeOutbound(outbound, input.observedAt, input.policy),
    input,
  );
}

function assessReachability(
  lastOptionsPingAt: EpochMs | undefined,
  { verdict: outbound, unwell }: ReturnType<typeof judgeOutbound>,
  { purpose, observedAt, policy }: TargetInput,
): Assessment {
  const calls = `outbound ${outbound.health}: ${outbound.reason}`;
  if (outbound.health === 'unhealthy' || outbound.health === 'degraded') return rejected('outbound-failing', calls);
  const { fresh, words } = optionsPing(lastOptionsPingAt, observedAt, policy.optionsPingFreshMinutes);
  if (purpose === 'failback') {
    if (unwell !== undefined) {
      return rejected('outbound-failing', `not well for ${policy.failbackHoldMinutes} min yet: outbound ${unwell}`);
    }
    if (outbound.health !== 'healthy') return rejected('outbound-not-proven', `no inbound calls, and ${calls}`);
    if (!fresh) return rejected('no-standby-signal', words);
  } else if (!fresh && outbound.health !== 'healthy') {
    return rejected('no-standby-signal', `${words}; ${calls}`);
  }
  return { kind: 'alive', reason: `origination ready; ${words}; ${calls}` };
}

function optionsPing(
  at: EpochMs | undefined,
  observedAt: EpochMs,
  freshMinutes: number,
): { readonly fresh: boolean; readonly words: string } {
  return at === undefined
    ? { fresh: false, words: 'no OPTIONS ping was ever seen' }
    : {
        fresh: observedAt - at <= freshMinutes * minuteMs,
        words: `last OPTIONS ping ${formatDuration(observedAt - at)} ago, fresh up to ${freshMinutes} min`,
      };
}
