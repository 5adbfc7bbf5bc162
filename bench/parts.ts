/** The parts of the benchmark that `--only` selects. */

/** `*` stands for any text. A pattern without a colon selects everything below it: `healthy` selects `healthy:lunch-8-10`. */
function matches(pattern: string, part: string): boolean {
  if (part.startsWith(`${pattern}:`)) return true;
  const escaped = pattern.split('*').map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${escaped.join('.*')}$`).test(part);
}

/** Whether a part is to run. */
export function isSelected(only: readonly string[], part: string): boolean {
  return only.length === 0 || only.some((pattern) => matches(pattern, part));
}
