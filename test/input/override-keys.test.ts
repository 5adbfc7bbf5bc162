/** Which groups a stored override applies to. */
import { describe, expect, it } from 'vitest';
import type { OverrideState } from '../../lib/core/model/override.ts';
import { isNameShared, overrideInForce, strictest, unmatchedOverrides } from '../../lib/input/override-keys.ts';
import { aDrill } from '../builders/drill.ts';

const at = Date.UTC(2026, 10, 20, 9);
const later = at + 60_000;

function pause(by: string, until = later): OverrideState {
  return { kind: 'pause', by, reason: 'works', until };
}

const pin: OverrideState = { kind: 'pin', by: 'ben', reason: 'keep', until: later, order: ['west', 'east'] };
const drill: OverrideState = { kind: 'drill', ...aDrill({ until: later }) };
const group = { voiceConnectorGroupId: 'id-1', name: 'main-line' };

function stored(overrides: Readonly<Record<string, OverrideState>>) {
  return Object.entries(overrides).map(([key, override], place) => ({ key, override, putAt: place }));
}

function on(overrides: Readonly<Record<string, OverrideState>>, hasSharedName = false) {
  return overrideInForce(stored(overrides), group, at, hasSharedName);
}

const none = { override: { kind: 'none' }, putAt: undefined };

describe('an override', () => {
  it('applies under the id and under the name of the group, and under all in any case', () => {
    for (const key of ['id-1', 'main-line', 'all', 'ALL', 'All']) {
      expect(on({ [key]: pause('anna') })).toEqual({ override: pause('anna'), putAt: 0 });
    }
  });

  it('applies to no group under any other key', () => {
    for (const key of ['Main-Line', 'main', 'main-line/x', 'al', 'ID-1', '']) {
      expect(on({ [key]: pause('anna') })).toEqual(none);
    }
  });

  it('under the id takes precedence over the name, and both over all', () => {
    const everywhere = { all: pause('boss'), 'main-line': pause('ben'), 'id-1': pause('anna') };
    expect(on(everywhere)).toEqual({ override: pause('anna'), putAt: 2 });
    expect(on({ ...everywhere, 'id-1': pause('anna', at) })).toEqual({ override: pause('ben'), putAt: 1 });
  });

  it('that pauses stops a pin and a drill, wherever it is stored', () => {
    for (const key of ['main-line', 'all']) {
      for (const own of [pin, drill]) {
        expect(on({ 'id-1': own, [key]: pause('boss') }).override).toEqual(pause('boss'));
        expect(on({ 'id-1': own, [key]: { kind: 'unparseable', message: '?' } }).override.kind).toBe('unparseable');
        expect(on({ 'id-1': own, [key]: pause('boss', at) }).override).toEqual(own);
      }
    }
  });

  it('that pins or drills under a name means its group only where no other group has that name', () => {
    expect(on({ 'main-line': pin }).override).toEqual(pin);
    expect(on({ 'main-line': drill }).override).toEqual(drill);
    expect(on({ 'main-line': pin }, true).override).toEqual({
      kind: 'pause',
      by: 'ben',
      until: later,
      reason: "keep (a pin under main-line, which is no group's id: it pauses)",
    });
    expect(on({ 'main-line': drill }, true).override).toMatchObject({ kind: 'pause', by: 'ops', until: later });
    expect(on({ 'id-1': pin }, true).override).toEqual(pin);
  });

  it('for all groups pins none in an order and drills none', () => {
    expect(on({ all: pin }).override).toEqual({ ...pin, order: undefined });
    expect(on({ all: drill }).override).toMatchObject({ kind: 'pause', by: 'ops' });
  });

  it('is the strictest of all Regions, with the time at which it was put', () => {
    const here = { override: pin, putAt: 1 };
    const there = { override: pause('anna'), putAt: 2 };
    expect(strictest([here, there])).toEqual(there);
    expect(strictest([])).toEqual(none);
  });
});

describe('a name', () => {
  it.each([
    ['another group has it', [{ voiceConnectorGroupId: 'id-2', name: 'main-line' }], true],
    ["it is another group's id", [{ voiceConnectorGroupId: 'main-line', name: 'side' }], true],
    ['no other group has it', [{ voiceConnectorGroupId: 'id-2', name: 'side' }], false],
    ["another group has this group's id as its name", [{ voiceConnectorGroupId: 'id-2', name: 'id-1' }], false],
  ])('is shared or not: %s', (_what, others, shared) => {
    expect(isNameShared(group, [group, ...others])).toBe(shared);
  });
});

it('the overrides under a key that no group has are found', () => {
  const overrides = stored({ 'id-1': pin, 'main-line': pin, ALL: pin, 'Main-Line': pin });
  expect(unmatchedOverrides(overrides, [group]).map(({ key }) => key)).toEqual(['Main-Line']);
  expect(unmatchedOverrides(overrides, []).map(({ key }) => key)).toEqual(['id-1', 'main-line', 'Main-Line']);
});
