import { describe, expect, it } from 'vitest';
import { parsePolicy } from '../../infra/policy-text.ts';
import { problemsOf, withDefaults, withGroup } from './policy-texts.ts';

const usual = "day: sun, from: '02:00', until: '04:00', reason: carrier works";

function windowsOf(text: string, group?: string) {
  const { defaults, groups } = parsePolicy(text, 'policy.yml');
  return (group === undefined ? defaults : groups.get(group))?.maintenance;
}

describe('maintenance windows', () => {
  const window = { day: 'sun', from: '02:00', until: '04:00', timeZone: 'UTC', reason: 'carrier works' };

  it('are none where none are set', () => {
    expect(windowsOf('version: 1')).toEqual([]);
  });

  it('are in UTC where no time zone is set', () => {
    expect(windowsOf(withGroup(`maintenance: [{ ${usual} }]`), 'main-line')).toEqual([window]);
  });

  it('of defaults hold for all groups but those that have a list of their own', () => {
    const groups = ['groups:', '  - group: a', '  - group: b', '    maintenance: []'].join('\n');
    const text = `${withDefaults(`maintenance: [{ ${usual} }]`)}\n${groups}`;
    expect(windowsOf(text)).toEqual([window]);
    expect(windowsOf(text, 'a')).toEqual([window]);
    expect(windowsOf(text, 'b')).toEqual([]);
  });

  it.each([
    ["day: sat, from: '22:00', until: '02:00', reason: over midnight"],
    ["day: daily, from: '00:00', until: '24:00', reason: a whole day"],
    ["day: sun, from: '02:00', until: '02:01', timeZone: America/Argentina/Buenos_Aires, reason: a minute"],
    [`day: sun, from: '02:00', until: '04:00', reason: ${'x'.repeat(200)}`],
  ])('may be { %s }', (settings) => {
    expect(problemsOf(withGroup(`maintenance: [{ ${settings} }]`))).toEqual([]);
  });

  it.each([
    ["day: sunday, from: '02:00', until: '04:00', reason: x", /maintenance\[0\]\.day: .*"daily", got "sunday"$/],
    [
      "day: sun, from: '24:00', until: '04:00', reason: x",
      /\.from: Expected a time of the day, in quotes, such as "02:00", got "24:00"$/,
    ],
    ["day: sun, from: '02:00', until: 25:00, reason: x", /\.until: Expected a time of the day, .*, got "25:00"$/],
    ["day: sun, from: '02:00', until: 4, reason: x", /\.until: Expected a time of the day, .*, got 4$/],
    [
      "day: sun, from: '02:00', until: '02:00', reason: x",
      /\.until: Expected another time than from; .*, got "02:00"$/,
    ],
    [
      "day: sun, from: '02:00', until: '04:00', timeZone: Berlin, reason: x",
      /\.timeZone: Expected a time zone such as Europe\/Berlin, got "Berlin"$/,
    ],
    ["day: sun, from: '02:00', until: '04:00'", /\.reason: Expected a reason, 1 to 200 characters, got nothing$/],
    [
      "day: sun, from: '02:00', until: '04:00', reason: ' '",
      /\.reason: Expected a reason, 1 to 200 characters, got " "$/,
    ],
    [`day: sun, from: '02:00', until: '04:00', reason: ${'x'.repeat(201)}`, /\.reason: Expected a reason, 1 to 200 /],
    [`${usual}, minutes: 15`, /maintenance\[0\]\.minutes is not a known setting$/],
  ])('may not be { %s }', (settings, problem) => {
    expect(problemsOf(withGroup(`maintenance: [{ ${settings} }]`))).toEqual([expect.stringMatching(problem)]);
  });

  it('are at most ten', () => {
    const many = (count: number) =>
      problemsOf(withDefaults('maintenance:', ...Array.from({ length: count }, () => `  - { ${usual} }`)));
    expect(many(10)).toEqual([]);
    expect(many(11)).toEqual([
      expect.stringMatching(/^defaults\.maintenance: Expected array to have <=10 items, got /),
    ]);
  });

  it('have one line as their reason', () => {
    const text = withGroup(`maintenance: [{ day: sun, from: '02:00', until: '04:00', reason: "carrier\\nworks" }]`);
    expect(windowsOf(text, 'main-line')?.map(({ reason }) => reason)).toEqual([String.raw`carrier\u000aworks`]);
  });
});

describe('a weekly drill and maintenance', () => {
  // The drill may begin from 03:00 to 04:45.
  const drill = "drill: { day: tue, from: '03:00', until: '05:00', minutes: 15 }";
  const neverRuns =
    'groups[0].drill: Expected a window that maintenance leaves open: no drill begins in one, or so shortly before that it would not end in time (15 min), so that this one would never run, got tue 03:00 to 05:00 UTC';
  const withWindows = (...windows: readonly string[]) =>
    problemsOf(
      withGroup('mode: enforce', drill, 'maintenance:', ...windows.map((each) => `  - { ${each}, reason: works }`)),
    );

  it.each([
    ['covers it', ["day: tue, from: '03:00', until: '05:00'"]],
    ['begins before the earliest drill ends', ["day: tue, from: '03:15', until: '05:00'"]],
    ['comes over midnight', ["day: mon, from: '23:00', until: '04:46'"]],
    ['comes every day', ["day: daily, from: '02:00', until: '06:00'"]],
    ['is two windows', ["day: tue, from: '03:00', until: '04:00'", "day: tue, from: '04:00', until: '05:00'"]],
    ['covers it in winter and in summer', ["day: tue, from: '04:00', until: '07:00', timeZone: Europe/Berlin"]],
  ])('contradict each other where maintenance %s', (_case, windows) => {
    expect(withWindows(...windows)).toEqual([neverRuns]);
  });

  it.each([
    ['none is set', []],
    ['a drill fits in before maintenance', ["day: tue, from: '03:16', until: '05:00'"]],
    ['it ends as the last drill may begin', ["day: tue, from: '03:00', until: '04:45'"]],
    ['it is on another day', ["day: wed, from: '03:00', until: '05:00'"]],
    ['it leaves the drill open in summer', ["day: tue, from: '04:00', until: '06:00', timeZone: Europe/Berlin"]],
  ])('agree where %s', (_case, windows) => {
    expect(windows.length === 0 ? problemsOf(withGroup('mode: enforce', drill)) : withWindows(...windows)).toEqual([]);
  });

  it('contradict each other where maintenance is inherited', () => {
    const defaults = withDefaults(`maintenance: [{ ${usual.replace('sun', 'tue').replace('04:00', '06:00')} }]`);
    const group = withGroup('mode: enforce', drill).replace('version: 1\n', '');
    expect(problemsOf(`${defaults}\n${group}`)).toEqual([neverRuns]);
  });
});
