import { describe, expect, it } from 'vitest';
import { overLimitNote } from '../../../lib/core/model/override-limit.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { aDrill } from '../../builders/drill.ts';

const now = Date.UTC(2026, 10, 20, 9);
const limit = now + 72 * 3_600_000;
const note = ' (longer than the 72 h that operate accepts; the monitor honours it)';
const common = { by: 'anna', reason: 'works on the trunk' };

describe('the note on an override that lasts longer than operate accepts', () => {
  it.each<[OverrideState, string]>([
    [{ kind: 'pause', ...common, until: limit + 1 }, note],
    [{ kind: 'pin', ...common, until: limit + 1, order: ['vc-east', 'vc-west'] }, note],
    [{ kind: 'pause', ...common, until: limit }, ''],
    [{ kind: 'pin', ...common, until: limit }, ''],
    [{ kind: 'drill', ...aDrill(), until: limit + 1 }, ''],
    [{ kind: 'none' }, ''],
    [{ kind: 'unparseable', message: 'no JSON' }, ''],
    [{ kind: 'unreadable', message: 'no answer' }, ''],
  ])('of %j is %j', (override, expected) => {
    expect(overLimitNote(override, now)).toBe(expected);
  });
});
