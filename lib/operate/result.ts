/** An operator's command under way, and what became of it. */
import { auditEvent } from '../audit/event-builders.ts';
import type { Problem, VoiceConnectorGroup } from '../core/model/model.ts';
import type { EventData } from '../events/event.ts';
import { type Running } from '../context.ts';
import { publish } from '../audit/publish.ts';
import { InvalidInputError } from '../input/validation.ts';
import type { Action, Command } from './command.ts';

/** Shape `operate-result` version 1, described in docs/events.md. */
export type OperateResult = {
  readonly shape: 'operate-result';
  readonly version: 1;
  readonly turnId: string;
  /** Absent of a command that nobody could understand. */
  readonly action: Action | undefined;
  /** `as-is`: there was nothing to do. `dry-run`: it would have been done. */
  readonly outcome: Outcome;
  /** In a sentence. */
  readonly said: string;
  /** For a person to read. */
  readonly table: readonly string[];
  /** What could not be looked at; the command was carried out on what could. */
  readonly warnings: readonly string[];
};

/** `refused`: nothing was done, because of what `problems` names. `failed`: some of it was not. */
type Outcome = 'done' | 'as-is' | 'dry-run' | 'refused' | 'failed';

/** What a command came to. */
export type Came = {
  readonly outcome: Outcome;
  readonly said: string;
  readonly problems?: readonly string[];
  readonly table?: readonly string[];
  readonly warnings?: readonly string[];
};

/** What a command is about. */
export type Subject = VoiceConnectorGroup | 'all';

export const called = (subject: Subject): string =>
  subject === 'all' ? 'every group' : `${subject.voiceConnectorGroupId} (${subject.name})`;

/** Under which the operator's word on it lies in Parameter Store. */
export const keyOf = (subject: Subject): string => (subject === 'all' ? 'all' : subject.voiceConnectorGroupId);

export const inWords = (problems: readonly Problem[]): readonly string[] =>
  problems.map(({ doing, message }) => `${doing}: ${message}`);

/** What the look met; what is met from now on is the command's own. */
export const warningsOf = ({ problems }: Running): readonly string[] => inWords(problems.splice(0));

/** Told before anything is done, and again when it is. What nobody could understand is told as far as it was understood. */
export const tellAction = async (
  running: Running,
  command: EventData<'Operator Action'>['command'],
  stage: EventData<'Operator Action'>['stage'],
  { said, problems = [] }: Pick<Came, 'said' | 'problems'>,
): Promise<void> => {
  const { identity, ports } = running;
  const data = { stage, command, said, problems };
  await publish(running, [auditEvent(identity, ports.clock(), 'Operator Action', [identity.turnId, stage], data)]);
};

/** As it was ordered, in the event's words. */
export const plainly = (command: Command): EventData<'Operator Action'>['command'] =>
  'until' in command ? { ...command, until: new Date(command.until).toISOString() } : command;

/** `problems` is empty where all of it was done. */
export type Operated = { readonly result: OperateResult; readonly problems: readonly string[] };

/** Some of a command could not be done; the message says what was. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';

  constructor(said: string, problems: readonly string[]) {
    super([said, ...problems.map((problem) => `  - ${problem}`)].join('\n'));
  }
}

/** @throws InvalidInputError for a command that was refused; CommandFailedError for one of which not all was done */
export const answerOf = ({ result, problems }: Operated): OperateResult => {
  if (result.outcome === 'refused') throw new InvalidInputError(`the command: ${result.said}`, problems);
  if (result.outcome === 'failed' || problems.length > 0) throw new CommandFailedError(result.said, problems);
  return result;
};
