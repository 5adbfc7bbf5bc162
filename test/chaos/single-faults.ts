/** Every call of a turn, and every fault that can strike it, one at a time. */
import { describe, expect, it } from 'vitest';
import { inWords, strikesAt } from './faults.ts';
import { matrixOf, type Scene, type Verdict } from './matrix.ts';

/** What came of so many cases, for whoever reads the output. */
export function tally(verdicts: readonly Verdict[]): string {
  const count = (is: (verdict: Verdict) => boolean) => verdicts.filter(is).length;
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const events = `${sum((each) => each.delivered)} events on the bus, ${sum((each) => each.parked)} parked, ${sum((each) => each.logged)} in the log alone`;
  return [
    `${verdicts.length} cases`,
    `${count(({ ending }) => ending === 'returned')} made up for`,
    `${count(({ ending }) => ending === 'threw')} told as failures`,
    `${sum(({ moved }) => moved)} writes`,
    events,
    `right within a minute ${count(({ rightAfter }) => rightAfter === 1)}, later ${count(({ rightAfter = 1 }) => rightAfter > 1)}`,
  ].join(', ');
}

/** Each rule that was broken, and by what. */
export function brokenBy(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ strikes, broken }) =>
    broken.map((rule) => `${strikes.map(inWords).join(' and ')}: ${rule}`),
  );
}

export function describeSingleFaults(scenes: readonly Scene[]): void {
  const { faultless, playWith } = matrixOf();
  describe.each(scenes)('Any one fault in $scene', (scene) => {
    it('breaks no rule of a safe turn', { timeout: 600_000 }, async () => {
      const { calls, whole } = await faultless(scene);
      const targets = calls.filter(scene.strikes ?? (() => true));
      const verdicts: Verdict[] = [];
      for (const one of targets.flatMap(strikesAt)) verdicts.push(await playWith(scene, [one], whole));
      process.stdout.write(`One fault at each of ${targets.length} calls of ${scene.scene}: ${tally(verdicts)}\n`);
      expect(brokenBy(verdicts)).toEqual([]);
      expect(verdicts.filter(({ isStruck }) => !isStruck)).toEqual([]);
      expect(targets.length).toBeGreaterThan(0);
    });
  });
}
