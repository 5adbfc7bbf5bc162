/** What a failover of one group takes, checked one by one, and then the failover itself, rehearsed. Pure. */
import {
  type MetricsReading,
  type VoiceConnectorGroup,
  type Problem,
  type Reachability,
  minuteMs,
} from '../model/model.ts';
import { metricReadiness, type MetricFacts } from './metrics.ts';
import { overLimitNote } from '../model/override-limit.ts';
import { differences, inOrder, formatItems } from '../model/priorities.ts';
import type { CandidateEvidence, PlanInput } from '../plan/plan-input.ts';
import { checkNamed, readinessOf, type Readiness, type CheckResult } from './check.ts';
import { rehearsal } from './rehearsal.ts';
import { formatDuration } from '../model/format.ts';

const on = {
  origination: checkNamed('origination'),
  optionsPing: checkNamed('options-ping'),
  mode: checkNamed('mode'),
  override: checkNamed('override'),
  distribution: checkNamed('distribution'),
  members: checkNamed('members'),
  priorities: checkNamed('priorities'),
  regions: checkNamed('regions'),
  preferredOrder: checkNamed('preferred-order'),
  phoneNumbers: checkNamed('phone-numbers'),
  lookAgain: checkNamed('look-again'),
  ownChanges: checkNamed('own-changes'),
};

/** How many phone numbers ring the group, but never which. */
export type PhoneNumberCount =
  { readonly kind: 'counted'; readonly count: number } | { readonly kind: 'unreadable'; readonly message: string };

export type GroupFacts = Omit<MetricFacts, 'members' | 'observedAt' | 'policy' | 'metrics'> & {
  /** What the monitor would decide from, all its members looked at closely. */
  readonly input: PlanInput & { readonly candidateEvidence: CandidateEvidence };
  /** By Voice Connector id, the past hour's inbound minutes. */
  readonly metrics: ReadonlyMap<string, MetricsReading>;
  /** The group as AWS shows it when asked for it alone, which the monitor does before each write. */
  readonly lookedAgain:
    | { readonly kind: 'read'; readonly group: VoiceConnectorGroup }
    | { readonly kind: 'failed'; readonly message: string };
  /** One for each Region in which own changes could not be read. */
  readonly unreadChanges: readonly Problem[];
  readonly phoneNumbers: PhoneNumberCount;
  /** Whether every control Region listed everything. */
  readonly isListingComplete: boolean;
};

export function groupReadiness(facts: GroupFacts): Readiness {
  const { input } = facts;
  const members = membersOf(input);
  return readinessOf([
    mode(input),
    override(input),
    distribution(input.group),
    enoughMembers(input.group),
    ...priorities(input.group),
    regions(facts, members),
    preferredOrder(input),
    phoneNumbers(facts.phoneNumbers),
    lookAgain(facts),
    ownChanges(facts),
    ...metricReadiness({ ...facts, ...input, members }),
    ...on.origination.together(members.map((member) => origination(member, input))),
    ...on.optionsPing.together(members.map((member) => optionsPing(member, input))),
    rehearsal(input),
  ]);
}

export type Member = { readonly voiceConnectorId: string; readonly region: string | undefined };

/** In the order calls try them, each once. */
function membersOf({ group, connectorRegions }: PlanInput): readonly Member[] {
  return [...new Set(inOrder(group.items).map(({ voiceConnectorId }) => voiceConnectorId))].map((voiceConnectorId) => ({
    voiceConnectorId,
    region: connectorRegions.get(voiceConnectorId),
  }));
}

function mode({ policy }: PlanInput): CheckResult {
  return policy.mode === 'enforce'
    ? on.mode.pass('mode enforce: a failover is written')
    : on.mode.warn(
        'mode observe: a failover is decided and recorded, and not written; so the policy chose',
        'Set mode: enforce for the group in policy.yml and deploy, once its decisions have convinced you',
      );
}

