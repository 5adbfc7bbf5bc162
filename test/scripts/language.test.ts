import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
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

  it('exits with 1 and prints the place, the term and its replacement', () => {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'page.md');
    writeFileSync(file, `# Page\n\nThis is ${String(oldTerm)}.\n`);
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-language.ts', file], { encoding: 'utf8' });
    expect(stderr).toContain(`${file}:3: "${String(oldTerm)}": write instead: `);
    expect(status).toBe(1);
    writeFileSync(file, '# Page\n\nThis monitor closes that gap.\n');
    expect(spawnSync(process.execPath, ['scripts/check-language.ts', file]).status).toBe(0);
  });

  it('exempts the glossary of CONTRIBUTING.md, and no other section of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'CONTRIBUTING.md');
    const glossary = `## Glossary\n\n| ${String(oldTerm)} |\n\n`;
    writeFileSync(file, `# Contributing\n\n${glossary}## Set-up\n\nRun it.\n`);
    expect(spawnSync(process.execPath, ['scripts/check-language.ts', file]).status).toBe(0);
    writeFileSync(file, `# Contributing\n\n${glossary}## Set-up\n\nRun ${String(oldTerm)}.\n`);
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-language.ts', file], { encoding: 'utf8' });
    expect(stderr).toContain(`${file}:9: `);
    expect(status).toBe(1);
  });

  it('exempts the old name of a renamed code in CHANGELOG.md, and nothing else of it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'language-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    const file = join(folder, 'CHANGELOG.md');
    const renamed = `- Rename codes: \`${String(oldTerm)}\` is \`new-code\`.\n`;
    writeFileSync(file, renamed);
    expect(spawnSync(process.execPath, ['scripts/check-language.ts', file]).status).toBe(0);
    writeFileSync(file, `${renamed}- Add \`${String(oldTerm)}\`.\n`);
    const { status, stderr } = spawnSync(process.execPath, ['scripts/check-language.ts', file], { encoding: 'utf8' });
    expect(stderr).toContain(`${file}:2: `);
    expect(status).toBe(1);
  });
});
