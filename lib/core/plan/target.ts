/** Assesses a member as a new primary. The absence of bad signs is not enough: it needs proof of its own. */
import { judgeOutbound } from '../judge/connector.ts';
import { isUnobservable } from '../judge/readings.ts';
import { rememberedLoss } from '../judge/remembered-loss.ts';
import type { GroupPolicy } from '../model/group-policy.ts';
import type { Rejection } from '../model/plan.ts';
import { lossOf, type Verdict } from '../model/verdict.ts';
import type { StandbySignals } from '../model/observation.ts';
import { minuteMs, type EpochMs } from '../model/time.ts';
import { formatDuration, formatPercent } from '../model/format.ts';
import type { HoldDown } from './hold-down.ts';

export type Assessment =
  /** Its own inbound calls prove it. */
  | { readonly kind: 'healthy'; readonly reason: string }
  /** It has no inbound calls to prove it, but other standby signals. */
  | {
      readonly kind: 'alive';
      readonly reason: string;
      /** Share of the calls that it seems to lose, or lost when it last carried some: that counts the less, the longer it is ago. */
      readonly loss: number;
      readonly isOutboundFailing: boolean;
    }
  | {
      readonly kind: 'rejected';
      readonly code: Rejection['code'];
      readonly reason: string;
      /** Share of the calls that it would lose; undefined where nothing shows that it could take calls at all. */
      readonly loss?: number;
    };

export type TargetInput = {
  /** A failover leaves a proven fault, so standby signals suffice; a failback is optional, so it needs proof. */
  readonly purpose: 'failover' | 'failback';
  readonly verdict: Verdict;
  readonly region: Verdict | undefined;
  /** Undefined where they could not be read. */
  readonly standbySignals: StandbySignals | undefined;
  readonly holdDown: HoldDown;
  /** Share of the calls that the present primary loses beyond doubt. */
  readonly primaryLoss: number;
  readonly observedAt: EpochMs;
  readonly policy: GroupPolicy;
};

type Rejected = Extract<Assessment, { readonly kind: 'rejected' }>;

type AssessedSigns = Exclude<Assessment, { readonly kind: 'healthy' }>;

function rejected(code: Rejection['code'], reason: string): Rejected {
  return { kind: 'rejected', code, reason };
}

/** A member with a blemish is rejected; its loss tells whether a failover to it would still save calls. */
export function assessTarget(input: TargetInput): Assessment {
  const { verdict } = input;
  const blemish = blemishOf(input);
  if (blemish !== undefined) return withLoss(blemish, input);
  return verdict.health === 'healthy' ? { kind: 'healthy', reason: verdict.reason } : assessSigns(input);
}

function withLoss(blemish: Rejected, input: TargetInput): Rejected {
  const { verdict, region } = input;
  // A member whose own calls arrive needs no other sign that it can take calls.
  const ofSigns = hasCalls(verdict) ? 0 : assessSigns(input).loss;
  if (ofSigns === undefined || !isLossKnown(blemish, input)) return blemish;
  const ofRegion = region?.health === 'unhealthy' ? region.loss.likely : 0;
  return { ...blemish, loss: Math.max(lossOf(verdict).likely, ofRegion, ofSigns) };
}

function hasCalls({ health }: Verdict): boolean {
  return health !== 'unknown';
}

function blemishOf({ verdict, region, holdDown }: TargetInput): Rejected | undefined {
  if (verdict.health === 'unhealthy') return rejected('unhealthy', verdict.reason);
  if (region?.health === 'unhealthy') return rejected('unhealthy-region', region.reason);
  if (holdDown.reason !== undefined) return rejected('hold-down', holdDown.reason);
  return verdict.health === 'degraded' ? rejected('degraded', verdict.reason) : undefined;
}

/** What made the monitor leave a member in its hold-down is known only if its calls showed it. */
function isLossKnown({ code }: Rejected, input: TargetInput): boolean {
  return code !== 'hold-down' || hasCalls(input.verdict) || remembered(input.standbySignals, input) !== undefined;
}

function assessSigns(input: TargetInput): AssessedSigns {
  const { verdict, purpose } = input;
  // Its own inbound calls may be failing: that risk is acceptable for a failover, not for a failback.
  if (verdict.health === 'unknown' && verdict.cause === 'inconclusive' && purpose === 'failback') {
    return rejected('degraded', `unknown (inconclusive): ${verdict.reason}`);
  }
  return verdict.health === 'unknown' && isUnobservable(verdict)
    ? rejected('unobservable', `unknown (${verdict.cause}): ${verdict.reason}`)
    : assessStandbySignals(input.standbySignals, input);
}

