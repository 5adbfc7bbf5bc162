import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { blockedCodes, holdCodes, rejectedCodes } from '../../lib/core/model/codes.ts';
import { anchorsOf, pages, pageText, proseOf } from './pages.ts';

/** Links that leave the page or jump within it, without those to the web. */
function linksIn(text: string): readonly string[] {
  return [...proseOf(text).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, target = '']) => target);
}

function isResolved(file: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? file : join(dirname(file), path);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).includes(anchor);
}

/** `docs/…#anchor` in anything that is deployed or prints texts. */
const mentions = globSync('{infra,lib,functions,sim,scripts}/**/*.{ts,cjs,yml}').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/docs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(([link]) => [file, link] as const),
);

describe.each(pages.map(({ file, text }) => [file, text] as const))('%s', (file, text) => {
  it('has no link to a file or a heading that does not exist', () => {
    expect(linksIn(text).filter((link) => !isResolved(file, link))).toEqual([]);
  });

  it('has no two headings with the same anchor', () => {
    const anchors = anchorsOf(text);
    expect(anchors.filter((anchor, place) => anchors.indexOf(anchor) !== place)).toEqual([]);
  });
});

describe('The index of docs/', () => {
  it('links every page', () => {
    const linked = linksIn(pageText('docs/README.md')).map((link) => join('docs', link.split('#')[0]!));
    const missing = pages.filter(({ file }) => !linked.includes(file)).map(({ file }) => file);
    expect(missing.filter((file) => file !== 'docs/README.md')).toEqual([]);
  });
});

describe('The code', () => {
  it('names pages of docs/', () => {
    expect(mentions.length).toBeGreaterThan(10);
  });

  it.each(mentions)('%s names a page and a heading that exist: %s', (_file, link) => {
    expect(isResolved('README.md', link)).toBe(true);
  });

  it('names a code of a hold, a refusal or a blocked change only as an anchor that exists', () => {
    const anchors = anchorsOf(pageText('docs/runbook.md'));
    // A read that is forbidden has an entry among the verdicts, a write among the refusals.
    const codes: readonly string[] = [...holdCodes, ...rejectedCodes, ...blockedCodes];
    expect(codes.filter((code) => !anchors.includes(code))).toEqual([]);
  });
});
