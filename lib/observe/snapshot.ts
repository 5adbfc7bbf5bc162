/** What one invocation observed, judged: everything that its decisions share. */
import { carriedBeforeChange } from '../core/judge/carried-before-change.ts';
import { callsInGroup } from '../core/judge/calls-in-group.ts';
import { impactOf, savedSinceChange } from '../core/judge/impact.ts';
import { judge, type Judgement } from '../core/judge/judge.ts';
import { judgedUntil } from '../core/judge/readings.ts';
import { findSuspects } from '../core/judge/suspects.ts';
import { minuteMs, type EpochMs } from '../core/model/time.ts';
import { type NeedEvidence } from '../core/model/plan.ts';
import { type Problem } from '../core/model/outcome.ts';
import { type VoiceConnectorGroup } from '../core/model/group.ts';
import type { GroupPolicy } from '../core/model/group-policy.ts';
import type { Observation } from '../core/model/observation.ts';
import type { ConnectorVerdicts } from '../core/model/verdict.ts';
import type { CandidateEvidence, PlanInput } from '../core/plan/plan-input.ts';
import type { RunContext } from '../context.ts';
import { isNameShared } from '../input/override-keys.ts';
import { groupsOfSharedEntry, policyOf, type Policy } from '../input/policy.ts';
import type { ReadPorts, Signals } from '../ports.ts';
import { readCandidateEvidence } from './candidate-evidence.ts';
import { observeForMonitor } from './monitor-reads.ts';
import { observe, type AccountObservation } from './observe.ts';
import { readSuspectDetail } from './suspect-detail.ts';

export type Snapshot = {
  readonly observed: AccountObservation;
  /** By Voice Connector id. */
  readonly connectorRegions: ReadonlyMap<string, string>;
  readonly now: Judgement;
  /** The same metrics judged as of the run before: a verdict that differs between the two has changed since. */
  readonly previous: Judgement & { readonly observedAt: EpochMs };
};

/** What a decision needs of a snapshot. */
export type JudgedNow = Pick<Snapshot, 'observed' | 'connectorRegions' | 'now'>;

/** What the reading of candidate evidence needs of a run. */
type EvidenceContext = {
  readonly ports: Pick<ReadPorts, 'groups' | 'metrics' | 'changes'>;
  readonly signals: Pick<Signals, 'work'>;
};

/** Observes the account, reads the detail of suspects, and judges. */
export async function takeSnapshot({ ports, policy, identity, signals }: RunContext<ReadPorts>): Promise<Snapshot> {
  const first = await observe(ports, identity.observedAt, signals.work);
  const suspects = findSuspects(first.observation, policyOf(policy));
  const observed = await readSuspectDetail(ports, first, suspects, signals.work);
  return judgeSnapshot(observed, policy);
}

/** The same for the monitor's own decisions: without the members that none of them depends on. */
export async function takeMonitorSnapshot({
  ports,
  policy,
  identity,
  signals,
  wake,
}: RunContext<ReadPorts>): Promise<Snapshot> {
  const observed = await observeForMonitor(ports, policy, identity.observedAt, signals.work);
  return judgeSnapshot(observed, policy, wake.previousAt);
}

/** @param previousAt when the run before was made. Default: a minute before */
export function judgeSnapshot(
  observed: AccountObservation,
  policy: Policy,
  previousAt = observed.observation.observedAt - minuteMs,
): Snapshot {
  const before = { ...observed.observation, observedAt: previousAt };
  return {
    ...judgeNow(observed, policy),
    previous: { ...judge(before, policyOf(policy)), observedAt: previousAt },
  };
}

export function judgeNow(observed: AccountObservation, policy: Policy): JudgedNow {
  const { observation, connectors } = observed;
  return {
    observed,
    connectorRegions: new Map([...connectors].map(([id, { region }]) => [id, region])),
    now: judge(observation, policyOf(policy)),
  };
}