function assessStandbySignals(standbySignals: StandbySignals | undefined, input: TargetInput): AssessedSigns {
  if (standbySignals === undefined)
    return rejected('unreadable', 'its Region is unknown, so its standby signals cannot be read');
  const { reachability } = standbySignals;
  if (reachability.kind === 'unreadable') return rejected('unreadable', reachability.message);
  if (reachability.origination !== 'ready') {
    const state = reachability.origination === 'disabled' ? 'is disabled' : 'has no route';
    return rejected('origination', `its origination ${state}: no inbound call would arrive`);
  }
  return assessReachability(reachability.lastOptionsPingAt, standbySignals, input);
}

/**
 * Outbound calls are a standby signal beside the OPTIONS ping. They fail for reasons of their own (a dialler's called parties are busy), so
 * for a failover they never outweigh a fresh ping.
 */
function assessReachability(
  lastOptionsPingAt: EpochMs | undefined,
  standbySignals: StandbySignals,
  input: TargetInput,
): AssessedSigns {
  const { purpose, verdict, observedAt, policy } = input;
  const judged = judgeOutbound(standbySignals, observedAt, policy);
  const ping = optionsPing(lastOptionsPingAt, observedAt, policy.optionsPingFreshMinutes);
  const missing =
    purpose === 'failback' ? missingForFailback(judged, ping, policy) : missingForFailover(judged.verdict, ping);
  if (missing !== undefined) return missing;
  const lost = remembered(standbySignals, input);
  const signs = `origination ready; ${ping.text}; ${formatOutbound(judged.verdict)}`;
  return {
    kind: 'alive',
    reason: lost === undefined ? signs : `${signs}; ${lost.text}`,
    loss: Math.max(lossOf(verdict).likely, lost?.share ?? 0),
    isOutboundFailing: isFailing(judged.verdict),
  };
}

type OptionsPing = { readonly isFresh: boolean; readonly text: string };

function missingForFailback(
  { verdict: outbound, impaired }: ReturnType<typeof judgeOutbound>,
  { isFresh, text }: OptionsPing,
  { failbackHoldMinutes }: GroupPolicy,
): Rejected | undefined {
  if (isFailing(outbound)) return rejected('outbound-failing', formatOutbound(outbound));
  if (impaired !== undefined) {
    return rejected('outbound-failing', `impaired within ${failbackHoldMinutes} min: outbound ${impaired}`);
  }
  if (outbound.health !== 'healthy') {
    return rejected('outbound-not-proven', `no inbound calls, and ${formatOutbound(outbound)}`);
  }
  return isFresh ? undefined : rejected('no-standby-signal', text);
}

function missingForFailover(outbound: Verdict, { isFresh, text }: OptionsPing): Rejected | undefined {
  if (isFresh || outbound.health === 'healthy') return undefined;
  return rejected(
    isFailing(outbound) ? 'outbound-failing' : 'no-standby-signal',
    `${text}; ${formatOutbound(outbound)}`,
  );
}

function isFailing({ health }: Verdict): boolean {
  return health === 'unhealthy' || health === 'degraded';
}

function formatOutbound({ health, reason }: Verdict): string {
  return `outbound ${health}: ${reason}`;
}

/**
 * Failures that callers cause go with the calls, so that a group would move back and forth with them: for so long, what a member lost when
 * it last carried calls counts in full.
 */
const rememberedInFullMinutes = 120;

/** From this loss of the primary on, there is next to nothing to lose by another try. */
const lossOfNearlyAll = 0.9;

/** Later it counts half after each hold-down: nothing has shown since that it is over. */
function remembered(
  standbySignals: StandbySignals | undefined,
  { observedAt, holdDown, primaryLoss, policy }: TargetInput,
): { readonly share: number; readonly text: string } | undefined {
  const lost =
    standbySignals === undefined ? undefined : rememberedLoss(standbySignals.lastCalls, holdDown.demotions > 0, policy);
  if (lost === undefined) return undefined;
  const elapsed = observedAt - lost.at;
  const inFullMs = primaryLoss >= lossOfNearlyAll ? 0 : rememberedInFullMinutes * minuteMs;
  const share = lost.share * 2 ** (-Math.max(0, elapsed - inFullMs) / (holdDown.minutes * minuteMs));
  const text = `lost up to ${formatPercent(lost.share)} of its calls when it last carried some, ${formatDuration(elapsed)} ago, which counts as ${formatPercent(share)} now`;
  return { share, text };
}

function optionsPing(at: EpochMs | undefined, observedAt: EpochMs, freshMinutes: number): OptionsPing {
  return at === undefined
    ? { isFresh: false, text: 'AWS reports no OPTIONS ping' }
    : {
        isFresh: observedAt - at <= freshMinutes * minuteMs,
        text: `last OPTIONS ping ${formatDuration(observedAt - at)} ago, fresh up to ${freshMinutes} min`,
      };
}
