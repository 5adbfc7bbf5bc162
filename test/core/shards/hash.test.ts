import { expect, it } from 'vitest';
import { hashOf } from '../../../lib/core/shards/hash.ts';

it('the hash of a text is the same in every version: otherwise an upgrade would move groups to other shards', () => {
  expect({ text: hashOf('main-line 3'), nothing: hashOf('') }).toEqual({ text: 3_812_871_589, nothing: 2_872_998_923 });
});
