/** A group in the result of a run, as docs/events.md describes it. Times are ISO 8601. */
import type { HoldCode } from '../core/model/codes.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Plan, Rejection } from '../core/model/plan.ts';
import type { Verdict } from '../core/model/verdict.ts';
import type { VoiceConnectorItem } from '../core/model/group.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { inOrder } from '../core/model/priorities.ts';
import type { EventData } from '../events/event.ts';

type ConnectorResult = {
  readonly voiceConnectorId: string;
  readonly priority: number | undefined;
  readonly region: string | undefined;
  readonly verdict: Verdict | undefined;
};

export type GroupResult = {
  readonly voiceConnectorGroupId: string;
  readonly name: string;
  readonly controlRegion: string;
  readonly mode: 'observe' | 'enforce';
  readonly decision: Plan['kind'];
  /** Absent for a move. */
  readonly code: HoldCode | undefined;
  readonly reason: string;
  /** In the order in which calls tried them when the group was observed. */
  readonly connectors: readonly ConnectorResult[];
  readonly rejected: readonly Rejection[];
  readonly before: readonly VoiceConnectorItem[];
  /** Same as `before` for a hold. */
  readonly after: readonly VoiceConnectorItem[];
  /** Absent for a hold. */
  readonly outcome: OutcomeResult | undefined;
};

type OutcomeResult = Exclude<Outcome, { readonly kind: 'applied' }> | EventData<'Priority Change Applied'>['outcome'];

/** A group's members with their verdicts, in the order in which calls try them. */
export function connectorsOf({
  group,
  verdicts,
  connectorRegions,
}: Pick<PlanInput, 'group' | 'verdicts' | 'connectorRegions'>): readonly ConnectorResult[] {
  return inOrder(group.items).map(({ voiceConnectorId, priority }) => ({
    voiceConnectorId,
    priority,
    region: connectorRegions.get(voiceConnectorId),
    verdict: verdicts.get(voiceConnectorId),
  }));
}

export function groupResult(input: PlanInput, plan: Plan, outcome: Outcome | undefined): GroupResult {
  return {
    voiceConnectorGroupId: input.group.voiceConnectorGroupId,
    name: input.group.name,
    controlRegion: input.group.controlRegion,
    mode: input.policy.mode,
    decision: plan.kind,
    code: plan.kind === 'hold' ? plan.code : undefined,
    reason: plan.reason,
    connectors: connectorsOf(input),
    rejected: plan.rejected,
    before: inOrder(input.group.items),
    after: inOrder(plan.kind === 'hold' ? input.group.items : plan.after),
    outcome: outcome && outcomeResult(outcome),
  };
}

function outcomeResult(outcome: Outcome): OutcomeResult {
  return outcome.kind === 'applied' ? { ...outcome, sentAt: new Date(outcome.sentAt).toISOString() } : outcome;
}
