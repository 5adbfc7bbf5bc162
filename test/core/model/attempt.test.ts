import { expect, it } from 'vitest';
import { attemptAt } from '../../../lib/core/model/attempt.ts';

const beforeQuarter = Date.UTC(2026, 10, 20, 9, 14, 30);
const inQuarter = Date.UTC(2026, 10, 20, 9, 15, 30);
const afterQuarter = Date.UTC(2026, 10, 20, 9, 16, 30);

it.each([
  ['a move that was not wanted before is a first attempt, also as a quarter of an hour begins', false, 'first'],
  ['a move that is wanted still is a reminder as a quarter of an hour begins', true, 'reminder'],
] as const)('%s', (_what, isWantedBefore, expected) => {
  expect(attemptAt(inQuarter, beforeQuarter, isWantedBefore)).toBe(expected);
});

it('a move that is wanted still is a repeated attempt in any other minute', () => {
  expect(attemptAt(afterQuarter, inQuarter, true)).toBe('repeat');
});
