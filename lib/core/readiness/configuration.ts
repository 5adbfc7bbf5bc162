/** Checks the configuration of one group: what calls and the planner go by. Pure. */
import type { VoiceConnectorGroup } from '../model/group.ts';
import { formatItems } from '../model/priorities.ts';
import type { PlanInput } from '../plan/plan-input.ts';
import { checkOf, type CheckResult } from './check.ts';
import type { CheckedMember } from './metrics.ts';

const on = {
  distribution: checkOf('distribution'),
  members: checkOf('members'),
  priorities: checkOf('priorities'),
  regions: checkOf('regions'),
  preferredOrder: checkOf('preferred-order'),
  phoneNumbers: checkOf('phone-numbers'),
};

/** How many phone numbers are assigned to the group; never the numbers themselves. */
export type PhoneNumberCount =
  { readonly kind: 'counted'; readonly count: number } | { readonly kind: 'unreadable'; readonly message: string };

export function distribution({ callDistributionType: type }: VoiceConnectorGroup): CheckResult {
  return type === undefined || type === 'PriorityWeightedDistribution'
    ? on.distribution.pass(`calls go by priority (CallDistributionType ${type ?? 'absent'})`)
    : on.distribution.fail(
        `CallDistributionType ${type}: it is not known to go by priority`,
        'Make the group a PriorityWeightedDistribution',
      );
}

export function enoughMembers({ items }: VoiceConnectorGroup): CheckResult {
  const members = new Set(items.map(({ voiceConnectorId }) => voiceConnectorId)).size;
  if (members < items.length) {
    return on.members.fail(`${items.length} items, ${members} different members`, 'List each Voice Connector once');
  }
  return members < 2
    ? on.members.fail(`${members} of the 2 members that a failover needs`, 'Add a Voice Connector in another Region')
    : on.members.pass(`${members} members, a failover takes 2`);
}

/** Load-balanced groups need no priorities. */
export function priorities({ items, callDistributionType }: VoiceConnectorGroup): readonly CheckResult[] {
  if (callDistributionType === 'LoadBalancedDistribution') return [];
  const given = items.flatMap(({ priority }) => priority ?? []);
  const areDistinct = given.length === items.length && new Set(given).size === given.length;
  return [
    areDistinct
      ? on.priorities.pass(`distinct: ${formatItems(items)}`)
      : on.priorities.fail(`not distinct: ${formatItems(items)}`, 'Give each member a different priority'),
  ];
}

export function regions(isListingComplete: boolean, members: readonly CheckedMember[]): CheckResult {
  const unlisted = members.flatMap(({ voiceConnectorId, region }) => (region === undefined ? [voiceConnectorId] : []));
  if (unlisted.length > 0) {
    const sentence = `the Region of ${unlisted.join(', ')} is unknown`;
    return isListingComplete
      ? on.regions.fail(
          `${sentence}: no control Region lists it`,
          'Add the Region that it was created in to controlRegions of the stage',
        )
      : on.regions.warn(`${sentence}: not every control Region returned its list`, 'See control-regions');
  }
  const membersByRegion = members
    .map(({ voiceConnectorId, region }) => `${voiceConnectorId} in ${region ?? ''}`)
    .join(', ');
  const count = new Set(members.map(({ region }) => region)).size;
  return count < 2
    ? on.regions.warn(
        `${count} Region, of 2: ${membersByRegion}`,
        'Add a member in another Region: if this Region fails, no member is left',
      )
    : on.regions.pass(`${count} Regions: ${membersByRegion}`);
}

export function preferredOrder({ group, policy }: PlanInput): CheckResult {
  const { preferredOrder: order, failback } = policy;
  if (order === undefined) return on.preferredOrder.pass(`none is set, failback ${failback}`);
  const nonMembers = order.filter((id) => group.items.every(({ voiceConnectorId }) => voiceConnectorId !== id));
  return nonMembers.length > 0
    ? on.preferredOrder.fail(
        `${nonMembers.join(', ')} not among the members ${formatItems(group.items)}`,
        'Correct preferredOrder in policy.yml and deploy',
      )
    : on.preferredOrder.pass(`${order.join(', ')}: all are members; failback ${failback}`);
}

export function phoneNumbers(numbers: PhoneNumberCount): CheckResult {
  if (numbers.kind === 'unreadable') return on.phoneNumbers.unproven(`could not be counted: ${numbers.message}`);
  return numbers.count === 0
    ? on.phoneNumbers.fail(
        '0 phone numbers are assigned to the group: no call uses its priorities',
        'Assign the numbers to the group, not to one of its Voice Connectors',
      )
    : on.phoneNumbers.pass(`${numbers.count} assigned to the group`);
}
