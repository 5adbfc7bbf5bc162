import { describe, expect, it } from 'vitest';
import type { Fact, GroupReport } from '../../../lib/report/report.ts';
import { check } from '../../../sim/scenario/check.ts';
import { loadScenario } from '../../../sim/scenario/format/load.ts';
import { scenarioFile } from '../../../sim/scenario/library.ts';
import { runScenario } from '../../../sim/scenario/run.ts';
import { tally } from '../../../sim/scenario/tally.ts';
import { scenarioReport } from '../../../sim/scenario/to-report.ts';

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

describe('the report on a scenario', () => {
  it(
    'shows the moves, the verdicts, and the calls that are lost with and without the monitor',
    { timeout: 300_000 },
    async () => {
      const scenario = { ...loadScenario(scenarioFile('s02')), minutes: 20 };
      const run = await runScenario(scenario);
      const { groups, from, until } = scenarioReport(scenario, run, check(scenario, run));
      const [group] = groups;
      const [monitored, alone] = group!.courses;
      const move = (group!.moves[0]!.at - from) / 60_000;
      expect(until - from).toBe(20 * 60_000);
      expect(group!.moves.map(({ title }) => title)).toEqual(['failover from vc-east to vc-west']);
      expect(monitored.primary.map(({ value }) => value)).toEqual(['vc-east', 'vc-west']);
      expect((monitored.primary[1]!.from - from) / 60_000).toBe(Math.floor(move));
      expect(alone!.primary.map(({ value }) => value)).toEqual(['vc-east']);
      expect(sum(monitored.failed)).toBe(tally(run.minutes.map(({ calls }) => calls)).failedByFaults);
      expect(sum(alone!.failed)).toBe(tally(run.withoutMonitor).failedByFaults);
      expect(group!.members[0]!.health.map(({ value }) => value)).toContain('unhealthy');
      expect(group!.events.map(({ title }) => title)).toContain('Priority Change Applied');
    },
  );

  it(
    'of a drill shows both moves, who had the calls meanwhile, and how the drill ended',
    { timeout: 300_000 },
    async () => {
      const scenario = loadScenario(scenarioFile('s31-drill-standby-failing'));
      const run = await runScenario(scenario);
      const { groups, from } = scenarioReport(scenario, run, check(scenario, run));
      const [{ facts, moves, courses, events }] = groups as [GroupReport];
      const minuteOf = (at: number): number => Math.floor((at - from) / 60_000);
      const [{ note = '' }] = facts as [Fact];
      const restoredAt = minuteOf(moves[1]!.at);
      expect(facts).toEqual([
        { label: 'drill', value: 'failed', note: expect.stringMatching(/^vc-west .*calls failed/) as string },
      ]);
      expect(moves.map(({ at, title, result }) => [minuteOf(at), title, result])).toEqual([
        [3, 'drill from vc-east to vc-west', 'applied'],
        [restoredAt, 'restore from vc-west to vc-east', 'applied'],
      ]);
      const [monitored, alone] = courses.map(({ primary }) =>
        primary.map(({ value, from: at }) => [minuteOf(at), value]),
      );
      expect(monitored).toEqual([
        [1, 'vc-east'],
        [3, 'vc-west'],
        [restoredAt, 'vc-east'],
      ]);
      expect(alone).toEqual([[0, 'vc-east']]);
      expect(events).toContainEqual({
        at: moves[1]!.at,
        title: 'Drill Ended',
        text: `failed (standby-impaired): ${note}`,
      });
      const verdicts = events.filter(({ title }) => title === 'Connector Health Changed').map(({ text }) => text);
      expect(verdicts.filter((text) => !/^vc-(east|west) (healthy|unknown|degraded): ./.test(text))).toEqual([]);
      expect(verdicts).not.toEqual([]);
    },
  );
});
