import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../sim/clock.ts';

const startsAt = Date.parse('2026-11-20T12:00:00Z');

function clockOn(wall: { time: number }, speed: number): SimClock {
  return SimClock.startingAt(startsAt, { speed, wall: () => wall.time });
}

describe('the simulation clock', () => {
  it.each([
    [0, 0],
    [1, 1_000],
    [60, 60_000],
  ])('at speed %d shows, a second later, %d ms more', (speed, passed) => {
    const wall = { time: 5 };
    const clock = clockOn(wall, speed);
    wall.time += 1_000;
    expect(clock.now() - startsAt).toBe(passed);
  });

  it('continues at its speed after a jump', () => {
    const wall = { time: 0 };
    const clock = clockOn(wall, 2);
    wall.time += 1_000;
    clock.jumpTo(startsAt + 3_600_000);
    wall.time += 1_000;
    expect(clock.now() - startsAt).toBe(3_602_000);
  });

  it('keeps its time when its speed changes', () => {
    const wall = { time: 0 };
    const clock = clockOn(wall, 60);
    wall.time += 1_000;
    clock.runAt(0);
    wall.time += 1_000;
    expect(clock.now() - startsAt).toBe(60_000);
    clock.runAt(1);
    wall.time += 1_000;
    expect(clock.now() - startsAt).toBe(61_000);
  });

  it('rejects invalid times and speeds', () => {
    expect(() => SimClock.startingAt(Number.NaN)).toThrow(RangeError);
    expect(() => SimClock.startingAt(0, { speed: -1 })).toThrow(RangeError);
    expect(() => {
      SimClock.startingAt(0).jumpTo(Infinity);
    }).toThrow(RangeError);
  });

  it('shows another thread the time before or after a jump, never an inconsistent one', async () => {
    // Each jump sets time and anchor together. Reading one old and one new value would give a time that never existed.
    const wall = { time: 0 };
    const clock = SimClock.startingAt(0, { speed: 1, wall: () => wall.time });
    const reader = new Worker(new URL('./fixtures/clock-reader.ts', import.meta.url), {
      workerData: clock.memory,
      execArgv: [],
    });
    const seen = new Promise<unknown>((resolve) => reader.once('message', resolve));
    const reading = { isOver: false };
    void seen.then(() => (reading.isOver = true));
    for (let round = 0; !reading.isOver; round += 1) {
      wall.time = round % 2 === 0 ? 1e12 : 0;
      clock.jumpTo(wall.time);
      if (round % 1000 === 0) await new Promise(setImmediate);
    }
    expect(await seen).toEqual([0]);
  });
});
