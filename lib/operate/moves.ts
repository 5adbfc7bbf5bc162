/** Switchover, failback and pin: an operator's moves, through the same looking, writing and telling as the monitor's. */
import { planOrder, type Obstacle, type OrderPlan } from '../core/plan/order.ts';
import type { Outcome } from '../core/model/outcome.ts';
import type { Move, Forced } from '../core/model/plan.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { PlanInput } from '../core/plan/plan-input.ts';
import { formatItems } from '../core/model/priorities.ts';
import type { RunContext } from '../context.ts';
import { act } from '../apply/act.ts';
import { decideWithEvidence, planInputOf, takeSnapshot, type Snapshot } from '../observe/snapshot.ts';
import { findGroup } from '../input/find-group.ts';
import type { Command } from './command.ts';
import { memberTable } from './member-table.ts';
import { displayName, eventCommand, publishAction, takeWarnings, type CommandResult } from './result.ts';
import { putOverride } from './pause.ts';

type Moving = Command<'switchover' | 'failback' | 'pin'>;

export async function orderMove(context: RunContext, command: Moving): Promise<CommandResult> {
  const seen = await takeSnapshot(context);
  const named = findGroup(command.group, seen.observed.observation.groups, context.problems);
  const warnings = takeWarnings(context);
  if (named.kind === 'unknown') {
    return {
      outcome: 'refused',
      summary: 'nothing is changed',
      problems: named.problems.map((problem) => `group: ${problem}`),
    };
  }
  const { input, decision } = await decideWithEvidence(
    context,
    seen,
    planInputOf(context, seen, named.group),
    (known) => planOrder(known, command),
  );
  const blindSpots = [...warnings, ...takeWarnings(context)];
  return { warnings: blindSpots, ...(await carriedOut(context, seen, command, input, decision)) };
}

type Answer = Exclude<OrderPlan, { readonly kind: 'need-evidence' }>;

async function carriedOut(
  context: RunContext,
  { observed }: Snapshot,
  command: Moving,
  input: PlanInput,
  ordered: Answer,
): Promise<CommandResult> {
  const { group } = input;
  switch (ordered.kind) {
    case 'refused':
      return {
        outcome: 'refused',
        summary: `${displayName(group)} is not moved`,
        problems: ordered.obstacles.map(inTheWay),
      };
    case 'unchanged': {
      const summary = `${displayName(group)} is in that order: ${formatItems(group.items)}`;
      if (command.dryRun || command.action !== 'pin')
        return { outcome: command.dryRun ? 'dry-run' : 'unchanged', summary };
      await publishAction(context, eventCommand(command), 'asked', {
        summary: `pin ${displayName(group)} as it is${forcedWords(ordered.forced)}`,
      });
      return pinned(context, command, group);
    }
    case 'move': {
      const intended = `${ordered.move.kind} of ${displayName(group)}: ${changeOf(ordered.move)}${forcedWords(ordered.move.command?.forced ?? [])}`;
      const table = memberTable(ordered.move.after, input);
      if (command.dryRun) return { outcome: 'dry-run', summary: `would do: ${intended}`, table };
      await publishAction(context, eventCommand(command), 'asked', { summary: intended });
      const outcome = await act(context, observed, input, ordered.move);
      return {
        table: [...table, ...next(ordered.move, input)],
        ...(await afterMove(context, command, group, { intended, outcome })),
      };
    }
    default:
      return ordered satisfies never;
  }
}

/** What the monitor makes of it from now on. */
function next({ kind }: Move, { policy }: PlanInput): readonly string[] {
  return kind === 'switchover'
    ? [
        `The monitor leaves this order alone for ${policy.operatorStandOffMinutes} min (operatorStandOffMinutes), a failing first choice included.`,
        `To keep it for longer: pin. To go back: failback, or switchover.`,
      ]
    : [];
}

function changeOf({ before, after }: Move): string {
  return `${formatItems(before)} → ${formatItems(after)}`;
}

function forcedWords(forced: readonly Forced[]): string {
  return forced.length === 0
    ? ''
    : `; forced past ${forced.map(({ rule, reason }) => `${rule} (${reason})`).join(', ')}`;
}

function inTheWay({ rule, reason, isForcible }: Obstacle): string {
  return `${rule}: ${reason}. ${isForcible ? `To do it all the same: "force": ["${rule}"]` : 'This cannot be forced'}`;
}

/** The pin comes after the move: a group pinned to an order that it is not in could not be rescued. */
async function afterMove(
  context: RunContext,
  command: Moving,
  group: VoiceConnectorGroup,
  { intended, outcome }: { readonly intended: string; readonly outcome: Outcome },
): Promise<CommandResult> {
  if (outcome.kind !== 'applied') {
    const code = 'code' in outcome ? ` (${outcome.code})` : '';
    const summary = `${outcome.kind}${code}: ${intended}`;
    return { outcome: 'failed', summary, problems: [outcome.reason] };
  }
  const summary = `${intended}: ${outcome.reason}`;
  if (command.action !== 'pin') return { outcome: 'done', summary };
  const pin = await pinned(context, command, group);
  return { ...pin, summary: `${summary}; ${pin.summary}` };
}

function pinned(
  context: RunContext,
  { by, reason, until, order }: Command<'pin'>,
  group: VoiceConnectorGroup,
): Promise<CommandResult> {
  return putOverride(context, group, { kind: 'pin', by, reason, until, order });
}
