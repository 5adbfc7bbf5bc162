import { describe, expect, it } from 'vitest';
import { calibrationOf } from '../../bench/calibration.ts';

describe('The thresholds of contenders without a calibration in the same run', () => {
  it('are not needed for healthy worlds and recoveries', async () => {
    const { limits, yardsticks } = await calibrationOf([], ['healthy:lunch*', 'recoveries']);
    expect({ limits, glr: yardsticks.glr }).toEqual({ limits: {}, glr: {} });
  });

  it('are refused for outages where the stored ones are of another version, with the remedy', async () => {
    const other = new URL('../../package.json', import.meta.url);
    await expect(calibrationOf([], ['outages', 'recoveries'], other)).rejects.toThrow(
      'outages: the thresholds of bench/results/decisions.json are of another version of the benchmark. Select healthy:steady too',
    );
  });
});
