/** Switchover, failback and pin: an operator's moves, applied in the same way as the monitor's. */
import { apply } from '../apply/apply.ts';
import type { RunContext } from '../context.ts';
import { formatOverride } from '../core/model/format-override.ts';
import { formatItems } from '../core/model/priorities.ts';
import type { Forced, Move } from '../core/model/plan.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { VoiceConnectorItem } from '../core/model/group.ts';
import { planOrder, type Obstacle, type OrderPlan } from '../core/plan/order.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { endReplacedDrill } from '../drill/replace.ts';
import { decideWithEvidence, planInputOf, type Snapshot } from '../observe/snapshot.ts';
import type { Command } from './command.ts';
import { findInSnapshot } from './find-subject.ts';
import { memberTable } from './member-table.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { keyOf, putOverride } from './put-override.ts';
import { displayName, formatProblems, type CommandResult } from './result.ts';

type MoveCommand = Command<'switchover' | 'failback' | 'pin'>;

/** What the order was planned from, and the overrides that were read. */
type DecidedFrom = { readonly input: PlanInput; readonly snapshot: Snapshot };

export async function orderMove(context: RunContext, command: MoveCommand): Promise<CommandResult> {
  const found = await findInSnapshot(context, command.group);
  if (found.kind === 'refused') return found.result;
  const { snapshot, group } = found;
  const observed = planInputOf(context, snapshot, group);
  const { input, decision, problems } = await decideWithEvidence(context, snapshot, observed, (known) =>
    planOrder(known, command),
  );
  const result = await carryOut(context, command, { input, snapshot }, decision);
  return { warnings: [...found.warnings, ...formatProblems(problems)], ...result };
}

async function carryOut(
  context: RunContext,
  command: MoveCommand,
  decided: DecidedFrom,
  order: Exclude<OrderPlan, { readonly kind: 'need-evidence' }>,
): Promise<CommandResult> {
  const { input } = decided;
  const { group } = input;
  switch (order.kind) {
    case 'refused':
      return {
        outcome: 'refused',
        summary: `${displayName(group)} is not moved`,
        problems: order.obstacles.map(formatObstacle),
      };
    case 'unchanged': {
      const summary = `${displayName(group)} already has that order: ${formatItems(group.items)}`;
      if (command.dryRun) return { outcome: 'dry-run', summary };
      if (command.action === 'pin') return pinUnchanged(context, command, decided, order.forced);
      return input.override.kind === 'drill'
        ? keepOrder(context, command, decided, order.forced)
        : { outcome: 'unchanged', summary };
    }
    case 'move': {
      const { move } = order;
      const intended = `${move.kind} of ${displayName(group)}: ${formatChange(move)}${formatForced(move.command?.forced ?? [])}`;
      const table = memberTable(move.after, input);
      return command.dryRun
        ? { outcome: 'dry-run', summary: `would do: ${intended}`, table }
        : carryOutMove(context, command, decided, { move, intended, table });
    }
    default:
      return order satisfies never;
  }
}

async function pinUnchanged(
  context: RunContext,
  command: Command<'pin'>,
  decided: DecidedFrom,
  forced: readonly Forced[],
): Promise<CommandResult> {
  const { group } = decided.input;
  const summary = `pin ${displayName(group)} in its present order${formatForced(forced)}`;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary });
  return withProblems(publishing, await pin(context, command, decided, group.items));
}

/** The order of a drill was ordered to stay: the drill ends, and does not move the group back. */
async function keepOrder(
  context: RunContext,
  command: Command<'switchover' | 'failback'>,
  decided: DecidedFrom,
  forced: readonly Forced[],
): Promise<CommandResult> {
  const { group } = decided.input;
  const summary = `keep ${displayName(group)} in the order of its drill: ${formatItems(group.items)}${formatForced(forced)}`;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary });
  const problems = formatProblems(await endReplacedDrill(context, { ...decided, command, priorities: group.items }));
  return { outcome: 'done', summary: `${summary}; the drill is over`, problems: [...publishing, ...problems] };
}

async function carryOutMove(
  context: RunContext,
  command: MoveCommand,
  decided: DecidedFrom,
  { move, intended, table }: { readonly move: Move; readonly intended: string; readonly table: readonly string[] },
): Promise<CommandResult> {
  const { input } = decided;
  const publishing = await publishAction(context, eventCommand(command), 'requested', { summary: intended });
  const { outcome, problems } = await apply(context, input, move, []);
  const result = await afterMove(context, command, decided, { intended, outcome, move });
  const earlier = [...publishing, ...formatProblems(problems)];
  return withProblems(earlier, { table: [...table, ...noticesOf(command, move, input)], ...result });
}

function withProblems(problems: readonly string[], result: CommandResult): CommandResult {
  return { ...result, problems: [...problems, ...(result.problems ?? [])] };
}

/** What a person should know who ordered the move. */
function noticesOf(
  { action }: MoveCommand,
  { kind }: Move,
  { policy, override, observedAt }: PlanInput,
): readonly string[] {
  const ofPin =
    override.kind === 'pin' && action !== 'pin'
      ? [`The other order stays pinned (${formatOverride(override, observedAt)}): resume removes it.`]
      : [];
  const ofStandOff =
    kind === 'switchover'
      ? [
          `The monitor does not change this order for ${policy.operatorStandOffMinutes} min (operatorStandOffMinutes), even if the primary fails.`,
          `To keep it for longer: pin. To go back: failback, or switchover.`,
        ]
      : [];
  return [...ofPin, ...ofStandOff];
}

function formatChange({ before, after }: Move): string {
  return `${formatItems(before)} → ${formatItems(after)}`;
}

function formatForced(forced: readonly Forced[]): string {
  return forced.length === 0
    ? ''
    : `; forced past ${forced.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}`;
}

function formatObstacle({ rule, reason, isForcible }: Obstacle): string {
  return `${rule}: ${reason}. ${isForcible ? `To do it anyway: "force": ["${rule}"]` : 'This cannot be forced'}`;
}

/** The pin is stored after the move: a group pinned to an order that it does not have could not be failed over. */
async function afterMove(
  context: RunContext,
  command: MoveCommand,
  decided: DecidedFrom,
  { intended, outcome, move }: { readonly intended: string; readonly outcome: Outcome; readonly move: Move },
): Promise<CommandResult> {
  if (outcome.kind !== 'applied') {
    const code = 'code' in outcome ? ` (${outcome.code})` : '';
    return { outcome: 'failed', summary: `${outcome.kind}${code}: ${intended}`, problems: [outcome.reason] };
  }
  const summary = `${intended}: ${outcome.reason}`;
  if (command.action !== 'pin') {
    const ending = await endReplacedDrill(context, { ...decided, command, priorities: move.after });
    return { outcome: 'done', summary, problems: formatProblems(ending) };
  }
  const result = await pin(context, command, decided, move.after);
  return { ...result, summary: `${summary}; ${result.summary}` };
}

async function pin(
  context: RunContext,
  command: Command<'pin'>,
  decided: DecidedFrom,
  priorities: readonly VoiceConnectorItem[],
): Promise<CommandResult> {
  const { input, snapshot } = decided;
  const { by, reason, until, order } = command;
  const result = await putOverride(context, {
    subject: input.group,
    key: keyOf(input.group),
    override: { kind: 'pin', by, reason, until, order },
    replacing: { ...snapshot.observed.overrides, mayReplace: () => true },
  });
  if (result.outcome !== 'done') return result;
  const ending = await endReplacedDrill(context, { ...decided, command, priorities });
  return withProblems(formatProblems(ending), result);
}
