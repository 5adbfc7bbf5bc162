import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  codeTable,
  commandCodes,
  drillEndCodes,
  drillRefusalCodes,
  forcibleRules,
  holdCodes,
  readinessChecks,
  rejectionCodes,
  sessionFindingCodes,
} from '../../../lib/core/model/codes.ts';

/** As GitHub makes anchors of headings. */
const runbookAnchors = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/gu, '')
    .replaceAll(' ', '-'),
);

describe('the table of codes', () => {
  it('names each code once in its class', () => {
    const names = codeTable.map(({ class: codeClass, code }) => `${codeClass} ${code}`);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('hold daily-limit');
  });

  it('gives each code a meaning of one sentence', () => {
    expect(codeTable.filter(({ meaning }) => !/^[A-Z][^.]*\.$/u.test(meaning))).toEqual([]);
  });

  it('gives each code an anchor of its own, also where two classes have the same code', () => {
    const anchors = codeTable.map(({ anchor }) => anchor);
    expect(new Set(anchors).size).toBe(anchors.length);
    const anchorsOf = (name: string) => codeTable.flatMap(({ code, anchor }) => (code === name ? [anchor] : []));
    expect(anchorsOf('forbidden')).toEqual(['forbidden', 'forbidden-write']);
    expect(anchorsOf('throttled')).toEqual(['throttled', 'throttled-drill']);
  });

  it('points into the runbook', () => {
    const missing = codeTable.filter(({ anchor }) => !runbookAnchors.includes(anchor));
    expect(missing.map(({ anchor }) => anchor)).toEqual([]);
  });

  it('is where the lists come from', () => {
    expect(holdCodes).toContain('cooldown');
    expect(rejectionCodes).toContain('hold-down');
    expect(sessionFindingCodes).toEqual(['past-expiry', 'not-on-primary', 'unhealthy-connector', 'unsupported']);
    expect(commandCodes).toEqual(['not-a-member', 'missing-member', 'no-preferred-order']);
    expect(drillRefusalCodes).toEqual(['not-a-standby', ...holdCodes, ...rejectionCodes]);
    expect(drillEndCodes).toContain('too-few-calls');
    expect(readinessChecks.slice(0, 2)).toEqual(['control-regions', 'permissions']);
    expect(forcibleRules).toEqual(expect.arrayContaining([...rejectionCodes]));
  });
});
