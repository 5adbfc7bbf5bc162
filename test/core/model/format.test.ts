import { describe, expect, it } from 'vitest';
import { formatDuration, formatPercent, formatLikelihood } from '../../../lib/core/model/format.ts';

describe('a number in a reason', () => {
  it.each([
    [0, '0 %'],
    [0.342, '34.2 %'],
    [1 / 3, '33.3 %'],
    [1, '100 %'],
  ])('%d of all is %s', (ratio, text) => {
    expect(formatPercent(ratio)).toBe(text);
  });

  it.each([
    [0.5, '0.5'],
    [0.0123, '0.012'],
    [0.001, '0.001'],
    [4.21e-10, '4e-10'],
    [1e-6, '1e-6'],
    [0, '0'],
  ])('a likelihood of %d is %s', (value, text) => {
    expect(formatLikelihood(value)).toBe(text);
  });

  it.each([
    [0, '0 s'],
    [119_499, '119 s'],
    [120_000, '2 min'],
    [125_000, '2.1 min'],
    [-30_000, '-30 s'],
    [-600_000, '-10 min'],
  ])('%d ms are %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});
