/** Every fault at every call of a run, one at a time. */
import { describe, expect, it } from 'vitest';
import { formatInjection, injectionsAt } from './faults.ts';
import { matrixOf, type Situation, type Verdict } from './matrix.ts';

/** A one-line summary of the cases for the test output. */
export function tally(verdicts: readonly Verdict[]): string {
  const count = (is: (verdict: Verdict) => boolean) => verdicts.filter(is).length;
  const sum = (of: (verdict: Verdict) => number) => verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const events = `${sum((each) => each.delivered)} events on the bus, ${sum((each) => each.stored)} in the outbox, ${sum((each) => each.logged)} in the log alone`;
  return [
    `${verdicts.length} cases`,
    `${count(({ ending }) => ending === 'returned')} without a problem in the end`,
    `${count(({ ending }) => ending === 'threw')} reported as failures`,
    `${sum(({ moved }) => moved)} writes`,
    events,
    `right within a minute ${count(({ rightAfter }) => rightAfter === 1)}, later ${count(({ rightAfter = 1 }) => rightAfter > 1)}`,
  ].join(', ');
}

/** Each broken rule, with the faults that broke it. */
export function brokenBy(verdicts: readonly Verdict[]): readonly string[] {
  return verdicts.flatMap(({ injections, broken }) =>
    broken.map((rule) => `${injections.map(formatInjection).join(' and ')}: ${rule}`),
  );
}

export function describeSingleFaults(all: readonly Situation[]): void {
  const { faultless, playWith } = matrixOf();
  describe.each(all)('Any one fault in $name', (situation) => {
    it('breaks no rule of a safe run', { timeout: 600_000 }, async () => {
      const { calls, whole } = await faultless(situation);
      const targets = calls.filter(situation.affects ?? (() => true));
      const verdicts: Verdict[] = [];
      for (const one of targets.flatMap(injectionsAt)) verdicts.push(await playWith(situation, [one], whole));
      process.stdout.write(`One fault at each of ${targets.length} calls of ${situation.name}: ${tally(verdicts)}\n`);
      expect(brokenBy(verdicts)).toEqual([]);
      expect(verdicts.filter(({ isAffected }) => !isAffected)).toEqual([]);
      expect(targets.length).toBeGreaterThan(0);
    });
  });
}
