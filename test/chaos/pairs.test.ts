/** Two faults in one run: a sample of all pairs. CHAOS_PAIRS=… sets their number, FC_SEED=… repeats the same sample. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seed } from '../builders/random.ts';
import { injectionsAt, type FaultInjection } from './faults.ts';
import { matrixOf, situations, type Verdict } from './matrix.ts';
import { brokenBy, tally } from './single-faults.ts';

const { faultless, playWith } = matrixOf();
const pairs = Number(process.env['CHAOS_PAIRS'] ?? 60);

describe.each([situations.failover, situations.failback, situations.inventory])(
  `Any two faults in $name (seed ${seed})`,
  (situation) => {
    it('break no rule of a safe run', { timeout: 600_000 }, async () => {
      const { calls, whole } = await faultless(situation);
      const injections: readonly FaultInjection[] = calls.flatMap(injectionsAt);
      // Sampled from the list of all pairs, in its order.
      const sample = fc.sample(fc.subarray([...injections], { minLength: 2, maxLength: 2 }), { seed, numRuns: pairs });
      const verdicts: Verdict[] = [];
      for (const pair of sample) verdicts.push(await playWith(situation, pair, whole));
      const all = (injections.length * (injections.length - 1)) / 2;
      process.stdout.write(
        `${pairs} of ${all} pairs of faults in ${situation.name}, seed ${seed}: ${tally(verdicts)}\n`,
      );
      expect(brokenBy(verdicts)).toEqual([]);
    });
  },
);
