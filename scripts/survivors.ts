/**
 * Runs after a mutation run. Every surviving mutant must be listed in test/core/survivors.yml with the reason why no test can detect it,
 * or why none needs to; and every listed mutant must still survive. Exits with 1 otherwise. `--list` prints the survivors in the
 * file's format.
 */
import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import * as z from 'zod';

const reportFile = 'coverage/mutation.json';
const listFile = 'test/core/survivors.yml';

const positionSchema = z.object({ line: z.int(), column: z.int() });
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.string(),
      mutants: z.array(
        z.object({
          status: z.string(),
          replacement: z.string().optional(),
          location: z.object({ start: positionSchema, end: positionSchema }),
        }),
      ),
    }),
  ),
});
const survivorSchema = z.strictObject({ file: z.string(), line: z.string(), from: z.string(), to: z.string() });
const listSchema = z.array(z.strictObject({ why: z.string().min(1), mutants: z.array(survivorSchema).min(1) }));

type Survivor = z.infer<typeof survivorSchema>;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').trim();
}

/** Identified by the text of the source and not by the line number, so that an entry stays valid if its line moves. */
function survivorsOf({ files }: z.infer<typeof reportSchema>): readonly Survivor[] {
  return Object.entries(files).flatMap(([file, { source, mutants }]) => {
    const lines = source.split('\n');
    return mutants
      .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
      .map(({ location: { start, end }, replacement = '' }) => {
        const text = lines.slice(start.line - 1, end.line);
        const last = text.at(-1) ?? '';
        const cut = [...text.slice(0, -1), last.slice(0, end.column - 1)].join('\n').slice(start.column - 1);
        return { file, line: oneLine(lines[start.line - 1] ?? ''), from: oneLine(cut), to: oneLine(replacement) };
      });
  });
}

function keyOf({ file, line, from, to }: Survivor): string {
  return JSON.stringify([file, line, from, to]);
}

function format({ file, line, from, to }: Survivor): string {
  return `${file}: ${from} → ${to}\n    in: ${line}`;
}

function main(): number {
  const survivors = survivorsOf(reportSchema.parse(JSON.parse(readFileSync(reportFile, 'utf8'))));
  if (process.argv.includes('--list')) {
    console.log(stringify(survivors, { lineWidth: 0 }));
    return 0;
  }
  const listed = listSchema.parse(parse(readFileSync(listFile, 'utf8'))).flatMap(({ mutants }) => mutants);
  const known = new Set(listed.map(keyOf));
  const surviving = new Set(survivors.map(keyOf));
  const unlisted = survivors.filter((survivor) => !known.has(keyOf(survivor)));
  const gone = listed.filter((survivor) => !surviving.has(keyOf(survivor)));
  for (const survivor of unlisted) console.log(`survives and is not listed in ${listFile}: ${format(survivor)}`);
  for (const survivor of gone) console.log(`is listed in ${listFile} and does not survive: ${format(survivor)}`);
  console.log(`${survivors.length} mutants survive, ${unlisted.length} of them without a reason`);
  return unlisted.length + gone.length === 0 ? 0 : 1;
}

process.exitCode = main();
