/** A report as one HTML file that needs nothing from outside: no script, no font, no picture. */
import { safe } from '../input/safe-text.ts';
import { healths, type Fact, type GroupReport, type Report, type Span } from './report.ts';
import { style } from './style.ts';
import { courseName, dateTime, duration, escape } from './text.ts';
import { className, memberClass, timeline } from './timeline.ts';

const hourMs = 3_600_000;

/** A longer report has a close-up of each move. */
const overviewMs = 30 * hourMs;
const beforeMs = 1.5 * hourMs;
const afterMs = 3 * hourMs;
const mostCloseUps = 8;

/** Rows of a table; an event every minute of a fortnight would make the file unreadable. */
const mostRows = 200;

/** Phone numbers and control characters are removed, as everywhere where text leaves this project. */
export function html(unsafe: Report): string {
  const report = safe(unsafe);
  const body = [
    `<header><h1>${escape(report.title)}</h1><p class="soft">${escape(report.subtitle)}</p></header>`,
    facts(report.facts),
    ...report.groups.map((group) => groupSection(group, report)),
    notes(report.notes),
  ].join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(report.title)}</title>
<style>${style}</style>
</head>
<body><main>
${body}
</main></body>
</html>
`;
}

function notes({ title, texts }: Report['notes']): string {
  const items = texts.map((text) => `<li>${escape(text)}</li>`).join('');
  return `<section><h2>${escape(title)}</h2><ul class="notes">${items}</ul></section>`;
}

function facts(all: readonly Fact[]): string {
  if (all.length === 0) return '';
  const each = all.map(
    ({ label, value, note }) =>
      `<div class="fact"><dt>${escape(label)}</dt><dd>${escape(value)}${note === undefined ? '' : `<small>${escape(note)}</small>`}</dd></div>`,
  );
  return `<dl class="facts">${each.join('')}</dl>`;
}

function groupSection(group: GroupReport, report: Span): string {
  return [
    `<section><h2>${escape(group.name)}${group.name === group.id ? '' : `<span class="id">${escape(group.id)}</span>`}</h2>`,
    facts(group.facts),
    timeline(group, report, report.from),
    legend(group),
    '<h3>Moves</h3>',
    movesTable(group),
    ...closeUps(group, report),
    heldTable(group),
    ordersTable(group),
    verdictsTable(group),
    eventsTable(group),
    '</section>',
  ].join('\n');
}

function legend(group: GroupReport): string {
  const [main, ...others] = group.courses;
  const swatch = (name: string, label: string): string =>
    `<li><svg viewBox="0 0 14 12" aria-hidden="true"><rect class="${name}" width="14" height="12"/></svg>${escape(label)}</li>`;
  const stroke = (place: number, label: string): string =>
    `<li><svg viewBox="0 0 14 12" aria-hidden="true"><path class="course${place}" d="M0 6h14"/></svg>${escape(label)}</li>`;
  return `<ul class="legend">${[
    swatch('offered', 'calls'),
    swatch('failed', `failed: ${courseName(main)}`),
    ...others.slice(0, 2).map((course, place) => stroke(place + 1, `failed: ${courseName(course)}`)),
    ...group.members.map(({ id, region }) => swatch(memberClass(group, id), `${id} (${region})`)),
    ...healths.map((health) => swatch(className(health), health)),
  ].join('')}</ul>`;
}

/** Moves that follow each other within one close-up share it. */
function closeUps(group: GroupReport, report: Span): readonly string[] {
  if (report.until - report.from <= overviewMs) return [];
  const spans: Span[] = [];
  for (const { at } of group.moves) {
    const last = spans.at(-1);
    const span = { from: Math.max(report.from, at - beforeMs), until: Math.min(report.until, at + afterMs) };
    if (last !== undefined && span.from < last.until) spans[spans.length - 1] = { from: last.from, until: span.until };
    else spans.push(span);
  }
  const shown = spans.slice(0, mostCloseUps).map((span) => {
    const aligned = { from: toMinute(span.from), until: toMinute(span.until) };
    return `<h3>Close-up from ${dateTime(aligned.from)} UTC, ${duration(aligned)}</h3>${timeline(group, aligned, report.from)}`;
  });
  const more = spans.length - shown.length;
  return more > 0 ? [...shown, `<p class="soft">${more} more close-ups are left out.</p>`] : shown;
}

function toMinute(at: number): number {
  return Math.floor(at / 60_000) * 60_000;
}

type Column = readonly [heading: string, kind?: 'time' | 'number'];

/** On a phone each row becomes a block, whose cells name their column. */
function table(caption: string, columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = (row: readonly string[]): string =>
    row
      .map((cell, place) => {
        const [heading = '', kind] = columns[place] ?? [];
        return `<td${kind === undefined ? '' : ` class="${kind}"`} data-label="${escape(heading)}">${escape(cell)}</td>`;
      })
      .join('');
  const head = columns
    .map(([heading, kind]) => `<th scope="col"${kind === 'number' ? ' class="number"' : ''}>${escape(heading)}</th>`)
    .join('');
  const more = rows.length - mostRows;
  return [
    `<div class="table"><table class="stack" aria-label="${escape(caption)}"><thead><tr>${head}</tr></thead><tbody>`,
    ...rows.slice(0, mostRows).map((row) => `<tr>${cells(row)}</tr>`),
    `</tbody></table></div>${more > 0 ? `<p class="soft">${more} more rows are left out.</p>` : ''}`,
  ].join('\n');
}

function folded(summary: string, content: string): string {
  return `<details><summary>${escape(summary)}</summary>${content}</details>`;
}

function movesTable({ moves, name }: GroupReport): string {
  if (moves.length === 0) return '<p class="empty">No move.</p>';
  const rows = moves.map(({ at, course, title, reason, result }, place) => [
    String(place + 1),
    dateTime(at),
    course,
    title,
    reason,
    result,
  ]);
  return table(
    `Moves of ${name}`,
    [['no.'], ['time (UTC)', 'time'], ['course', 'time'], ['move'], ['why'], ['then']],
    rows,
  );
}

function heldTable({ held, name }: GroupReport): string {
  if (held.length === 0) return '';
  const rows = held.map((each) => [dateTime(each.from), duration(each), each.title, each.note, each.reason]);
  const columns: readonly Column[] = [['from (UTC)', 'time'], ['for', 'time'], ['guard'], ['meanwhile'], ['why']];
  return `<h3>Held back</h3>${table(`What was held back on ${name}`, columns, rows)}`;
}

function ordersTable({ courses, name }: GroupReport): string {
  const rows = courses.flatMap((course) =>
    course.primary.map(({ value, ...span }) => [courseName(course), dateTime(span.from), duration(span), value]),
  );
  const columns: readonly Column[] = [['course'], ['from (UTC)', 'time'], ['for', 'time'], ['Voice Connector']];
  return folded('Which Voice Connector had the calls, as a table', table(`Primaries of ${name}`, columns, rows));
}

function verdictsTable({ members, name }: GroupReport): string {
  const rows = members.flatMap(({ id, health }) =>
    health.map(({ value, ...span }) => [id, dateTime(span.from), duration(span), value]),
  );
  const columns: readonly Column[] = [['Voice Connector'], ['from (UTC)', 'time'], ['for', 'time'], ['verdict']];
  return folded(`Verdicts as a table (${rows.length})`, table(`Verdicts of ${name}`, columns, rows));
}

function eventsTable({ events, name }: GroupReport): string {
  if (events.length === 0) return '';
  const rows = events.map(({ at, title, text }) => [dateTime(at), title, text]);
  const columns: readonly Column[] = [['time (UTC)', 'time'], ['what'], ['details']];
  return folded(`Events as a table (${rows.length})`, table(`Events of ${name}`, columns, rows));
}