function override({ override: word, observedAt }: PlanInput): CheckResult {
  switch (word.kind) {
    case 'none':
      return on.override.pass('no word of an operator is in force');
    case 'pause':
    case 'pin':
    case 'drill': {
      const held = `${word.kind} by ${word.by} for another ${formatDuration(word.until - observedAt)}: ${word.reason}${overLimitNote(word, observedAt)}`;
      return on.override.warn(held, 'Take it back where it is no longer meant: the action resume of operate');
    }
    case 'unparseable':
      return on.override.fail(`counts as a pause: ${word.message}`, 'Mend or delete the parameter');
    case 'unreadable':
      return on.override.warn(
        `nobody can tell whether there is a word: ${word.message}`,
        'Look at Parameter Store in that Region: failbacks wait, a rescue does not',
      );
    default:
      return word satisfies never;
  }
}

function distribution({ callDistributionType: type }: VoiceConnectorGroup): CheckResult {
  return type === undefined || type === 'PriorityWeightedDistribution'
    ? on.distribution.pass(`calls go by priority (CallDistributionType ${type ?? 'absent'})`)
    : on.distribution.fail(
        `CallDistributionType ${type}: priority decides nothing that is known here`,
        'Make the group a PriorityWeightedDistribution',
      );
}

function enoughMembers({ items }: VoiceConnectorGroup): CheckResult {
  const members = new Set(items.map(({ voiceConnectorId }) => voiceConnectorId)).size;
  if (members < items.length) {
    return on.members.fail(`${items.length} items, ${members} different members`, 'List each Voice Connector once');
  }
  return members < 2
    ? on.members.fail(`${members} of the 2 members that a failover takes`, 'Add a Voice Connector in another Region')
    : on.members.pass(`${members} members, a failover takes 2`);
}

/** Where priority is not what distributes the calls, nothing is asked of it. */
function priorities({ items, callDistributionType }: VoiceConnectorGroup): readonly CheckResult[] {
  if (callDistributionType === 'LoadBalancedDistribution') return [];
  const given = items.flatMap(({ priority }) => priority ?? []);
  const areDistinct = given.length === items.length && new Set(given).size === given.length;
  return [
    areDistinct
      ? on.priorities.pass(`each its own: ${formatItems(items)}`)
      : on.priorities.fail(`not each its own: ${formatItems(items)}`, 'Give each member a priority of its own'),
  ];
}

function regions({ isListingComplete }: GroupFacts, members: readonly Member[]): CheckResult {
  const unlisted = members.flatMap(({ voiceConnectorId, region }) => (region === undefined ? [voiceConnectorId] : []));
  if (unlisted.length > 0) {
    const sentence = `the Region of ${unlisted.join(', ')} is not known`;
    return isListingComplete
      ? on.regions.fail(
          `${sentence}: no control Region lists it`,
          'Add the Region it was created in to CONTROL_REGIONS',
        )
      : on.regions.warn(`${sentence}: not every control Region could list`, 'See control-regions');
  }
  const placed = members.map(({ voiceConnectorId, region }) => `${voiceConnectorId} in ${region ?? ''}`).join(', ');
  const count = new Set(members.map(({ region }) => region)).size;
  return count < 2
    ? on.regions.warn(
        `${count} Region, of 2: ${placed}`,
        'Add a member in another Region: none is left if this one fails',
      )
    : on.regions.pass(`${count} Regions: ${placed}`);
}

function preferredOrder({ group, policy }: PlanInput): CheckResult {
  const { preferredOrder: order, failback } = policy;
  if (order === undefined) return on.preferredOrder.pass(`none is named, failback ${failback}`);
  const strangers = order.filter((id) => group.items.every(({ voiceConnectorId }) => voiceConnectorId !== id));
  return strangers.length > 0
    ? on.preferredOrder.fail(
        `names ${strangers.join(', ')}, not among ${formatItems(group.items)}`,
        'Correct preferredOrder in policy.yml and deploy',
      )
    : on.preferredOrder.pass(`${order.join(', ')}: all are members; failback ${failback}`);
}

