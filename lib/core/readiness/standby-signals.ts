/** Checks the standby signals of the members: they alone show whether an idle Voice Connector could take calls. Pure. */
import { minuteMs } from '../model/time.ts';
import { type Reachability } from '../model/observation.ts';
import { formatDuration } from '../model/format.ts';
import type { CandidateEvidence, PlanInput } from '../plan/plan-input.ts';
import { checkOf, type CheckResult } from './check.ts';
import type { CheckedMember } from './metrics.ts';

const on = {
  origination: checkOf('origination'),
  optionsPing: checkOf('options-ping'),
};

type SignalsInput = Pick<PlanInput, 'observedAt' | 'policy'> & { readonly candidateEvidence: CandidateEvidence };

const unreadableFix = 'Check Chime SDK Voice in its control Region, and the checks regions and permissions';

function reachabilityOf({ voiceConnectorId }: CheckedMember, { candidateEvidence }: SignalsInput): Reachability {
  return (
    candidateEvidence.standbySignals.get(voiceConnectorId)?.reachability ?? {
      kind: 'unreadable',
      message: 'its Region is unknown',
    }
  );
}

export function origination(members: readonly CheckedMember[], input: SignalsInput): readonly CheckResult[] {
  return on.origination.merge(members.map((member) => memberOrigination(member, input)));
}

function memberOrigination(member: CheckedMember, input: SignalsInput): CheckResult {
  const { voiceConnectorId: id } = member;
  const reachability = reachabilityOf(member, input);
  const fix = 'Enable origination with a route to your hosts, before an outage';
  if (reachability.kind === 'unreadable') return on.origination.warn(`${id}: ${reachability.message}`, unreadableFix);
  switch (reachability.origination) {
    case 'ready':
      return on.origination.pass(`${id} enabled, with a route`);
    case 'disabled':
      return on.origination.fail(`${id} is disabled: no inbound call would arrive`, fix);
    case 'no-route':
      return on.origination.fail(`${id} has no route: no inbound call would arrive`, fix);
    default:
      return reachability.origination satisfies never;
  }
}

export function optionsPing(members: readonly CheckedMember[], input: SignalsInput): readonly CheckResult[] {
  return on.optionsPing.merge(members.map((member) => memberOptionsPing(member, input)));
}

function memberOptionsPing(member: CheckedMember, input: SignalsInput): CheckResult {
  const { voiceConnectorId: id } = member;
  const reachability = reachabilityOf(member, input);
  if (reachability.kind === 'unreadable') return on.optionsPing.warn(`${id}: ${reachability.message}`, unreadableFix);
  const freshMinutes = input.policy.optionsPingFreshMinutes;
  const fix = 'Enable SIP OPTIONS pings from your hosts: they are the best standby signal of an idle Voice Connector';
  const at = reachability.lastOptionsPingAt;
  if (at === undefined) return on.optionsPing.warn(`${id} has never received one`, fix);
  const age = input.observedAt - at;
  const sentence = `${id} ${formatDuration(age)} ago, fresh up to ${freshMinutes} min`;
  return age <= freshMinutes * minuteMs ? on.optionsPing.pass(sentence) : on.optionsPing.warn(sentence, fix);
}
