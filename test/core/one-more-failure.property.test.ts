/** Property tests: one more failed call never improves a verdict. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judge } from '../../lib/core/judge/judge.ts';
import type { Minute } from '../../lib/core/model/observation.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { runs, seed } from '../builders/random.ts';
import { policy, minutes, pasts, ids, gravity, verdictsOn, withFailedCall } from './observations.ts';

describe(`one more failed call (seed ${seed})`, () => {
  it('never improves a verdict', () => {
    fc.assert(
      fc.property(minutes, fc.integer({ min: 1, max: 60 }), pasts, (read, at, before) => {
        const [first, now] = [verdictsOn(read, before).own, verdictsOn(withFailedCall(read, at), before).own];
        const message = `${first.health} (${first.reason}) became ${now.health} (${now.reason})`;
        expect(gravity(now), message).toBeGreaterThanOrEqual(gravity(first));
      }),
      runs(6000),
    );
  });

  it('never clears a Region', () => {
    let unhealthyRegions = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(minutes, pasts), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (all, at) => {
          const reads = all.map(([read]) => read);
          const regionOf = (each: readonly (readonly Minute[])[]) =>
            judge(
              anObservation({
                connectors: each.map((read, place) =>
                  aConnector({
                    voiceConnectorId: ids[place]!,
                    inbound: { kind: 'read', minutes: read },
                    history: all[place]![1],
                  }),
                ),
              }),
              () => policy,
            ).regions.get('us-east-1')!;
          const before = regionOf(reads);
          if (before.health !== 'unhealthy') return;
          unhealthyRegions += 1;
          const now = regionOf(reads.with(0, withFailedCall(reads[0]!, at)));
          expect(now.health, `${before.reason} became ${now.reason}`).toBe('unhealthy');
        },
      ),
      runs(3000),
    );
    expect(unhealthyRegions).toBeGreaterThan(0);
  });
});
