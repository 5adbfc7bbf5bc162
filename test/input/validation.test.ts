import { describe, expect, it } from 'vitest';
import { formatValue } from '../../lib/input/format-value.ts';
import { InvalidInputError } from '../../lib/input/validation.ts';

describe('InvalidInputError', () => {
  it('counts and lists its problems', () => {
    expect(new InvalidInputError('policy.yml', ['a', 'b']).message).toBe('policy.yml: 2 problems\n  - a\n  - b');
    expect(new InvalidInputError('policy.yml', ['a']).message).toBe('policy.yml: 1 problem\n  - a');
  });

  it('lists at most 50 problems and counts them all', () => {
    const problems = (count: number) => Array.from({ length: count }, (_, place) => `problem ${place}`);
    expect(new InvalidInputError('policy.yml', problems(50)).problems).toEqual(problems(50));
    const error = new InvalidInputError('policy.yml', problems(5000));
    expect(error.problems).toEqual([...problems(50), 'and 4950 more']);
    expect(error.message).toMatch(/^policy\.yml: 5000 problems\n/);
  });

  it('shortens a problem to 1000 characters and withholds phone numbers', () => {
    const [long = '', number] = new InvalidInputError('the event', ['x'.repeat(2000), '+12065550147']).problems;
    expect(long).toBe(`${'x'.repeat(997)}...`);
    expect(number).toBe('(number withheld)');
  });
});

describe('a quoted value', () => {
  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    ['', '""'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
    [0.5, '0.5'],
    [{ a: [1] }, '{"a":[1]}'],
    ['x'.repeat(118), `"${'x'.repeat(118)}"`],
    ['x'.repeat(119), `"${'x'.repeat(116)}...`],
  ])('%j is shown as %s', (value, text) => {
    expect(formatValue(value)).toBe(text);
  });
});
