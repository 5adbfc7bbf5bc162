/** Policy files for tests. */
import { parsePolicy } from '../../infra/policy-text.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';

export function problemsOf(text: string): readonly string[] {
  try {
    parsePolicy(text, 'policy.yml');
  } catch (error) {
    if (error instanceof InvalidInputError) return error.problems;
    throw error;
  }
  return [];
}

function indented(lines: readonly string[], spaces: number): readonly string[] {
  return lines.map((line) => ' '.repeat(spaces) + line);
}

/** A policy with these lines under `defaults`. */
export function withDefaults(...lines: readonly string[]): string {
  return ['version: 1', 'defaults:', ...indented(lines, 2)].join('\n');
}

/** A policy with these lines under `defaults.tuning`. */
export function withTuning(...lines: readonly string[]): string {
  return withDefaults('tuning:', ...indented(lines, 2));
}

/** A policy with one group that has these lines. */
export function withGroup(...lines: readonly string[]): string {
  return ['version: 1', 'groups:', '  - group: main-line', ...indented(lines, 4)].join('\n');
}
