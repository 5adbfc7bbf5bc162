/** An operator's command under way, and what became of it. */
import { auditEvent } from '../audit/event-builders.ts';
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import type { EventData } from '../events/event.ts';
import type { RunContext } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { InvalidInputError } from '../input/validation.ts';
import type { Action, Command } from './command.ts';

/** Shape `operate-result` version 1, described in docs/events.md. */
export type OperateResult = {
  readonly shape: 'operate-result';
  readonly version: 1;
  readonly runId: string;
  /** Absent of a command that nobody could understand. */
  readonly action: Action | undefined;
  /** `as-is`: there was nothing to do. `dry-run`: it would have been done. */
  readonly outcome: Outcome;
  /** In a sentence. */
  readonly summary: string;
  /** For a person to read. */
  readonly table: readonly string[];
  /** What could not be looked at; the command was carried out on what could. */
  readonly warnings: readonly string[];
};

/** `refused`: nothing was done, because of what `problems` names. `failed`: some of it was not. */
type Outcome = 'done' | 'unchanged' | 'dry-run' | 'refused' | 'failed';

/** What a command came to. */
export type CommandResult = {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly problems?: readonly string[];
  readonly table?: readonly string[];
  readonly warnings?: readonly string[];
};

/** What a command is about. */
export type Subject = VoiceConnectorGroup | 'all';

export function displayName(subject: Subject): string {
  return subject === 'all' ? 'every group' : `${subject.voiceConnectorGroupId} (${subject.name})`;
}

/** Under which the operator's word on it lies in Parameter Store. */
export function keyOf(subject: Subject): string {
  return subject === 'all' ? 'all' : subject.voiceConnectorGroupId;
}

export function formatProblems(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ doing, message }) => `${doing}: ${message}`);
}

/** What the look met; what is met from now on is the command's own. */
export function takeWarnings({ problems }: RunContext): readonly string[] {
  return formatProblems(problems.splice(0));
}

/** Told before anything is done, and again when it is. What nobody could understand is told as far as it was understood. */
export async function publishAction(
  context: RunContext,
  command: EventData<'Operator Action'>['command'],
  stage: EventData<'Operator Action'>['stage'],
  { summary, problems = [] }: Pick<CommandResult, 'summary' | 'problems'>,
): Promise<void> {
  const { identity, ports } = context;
  const data = { stage, command, summary, problems };
  await publish(context, [auditEvent(identity, ports.clock(), 'Operator Action', [identity.runId, stage], data)]);
}

/** As it was ordered, in the event's words. */
export function eventCommand(command: Command): EventData<'Operator Action'>['command'] {
  return 'until' in command ? { ...command, until: new Date(command.until).toISOString() } : command;
}

/** `problems` is empty where all of it was done. */
export type CommandReport = { readonly result: OperateResult; readonly problems: readonly string[] };

/** Some of a command could not be done; the message says what was. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';

  constructor(summary: string, problems: readonly string[]) {
    super([summary, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

/** @throws InvalidInputError for a command that was refused; CommandFailedError for one of which not all was done */
export function answerOf({ result, problems }: CommandReport): OperateResult {
  if (result.outcome === 'refused') throw new InvalidInputError(`the command: ${result.summary}`, problems);
  if (result.outcome === 'failed' || problems.length > 0) throw new CommandFailedError(result.summary, problems);
  return result;
}
