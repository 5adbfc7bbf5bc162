/** Orders a drill, unless it is refused, and begins it at once. */
import type { RunContext } from '../context.ts';
import { orderDrill } from '../core/drill/order.ts';
import { type DrillRefusal } from '../core/drill/refusals.ts';
import type { Drill } from '../core/model/override.ts';
import { formatItems } from '../core/model/priorities.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { beginDrill, readEvidence, type DrillOrderResult } from '../drill/run.ts';
import { planInputOf } from '../observe/snapshot.ts';
import type { Command } from './command.ts';
import { findInSnapshot } from './find-subject.ts';
import { memberTable } from './member-table.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { displayName, formatProblems, type CommandResult } from './result.ts';

export async function drill(context: RunContext, command: Command<'drill'>): Promise<CommandResult> {
  const found = await findInSnapshot(context, command.group);
  if (found.kind === 'refused') return found.result;
  const { snapshot, group } = found;
  const { input, problems } = await readEvidence(context, snapshot, planInputOf(context, snapshot, group));
  const warnings = [...found.warnings, ...formatProblems(problems)];
  if (command.dryRun) return { warnings, ...dryRun(input, orderDrill(input, command)) };
  const summary = `a drill of ${displayName(group)} for ${command.minutes} min`;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary });
  const result = resultOf(input, await beginDrill(context, snapshot, input, command));
  return { ...result, warnings, problems: [...publishing, ...(result.problems ?? [])] };
}

function refused({ group }: PlanInput, refusals: readonly DrillRefusal[]): CommandResult {
  return {
    outcome: 'refused',
    summary: `no drill of ${displayName(group)} is possible now`,
    problems: refusals.map(({ code, reason }) => `${code}: ${reason}. This cannot be forced`),
  };
}

function dryRun(input: PlanInput, ordered: ReturnType<typeof orderDrill>): CommandResult {
  return ordered.kind === 'refused'
    ? refused(input, ordered.refusals)
    : {
        outcome: 'dry-run',
        summary: `would do: ${formatDrill(ordered.drill, input)}`,
        table: memberTable(ordered.drill.after, input),
      };
}

function formatDrill({ before, after, until }: Drill, { group }: PlanInput): string {
  const end = new Date(until).toISOString();
  return `drill of ${displayName(group)}: ${formatItems(before)} → ${formatItems(after)}, restored at ${end}`;
}

function resultOf(input: PlanInput, ordered: DrillOrderResult): CommandResult {
  switch (ordered.kind) {
    case 'refused': {
      const result = refused(input, ordered.refusals);
      return { ...result, problems: [...(result.problems ?? []), ...formatProblems(ordered.problems)] };
    }
    case 'not-stored':
      return {
        outcome: 'failed',
        summary: `the drill of ${displayName(input.group)} could not be stored, so it does not begin`,
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
  { drill: { after, ...rest }, firstStep, problems }: Extract<DrillOrderResult, { readonly kind: 'stored' }>,
): CommandResult {
  const summary = formatDrill({ after, ...rest }, input);
  const outcome = firstStep.kind === 'decided' ? firstStep.outcome : undefined;
  if (outcome?.kind === 'applied') {
    return {
      outcome: 'done',
      summary: `${summary}: ${outcome.reason}`,
      table: [...memberTable(after, input), 'The monitor checks it every minute. To end it now: resume.'],
      problems: formatProblems(problems),
    };
  }
  const why = outcome?.reason ?? 'the group was changed in the meantime';
  return {
    outcome: 'failed',
    summary: `${summary} is ordered and has not begun: the monitor tries for 5 min, unless somebody stops it`,
    problems: [why, ...formatProblems(problems).filter((problem) => !problem.endsWith(why))],
  };
}
