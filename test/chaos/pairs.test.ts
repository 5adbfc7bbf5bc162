/** Two faults in one turn: a sample of all pairs. CHAOS_PAIRS=… plays more of them, FC_SEED=… the same ones again. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../builders/random.ts';
import { strikesAt, type Strike } from './faults.ts';
import { matrixOf, scenes, type Verdict } from './matrix.ts';
import { brokenBy, tally } from './single-faults.ts';

const { faultless, playWith } = matrixOf();
const pairs = Number(process.env['CHAOS_PAIRS'] ?? 60);

describe.each([scenes.failover, scenes.failback, scenes.inventory])(
  `Any two faults in $scene (seed ${seed})`,
  (scene) => {
    it('break no rule of a safe turn', { timeout: 600_000 }, async () => {
      const { calls, whole } = await faultless(scene);
      const strikes: readonly Strike[] = calls.flatMap(strikesAt);
      // Drawn from the list of all, in the order of the list.
      const sample = fc.sample(fc.subarray([...strikes], { minLength: 2, maxLength: 2 }), { seed, numRuns: pairs });
      const verdicts: Verdict[] = [];
      for (const pair of sample) verdicts.push(await playWith(scene, pair, whole));
      const all = (strikes.length * (strikes.length - 1)) / 2;
      process.stdout.write(`${pairs} of ${all} pairs of faults in ${scene.scene}, seed ${seed}: ${tally(verdicts)}\n`);
      expect(brokenBy(verdicts)).toEqual([]);
    });
  },
);
