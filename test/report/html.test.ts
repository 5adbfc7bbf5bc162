import { describe, expect, it } from 'vitest';
import { healthRuns, perMinute } from '../../lib/report/columns.ts';
import { html } from '../../lib/report/html.ts';
import type { GroupReport, Report } from '../../lib/report/report.ts';

const minuteMs = 60_000;
const from = Date.UTC(2026, 10, 20, 9);
const until = from + 60 * minuteMs;

function group(changes: Partial<GroupReport> = {}): GroupReport {
  return {
    name: 'Main line',
    id: 'main-line',
    facts: [{ label: 'moves', value: '1' }],
    courses: [
      {
        name: 'with the monitor',
        primary: [{ from, until, value: 'vc-east' }],
        failed: Array<number>(60).fill(0),
        isAssumed: false,
      },
      {
        name: 'without a monitor',
        primary: [{ from, until, value: 'vc-east' }],
        failed: Array<number>(60).fill(2),
        isAssumed: false,
      },
    ],
    offered: Array<number>(60).fill(24),
    members: [{ id: 'vc-east', region: 'us-east-1', health: [{ from, until, value: 'healthy' }] }],
    moves: [
      {
        at: from,
        course: 'with the monitor',
        title: 'failover from vc-east to vc-west',
        reason: 'it failed',
        result: 'applied',
      },
    ],
    held: [],
    events: [],
    ...changes,
  };
}

function report(changes: Partial<Report> = {}): Report {
  const notes = { title: 'What the numbers rest on', texts: ['an assumption'] };
  return { title: 'A test', subtitle: '', from, until, facts: [], groups: [group()], notes, ...changes };
}

describe('a report', () => {
  it('is one file that needs nothing from outside and runs nothing', () => {
    const page = html(report());
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\son\w+=/);
    expect(page.match(/https?:[^"]*/g)).toEqual(['http://www.w3.org/2000/svg']);
  });

  it('has every move, verdict and primary of the picture in a table too', () => {
    const page = html(report());
    for (const cell of ['failover from vc-east to vc-west', 'it failed', 'applied', 'healthy', 'vc-east']) {
      expect(page).toMatch(new RegExp(`<td[^>]*>${cell}</td>`));
    }
  });

  it('shows text of outside as text, without phone numbers', () => {
    const page = html(report({ groups: [group({ name: '<b>line</b> +1 (415) 555-0100' })] }));
    expect(page).toContain('&lt;b&gt;line&lt;/b&gt; (number withheld)');
    expect(page).not.toMatch(/<b>|555/);
  });

  it('does not take the numbers of a picture for phone numbers', () => {
    expect(html(report())).not.toContain('number withheld');
  });

  it('of more than a day has a close-up of each move', () => {
    expect(html(report())).not.toContain('Close-up');
    const long = from + 14 * 1440 * minuteMs;
    const moves = [100, 5000, 5030].map((minute) => ({ ...group().moves[0]!, at: from + minute * minuteMs }));
    const page = html(report({ until: long, groups: [group({ moves })] }));
    expect(page.match(/Close-up from [^<]*/g)).toEqual([
      'Close-up from 2026-11-20 09:10 UTC, 4.5 h',
      'Close-up from 2026-11-23 18:50 UTC, 5 h',
    ]);
  });

  it('of a long time stays small: what a table leaves out is counted', () => {
    const health = Array.from({ length: 5000 }, (_, place) => ({
      from: from + place * minuteMs,
      until: from + (place + 1) * minuteMs,
      value: place % 2 === 0 ? ('healthy' as const) : ('unknown' as const),
    }));
    const page = html(
      report({
        until: from + 5000 * minuteMs,
        groups: [group({ members: [{ id: 'vc-east', region: 'us-east-1', health }] })],
      }),
    );
    expect(page).toContain('4800 more rows are left out.');
    expect(page.length).toBeLessThan(200_000);
  });
});

describe('a column of the picture', () => {
  it('shows a fault however short, and otherwise what filled most of it', () => {
    const at = (minute: number): number => from + minute * minuteMs;
    const health = [
      { from: at(0), until: at(8), value: 'healthy' },
      { from: at(8), until: at(10), value: 'unknown' },
      { from: at(10), until: at(11), value: 'unhealthy' },
      { from: at(11), until: at(20), value: 'healthy' },
    ] as const;
    expect(healthRuns(health, { from, until: at(20) }, 2)).toEqual([
      { from: 0, until: 1, value: 'healthy' },
      { from: 1, until: 2, value: 'unhealthy' },
    ]);
  });

  it('has the mean of its minutes', () => {
    const minutes = [0, 2, 4, 6];
    expect(perMinute(minutes, from, { from, until: from + 4 * minuteMs }, 2)).toEqual([1, 5]);
    expect(perMinute(minutes, from, { from: from + 2 * minuteMs, until: from + 4 * minuteMs }, 2)).toEqual([4, 6]);
  });
});
