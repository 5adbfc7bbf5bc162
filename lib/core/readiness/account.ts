/** What every group depends on: control Regions, permissions, the clock, and a policy that means what is there. Pure. */
import type { VoiceConnectorGroup } from '../model/group.ts';
import type { EpochMs } from '../model/time.ts';
import { checkNamed, readinessOf, type Readiness, type CheckResult } from './check.ts';
import { formatDuration } from '../model/format.ts';

const on = {
  controlRegions: checkNamed('control-regions'),
  permissions: checkNamed('permissions'),
  writes: checkNamed('writes'),
  clock: checkNamed('clock'),
  policyEntries: checkNamed('policy-entries'),
};

/** The IAM actions by which the monitor looks. */
export const monitorReads = [
  'chime:ListVoiceConnectorGroups',
  'chime:ListVoiceConnectors',
  'chime:GetVoiceConnectorGroup',
  'chime:GetVoiceConnectorTerminationHealth',
  'chime:GetVoiceConnectorOrigination',
  'cloudwatch:GetMetricData',
  'ssm:GetParametersByPath',
] as const;

/** What became of one question to AWS, the SDK's repetitions included. */
export type ApiCallOutcome = {
  /** As IAM calls it, `chime:ListVoiceConnectors`. */
  readonly action: string;
  readonly region: string;
  /** `answered`: AWS let us ask, even where there was nothing to be found. */
  readonly outcome: 'answered' | 'forbidden' | 'failed';
  /** Empty where it was answered. */
  readonly message: string;
};

/** AWS's `Date` on one answer, and own time around it. */
export type ServerTime = {
  readonly region: string;
  /** Cut to the whole second. */
  readonly date: EpochMs;
  readonly sentAt: EpochMs;
  readonly receivedAt: EpochMs;
};

export type AccountFacts = {
  readonly controlRegions: readonly string[];
  readonly groups: readonly VoiceConnectorGroup[];
  readonly listedConnectors: number;
  /** What kept the lists short, each as `doing: message`. */
  readonly listingProblems: readonly string[];
  readonly answers: readonly ApiCallOutcome[];
  readonly serverTimes: readonly ServerTime[];
  /** The ids or names under which the policy has groups. */
  readonly policyEntries: readonly string[];
};

export function accountReadiness(facts: AccountFacts): Readiness {
  return readinessOf([
    controlRegions(facts),
    permissions(facts),
    writes,
    clock(facts.serverTimes),
    policyEntries(facts),
  ]);
}

function controlRegions({ controlRegions: regions, groups, ...facts }: AccountFacts): CheckResult {
  const listed = `${regions.join(', ')} list ${groups.length} groups and ${facts.listedConnectors} Voice Connectors`;
  if (facts.listingProblems.length > 0) {
    return on.controlRegions.fail(
      `${listed}, and not all was listed: ${facts.listingProblems.join('; ')}`,
      "Look at the Region's status and at CONTROL_REGIONS. What was created there is neither seen nor changed meanwhile",
    );
  }
  return groups.length === 0
    ? on.controlRegions.warn(listed, 'Set CONTROL_REGIONS to the Regions whose endpoints your groups were created at')
    : on.controlRegions.pass(listed);
}

function permissions({ answers }: AccountFacts): CheckResult {
  const told = ({ action, region, message }: ApiCallOutcome) => `${action} in ${region}: ${message}`;
  const ofMonitor = (answer: ApiCallOutcome): boolean => monitorReads.some((action) => action === answer.action);
  const forbidden = answers.filter(({ outcome }) => outcome === 'forbidden');
  const fix = "Compare the role with serverless.yml, and look at the account's service control policies";
  const barred = forbidden.filter(ofMonitor);
  if (barred.length > 0) return on.permissions.fail(distinct(barred.map(told)).join('; '), fix);
  const own = forbidden.map((answer) => `${told(answer)} (asked by this check alone)`);
  if (own.length > 0) return on.permissions.warn(distinct(own).join('; '), fix);
  const isAnswered = (action: string) =>
    answers.some((answer) => answer.action === action && answer.outcome === 'answered');
  const unanswered = monitorReads.filter((action) => !isAnswered(action));
  const allowed = `${monitorReads.length - unanswered.length} of the monitor's ${monitorReads.length} reads were allowed`;
  return unanswered.length === 0
    ? on.permissions.pass(allowed)
    : on.permissions.unproven(`${allowed}; no answer told whether it may ${unanswered.join(', ')}`);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

const writes: CheckResult = on.writes.unproven(
  'nothing harmless proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: an applied change does, or a drill; ' +
    'events:PutEvents is proven by what the monitor tells every quarter of an hour, sqs:SendMessage only by a bus that refuses',
);

/** Beyond this our clock is not kept; networks alone do not do it. */
const clockToleranceMs = 5000;

/** Half of the default metric lag: what is thought to be a complete minute may be half a one. */
const clockLimitMs = 30_000;

/**
 * By the quickest answer, which says most. The `Date` means any moment of its second, made at any moment between sending and
 * receiving: only what cannot be explained by that is counted.
 */
function clock(times: readonly ServerTime[]): CheckResult {
  const [best] = [...times].sort((left, right) => roundTrip(left) - roundTrip(right));
  if (best === undefined) return on.clock.unproven('no answer of AWS had a Date to compare with');
  const ahead = Math.max(0, best.sentAt - (best.date + 1000));
  const behind = Math.max(0, best.date - best.receivedAt);
  const off = Math.max(ahead, behind);
  const compared = `by the Date of ${best.region}, answered in ${formatDuration(roundTrip(best))}`;
  if (off === 0) return on.clock.pass(`own clock agrees with AWS's to the second (${compared})`);
  const sentence = `own clock is at least ${formatDuration(off)} ${ahead > 0 ? 'ahead of' : 'behind'} AWS's (${compared})`;
  const fix = "The clock is the host's, which is AWS's: deploy again to get another, and tell AWS if it stays";
  if (off > clockLimitMs) return on.clock.fail(`${sentence}, limit ${formatDuration(clockLimitMs)}`, fix);
  return off > clockToleranceMs
    ? on.clock.warn(`${sentence}, tolerance ${formatDuration(clockToleranceMs)}`, fix)
    : on.clock.pass(`${sentence}, tolerance ${formatDuration(clockToleranceMs)}`);
}

function roundTrip({ sentAt, receivedAt }: ServerTime): number {
  return receivedAt - sentAt;
}

function policyEntries({ policyEntries: entries, groups, listingProblems }: AccountFacts): CheckResult {
  const names = (entry: string) =>
    groups.some(({ voiceConnectorGroupId, name }) => voiceConnectorGroupId === entry || name === entry);
  const unknown = entries.filter((entry) => !names(entry));
  const shadowed = groups.flatMap(({ voiceConnectorGroupId: id, name }) =>
    id !== name && entries.includes(id) && entries.includes(name) ? [`${name}: ${id} is its id, and has its own`] : [],
  );
  const fix = 'Correct groups[].group in policy.yml and deploy: what is said there is in force for nobody';
  if (unknown.length > 0) {
    const sentence = `of ${entries.length} entries these name no group that is listed: ${unknown.join(', ')}`;
    return listingProblems.length > 0
      ? on.policyEntries.warn(`${sentence}; the list is short`, fix)
      : on.policyEntries.fail(sentence, fix);
  }
  return shadowed.length > 0
    ? on.policyEntries.warn(`of two entries for one group the name's is not used: ${shadowed.join('; ')}`, fix)
    : on.policyEntries.pass(`${entries.length} of ${entries.length} entries name a group`);
}
