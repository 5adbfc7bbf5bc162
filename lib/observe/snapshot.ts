/** What was observed, judged: all that the decisions of an invocation share, and the part of it that one group's depends on. */
import { carriedBeforeChange, judgeGroup } from '../core/judge/judge.ts';
import {
  minuteMs,
  type Examine,
  type Observation,
  type RegionVerdicts,
  type VoiceConnectorGroup,
} from '../core/model/model.ts';
import type { Closer, PlanInput } from '../core/plan/plan-input.ts';
import { judgeRegions } from '../core/judge/region.ts';
import { suspects } from '../core/judge/suspects.ts';
import { lookAtSuspects, lookCloser, observe, type Observed } from './observe.ts';
import { policyFor, type Policy } from '../input/policy.ts';
import { report, type Running } from '../context.ts';

export type Seen = {
  readonly observed: Observed;
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly regions: RegionVerdicts;
  /** The same a minute ago: a verdict that changed between the two is an edge. */
  readonly before: { readonly observation: Observation; readonly regions: RegionVerdicts };
};

/** Observes, looks at the suspects in more detail, and judges. */
export const look = async (running: Running): Promise<Seen> => {
  const { ports, policy, identity, signals } = running;
  const first = await observe(ports, identity.observedAt, signals.work);
  const suspected = suspects(first.observation, (group) => policyFor(policy, group), policy.defaults);
  const observed = await lookAtSuspects(ports, first, suspected, signals.work);
  report(running, observed.problems);
  return see(observed, policy);
};

export const see = (observed: Observed, policy: Policy): Seen => {
  const { observation, connectors } = observed;
  const minuteAgo = { ...observation, observedAt: observation.observedAt - minuteMs };
  return {
    observed,
    connectorRegions: new Map([...connectors].map(([id, { region }]) => [id, region])),
    regions: judgeRegions(observation, policy.defaults),
    before: { observation: minuteAgo, regions: judgeRegions(minuteAgo, policy.defaults) },
  };
};

export const inputOf = (
  { policy, identity }: Pick<Running, 'policy' | 'identity'>,
  { observed, connectorRegions, regions }: Seen,
  group: VoiceConnectorGroup,
): PlanInput => {
  const groupPolicy = policyFor(policy, group);
  return {
    observedAt: identity.observedAt,
    group,
    connectorRegions,
    verdicts: judgeGroup(group, observed.observation, regions, groupPolicy),
    regions,
    override: observed.overrides.of(group, identity.observedAt),
    closer: undefined,
    carriedBeforeChange: carriedBeforeChange(group, observed.observation),
    policy: groupPolicy,
  };
};

/** Signs of life and the record of changes cost calls, so they are read only where a move is contemplated. */
export const withCloserLook = async (
  running: Running,
  { observed }: Seen,
  input: PlanInput,
  voiceConnectorIds: readonly string[],
): Promise<PlanInput & { readonly closer: Closer }> => {
  const { ports, signals } = running;
  const candidates = voiceConnectorIds.flatMap((id) => observed.connectors.get(id) ?? []);
  const { closer, problems } = await lookCloser(ports, input.group, candidates, input.observedAt, signals.work);
  report(running, problems);
  return { ...input, closer };
};

const isExamine = (decision: { readonly kind: string }): decision is Examine => decision.kind === 'examine';

/** Decides, with a closer look where the decision asks for one. */
export const decided = async <Decision extends { readonly kind: string }>(
  running: Running,
  seen: Seen,
  input: PlanInput,
  decide: (input: PlanInput) => Decision | Examine,
): Promise<{ readonly input: PlanInput; readonly decision: Decision }> => {
  const first = decide(input);
  if (!isExamine(first)) return { input, decision: first };
  const closely = await withCloserLook(running, seen, input, first.voiceConnectorIds);
  const second = decide(closely);
  if (isExamine(second)) throw new Error('a decision asked for a closer look that it already had');
  return { input: closely, decision: second };
};
