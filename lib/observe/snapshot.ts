/** What was observed, judged: all that the decisions of an invocation share, and the part of it that one group's depends on. */
import { carriedBeforeChange, judgeGroup } from '../core/judge/judge.ts';
import {
  minuteMs,
  type NeedEvidence,
  type Observation,
  type RegionVerdicts,
  type VoiceConnectorGroup,
} from '../core/model/model.ts';
import type { CandidateEvidence, PlanInput } from '../core/plan/plan-input.ts';
import { judgeRegions } from '../core/judge/region.ts';
import { findSuspects } from '../core/judge/suspects.ts';
import { readSuspectDetail, readCandidateEvidence, observe, type AccountObservation } from './observe.ts';
import { policyFor, type Policy } from '../input/policy.ts';
import { report, type RunContext } from '../context.ts';

export type Snapshot = {
  readonly observed: AccountObservation;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly regions: RegionVerdicts;
  /** The same a minute ago: a verdict that changed between the two is an edge. */
  readonly before: { readonly observation: Observation; readonly regions: RegionVerdicts };
};

/** Observes, looks at the suspects in more detail, and judges. */
export async function takeSnapshot(context: RunContext): Promise<Snapshot> {
  const { ports, policy, identity, signals } = context;
  const first = await observe(ports, identity.observedAt, signals.work);
  const suspected = findSuspects(first.observation, (group) => policyFor(policy, group), policy.defaults);
  const observed = await readSuspectDetail(ports, first, suspected, signals.work);
  report(context, observed.problems);
  return judgeSnapshot(observed, policy);
}

export function judgeSnapshot(observed: AccountObservation, policy: Policy): Snapshot {
  const { observation, connectors } = observed;
  const minuteAgo = { ...observation, observedAt: observation.observedAt - minuteMs };
  return {
    observed,
    connectorRegions: new Map([...connectors].map(([id, { region }]) => [id, region])),
    regions: judgeRegions(observation, policy.defaults),
    before: { observation: minuteAgo, regions: judgeRegions(minuteAgo, policy.defaults) },
  };
}

export function planInputOf(
  { policy, identity }: Pick<RunContext, 'policy' | 'identity'>,
  { observed, connectorRegions, regions }: Snapshot,
  group: VoiceConnectorGroup,
): PlanInput {
  const groupPolicy = policyFor(policy, group);
  return {
    observedAt: identity.observedAt,
    group,
    connectorRegions,
    verdicts: judgeGroup(group, observed.observation, regions, groupPolicy),
    regions,
    override: observed.overrides.of(group, identity.observedAt),
    candidateEvidence: undefined,
    carriedBeforeChange: carriedBeforeChange(group, observed.observation),
    policy: groupPolicy,
  };
}

/** Signs of life and the record of changes cost calls, so they are read only where a move is contemplated. */
export async function withCandidateEvidence(
  context: RunContext,
  { observed }: Snapshot,
  input: PlanInput,
  voiceConnectorIds: readonly string[],
): Promise<PlanInput & { readonly candidateEvidence: CandidateEvidence }> {
  const { ports, signals } = context;
  const candidates = voiceConnectorIds.flatMap((id) => observed.connectors.get(id) ?? []);
  const { candidateEvidence, problems } = await readCandidateEvidence(
    ports,
    input.group,
    candidates,
    input.observedAt,
    signals.work,
  );
  report(context, problems);
  return { ...input, candidateEvidence };
}

function isNeedEvidence(decision: { readonly kind: string }): decision is NeedEvidence {
  return decision.kind === 'need-evidence';
}

/** Decides, with a closer look where the decision asks for one. */
export async function decideWithEvidence<Decision extends { readonly kind: string }>(
  context: RunContext,
  seen: Snapshot,
  input: PlanInput,
  decide: (input: PlanInput) => Decision | NeedEvidence,
): Promise<{ readonly input: PlanInput; readonly decision: Decision }> {
  const first = decide(input);
  if (!isNeedEvidence(first)) return { input, decision: first };
  const closely = await withCandidateEvidence(context, seen, input, first.voiceConnectorIds);
  const second = decide(closely);
  if (isNeedEvidence(second)) throw new Error('a decision asked for a closer look that it already had');
  return { input: closely, decision: second };
}
