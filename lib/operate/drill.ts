/** A drill by command: ordered only where nothing speaks against it, and begun at once. */
import type { Drill } from '../core/model/model.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { formatItems } from '../core/model/priorities.ts';
import { orderDrill } from '../core/drill/order.ts';
import type { DrillRefusal } from '../core/drill/refusals.ts';
import { beginDrill, readEvidence, type DrillOrderResult } from '../drill/run.ts';
import { findGroup } from '../input/find-group.ts';
import type { RunContext } from '../context.ts';
import { planInputOf, takeSnapshot } from '../observe/snapshot.ts';
import type { Command } from './command.ts';
import { memberTable } from './member-table.ts';
import {
  displayName,
  formatProblems,
  eventCommand,
  publishAction,
  takeWarnings,
  type CommandResult,
} from './result.ts';

export async function orderDrillNow(context: RunContext, command: Command<'drill'>): Promise<CommandResult> {
  const seen = await takeSnapshot(context);
  const named = findGroup(command.group, seen.observed.observation.groups, context.problems);
  const warnings = [...takeWarnings(context)];
  if (named.kind === 'unknown') {
    const problems = named.problems.map((problem) => `group: ${problem}`);
    return { outcome: 'refused', summary: 'nothing is changed', problems };
  }
  const input = await readEvidence(context, seen, planInputOf(context, seen, named.group));
  warnings.push(...takeWarnings(context));
  if (command.dryRun) return { warnings, ...dryRun(input, orderDrill(input, command)) };
  const summary = `a drill of ${displayName(input.group)} for ${command.minutes} min`;
  await publishAction(context, eventCommand(command), 'asked', { summary });
  return { warnings, ...came(input, await beginDrill(context, seen, input, command)) };
}

function refused({ group }: PlanInput, refusals: readonly DrillRefusal[]): CommandResult {
  return {
    outcome: 'refused',
    summary: `there is no drill of ${displayName(group)} now`,
    problems: refusals.map(({ code, reason }) => `${code}: ${reason}. This cannot be forced`),
  };
}

function dryRun(input: PlanInput, ordered: ReturnType<typeof orderDrill>): CommandResult {
  return ordered.kind === 'refused'
    ? refused(input, ordered.refusals)
    : {
        outcome: 'dry-run',
        summary: `would do: ${toldOf(ordered.drill, input)}`,
        table: memberTable(ordered.drill.after, input),
      };
}

function toldOf({ before, after, until }: Drill, { group }: PlanInput): string {
  return `drill of ${displayName(group)}: ${formatItems(before)} → ${formatItems(after)}, and back at ${new Date(until).toISOString()}`;
}

function came(input: PlanInput, ordered: DrillOrderResult): CommandResult {
  switch (ordered.kind) {
    case 'refused':
      return refused(input, ordered.refusals);
    case 'not-stored':
      return {
        outcome: 'failed',
        summary: `there is no drill of ${displayName(input.group)}`,
        problems: formatProblems(ordered.problems),
      };
    case 'stored':
      return begun(input, ordered);
    default:
      return ordered satisfies never;
  }
}

function begun(
  input: PlanInput,
  { drill, taken }: Extract<DrillOrderResult, { readonly kind: 'stored' }>,
): CommandResult {
  const summary = toldOf(drill, input);
  const outcome = taken.kind === 'decided' ? taken.outcome : undefined;
  if (outcome?.kind === 'applied') {
    const end = 'The monitor watches it every minute. To end it now: resume.';
    return {
      outcome: 'done',
      summary: `${summary}: ${outcome.reason}`,
      table: [...memberTable(drill.after, input), end],
    };
  }
  const why = outcome?.reason ?? 'the group changed meanwhile';
  return {
    outcome: 'failed',
    summary: `${summary} is ordered and not begun: the monitor tries again for 5 min`,
    problems: [why],
  };
}
