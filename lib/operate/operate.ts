/** One operator's command, from the payload to its result. */
import { runEveryMinute, startRun, type Invocation, type RunContext } from '../context.ts';
import { findGroup } from '../input/find-group.ts';
import type { Policy } from '../input/policy.ts';
import type { Inventory, Signals } from '../ports.ts';
import type { Ports } from '../write-ports.ts';
import { parseCommand, type Command, type ParsedCommand } from './command.ts';
import { drill } from './drill.ts';
import { findSubject } from './find-subject.ts';
import { orderMove } from './moves.ts';
import { pause } from './pause.ts';
import { eventCommand, publishAction } from './publish-action.ts';
import { formatProblems, type CommandReport, type CommandResult, type OperateResult } from './result.ts';
import { resume } from './resume.ts';
import { status } from './status.ts';

export async function operate(
  ports: Ports,
  policy: Policy,
  { event, ...invocation }: Invocation & { readonly event: unknown },
  signals: Signals,
): Promise<CommandReport> {
  const context = startRun(ports, policy, invocation, signals);
  const parsed = parseCommand(event, context.identity.observedAt);
  if (parsed.kind === 'wrong') return refuseInvalid(context, parsed);
  const { command } = parsed;
  const result = await carryOut(context, command);
  const changesNothing = command.action === 'status' || result.outcome === 'dry-run';
  if (changesNothing) return reportOf(context, command.action, result, []);
  const [publishing, following] = await Promise.all([
    publishAction(context, eventCommand(command), stageOf(result), result),
    result.outcome === 'refused' ? [] : runEveryMinute(context),
  ]);
  return reportOf(context, command.action, result, [...publishing, ...formatProblems(following)]);
}

async function carryOut(context: RunContext, command: Command): Promise<CommandResult> {
  switch (command.action) {
    case 'pause':
    case 'resume': {
      const found = await findSubject(context, command);
      if (found.kind === 'refused') return found.result;
      const result = await (command.action === 'pause'
        ? pause(context, command, found.subject)
        : resume(context, command, found.subject));
      return { ...result, warnings: [...found.warnings, ...(result.warnings ?? [])] };
    }
    case 'pin':
    case 'switchover':
    case 'failback':
      return orderMove(context, command);
    case 'drill':
      return drill(context, command);
    case 'status':
      return status(context, command);
    default:
      return command satisfies never;
  }
}

type Wrong = Extract<ParsedCommand, { readonly kind: 'wrong' }>;

/** The fields that could be parsed are checked against the account too, so that every mistake is reported at once. */
async function refuseInvalid(context: RunContext, { problems, references }: Wrong): Promise<CommandReport> {
  const { ports, signals } = context;
  const unknown = unknownReferences(references, await ports.groups.list(signals.work));
  const result: CommandResult = {
    outcome: 'refused',
    summary: 'nothing is changed',
    problems: [...problems, ...unknown],
  };
  const { group, to, order, by, reason, action } = references;
  const publishing = await publishAction(context, { action, group, to, order, by, reason }, 'refused', result);
  return reportOf(context, undefined, result, publishing);
}

function unknownReferences({ group, to, order, action }: Wrong['references'], inventory: Inventory): readonly string[] {
  const isForAll = group === 'all' && (action === 'pause' || action === 'resume');
  if (group === undefined || isForAll) return [];
  const found = findGroup(group, inventory.groups, inventory.problems);
  if (found.kind === 'unknown') return found.problems.map((problem) => `group: ${problem}`);
  const members = found.group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const unknown = [...(to === undefined ? [] : [to]), ...(order ?? [])].filter((id) => !members.includes(id));
  return unknown.map((id) => `${id === to ? 'to' : 'order'}: Expected one of ${members.join(', ')}, got "${id}"`);
}

function stageOf({ outcome }: CommandResult) {
  return outcome === 'refused' || outcome === 'failed' ? outcome : ('done' as const);
}

function reportOf(
  { identity }: RunContext,
  action: OperateResult['action'],
  { outcome, summary, table = [], problems = [], warnings = [] }: CommandResult,
  publishing: readonly string[],
): CommandReport {
  const { runId } = identity;
  return {
    result: { shape: 'operate-result', version: 1, runId, action, outcome, summary, table, warnings },
    problems: [...problems, ...publishing],
  };
}
