import { describe, expect, it } from 'vitest';
import { table } from '../../../lib/core/model/table.ts';

describe('a table', () => {
  it('has columns as wide as their longest cell, and nothing at the ends of its lines', () => {
    expect(
      table([
        ['FAIL', 'Main line', 'members', '1 of 2'],
        ['PASS', 'Side', 'mode', ''],
      ]),
    ).toEqual(['FAIL  Main line  members  1 of 2', 'PASS  Side       mode']);
  });

  it('wraps its last column between words', () => {
    const text = Array.from({ length: 30 }, (_, place) => `word-${place}`).join(' ');
    const lines = table(
      [
        ['a', text],
        ['bb', 'short'],
      ],
      120,
    );
    expect(lines).toHaveLength(4);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
    expect(lines[1]).toMatch(/^ {4}word-\d/);
    expect(
      lines
        .slice(0, 3)
        .map((line) => line.slice(4))
        .join(' '),
    ).toBe(text);
  });

  it('fills a line to its end', () => {
    const [fits, broken] = ['y'.repeat(57), 'y'.repeat(58)];
    expect(table([['x', `${'z'.repeat(59)} ${fits}`]], 120)).toHaveLength(1);
    expect(table([['x', `${'z'.repeat(59)} ${broken}`]], 120)).toHaveLength(2);
  });

  it('does not break a word longer than a line', () => {
    const long = 'x'.repeat(200);
    expect(table([['a', `see ${long} there`]], 120)).toEqual(['a  see', `   ${long}`, '   there']);
    expect(table([['a', `${long} there`]], 120)).toEqual([`a  ${long}`, '   there']);
  });

  it('leaves its last column forty characters, however wide the others are', () => {
    const wide = 'x'.repeat(110);
    const text = 'four words of text that are more than forty characters';
    expect(table([[wide, text]], 120)).toEqual([
      `${wide}  four words of text that are more than`,
      `${' '.repeat(112)}forty characters`,
    ]);
  });

  it('does not wrap without a line width', () => {
    const text = 'word '.repeat(100).trim();
    expect(table([['a', text]])).toEqual([`a  ${text}`]);
  });

  it('accepts rows shorter than others, and no rows', () => {
    expect(table([['a'], ['b', 'c']])).toEqual(['a', 'b  c']);
    expect(table([['a'], ['b', 'c', 'd']])).toEqual(['a', 'b  c  d']);
    expect(table([])).toEqual([]);
  });
});
