/** Checks each condition for a failover of one group, then rehearses the failover itself. Pure. */
import { inForce } from '../model/in-force.ts';
import { formatMaintenance, formatWindow, nextMaintenance } from '../model/maintenance.ts';
import { overLimitNote } from '../model/override-limit.ts';
import type { MetricsReading } from '../model/observation.ts';
import type { Problem } from '../model/outcome.ts';
import type { VoiceConnectorGroup } from '../model/group.ts';
import { capacity, type CapacityFacts } from './capacity.ts';
import { metricReadiness, type CheckedMember, type MetricFacts } from './metrics.ts';
import { differences, inOrder } from '../model/priorities.ts';
import { leftByDrillAt } from '../plan/left-by-drill.ts';
import { pinDifference } from '../plan/pinned.ts';
import type { CandidateEvidence, PlanInput } from '../plan/plan-input.ts';
import { checkOf, readinessOf, type Readiness, type CheckResult } from './check.ts';
import {
  distribution,
  enoughMembers,
  phoneNumbers,
  preferredOrder,
  priorities,
  regions,
  type PhoneNumberCount,
} from './configuration.ts';
import { rehearsal } from './rehearsal.ts';
import { optionsPing, origination } from './standby-signals.ts';
import { formatDuration } from '../model/format.ts';
import { wakeAlarms, type WakeAlarmFacts } from './wake-alarms.ts';

const on = {
  mode: checkOf('mode'),
  override: checkOf('override'),
  recheck: checkOf('recheck'),
  ownChanges: checkOf('own-changes'),
};

export type GroupFacts = Omit<MetricFacts, 'members' | 'observedAt' | 'policy' | 'metrics'> &
  WakeAlarmFacts &
  Omit<CapacityFacts, 'members' | 'observedAt' | 'group' | 'connectorRegions'> & {
    /** The monitor's plan input, with candidate evidence of every member. */
    readonly input: PlanInput & { readonly candidateEvidence: CandidateEvidence };
    /** By Voice Connector id, the inbound minutes of the past hour. */
    readonly metrics: ReadonlyMap<string, MetricsReading>;
    /** The group as GetVoiceConnectorGroup returns it, which the monitor calls before each write. */
    readonly recheck:
      | { readonly kind: 'read'; readonly group: VoiceConnectorGroup }
      | { readonly kind: 'failed'; readonly message: string };
    /** One for each Region in which the record of own changes could not be read. */
    readonly unreadChanges: readonly Problem[];
    readonly phoneNumbers: PhoneNumberCount;
  };

export function groupReadiness(facts: GroupFacts): Readiness {
  const { input } = facts;
  const members = membersOf(input);
  return readinessOf([
    mode(input),
    overrides(input),
    distribution(input.group),
    enoughMembers(input.group),
    ...priorities(input.group),
    regions(facts.isListingComplete, members),
    preferredOrder(input),
    phoneNumbers(facts.phoneNumbers),
    recheck(facts),
    ownChanges(facts),
    ...metricReadiness({ ...facts, ...input, members }),
    ...origination(members, input),
    ...optionsPing(members, input),
    ...capacity({ ...facts, ...input, members }),
    ...wakeAlarms(members, facts),
    rehearsal(input),
  ]);
}

/** In the order that calls try them, each once. */
function membersOf({ group, connectorRegions }: PlanInput): readonly CheckedMember[] {
  return [...new Set(inOrder(group.items).map(({ voiceConnectorId }) => voiceConnectorId))].map((voiceConnectorId) => ({
    voiceConnectorId,
    region: connectorRegions.get(voiceConnectorId),
  }));
}

function mode({ policy, policyRefusal }: PlanInput): CheckResult {
  if (policyRefusal !== undefined) {
    return on.mode.fail(
      `mode observe, because ${policyRefusal}`,
      'Name the group by its id in policy.yml, where no other group has that name, or rename the other group',
    );
  }
  return policy.mode === 'enforce'
    ? on.mode.pass('mode enforce: a failover is written')
    : on.mode.warn(
        'mode observe: a failover is decided and published, but not written, as the policy says',
        'Set mode: enforce for the group in policy.yml and deploy, once you trust its decisions',
      );
}

function overrides(input: GroupFacts['input']): CheckResult {
  const { observedAt } = input;
  const override = inForce(input);
  switch (override.kind) {
    case 'none':
      return withoutOverride(input);
    case 'maintenance':
      return on.override.warn(
        formatMaintenance(override, observedAt),
        'It ends by itself. To end it now, change maintenance in policy.yml and deploy',
      );
    case 'pause':
    case 'pin':
    case 'drill': {
      const difference = pinDifference(input);
      const sentence = `${override.kind} by ${override.by} for another ${formatDuration(override.until - observedAt)}: ${override.reason}${overLimitNote(override, observedAt)}`;
      return difference === undefined
        ? on.override.warn(sentence, 'If it is no longer needed, remove it: action resume of operate')
        : on.override.fail(`${sentence}; ${difference}`, 'docs/runbook.md#pin-order-differs');
    }
    case 'unparseable':
      return on.override.fail(`counts as a pause: ${override.message}`, 'Correct or delete the parameter');
    case 'unreadable':
      return on.override.warn(
        `the overrides could not be read: ${override.message}`,
        'Check Parameter Store in that Region: failbacks wait, failovers do not',
      );
    default:
      return override satisfies never;
  }
}

function withoutOverride(input: GroupFacts['input']): CheckResult {
  const { group, candidateEvidence, observedAt } = input;
  const begunAt = leftByDrillAt(group, candidateEvidence.changeRecord);
  return begunAt === undefined
    ? on.override.pass(`no override is in force${formatNext(input)}`)
    : on.override.fail(
        `a drill moved the group ${formatDuration(observedAt - begunAt)} ago, its override is gone, and nobody put the group back`,
        'Use switchover to the Voice Connector that was first before the drill',
      );
}

function formatNext({ policy, observedAt }: PlanInput): string {
  const next = nextMaintenance(policy.maintenance, observedAt);
  return next === undefined
    ? ''
    : `; the next ${formatWindow(next.window)} begins in ${formatDuration(next.from - observedAt)}`;
}

function recheck({ input, recheck: reading }: GroupFacts): CheckResult {
  if (reading.kind === 'failed') {
    return on.recheck.fail(
      `GetVoiceConnectorGroup, which precedes every write, failed: ${reading.message}`,
      `Check Chime SDK Voice in ${input.group.controlRegion}`,
    );
  }
  const differs = differences(input.group, reading.group);
  return differs.length > 0
    ? on.recheck.warn(
        `GetVoiceConnectorGroup differs from the list: ${differs.join('; ')}`,
        'If it happens once, somebody has just changed the group. If every time, each write would be withheld: please report this',
      )
    : on.recheck.pass('GetVoiceConnectorGroup agrees with the list');
}

function ownChanges({ input, unreadChanges }: GroupFacts): CheckResult {
  const { changeRecord } = input.candidateEvidence;
  const unread = unreadChanges.map(({ doing, message }) => `${doing}: ${message}`).join('; ');
  const fix = 'Check CloudWatch there: the monitor reads its own changes of the day from its metrics';
  if (changeRecord.kind === 'unreadable')
    return on.ownChanges.fail(`hold-downs and limits are unknown: ${unread}`, fix);
  const sentence = `${changeRecord.changedAt.length} own changes in 24 h, maxChangesPerDay ${input.policy.maxChangesPerDay}`;
  return unread === '' ? on.ownChanges.pass(sentence) : on.ownChanges.warn(`${sentence}; ${unread}`, fix);
}
