/** The result of an operator's command. */
import type { Problem } from '../core/model/outcome.ts';
import type { VoiceConnectorGroup } from '../core/model/group.ts';
import { InvalidInputError } from '../input/validation.ts';
import type { Action } from './command.ts';

/** Shape `operate-result` version 1, described in docs/events.md. */
export type OperateResult = {
  readonly shape: 'operate-result';
  readonly version: 1;
  readonly runId: string;
  /** Absent if the command could not be parsed. */
  readonly action: Action | undefined;
  readonly outcome: Outcome;
  /** One sentence. */
  readonly summary: string;
  /** Lines for a person to read. */
  readonly table: readonly string[];
  /** What could not be read; the command was carried out on what could. */
  readonly warnings: readonly string[];
};

/**
 * `unchanged`: there was nothing to do. `dry-run`: it would have been done. `refused`: nothing was done, for the reasons in `problems`.
 * `failed`: part of it was not done.
 */
type Outcome = 'done' | 'unchanged' | 'dry-run' | 'refused' | 'failed';

/** What one command returns to `operate`. */
export type CommandResult = {
  readonly outcome: Outcome;
  readonly summary: string;
  readonly problems?: readonly string[];
  readonly table?: readonly string[];
  readonly warnings?: readonly string[];
};

/** What a command applies to. */
export type Subject = VoiceConnectorGroup | UncheckedSubject | 'all';

/** An id or a name that no list confirmed, because Chime SDK Voice does not answer. Overrides apply under both. */
type UncheckedSubject = { readonly uncheckedKey: string };

export function displayName(subject: Subject): string {
  if (subject === 'all') return 'every group';
  return 'uncheckedKey' in subject ? subject.uncheckedKey : `${subject.voiceConnectorGroupId} (${subject.name})`;
}

export function formatProblems(problems: readonly Problem[]): readonly string[] {
  return problems.map(({ doing, message }) => `${doing}: ${message}`);
}

/** `problems` is empty if the whole command was carried out. */
export type CommandReport = { readonly result: OperateResult; readonly problems: readonly string[] };

/** Part of a command was not carried out; the message says which. */
export class CommandFailedError extends Error {
  override readonly name = 'CommandFailedError';

  constructor({ summary, table }: Pick<OperateResult, 'summary' | 'table'>, problems: readonly string[]) {
    super([summary, ...problems.map((problem) => `  - ${problem}`), ...table].join('\n'));
  }
}

/** @throws InvalidInputError for a refused command; CommandFailedError for one that was not wholly carried out */
export function answerOf({ result, problems }: CommandReport): OperateResult {
  if (result.outcome === 'refused') throw new InvalidInputError(`the command: ${result.summary}`, problems);
  if (result.outcome === 'failed' || problems.length > 0) throw new CommandFailedError(result, problems);
  return result;
}
