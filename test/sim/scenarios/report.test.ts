import { describe, expect, it } from 'vitest';
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
});
