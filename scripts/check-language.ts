/**
 * npm run language: fails when a file that git tracks, or would add, contains a word of the private dialect that this project gave up.
 * With file names as arguments it checks these files instead.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { findDialect, type Finding } from './language/find-dialect.ts';

const exempt: readonly RegExp[] = [
  // The rules themselves, and the decision that quotes the old terms.
  /^scripts\/language\/dialect\.ts$/,
  /^docs\/adr\/0017-plain-language\.md$/,
  // The legal text must not be reworded.
  /^LICENSE$/,
  // Generated files.
  /^package-lock\.json$/,
  /^bench\/results\//,
];

/** The glossary names each old word beside its replacement. Its lines are blanked, so that the line numbers stay right. */
function withoutGlossary(text: string): string {
  return text.replace(/^## Glossary\n[^]*?(?=^## |$(?![^]))/m, (section) => section.replaceAll(/[^\n]/g, ''));
}

/** The changelog names each renamed code, as in `old` is `new`. */
function withoutRenamedCodes(text: string): string {
  return text.replaceAll(/`[^`\n]+`(?= is\s+`)/g, '');
}

function checkedText(file: string, text: string): string {
  if (file.endsWith('CONTRIBUTING.md')) return withoutGlossary(text);
  return file.endsWith('CHANGELOG.md') ? withoutRenamedCodes(text) : text;
}

function filesOfRepository(): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    encoding: 'utf8',
  });
  return listed.split('\0').filter((file) => file !== '' && !exempt.some((pattern) => pattern.test(file)));
}

function check(file: string): readonly Finding[] {
  const bytes = readFileSync(file);
  if (!isUtf8(bytes)) return [];
  return findDialect(file, checkedText(file, bytes.toString()));
}

const args = process.argv.slice(2);
const files = args.length > 0 ? args : filesOfRepository();
const findings = files.flatMap(check);
for (const { file, line, found, instead } of findings) {
  const place = line === 0 ? `${file} (the file's name)` : `${file}:${line}`;
  console.error(`${place}: "${found}": write instead: ${instead}`);
}
if (findings.length > 0) {
  console.error(
    `${findings.length} words of the old dialect in ${new Set(findings.map(({ file }) => file)).size} files`,
  );
  process.exitCode = 1;
}
