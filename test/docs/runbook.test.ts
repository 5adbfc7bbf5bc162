import { describe, expect, it } from 'vitest';
import { codeTable } from '../../lib/core/model/codes.ts';
import { anchorsOf, pageText } from './pages.ts';

const chapters = pageText('docs/runbook.md').split(/^## /m);

/** The anchors of the headings of the third level. */
function entriesIn(title: string): readonly string[] {
  const chapter = chapters.find((text) => text.startsWith(`${title}\n`)) ?? '';
  return anchorsOf(chapter.replaceAll(/^#{4,} .*$/gm, ''));
}

describe('The runbook', () => {
  it.each([...Map.groupBy(codeTable, ({ chapter }) => chapter)])(
    'has one entry for each code, and no other, in the chapter: %s',
    (chapter, codes) => {
      expect([...entriesIn(chapter)].sort()).toEqual(codes.map(({ anchor }) => anchor).sort());
    },
  );
});
