import { describe, expect, it } from 'vitest';
import { noMetrics, type ConnectorMetrics } from '../../bench/connector-metrics.ts';
import { recorder, runHealthy } from '../../bench/healthy.ts';
import { heldOutWorlds, trainingWorlds, worldNamed } from '../../bench/healthy-worlds.ts';
import { mostWithin, occasionsIn } from '../../bench/occasions.ts';
import { StreamRun } from '../../bench/stream-run.ts';
import { ProjectContender } from '../../bench/this-project.ts';
import { worldSpec } from '../../bench/worlds.ts';
import { createWorld } from '../../sim/world/world.ts';

const worlds = [...trainingWorlds, ...heldOutWorlds];

/** Share of failed calls in the given minutes of the first days (Friday to Monday, UTC). */
function ratioIn(name: string, isCounted: (minute: number) => boolean): number {
  const { traffic, peculiarity } = worldNamed(name);
  const minutes = 4 * 1440;
  const next = recorder(5, traffic, peculiarity(5, minutes));
  let [attempts, failures] = [0, 0];
  for (let minute = 0; minute < minutes; minute += 1) {
    const { inbound } = next();
    if (!isCounted(minute)) continue;
    attempts += inbound.attempts;
    failures += inbound.failures;
  }
  return failures / attempts;
}

describe('the healthy worlds', () => {
  it('have names of their own, and are valid for weeks', () => {
    expect(new Set(worlds.map(({ name }) => name)).size).toBe(worlds.length);
    for (const { traffic, peculiarity, description } of worlds) {
      expect(description).not.toBe('');
      expect(() => createWorld(worldSpec({ seed: 1, traffic, ...peculiarity(1, 30 * 1440) }))).not.toThrow();
    }
  });

  it('hold out no world that is a training world too', () => {
    const textOf = ({ description, traffic }: (typeof worlds)[number]) => `${description} ${JSON.stringify(traffic)}`;
    const trained = new Set(trainingWorlds.map(textOf));
    expect(heldOutWorlds.filter((world) => trained.has(textOf(world)))).toEqual([]);
  });

  it('fail more at lunch', () => {
    const isLunch = (minute: number) => minute % 1440 >= 720 && minute % 1440 < 780;
    const [lunch, otherwise] = [isLunch, (minute: number) => !isLunch(minute)].map((hour) =>
      ratioIn('lunch-10-at-30', hour),
    );
    expect(lunch).toBeGreaterThan(0.1);
    expect(lunch).toBeLessThan(0.18);
    expect(otherwise).toBeLessThan(0.04);
  });

  it('refuse at all times, with 4xx in nine of ten', () => {
    expect(ratioIn('refusals-30', () => true)).toBeGreaterThan(0.3);
    const { traffic, peculiarity } = worldNamed('refusals-30');
    const next = recorder(5, traffic, peculiarity(5, 1440));
    const day = Array.from({ length: 1440 }, next).map(({ inbound }) => inbound);
    const share =
      day.reduce((sum, { sip4xx }) => sum + sip4xx, 0) / day.reduce((sum, { failures }) => sum + failures, 0);
    expect(share).toBeGreaterThan(0.87);
    expect(share).toBeLessThan(0.93);
  });

  it('answer every call while the first route is down', () => {
    const { traffic, peculiarity } = worldNamed('first-route-down');
    const minutes = 7 * 1440;
    const peculiar = peculiarity(4, minutes);
    const [occasion] = peculiar.occasions!;
    const next = recorder(4, traffic, peculiar);
    const during: ConnectorMetrics[] = [];
    for (let minute = 0; minute < occasion!.untilMinute; minute += 1) {
      const { inbound } = next();
      if (minute > occasion!.fromMinute) during.push(inbound);
    }
    const [attempts, failures, answered] = (['attempts', 'failures', 'answered'] as const).map((key) =>
      during.reduce((sum, metrics) => sum + metrics[key], 0),
    );
    expect(failures! / attempts!).toBeGreaterThan(0.9);
    expect(answered! / attempts!).toBeGreaterThan(0.9);
  });

  it('count moves of all contenders, and verdicts of this project', { timeout: 180_000 }, () => {
    const contenders = (['three-of-five', 'ours', 'ours-failback'] as const).map((kind) => ({ kind }));
    const job = { kind: 'healthy', world: 'nights-8', seed: 2, days: 1, contenders, calibrates: false } as const;
    const result = runHealthy(job);
    expect(result.falseMoves['three-of-five']).toBeGreaterThan(10);
    expect(Object.keys(result.falseVerdicts)).toEqual(['ours', 'ours-failback']);
    expect(result.gate.failures).toBe(0);
    expect(runHealthy(job)).toEqual(result);
  });
});

describe('a false verdict', () => {
  it('is counted once while it lasts, and again when it returns', () => {
    const run = new StreamRun({ kind: 'ours' }, new ProjectContender({ budgetPerGroupYear: 0.1 }));
    const standby = { ...noMetrics, published: true, outboundAttempts: 1, pinged: true };
    const minuteWith = (failures: number) => ({
      inbound: { ...noMetrics, published: true, attempts: 30, failures, answered: 30 - failures, sip5xx: failures },
      home: standby,
      standby,
    });
    for (let minute = 0; minute < 1440; minute += 1) run.observe(minute, minuteWith(0), false);
    for (let minute = 1440; minute < 1450; minute += 1) run.observe(minute, minuteWith(30), true);
    // Home, and the standby that the calls went to: nothing is better, and the cooldown holds the second move.
    expect(run.falseMoves).toHaveLength(1);
    expect(run.falseVerdicts).toBe(2);
  });
});

describe('occasions', () => {
  it('come so many times a week, one after the other', () => {
    const occasions = occasionsIn(3, 200 * 7 * 1440, { perWeek: 2, shortestMinutes: 10, longestMinutes: 60 });
    expect(occasions.length).toBeGreaterThan(340);
    expect(occasions.length).toBeLessThan(460);
    for (const [place, { fromMinute, untilMinute }] of occasions.entries()) {
      expect(untilMinute - fromMinute).toBeGreaterThanOrEqual(10);
      expect(untilMinute - fromMinute).toBeLessThanOrEqual(60);
      expect(fromMinute).toBeGreaterThan(occasions[place - 1]?.untilMinute ?? 0);
    }
  });

  it('have the moves within an hour after them', () => {
    const periods = [
      { fromMinute: 100, untilMinute: 130 },
      { fromMinute: 500, untilMinute: 510 },
    ];
    expect(mostWithin([99, 100, 189, 190, 505], periods)).toBe(2);
    expect(mostWithin([], periods)).toBe(0);
  });

  it('have no move of an occasion that follows within the hour', () => {
    const periods = [
      { fromMinute: 100, untilMinute: 130 },
      { fromMinute: 160, untilMinute: 200 },
    ];
    expect(mostWithin([110, 170, 190], periods)).toBe(2);
    expect(mostWithin([110, 120, 170], periods)).toBe(2);
  });
});