function phoneNumbers(numbers: PhoneNumberCount): CheckResult {
  if (numbers.kind === 'unreadable') return on.phoneNumbers.unproven(`could not be counted: ${numbers.message}`);
  return numbers.count === 0
    ? on.phoneNumbers.fail(
        '0 phone numbers are assigned to the group: no call goes by its priorities',
        'Assign the numbers to the group, not to one of its Voice Connectors',
      )
    : on.phoneNumbers.pass(`${numbers.count} assigned to the group`);
}

function lookAgain({ input, lookedAgain }: GroupFacts): CheckResult {
  if (lookedAgain.kind === 'failed') {
    return on.lookAgain.fail(
      `the group could not be read by itself, which every write begins with: ${lookedAgain.message}`,
      `Look at Chime SDK Voice in ${input.group.controlRegion}`,
    );
  }
  const differs = differences(input.group, lookedAgain.group);
  return differs.length > 0
    ? on.lookAgain.warn(
        `the group by itself is not as it was listed: ${differs.join('; ')}`,
        'Once: somebody changed it just now. Every time: each write would be withheld, please report it',
      )
    : on.lookAgain.pass('the group by itself is as it was listed');
}

function ownChanges({ input, unreadChanges }: GroupFacts): CheckResult {
  const { changeRecord } = input.candidateEvidence;
  const unread = unreadChanges.map(({ doing, message }) => `${doing}: ${message}`).join('; ');
  const fix = 'Look at CloudWatch there: what the monitor did today it reads from its own metrics';
  if (changeRecord.kind === 'unreadable')
    return on.ownChanges.fail(`hold-downs and limits are unknown: ${unread}`, fix);
  const read = `${changeRecord.changedAt.length} changes of the monitor's own in 24 h, at most ${input.policy.maxChangesPerDay}`;
  return unread === '' ? on.ownChanges.pass(read) : on.ownChanges.warn(`${read}; ${unread}`, fix);
}

const unreadableSigns = 'Look at Chime SDK Voice in its control Region, and at regions and permissions above';

function signsOf({ voiceConnectorId }: Member, { candidateEvidence }: GroupFacts['input']): Reachability {
  return (
    candidateEvidence.standbySignals.get(voiceConnectorId)?.reachability ?? {
      kind: 'unreadable',
      message: 'its Region is not known',
    }
  );
}

function origination(member: Member, input: GroupFacts['input']): CheckResult {
  const { voiceConnectorId: id } = member;
  const signs = signsOf(member, input);
  const fix = 'Enable origination with a route to your hosts now, not during the outage';
  if (signs.kind === 'unreadable') return on.origination.warn(`${id}: ${signs.message}`, unreadableSigns);
  switch (signs.origination) {
    case 'ready':
      return on.origination.pass(`${id} enabled, with a route`);
    case 'disabled':
      return on.origination.fail(`${id} is disabled: no inbound call would arrive`, fix);
    case 'no-route':
      return on.origination.fail(`${id} has no route: no inbound call would arrive`, fix);
    default:
      return signs.origination satisfies never;
  }
}

function optionsPing(member: Member, input: GroupFacts['input']): CheckResult {
  const { voiceConnectorId: id } = member;
  const signs = signsOf(member, input);
  if (signs.kind === 'unreadable') return on.optionsPing.warn(`${id}: ${signs.message}`, unreadableSigns);
  const freshMinutes = input.policy.optionsPingFreshMinutes;
  const fix = 'Turn SIP OPTIONS pings from your hosts on: an idle Voice Connector has no better sign of life';
  const at = signs.lastOptionsPingAt;
  if (at === undefined) return on.optionsPing.warn(`${id} never had one`, fix);
  const age = input.observedAt - at;
  const sentence = `${id} ${formatDuration(age)} ago, fresh up to ${freshMinutes} min`;
  return age <= freshMinutes * minuteMs ? on.optionsPing.pass(sentence) : on.optionsPing.warn(sentence, fix);
}
