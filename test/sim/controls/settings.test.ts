import { describe, expect, it } from 'vitest';
import { SimClock } from '../../../sim/clock.ts';
import { Pace } from '../../../sim/controls/pace.ts';
import { runningAws } from './running.ts';

describe('/_sim/settings', () => {
  it('changes the speed of the clock and the traffic, each alone or both', async () => {
    const { send, simulate } = await runningAws();
    expect(await send('GET', '/_sim/settings')).toEqual({ status: 200, value: { speed: 0, callsFactor: 1 } });
    expect(await send('POST', '/_sim/settings', { callsFactor: 0 })).toEqual({
      status: 200,
      value: { speed: 0, callsFactor: 0 },
    });
    expect(simulate(3).map(({ groups }) => groups[0]!.newCallers)).toEqual([0, 0, 0]);
    expect(await send('POST', '/_sim/settings', { speed: 60, callsFactor: 1 })).toEqual({
      status: 200,
      value: { speed: 60, callsFactor: 1 },
    });
    expect(simulate(3).every(({ groups }) => groups[0]!.newCallers > 5)).toBe(true);
  });

  it('refuses wrong settings with every problem and changes nothing', async () => {
    const { send } = await runningAws();
    expect(await send('POST', '/_sim/settings', { speed: -1, callsFactor: 21 })).toEqual({
      status: 400,
      value: {
        error: 'nothing was changed',
        problems: [
          'speed: Expected a number from 0 to 600, got -1',
          'callsFactor: Expected a number from 0 to 20, got 21',
        ],
      },
    });
    expect(await send('POST', '/_sim/settings', {})).toMatchObject({ status: 400 });
    expect(await send('GET', '/_sim/settings')).toEqual({ status: 200, value: { speed: 0, callsFactor: 1 } });
  });
});

/** A clock whose real time only the test advances. */
function pacedClock(speed: number) {
  let wall = 0;
  const clock = SimClock.startingAt(0, { speed, wall: () => wall });
  const pace = new Pace(clock, speed);
  const passed = (realMs: number) => {
    wall += realMs;
    return clock.now();
  };
  return { pace, passed };
}

describe('The pace of the clock', () => {
  it.each([
    { speed: 60, during: 60_000 },
    { speed: 1, during: 2000 },
  ])('during a run, at $speed times real time', async ({ speed, during }) => {
    const { pace, passed } = pacedClock(speed);
    passed(1000);
    let shown = 0;
    await pace.during(async () => {
      shown = await Promise.resolve(passed(1000));
    });
    expect(shown).toBe(during);
    expect(passed(1000)).toBe(during + 1000 * speed);
  });

  it('stands still until the last of two runs ends, also where the speed is changed meanwhile', async () => {
    const { pace, passed } = pacedClock(60);
    const first = Promise.withResolvers<undefined>();
    const second = Promise.withResolvers<undefined>();
    const runs = [pace.during(() => first.promise), pace.during(() => second.promise)];
    first.resolve(undefined);
    await runs[0];
    pace.speed = 300;
    expect(passed(1000)).toBe(0);
    second.resolve(undefined);
    await runs[1];
    expect(passed(1000)).toBe(300_000);
  });

  it('goes on after a run that throws', async () => {
    const { pace, passed } = pacedClock(60);
    await expect(pace.during(() => Promise.reject(new Error('timed out')))).rejects.toThrow('timed out');
    expect(passed(1000)).toBe(60_000);
  });
});
