/** Publishes an operator's command as an event: before anything is done, and again when it is done. */
import { auditEvent } from '../audit/event-builders.ts';
import { publish } from '../audit/publish.ts';
import type { RunContext } from '../context.ts';
import type { EventData } from '../events/event.ts';
import type { Command } from './command.ts';
import { formatProblems, type CommandResult } from './result.ts';

type Action = EventData<'Operator Action'>;

/**
 * @param command of a command that could not be parsed, the fields that could
 * @returns problems with publishing
 */
export async function publishAction(
  context: RunContext,
  command: Action['command'],
  stage: Action['stage'],
  { summary, problems = [] }: Pick<CommandResult, 'summary' | 'problems'>,
): Promise<readonly string[]> {
  const { identity, ports } = context;
  const data = { stage, command, summary, problems };
  const event = auditEvent(identity, ports.clock(), 'Operator Action', [identity.runId, stage, summary], data);
  return formatProblems(await publish(context, [event]));
}

/** The command as its events show it. */
export function eventCommand(command: Command): Action['command'] {
  return 'until' in command ? { ...command, until: new Date(command.until).toISOString() } : command;
}
