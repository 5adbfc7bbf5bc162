/** Shows what the monitor would decide now, and why. Changes nothing. */
import pMap from 'p-map';
import type { RunContext } from '../context.ts';
import { formatDuration } from '../core/model/format.ts';
import { inForce } from '../core/model/in-force.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { Problem } from '../core/model/outcome.ts';
import { formatItems, inOrder } from '../core/model/priorities.ts';
import { dayMs } from '../core/model/time.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { decideGroup } from '../core/plan/pinned.ts';
import { findGroup } from '../input/find-group.ts';
import { decideWithEvidence, planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { formatUnmatched } from '../observe/unmatched-overrides.ts';
import type { ReadPorts } from '../ports.ts';
import type { Command } from './command.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { memberTable } from './member-table.ts';
import { formatProblems, type CommandResult } from './result.ts';

const concurrentGroups = 10;

export async function status(now: RunContext<ReadPorts>, command: Command<'status'>): Promise<CommandResult> {
  // Of a past time only the metrics are known: all else is as it is now.
  const context = { ...now, identity: { ...now.identity, observedAt: command.at ?? now.identity.observedAt } };
  const snapshot = await takeSnapshot(context);
  const { observation, problems } = snapshot.observed;
  const { listingProblems } = snapshot.observed;
  if (observation.groups.length === 0 && listingProblems.length > 0) return unreachable(context, listingProblems);
  const found = command.group === undefined ? undefined : findGroup(command.group, observation.groups, problems);
  if (found?.kind === 'unknown') {
    const refusals = found.problems.map((problem) => `group: ${problem}`);
    const warnings = formatProblems(problems);
    return { outcome: 'refused', summary: 'there is no such group', problems: refusals, warnings };
  }
  const groups = found === undefined ? observation.groups : [found.group];
  const shown = await pMap(groups, (group) => showGroup(context, snapshot, group), { concurrency: concurrentGroups });
  const count = groups.length === 1 ? 'one group' : `${groups.length} groups`;
  return {
    outcome: 'done',
    summary: `${count} at ${new Date(context.identity.observedAt).toISOString()}`,
    table: shown.flatMap(({ lines }, place) => (place === 0 ? lines : ['', ...lines])),
    warnings: [
      ...formatProblems(problems),
      ...formatUnmatched(snapshot.observed).map((each) => `no group has the key of this override: ${each}`),
      ...shown.flatMap(({ warnings }) => warnings),
    ],
  };
}

/** No control Region returned its list. What follows from it is not known, so that the answer must not look like an empty account. */
async function unreachable(
  context: RunContext<ReadPorts>,
  listingProblems: readonly Problem[],
): Promise<CommandResult> {
  return {
    outcome: 'failed',
    summary: 'no group can be shown: Chime SDK Voice did not return its lists',
    problems: formatProblems(listingProblems),
    table: await lastKnownOrders(context),
  };
}

/** CloudWatch lists a metric for two weeks after its newest datapoint. */
const rememberedMs = 14 * dayMs;

/** They may have changed since. The names of the groups are not remembered. */
async function lastKnownOrders({ ports, identity, signals }: RunContext<ReadPorts>): Promise<readonly string[]> {
  const { observedAt } = identity;
  const reading = await ports.lastOrders(observedAt - rememberedMs, observedAt, signals.work);
  if (reading.kind === 'unreadable')
    return [`the orders that were seen last cannot be read either: ${reading.message}`];
  const lines = reading.orders.map(
    ({ voiceConnectorGroupId, at, items }) =>
      `  ${voiceConnectorGroupId}: ${formatItems(inOrder(items))}, seen ${formatDuration(observedAt - at)} ago`,
  );
  return lines.length === 0 ? [] : ['orders that were seen last, and may have changed since:', ...lines.sort()];
}

async function showGroup(
  context: RunContext<ReadPorts>,
  snapshot: Snapshot,
  group: VoiceConnectorGroup,
): Promise<{ readonly lines: readonly string[]; readonly warnings: readonly string[] }> {
  const observed = planInputOf(context, snapshot, group);
  const { input, decision, problems } = await decideWithEvidence(context, snapshot, observed, decideGroup);
  const { mode, failback } = input.policy;
  const changed =
    group.updatedAt === undefined ? 'time of last change unknown' : `changed ${whenChanged(group.updatedAt, input)}`;
  const lines = [
    `${group.name} (${group.voiceConnectorGroupId})  mode ${mode}, failback ${failback}, ${changed}`,
    ...memberTable(group.items, input),
    `  now: ${decision.kind === 'hold' ? `hold (${decision.code})` : decision.kind}: ${decision.reason}`,
    ...decision.rejected.map(({ voiceConnectorId, code, reason }) => `  not ${voiceConnectorId} (${code}): ${reason}`),
    ...overrideLines(input),
  ];
  const { policyRefusal } = input;
  const refusals =
    policyRefusal === undefined ? [] : [`${group.voiceConnectorGroupId} only observes: ${policyRefusal}`];
  return { lines, warnings: [...formatProblems(problems), ...refusals] };
}

function whenChanged(at: number, { observedAt }: PlanInput): string {
  return at > observedAt ? 'since' : `${formatDuration(observedAt - at)} ago`;
}

function overrideLines(input: PlanInput): readonly string[] {
  const held = inForce(input);
  return held.kind === 'none' ? [] : [`  override: ${formatOverride(held, input.observedAt)}`];
}
