import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drillEndCodes } from '../../lib/core/drill/ending.ts';
import { drillRefusalCodes } from '../../lib/core/drill/order.ts';
import {
  blockedCodes,
  rejectedCodes,
  withheldCodes,
  rejectionCodes,
  holdCodes,
  unknownCauses,
  sessionFindingCodes,
} from '../../lib/core/model/codes.ts';
import { readinessChecks } from '../../lib/core/readiness/check.ts';

/** Headings of the third level, by the chapter they stand in. */
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
    ['Rejections', rejectionCodes],
    ['Changes that were withheld', withheldCodes],
    ['Changes that were rejected', rejectedCodes],
    ['Changes that were blocked', blockedCodes],
    ['Findings of the session inventory', sessionFindingCodes],
    ['Readiness', readinessChecks],
    ['How a drill ended', drillEndCodes],
    ['Drills that were refused', drillRefusalCodes],
  ])('has an entry for each of: %s', (chapter, codes) => {
    expect(
      entries
        .get(chapter)
        ?.map(({ code }) => code)
        .sort(),
    ).toEqual([...codes].sort());
  });
});
