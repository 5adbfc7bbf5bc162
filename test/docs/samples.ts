/**
 * Output samples that README.md quotes, each between `<!-- sample: NAME -->` and `<!-- /sample -->`.
 * `UPDATE_SAMPLES=1 npm run test:run -- test/docs` rewrites them.
 */
import { readFileSync, writeFileSync } from 'node:fs';

function patternOf(name: string): RegExp {
  return new RegExp(`(<!-- sample: ${name} -->\\n\\n\`\`\`text\\n)(.*?)(\`\`\`\\n\\n<!-- /sample -->)`, 's');
}

/** The text in the fenced block of a sample. */
export function sampleIn(page: string, name: string): string {
  const [, , sample] = patternOf(name).exec(page) ?? [];
  if (sample === undefined) throw new Error(`there is no sample ${name}`);
  return sample;
}

/** Writes a sample into README.md if the variable asks for it. */
export function updateSample(name: string, sample: string): void {
  if (process.env['UPDATE_SAMPLES'] === undefined) return;
  const text = readFileSync('README.md', 'utf8');
  writeFileSync(
    'README.md',
    text.replace(patternOf(name), (_, before: string, _old: string, after: string) => before + sample + after),
  );
}

/** The minute of the failover with its reasons, and the count of calls at the end. */
export function demoExcerpt(stdout: string): string {
  const lines = stdout.split('\n');
  const header = lines.findIndex((line) => line.startsWith('time '));
  const failover = lines.findIndex((line) => /^\d\d:\d\d .*\bFAILOVER\b/.test(line));
  const next = lines.findIndex((line, place) => place > failover && !line.startsWith(' '));
  const counts = lines.findLastIndex((line) => /^(?:Of \d+ calls|The same callers)/.test(line));
  const end = lines.findLastIndex((line) => line.startsWith('The monitor saved'));
  const chosen = [lines[header] ?? '', ...lines.slice(failover, next), '...', ...lines.slice(counts, end + 1)];
  return `${chosen.map(shortened).join('\n')}\n`;
}

/** Characters that fit on a page of GitHub's. */
const longestLine = 130;

function shortened(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
