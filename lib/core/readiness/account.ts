/** Checks of what every group depends on: control Regions, permissions, the clock, and policy entries that match a group. Pure. */
import { clockDifference, type ServerTime } from '../model/server-clock.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { checkOf, readinessOf, type Readiness, type CheckResult } from './check.ts';
import { formatDuration } from '../model/format.ts';

const on = {
  controlRegions: checkOf('control-regions'),
  permissions: checkOf('permissions'),
  writes: checkOf('writes'),
  clock: checkOf('clock'),
  policyEntries: checkOf('policy-entries'),
  overrideKeys: checkOf('override-keys'),
};

/** The IAM actions of the monitor's reads. */
export const monitorReads = [
  'chime:ListVoiceConnectorGroups',
  'chime:ListVoiceConnectors',
  'chime:GetVoiceConnectorGroup',
  'chime:GetVoiceConnectorTerminationHealth',
  'chime:GetVoiceConnectorOrigination',
  'cloudwatch:GetMetricData',
  'ssm:GetParametersByPath',
] as const;

/** The outcome of one call to AWS, after the SDK's retries. */
export type ApiCallOutcome = {
  /** The IAM action, `chime:ListVoiceConnectors`. */
  readonly action: string;
  readonly region: string;
  /** `answered`: AWS permitted the call, including with a not-found answer. */
  readonly outcome: 'answered' | 'forbidden' | 'failed';
  /** Empty where the outcome is `answered`. */
  readonly message: string;
};

export type AccountFacts = {
  readonly controlRegions: readonly string[];
  readonly groups: readonly VoiceConnectorGroup[];
  readonly listedConnectors: number;
  /** Why the lists are incomplete, each as `doing: message`. */
  readonly listingProblems: readonly string[];
  readonly callOutcomes: readonly ApiCallOutcome[];
  readonly serverTimes: readonly ServerTime[];
  /** The group ids and names that the policy has entries for. */
  readonly policyEntries: readonly string[];
  /** The overrides that apply to no listed group, each as `key (Region): override`. */
  readonly unmatchedOverrides: readonly string[];
};

export function accountReadiness(facts: AccountFacts): Readiness {
  return readinessOf([
    controlRegions(facts),
    permissions(facts),
    writes,
    clock(facts.serverTimes),
    policyEntries(facts),
    overrideKeys(facts),
  ]);
}

function controlRegions({ controlRegions: regions, groups, ...facts }: AccountFacts): CheckResult {
  const listed = `${regions.join(', ')} list ${groups.length} groups and ${facts.listedConnectors} Voice Connectors`;
  if (facts.listingProblems.length > 0) {
    return on.controlRegions.fail(
      `${listed}, and the lists are incomplete: ${facts.listingProblems.join('; ')}`,
      "Check the Region's status and controlRegions of the stage. Until then the monitor can neither read nor change what was created there",
    );
  }
  return groups.length === 0
    ? on.controlRegions.warn(
        listed,
        'Set controlRegions of the stage to the Regions whose endpoints your groups were created in',
      )
    : on.controlRegions.pass(listed);
}

function permissions({ callOutcomes }: AccountFacts): CheckResult {
  const format = ({ action, region, message }: ApiCallOutcome) => `${action} in ${region}: ${message}`;
  const isMonitorRead = (answer: ApiCallOutcome): boolean => monitorReads.some((action) => action === answer.action);
  const forbidden = callOutcomes.filter(({ outcome }) => outcome === 'forbidden');
  const fix = "Compare the role with serverless.yml, and check the account's service control policies";
  const forbiddenReads = forbidden.filter(isMonitorRead);
  if (forbiddenReads.length > 0) return on.permissions.fail(distinct(forbiddenReads.map(format)).join('; '), fix);
  const preflightOnly = forbidden.map((answer) => `${format(answer)} (used by preflight only)`);
  if (preflightOnly.length > 0) return on.permissions.warn(distinct(preflightOnly).join('; '), fix);
  const isAnswered = (action: string) =>
    callOutcomes.some((answer) => answer.action === action && answer.outcome === 'answered');
  const unanswered = monitorReads.filter((action) => !isAnswered(action));
  const allowed = `${monitorReads.length - unanswered.length} of the monitor's ${monitorReads.length} reads were allowed`;
  return unanswered.length === 0
    ? on.permissions.pass(allowed)
    : on.permissions.unproven(`${allowed}; AWS did not answer ${unanswered.join(', ')}`);
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

const writes: CheckResult = on.writes.unproven(
  'no harmless call proves chime:UpdateVoiceConnectorGroup and cloudwatch:PutMetricData: only an applied change or a drill does; ' +
    'the event that the monitor publishes every 15 min proves events:PutEvents; only a failure of EventBridge proves sqs:SendMessage',
);

/** Network delay alone does not explain more than this. */
const clockToleranceMs = 5000;

/** Half of the default metric lag: beyond it the monitor would judge incomplete minutes. */
const clockLimitMs = 30_000;

function clock(times: readonly ServerTime[]): CheckResult {
  const difference = clockDifference(times);
  if (difference === undefined) return on.clock.unproven('no AWS response had a Date header');
  const { differenceMs, text } = difference;
  const fix =
    'AWS keeps the clock of the Lambda host: deploy again to get another host, and open an AWS support case if it persists';
  if (differenceMs === 0) return on.clock.pass(text);
  if (differenceMs > clockLimitMs) return on.clock.fail(`${text}, limit ${formatDuration(clockLimitMs)}`, fix);
  return differenceMs > clockToleranceMs
    ? on.clock.warn(`${text}, tolerance ${formatDuration(clockToleranceMs)}`, fix)
    : on.clock.pass(`${text}, tolerance ${formatDuration(clockToleranceMs)}`);
}

function policyEntries({ policyEntries: entries, groups, listingProblems }: AccountFacts): CheckResult {
  const isListed = (entry: string) =>
    groups.some(({ voiceConnectorGroupId, name }) => voiceConnectorGroupId === entry || name === entry);
  const unknown = entries.filter((entry) => !isListed(entry));
  const shadowed = groups.flatMap(({ voiceConnectorGroupId: id, name }) =>
    id !== name && entries.includes(id) && entries.includes(name) ? [`${name}: its id ${id} has an entry too`] : [],
  );
  const fix = 'Correct groups[].group in policy.yml and deploy: until then the entry has no effect';
  if (unknown.length > 0) {
    const sentence = `of ${entries.length} entries, these match no listed group: ${unknown.join(', ')}`;
    return listingProblems.length > 0
      ? on.policyEntries.warn(`${sentence}; the list of groups is incomplete`, fix)
      : on.policyEntries.fail(sentence, fix);
  }
  return shadowed.length > 0
    ? on.policyEntries.warn(`a group has two entries, and the one by name has no effect: ${shadowed.join('; ')}`, fix)
    : on.policyEntries.pass(`${entries.length} of ${entries.length} entries match a group`);
}

function overrideKeys({ unmatchedOverrides, listingProblems }: AccountFacts): CheckResult {
  if (unmatchedOverrides.length === 0) return on.overrideKeys.pass('every stored override applies to a group');
  const sentence = `these apply to no listed group, so they have no effect: ${unmatchedOverrides.join('; ')}`;
  const fix = 'Store it under the id of its group, and delete this parameter';
  return listingProblems.length > 0
    ? on.overrideKeys.warn(`${sentence}; the list of groups is incomplete`, fix)
    : on.overrideKeys.fail(sentence, fix);
}
