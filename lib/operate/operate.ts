/** One command of an operator, from the words to what became of it. */
import { findGroup } from '../input/find-group.ts';
import type { Policy } from '../input/policy.ts';
import type { Inventory, Ports, Signals } from '../ports.ts';
import type { RunIdentity } from '../events/event.ts';
import {
  formatProblems,
  eventCommand,
  publishAction,
  type CommandResult,
  type CommandReport,
  type OperateResult,
  type Subject,
} from './result.ts';
import type { RunContext } from '../context.ts';
import { parseCommand, type Command, type ParsedCommand } from './command.ts';
import { orderDrillNow } from './drill.ts';
import { orderMove } from './moves.ts';
import { status } from './status.ts';
import { pause, resume } from './pause.ts';

export type OperateRequest = Pick<RunIdentity, 'runId' | 'codeVersion' | 'monitorRegion'> & {
  readonly event: unknown;
};

export async function operate(
  ports: Ports,
  policy: Policy,
  { event, ...who }: OperateRequest,
  signals: Signals,
): Promise<CommandReport> {
  const identity: RunIdentity = { ...who, observedAt: ports.clock(), policyHash: policy.hash };
  const context: RunContext = { ports, policy, identity, signals, problems: [] };
  const parsed = parseCommand(event, identity.observedAt);
  if (parsed.kind === 'wrong') return refuseInvalid(context, parsed);
  const { command } = parsed;
  const came = await carryOut(context, command);
  if (command.action !== 'status' && came.outcome !== 'dry-run')
    await publishAction(context, eventCommand(command), stageOf(came), came);
  return operated(context, command.action, came);
}

async function carryOut(context: RunContext, command: Command): Promise<CommandResult> {
  switch (command.action) {
    case 'pause':
    case 'resume': {
      const subject = await subjectOf(context, command.group);
      if (subject.kind === 'unknown')
        return { outcome: 'refused', summary: 'nothing is changed', problems: subject.problems };
      return command.action === 'pause'
        ? pause(context, command, subject.subject)
        : resume(context, command, subject.subject);
    }
    case 'pin':
    case 'switchover':
    case 'failback':
      return orderMove(context, command);
    case 'drill':
      return orderDrillNow(context, command);
    case 'status':
      return status(context, command);
    default:
      return command satisfies never;
  }
}

type SubjectOf =
  | { readonly kind: 'found'; readonly subject: Subject }
  | { readonly kind: 'unknown'; readonly problems: readonly string[] };

/** Of all groups nothing need be known: they can be paused with everything but Parameter Store gone. */
async function subjectOf({ ports, signals }: RunContext, asked: string): Promise<SubjectOf> {
  if (asked === 'all') return { kind: 'found', subject: 'all' };
  const { groups, problems } = await ports.groups.list(signals.work);
  const named = findGroup(asked, groups, problems);
  return named.kind === 'found'
    ? { kind: 'found', subject: named.group }
    : { kind: 'unknown', problems: named.problems.map((problem) => `group: ${problem}; or all`) };
}

type Wrong = Extract<ParsedCommand, { readonly kind: 'wrong' }>;

/** What could be understood of it is held against the account, so that every mistake is told at once. */
async function refuseInvalid(context: RunContext, { problems, references }: Wrong): Promise<CommandReport> {
  const { ports, signals } = context;
  const strangers = unknownReferences(references, await ports.groups.list(signals.work));
  const came: CommandResult = {
    outcome: 'refused',
    summary: 'nothing is changed',
    problems: [...problems, ...strangers],
  };
  const { group, to, order, by, reason, action } = references;
  await publishAction(context, { action, group, to, order, by, reason }, 'refused', came);
  return operated(context, undefined, came);
}

function unknownReferences({ group, to, order, action }: Wrong['references'], inventory: Inventory): readonly string[] {
  const isOfAll = group === 'all' && (action === 'pause' || action === 'resume');
  if (group === undefined || isOfAll) return [];
  const named = findGroup(group, inventory.groups, inventory.problems);
  if (named.kind === 'unknown') return named.problems.map((problem) => `group: ${problem}`);
  const members = named.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const strange = [...(to === undefined ? [] : [to]), ...(order ?? [])].filter((id) => !members.includes(id));
  return strange.map((id) => `${id === to ? 'to' : 'order'}: Expected one of ${members.join(', ')}, got "${id}"`);
}

function stageOf({ outcome }: CommandResult) {
  return outcome === 'refused' || outcome === 'failed' ? outcome : ('done' as const);
}

function operated(
  context: RunContext,
  action: OperateResult['action'],
  { outcome, summary, table = [], problems = [], warnings = [] }: CommandResult,
): CommandReport {
  return {
    result: {
      shape: 'operate-result',
      version: 1,
      runId: context.identity.runId,
      action,
      outcome,
      summary,
      table,
      warnings,
    },
    problems: [...problems, ...formatProblems(context.problems)],
  };
}
