import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drillEndCodes } from '../../lib/core/drill/end-codes.ts';
import { drillOrderCodes } from '../../lib/core/drill/refusals.ts';
import {
  blockedCodes,
  holdCodes,
  rejectedCodes,
  rejectionCodes,
  unknownCauses,
  withheldCodes,
  commandCodes,
  sessionFindingCodes,
} from '../../lib/core/model/codes.ts';
import { readinessChecks } from '../../lib/core/readiness/check.ts';

/** Headings of the third level, by the chapter they are in. `### throttled (drill)` is the entry of `throttled`. */
const entries = Map.groupBy(
  readFileSync('docs/runbook.md', 'utf8')
    .split(/^## /m)
    .flatMap((chapter) =>
      [...chapter.matchAll(/^### ([a-z-]+)/gm)].map(([, code]) => ({ chapter: chapter.split('\n')[0], code })),
    ),
  ({ chapter }) => chapter,
);

describe('The runbook', () => {
  it.each([
    ['Verdicts that are `unknown`', unknownCauses],
    ['Holds', holdCodes],
    ['Commands that were refused', commandCodes],
    ['Rejections', rejectionCodes],
    ['Changes that were withheld', withheldCodes],
    ['Changes that were rejected', rejectedCodes],
    ['Changes that were blocked', blockedCodes],
    ['Findings of the session inventory', sessionFindingCodes],
    ['Readiness', readinessChecks],
    ['How a drill ended', drillEndCodes],
    ['Drills that were refused', drillOrderCodes],
  ])('has one entry for each code, and no other, in the chapter: %s', (chapter, codes) => {
    expect(
      entries
        .get(chapter)
        ?.map(({ code }) => code)
        .sort(),
    ).toEqual([...codes].sort());
  });
});
