/** A file of code is one idea. Declarations, golden transcripts, generated files and pages for people may be longer. */
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const limit = 350;

const files = globSync('**/*.{ts,tsx,cjs,mjs,css,html}', {
  exclude: (path) => /^(?:node_modules|coverage|release|\.\w+)$/.test(path),
});

function tooLong(paths: readonly string[]): readonly string[] {
  return paths.flatMap((path) => {
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n').length;
    return lines > limit ? [`${path}: ${lines} lines, at most ${limit}: split it by idea`] : [];
  });
}

describe('The length of a file', () => {
  it('is limited in every folder with code', () => {
    const folders = new Set(files.map((path) => path.split('/')[0]));
    expect([...folders]).toEqual(
      expect.arrayContaining(['cli', 'functions', 'infra', 'lib', 'scripts', 'sim', 'test']),
    );
    expect(tooLong(files)).toEqual([]);
  });
});
