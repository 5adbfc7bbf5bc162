import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { identifierPartRules, identifierRules, proseRules } from '../../scripts/language/dialect.ts';
import { findDialect } from '../../scripts/language/find-dialect.ts';

// The words themselves are taken from the rules, because this file is checked too.
const [, oldTerm] = proseRules.flatMap(({ examples }) => examples);
const phrase = proseRules.flatMap(({ examples }) => examples).find((example) => /^[a-z]+ [a-z]+$/.test(example)) ?? '';
const part = identifierPartRules[0]?.parts[0] ?? '';

function placesIn(file: string, text: string): readonly string[] {
  return findDialect(file, text).map(({ line, found }) => `${line} ${found}`);
}

function capitalised(term: string): string {
  return `${term.slice(0, 1).toUpperCase()}${term.slice(1)}`;
}

describe('the language check', () => {
  it.each(proseRules.flatMap(({ examples }) => examples))('finds "%s" in prose', (example) => {
    const [first] = findDialect('docs/page.md', `One line.\nIt contains ${example} here.\n`);
    expect(first).toMatchObject({ line: 2 });
    expect(example.toLowerCase()).toContain(first?.found.toLowerCase());
  });

  it.each(identifierPartRules.flatMap(({ parts }) => parts))('finds "%s" in the identifiers of code', (term) => {
    const names = [term, `${term}Events`, `is${capitalised(term)}`];
    const text = `class Monitor {\n  #${term} = 1;\n}\n${names.map((name) => `const ${name} = 1;`).join('\n')}`;
    expect(findDialect('lib/sample.ts', text).map(({ line }) => line)).toEqual([2, 4, 5, 6]);
  });

  it.each(identifierRules.flatMap(({ identifiers }) => identifiers))('finds the identifier %s', (name) => {
    expect(findDialect('lib/sample.ts', `const first = 1;\nconst ${name} = 2;\n`)).toMatchObject([
      { line: 2, found: name },
    ]);
  });

  it('finds terms that a line break of a comment or of a list separates', () => {
    const wrapped = phrase.replace(' ', '\n * ');
    expect(placesIn('lib/sample.ts', `/**\n * A ${wrapped}\n */\n`)).toEqual([`2 ${phrase.replace(' ', ' * ')}`]);
  });

  it('finds a term in the name of a file', () => {
    expect(placesIn(`lib/${String(oldTerm)}-of-calls.ts`, '')).toEqual([`0 ${String(oldTerm)}`]);
  });

  it('has an instruction for every term', () => {
    for (const { instead } of [...identifierPartRules, ...identifierRules, ...proseRules]) expect(instead).not.toBe('');
  });

  it.each([
    'await Promise.allSettled(writes);',
    'Map.groupBy(events, ({ kind }) => kind);',
    'const deadLetterQueue = retold(password);',
    `// A string or a comment may name ${part}.\nconst text = '${part}';`,
  ])('accepts %s', (text) => {
    expect(placesIn('lib/sample.ts', text)).toEqual([]);
  });
});

describe('npm run language', () => {
  const page = 'page.md';
  const contributing = 'CONTRIBUTING.md';
  const changelog = 'CHANGELOG.md';
  const glossary = `## Glossary\n\n| ${String(oldTerm)} |\n\n`;
  const renamed = `- Rename codes: \`${String(oldTerm)}\` is \`new-code\`.\n`;
  const good = {
    [page]: '# Page\n\nThis monitor closes that gap.\n',
    [contributing]: `# Contributing\n\n${glossary}## Set-up\n\nRun it.\n`,
    [changelog]: renamed,
  };
  const bad = {
    [page]: `# Page\n\nThis is ${String(oldTerm)}.\n`,
    [contributing]: `# Contributing\n\n${glossary}## Set-up\n\nRun ${String(oldTerm)}.\n`,
    [changelog]: `${renamed}- Add \`${String(oldTerm)}\`.\n`,
  };

  /** Checks the files in a folder of their own, in one process. */
  function check(files: Readonly<Record<string, string>>) {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(files).map((name) => join(folder, name));
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-language.ts', ...paths], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    return { status, stderr, placeOf: (name: string, line: number) => `${join(folder, name)}:${line}: ` };
  }

  let accepted: ReturnType<typeof check>;
  let rejected: ReturnType<typeof check>;

  beforeAll(() => {
    accepted = check(good);
    rejected = check(bad);
  });

  it('exits with 1 and prints the place, the term and its replacement', () => {
    expect(rejected.stderr).toContain(`${rejected.placeOf(page, 3)}"${String(oldTerm)}": write instead: `);
    expect(rejected.status).toBe(1);
    expect(accepted).toMatchObject({ status: 0, stderr: '' });
  });

  it('exempts the glossary of CONTRIBUTING.md, and no other section of it', () => {
    expect(accepted.status).toBe(0);
    expect(rejected.stderr).toContain(rejected.placeOf(contributing, 9));
    expect(rejected.stderr).not.toContain(rejected.placeOf(contributing, 5));
  });

  it('exempts the old name of a renamed code in CHANGELOG.md, and nothing else of it', () => {
    expect(accepted.status).toBe(0);
    expect(rejected.stderr).toContain(rejected.placeOf(changelog, 2));
    expect(rejected.stderr).not.toContain(rejected.placeOf(changelog, 1));
  });
});
