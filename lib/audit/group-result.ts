/** What a turn answers: shape `turn-result` version 1, described in docs/events.md. Times are ISO 8601. */
import type {
  EpochMs,
  Outcome,
  Plan,
  Problem,
  RegionVerdicts,
  Rejection,
  Verdict,
  VoiceConnectorItem,
} from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { inOrder } from '../core/model/priorities.ts';
import type { EventData, TurnIdentity } from '../events/event.ts';
import type { Trigger } from '../input/trigger.ts';

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
  /** Which kind of hold; absent where something is to be changed. */
  readonly code: Extract<Plan, { readonly kind: 'hold' }>['code'] | undefined;
  readonly reason: string;
  /** In the order calls tried them when the turn looked. */
  readonly connectors: readonly ConnectorResult[];
  readonly rejected: readonly Rejection[];
  readonly before: readonly VoiceConnectorItem[];
  /** Same as `before` where nothing is to be changed. */
  readonly after: readonly VoiceConnectorItem[];
  /** Absent for a hold. */
  readonly outcome: OutcomeResult | undefined;
};

type OutcomeResult = Exclude<Outcome, { readonly kind: 'applied' }> | EventData<'Priority Change Applied'>['outcome'];

export type TurnResult = {
  readonly shape: 'turn-result';
  readonly version: 1;
  readonly turnId: string;
  readonly trigger: Trigger;
  readonly monitorRegion: string;
  readonly policyHash: string | undefined;
  readonly observedAt: string;
  readonly finishedAt: string;
  readonly outcome: 'succeeded' | 'failed';
  readonly regions: readonly { readonly region: string; readonly verdict: Verdict }[];
  readonly groups: readonly GroupResult[];
  readonly problems: readonly Problem[];
};

/** Some of the turn could not be done. Everything that could be was; the log has every decision. */
export class TurnFailedError extends Error {
  override readonly name = 'TurnFailedError';

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ doing, message }) => `  - ${doing}: ${message}`);
    super(`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}\n${lines.join('\n')}`);
  }
}

/** A group's members as a turn saw them, in the order calls try them. */
export const connectorsOf = ({
  group,
  verdicts,
  connectorRegions,
}: Pick<PlanInput, 'group' | 'verdicts' | 'connectorRegions'>): readonly ConnectorResult[] =>
  inOrder(group.items).map(({ voiceConnectorId, priority }) => ({
    voiceConnectorId,
    priority,
    region: connectorRegions.get(voiceConnectorId),
    verdict: verdicts.get(voiceConnectorId),
  }));

export const groupResult = (input: PlanInput, plan: Plan, outcome: Outcome | undefined): GroupResult => ({
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
  outcome: outcome && toldOutcome(outcome),
});

const toldOutcome = (outcome: Outcome): OutcomeResult =>
  outcome.kind === 'applied' ? { ...outcome, sentAt: new Date(outcome.sentAt).toISOString() } : outcome;

export const turnResult = (turn: {
  readonly identity: TurnIdentity;
  readonly trigger: Trigger;
  readonly regions: RegionVerdicts;
  readonly groups: readonly GroupResult[];
  readonly problems: readonly Problem[];
  readonly finishedAt: EpochMs;
}): TurnResult => ({
  shape: 'turn-result',
  version: 1,
  turnId: turn.identity.turnId,
  trigger: turn.trigger,
  monitorRegion: turn.identity.monitorRegion,
  policyHash: turn.identity.policyHash,
  observedAt: new Date(turn.identity.observedAt).toISOString(),
  finishedAt: new Date(turn.finishedAt).toISOString(),
  outcome: turn.problems.length === 0 ? 'succeeded' : 'failed',
  regions: [...turn.regions].map(([region, verdict]) => ({ region, verdict })),
  groups: turn.groups,
  problems: turn.problems,
});
