/** What the monitor would decide now, and why: looks, and changes nothing. */
import pMap from 'p-map';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { plan } from '../core/plan/plan.ts';
import { formatDuration } from '../core/model/format.ts';
import { findGroup } from '../input/find-group.ts';
import type { RunContext } from '../context.ts';
import { decideWithEvidence, planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { memberTable } from './member-table.ts';
import type { Command } from './command.ts';
import { takeWarnings, type CommandResult } from './result.ts';
import { formatOverride } from './format-override.ts';

const groupsAtOnce = 10;

export async function status(context: RunContext, command: Command<'status'>): Promise<CommandResult> {
  const seen = await takeSnapshot(context);
  const { groups } = seen.observed.observation;
  const named = command.group === undefined ? undefined : findGroup(command.group, groups, context.problems);
  if (named?.kind === 'unknown') {
    const problems = named.problems.map((problem) => `group: ${problem}`);
    return { outcome: 'refused', summary: 'there is no such group', problems, warnings: takeWarnings(context) };
  }
  const wanted = named === undefined ? groups : [named.group];
  const lines = await pMap(wanted, (group) => linesOf(context, seen, group), { concurrency: groupsAtOnce });
  const count = wanted.length === 1 ? 'one group' : `${wanted.length} groups`;
  const at = new Date(context.identity.observedAt).toISOString();
  return {
    outcome: 'done',
    summary: `${count} at ${at}`,
    table: lines.flatMap((each, place) => (place === 0 ? each : ['', ...each])),
    warnings: takeWarnings(context),
  };
}

async function linesOf(context: RunContext, seen: Snapshot, group: VoiceConnectorGroup): Promise<readonly string[]> {
  const { input, decision } = await decideWithEvidence(context, seen, planInputOf(context, seen, group), plan);
  const { mode, failback } = input.policy;
  const changed = group.updatedAt === undefined ? 'never known to change' : `changed ${ago(group.updatedAt, input)}`;
  return [
    `${group.name} (${group.voiceConnectorGroupId})  mode ${mode}, failback ${failback}, ${changed}`,
    ...memberTable(group.items, input),
    `  now: ${decision.kind === 'hold' ? `hold (${decision.code})` : decision.kind}: ${decision.reason}`,
    ...decision.rejected.map(({ voiceConnectorId, code, reason }) => `  not ${voiceConnectorId} (${code}): ${reason}`),
    ...overrideLines(input),
  ];
}

function ago(at: number, { observedAt }: PlanInput): string {
  return `${formatDuration(observedAt - at)} ago`;
}

function overrideLines({ override, observedAt }: PlanInput): readonly string[] {
  return override.kind === 'none' ? [] : [`  word: ${formatOverride(override, observedAt)}`];
}