export function planInputOf(
  { policy, identity }: Pick<RunContext, 'policy'> & { readonly identity: Pick<RunContext['identity'], 'observedAt'> },
  { observed, connectorRegions, now }: JudgedNow,
  group: VoiceConnectorGroup,
): PlanInput {
  const hasSharedName = isNameShared(group, observed.observation.groups);
  const verdicts = now.verdictsOf(group);
  const own = policyFor(policy, group, observed.observation.groups);
  return {
    observedAt: identity.observedAt,
    group,
    connectorRegions,
    verdicts,
    regions: now.regions,
    override: observed.overrides.of(group, identity.observedAt, hasSharedName),
    overridePutAt: observed.overrides.putAt(group, identity.observedAt, hasSharedName),
    hasSharedName,
    candidateEvidence: undefined,
    carriedBeforeChange: carriedBeforeChange(group, observed.observation),
    ...impactIn(observed.observation, verdicts, group, own.policy),
    ...own,
  };
}

/** From what was read for the decision: the ledger costs no metric. */
function impactIn(
  observation: Observation,
  verdicts: ConnectorVerdicts,
  group: VoiceConnectorGroup,
  policy: GroupPolicy,
): Pick<PlanInput, 'impacts' | 'saved'> {
  const until = judgedUntil(observation.observedAt, policy);
  const impacts = [...verdicts].flatMap(([voiceConnectorId, { health }]) => {
    const connector = health === 'unhealthy' ? observation.connectors.get(voiceConnectorId) : undefined;
    const impact = connector && impactOf(callsInGroup(connector, { ...observation, group }, until, policy), policy);
    return impact === undefined ? [] : [[voiceConnectorId, impact] as const];
  });
  return { impacts: new Map(impacts), saved: savedSinceChange(group, observation, policy) };
}

/** An entry that applies to several groups was meant for one of them: none is moved by it. */
function policyFor(
  policy: Policy,
  group: VoiceConnectorGroup,
  groups: readonly VoiceConnectorGroup[],
): Pick<PlanInput, 'policy' | 'policyRefusal'> {
  const own = policyOf(policy)(group);
  const shared = groupsOfSharedEntry(policy, group, groups);
  if (shared === undefined || own.mode === 'observe') return { policy: own, policyRefusal: undefined };
  const ids = shared.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId).join(', ');
  return {
    policy: { ...own, mode: 'observe', drill: undefined },
    policyRefusal: `the policy entry ${shared.entry} applies to ${shared.groups.length} groups (${ids}): use ids`,
  };
}

/** An input with candidate evidence, and the problems met while reading it. */
export type Evidenced = {
  readonly input: PlanInput & { readonly candidateEvidence: CandidateEvidence };
  readonly problems: readonly Problem[];
};

/** Standby signals and the record of changes cost calls, so they are read only when a move is contemplated. */
export async function withCandidateEvidence(
  { ports, signals }: EvidenceContext,
  { observed }: Pick<Snapshot, 'observed'>,
  input: PlanInput,
  voiceConnectorIds: readonly string[],
): Promise<Evidenced> {
  const candidates = voiceConnectorIds.flatMap((id) => observed.connectors.get(id) ?? []);
  const { group, observedAt } = input;
  const { candidateEvidence, problems } = await readCandidateEvidence(
    ports,
    group,
    candidates,
    observedAt,
    signals.work,
  );
  return { input: { ...input, candidateEvidence }, problems };
}

/** A decision, the input that it was made from, and the problems met on the way. */
export type Decided<Decision> = {
  readonly input: PlanInput;
  readonly decision: Decision;
  readonly problems: readonly Problem[];
};

/** Decides; reads candidate evidence first if the decision asks for it. */
export async function decideWithEvidence<Decision extends { readonly kind: string }>(
  context: EvidenceContext,
  snapshot: Pick<Snapshot, 'observed'>,
  input: PlanInput,
  decide: (input: PlanInput) => Decision | NeedEvidence,
): Promise<Decided<Decision>> {
  const first = decide(input);
  if (!isNeedEvidence(first)) return { input, decision: first, problems: [] };
  const evidenced = await withCandidateEvidence(context, snapshot, input, first.voiceConnectorIds);
  const second = decide(evidenced.input);
  if (isNeedEvidence(second)) throw new Error('a decision asked for candidate evidence that it already had');
  return { ...evidenced, decision: second };
}

function isNeedEvidence(decision: { readonly kind: string }): decision is NeedEvidence {
  return decision.kind === 'need-evidence';
}
