/** The table of docs/alarm-driven.md against its own counts and the prices of docs/cost.md. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const page = readFileSync('docs/alarm-driven.md', 'utf8');

const columns = ['scheduled', 'woken', 'scheduledFourth', 'wokenFourth'] as const;
type Row = Readonly<Record<(typeof columns)[number], number>>;

function rowOf(what: string): Row {
  const line = page.split('\n').find((each) => each.startsWith(`| ${what}`)) ?? '';
  const cells = line.split('|').slice(2, -1);
  const numberIn = (cell = ''): number => Number(cell.replaceAll(/[*,\s]/g, '').replace(/^-$/, '0'));
  const [scheduled, woken, scheduledFourth, wokenFourth] = cells.map(numberIn);
  return { scheduled, woken, scheduledFourth, wokenFourth } as Row;
}

function dollars(amount: number): number {
  return Number(amount.toFixed(2));
}

const groups = 3;
const membersOfGroup = 3;
const scheduleRuns = { everyMinute: 30 * 24 * 60, everyFiveMinutes: 6 * 24 * 60 };
/** USD: a metric that is read, a metric that an alarm watches, a run of 2 s with 512 MB and its invocation and schedule. */
const prices = { metric: 10 / 1e6, alarmedMetric: 0.1, run: 13.3334 / 1e6 + 1.2 / 1e6 };

it('the price of a monitor that alarms wake is what its runs and alarms cost', () => {
  const runs = rowOf('monitor runs');
  const { everyMinute, everyFiveMinutes } = scheduleRuns;
  expect(runs).toEqual({
    scheduled: everyMinute,
    woken: everyFiveMinutes + groups * runs.wokenFourth,
    scheduledFourth: 0,
    wokenFourth: runs.wokenFourth,
  });
  const metrics = (ofRuns: number, ofGroups: number): number => 4 * ofRuns * ofGroups * prices.metric;
  expect(rowOf('metrics read by them')).toEqual({
    scheduled: dollars(metrics(everyMinute, groups)),
    woken: dollars(metrics(runs.woken, groups)),
    scheduledFourth: dollars(metrics(everyMinute, 1)),
    // The further wakings read the other groups too.
    wokenFourth: dollars(metrics(runs.woken + runs.wokenFourth, groups + 1) - metrics(runs.woken, groups)),
  });
  const alarms = membersOfGroup * 2 * prices.alarmedMetric;
  expect(rowOf('wake alarms')).toEqual({
    scheduled: 0,
    woken: dollars(groups * alarms),
    scheduledFourth: 0,
    wokenFourth: dollars(alarms),
  });
  expect(rowOf('Lambda')).toEqual({
    scheduled: dollars(everyMinute * prices.run),
    woken: dollars(runs.woken * prices.run),
    scheduledFourth: 0,
    wokenFourth: dollars(runs.wokenFourth * prices.run),
  });
  const parts = ['metrics read by them', 'wake alarms', 'Lambda'].map(rowOf);
  const sum = (column: keyof Row): number => dollars(parts.reduce((total, row) => total + row[column], 0));
  expect(rowOf('**USD a month**')).toEqual(Object.fromEntries(columns.map((column) => [column, sum(column)])));
});
