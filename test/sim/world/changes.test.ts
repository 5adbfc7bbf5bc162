import { describe, expect, it } from 'vitest';
import { InvalidWorldError, createWorld } from '../../../sim/world/world.ts';
import type { AddedFault } from '../../../sim/world/spec.ts';
import { eastFirst, twoRegions, virginia } from './builders.ts';

const everyCallFails: AddedFault = { where: { region: virginia }, what: { kind: 'sip-5xx', ratio: 1 } };

function runningWorld() {
  const world = createWorld(twoRegions());
  const counts = () => world.runMinute(eastFirst).groups[0]!;
  return { world, counts };
}

describe('A running world', () => {
  it('fails calls while a fault that was added is in force', () => {
    const { world, counts } = runningWorld();
    const before = counts();
    const end = world.addFault(everyCallFails);
    const during = [counts(), counts()];
    end();
    expect(before.callsFailed).toBe(0);
    expect(during.map(({ callsFailed, callsOffered }) => callsFailed === callsOffered)).toEqual([true, true]);
    expect(counts().callsFailed).toBe(0);
  });

  it('is the same world as one whose fault was planned', () => {
    const { world, counts } = runningWorld();
    counts();
    world.addFault(everyCallFails);
    const planned = createWorld(twoRegions({ faults: [{ ...everyCallFails, fromMinute: 1, untilMinute: 9 }] }));
    planned.runMinute(eastFirst);
    expect(world.runMinute(eastFirst)).toEqual(planned.runMinute(eastFirst));
  });

  it('multiplies new callers by every factor in force', () => {
    const { world, counts } = runningWorld();
    const endNone = world.multiplyCalls(0);
    expect(counts().newCallers).toBe(0);
    endNone();
    const usual = Array.from({ length: 50 }, () => counts().newCallers).reduce((sum, calls) => sum + calls, 0);
    world.multiplyCalls(2);
    world.multiplyCalls(3);
    const more = Array.from({ length: 50 }, () => counts().newCallers).reduce((sum, calls) => sum + calls, 0);
    expect(more / usual).toBeGreaterThan(5);
    expect(more / usual).toBeLessThan(7);
  });

  it('refuses a fault at a place that it does not have', () => {
    const { world } = runningWorld();
    expect(() => world.addFault({ ...everyCallFails, where: { region: 'eu-west-1' } })).toThrow(
      new InvalidWorldError(['fault: nothing is in eu-west-1']),
    );
  });
});
