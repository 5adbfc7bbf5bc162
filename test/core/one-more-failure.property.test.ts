/** Property tests: one more failed call improves no verdict, except where what failed before it is thereby over. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callsOf } from '../../lib/core/judge/connector-calls.ts';
import { pooled, type CallSeries } from '../../lib/core/judge/call-series.ts';
import { minutesSinceAbsence } from '../../lib/core/judge/absence.ts';
import { minutesSinceRecovery } from '../../lib/core/judge/recovery.ts';
import { judge } from '../../lib/core/judge/judge.ts';
import { natsForBudget } from '../../lib/core/judge/likelihood.ts';
import type { MetricsReading, Minute } from '../../lib/core/model/observation.ts';
import type { Verdict } from '../../lib/core/model/verdict.ts';
import { judgedUntil } from '../builders/metrics.ts';
import { aConnector, anObservation } from '../builders/observation.ts';
import { runs, seed } from '../builders/random.ts';
import {
  policy,
  minutes,
  minutesAgo,
  pasts,
  recovering,
  ids,
  gravity,
  verdictsOn,
  withFailedCall,
} from './observations.ts';

type Line = { readonly read: readonly Minute[]; readonly past: MetricsReading | undefined };

/** What a line is judged by: all failed calls, and those that no refusal explains. */
function measuresOf({ read, past }: Line): readonly [all: CallSeries, unrefused: CallSeries] {
  const { all, unrefused } = callsOf({ inbound: { kind: 'read', minutes: read }, history: past }, judgedUntil, policy);
  return [all.series, (unrefused ?? all).series];
}

/** What a Region is judged by: the first of its lines, and the pool of all. */
function measuresOfRegion(lines: readonly Line[]): readonly CallSeries[] {
  const series = lines.map((line) => measuresOf(line)[1]);
  return [...measuresOf(lines[0]!), pooled(series, Math.min(...series.map(({ minutes: covered }) => covered)))];
}

/** Whether a failed call `at` minutes ago adds a recovery or an absence later than itself, by any measure. */
function isFaultOver(at: number, before: readonly CallSeries[], now: readonly CallSeries[]): boolean {
  const sinceRecovery = (one: CallSeries) =>
    Math.min(minutesSinceRecovery(one, natsForBudget(policy.falseMovesPerGroupYear)), minutesSinceAbsence(one));
  return now.some((one, place) => {
    const since = sinceRecovery(one);
    return since < at && since < sinceRecovery(before[place]!);
  });
}

function formatChange(before: Verdict, now: Verdict): string {
  return `${before.health} (${before.reason}) became ${now.health} (${now.reason})`;
}

const lines = fc.oneof({ weight: 2, arbitrary: minutes }, { weight: 1, arbitrary: recovering });

describe(`one more failed call (seed ${seed})`, () => {
  it('improves no verdict, unless it turns a stretch of calls into a fault that is over', () => {
    let exceptions = 0;
    let cases = 0;
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 60 }), pasts, (read, at, past) => {
        cases += 1;
        const worse = withFailedCall(read, at);
        const [before, now] = [verdictsOn(read, past).own, verdictsOn(worse, past).own];
        if (gravity(now) >= gravity(before)) return;
        exceptions += 1;
        const isOver = isFaultOver(at, measuresOf({ read, past }), measuresOf({ read: worse, past }));
        expect(isOver, formatChange(before, now)).toBe(true);
      }),
      runs(6000),
    );
    process.stdout.write(`${exceptions} of ${cases} verdicts improved: a fault became visible that is over\n`);
    expect(exceptions).toBeLessThan(cases / 200);
  });

  it('improves no verdict where it is the newest call, however late the metrics are', () => {
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: policy.judgingMinutes }), pasts, (all, at, past) => {
        const read = all.filter(({ startsAt }) => startsAt <= minutesAgo(at));
        const [before, now] = [verdictsOn(read, past).own, verdictsOn(withFailedCall(read, at), past).own];
        expect(gravity(now), formatChange(before, now)).toBeGreaterThanOrEqual(gravity(before));
      }),
      runs(6000),
    );
  });

  it('never clears a Region, unless it turns a stretch of calls into a fault that is over', () => {
    let unhealthyRegions = 0;
    let exceptions = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(lines, pasts), { minLength: 2, maxLength: 4 }),
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
          const worse = reads.with(0, withFailedCall(reads[0]!, at));
          const now = regionOf(worse);
          if (now.health === 'unhealthy') return;
          exceptions += 1;
          const measuresIn = (each: typeof reads) =>
            measuresOfRegion(each.map((read, place) => ({ read, past: all[place]![1] })));
          expect(isFaultOver(at, measuresIn(reads), measuresIn(worse)), formatChange(before, now)).toBe(true);
        },
      ),
      runs(3000),
    );
    process.stdout.write(
      `${exceptions} of ${unhealthyRegions} unhealthy Regions were cleared: a fault became visible that is over\n`,
    );
    expect(unhealthyRegions).toBeGreaterThan(0);
    expect(exceptions).toBeLessThanOrEqual(unhealthyRegions / 50);
  });
});
