import { describe, expect, it } from 'vitest';
import { table } from '../lib/table.ts';

describe('A table', () => {
  it('puts columns under one another, each as wide as its widest cell, with nothing behind the last', () => {
    expect(
      table([
        ['Voice Connector', 'Open', 'oldest'],
        ['vc-east', '230', '3 h'],
        ['vc-west', '0', ''],
      ]),
    ).toEqual(['Voice Connector  Open  oldest', 'vc-east          230   3 h', 'vc-west          0']);
  });

  it('takes rows of different length', () => {
    expect(table([['a'], ['b', 'c']])).toEqual(['a', 'b  c']);
  });

  it('of nothing has no lines', () => {
    expect(table([])).toEqual([]);
  });
});
