import { expect, it } from 'vitest';
import { formatImpact } from '../../../lib/core/model/impact.ts';

const impact = {
  firstBadMinuteAt: Date.UTC(2026, 10, 20, 8, 5),
  countedUntil: Date.UTC(2026, 10, 20, 8, 14),
  callsFailed: { least: 86, likely: 97, most: 106 },
  callsPerMinuteAtRisk: 24,
  lossShare: { least: 0.4, likely: 0.5, most: 0.6 },
};

it('the impact of a fault is reported with its times in two digits each, and its uncertainty', () => {
  expect(formatImpact(impact)).toBe(
    'calls failed since 08:05 UTC, beyond the usual ones: about 97 (86 to 106), counted up to 08:14 UTC; 24 calls a minute at risk',
  );
});

it('an impact that is known exactly is one number', () => {
  expect(formatImpact({ ...impact, callsFailed: { least: 97, likely: 97, most: 97 } })).toContain(': 97, counted');
});
