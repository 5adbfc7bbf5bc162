import { expect, it } from 'vitest';
import { hashOf } from '../../../lib/core/shards/hash.ts';

it('a text has the same hash in every version, or an upgrade would deal every group anew', () => {
  expect({ text: hashOf('main-line 3'), nothing: hashOf('') }).toEqual({ text: 3_812_871_589, nothing: 2_872_998_923 });
});
