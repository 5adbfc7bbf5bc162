/** The picture of one group: its calls, who had them, the verdicts, and the moves. Every shape has its text as a tooltip. */
import { columnsIn, healthRuns, perMinute, valueRuns, type Run } from './columns.ts';
import type { GroupReport, Span } from './report.ts';
import { clock, courseName, dateTime, day, duration, escape } from './text.ts';

const width = 1080;
const left = 168;
const right = 1064;
const labelEdge = left - 8;
const chartTop = 30;
const chartHeight = 64;
const failedTop = chartTop + chartHeight + 20;
const failedHeight = 80;
const laneHeight = 22;
const laneGap = 6;
const headingHeight = 24;

type Scale = {
  readonly span: Span;
  readonly columns: number;
  readonly x: (at: number) => number;
  readonly columnWidth: number;
};

function scaleOf(span: Span): Scale {
  const columns = columnsIn(span, 448);
  const columnWidth = (right - left) / columns;
  return {
    span,
    columns,
    columnWidth,
    x: (at) => left + ((at - span.from) / (span.until - span.from)) * (right - left),
  };
}

/** @param startsAt of the report, from which its minutes count */
export function timeline(group: GroupReport, span: Span, startsAt: number): string {
  const scale = scaleOf(span);
  const parts = [...chart(group, scale, startsAt)];
  let y = failedTop + failedHeight + 16;
  const lane = (name: string, shapes: readonly string[]): void => {
    parts.push(text(left - 8, y + 15, name, 'text-anchor="end"'), ...shapes);
    y += laneHeight + laneGap;
  };
  const heading = (name: string): void => {
    parts.push(text(left, y + 12, name, 'class="soft"'));
    y += headingHeight;
  };
  heading('Which Voice Connector has the calls');
  for (const course of group.courses) lane(shorten(courseName(course)), primaryLane(group, course.primary, scale, y));
  heading('Verdicts');
  for (const member of group.members) {
    lane(
      shorten(member.id),
      bars(healthRuns(member.health, span, scale.columns), scale, y, (health) => [
        className(health),
        `${member.id} (${member.region}): ${health}`,
      ]),
    );
  }
  if (group.held.some((held) => overlaps(held, span))) {
    lane(
      'held back',
      group.held.filter((held) => overlaps(held, span)).map((held) => heldBar(held, scale, y)),
    );
  }
  if (group.events.some(({ at }) => isIn(at, span))) lane('events', eventMarks(group, scale, y));
  parts.push(...axis(scale, y), ...moveMarks(group, scale, y));
  const label = `Calls, verdicts and moves of ${group.name} from ${dateTime(span.from)} to ${dateTime(span.until)} UTC; the tables below have the same`;
  return `<div class="scroll" tabindex="0" role="group" aria-label="Timeline of ${escape(group.name)}"><svg class="timeline" role="img" aria-label="${escape(label)}" viewBox="0 0 ${width} ${y + 34}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg></div>`;
}

/** Failed calls have a scale of their own: they are few among the calls. */
function chart(group: GroupReport, scale: Scale, startsAt: number): readonly string[] {
  const { span, columns } = scale;
  const offered = perMinute(group.offered, startsAt, span, columns);
  const [main = [], ...others] = group.courses.map(({ failed }) => perMinute(failed, startsAt, span, columns));
  const calls = panelOf(chartTop, chartHeight, offered, scale);
  const failed = panelOf(failedTop, failedHeight, [...main, ...others.slice(0, 2).flat()], scale);
  return [
    ...panelLabels('calls / min', calls),
    `<polygon class="offered" points="${calls.area(offered)}"/>`,
    ...panelLabels('failed / min', failed),
    `<polygon class="failed" points="${failed.area(main)}"/>`,
    ...others
      .slice(0, 2)
      .map((values, place) => `<polyline class="course${place + 1}" points="${failed.steps(values)}"/>`),
  ];
}

type Panel = {
  readonly top: number;
  readonly bottom: number;
  readonly most: number;
  readonly steps: (values: readonly number[]) => string;
  readonly area: (values: readonly number[]) => string;
};

function panelOf(top: number, height: number, values: readonly number[], { columnWidth }: Scale): Panel {
  const bottom = top + height;
  const most = niceCeiling(Math.max(0.1, ...values));
  const steps = (shown: readonly number[]): string =>
    shown
      .map((value, column) => {
        const y = fixed(bottom - (value / most) * height);
        return `${fixed(left + column * columnWidth)},${y} ${fixed(left + (column + 1) * columnWidth)},${y}`;
      })
      .join(' ');
  return { top, bottom, most, steps, area: (shown) => `${left},${bottom} ${steps(shown)} ${right},${bottom}` };
}

function panelLabels(name: string, { top, bottom, most }: Panel): readonly string[] {
  return [
    text(labelEdge - 44, (top + bottom) / 2 + 4, name, 'text-anchor="end" class="soft"'),
    ...[0, most].flatMap((value) => {
      const y = value === 0 ? bottom : top;
      return [
        line(left, y, right, y, 'class="grid"'),
        text(labelEdge, y + 4, String(Number(value.toPrecision(3))), 'text-anchor="end" class="soft"'),
      ];
    }),
  ];
}

function niceCeiling(value: number): number {
  const magnitude = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 5, 10].find((each) => each * magnitude >= value) ?? 10;
  return step * magnitude;
}

export function memberClass({ members }: Pick<GroupReport, 'members'>, id: string): string {
  return `member${
    Math.max(
      0,
      members.findIndex((member) => member.id === id),
    ) % 6
  }`;
}

function primaryLane(
  group: GroupReport,
  primary: GroupReport['courses'][0]['primary'],
  scale: Scale,
  y: number,
): readonly string[] {
  return bars(valueRuns(primary, scale.span, scale.columns), scale, y, (id) => [memberClass(group, id), id], true);
}

function bars<Value extends string>(
  runs: readonly Run<Value>[],
  { columnWidth, span, columns }: Scale,
  y: number,
  look: (value: Value) => readonly [string, string],
  hasLabel = false,
): readonly string[] {
  const timeOf = (column: number): number => span.from + (column / columns) * (span.until - span.from);
  return runs.map(({ from, until, value }) => {
    const [name, title] = look(value);
    const [x, w] = [left + from * columnWidth, (until - from) * columnWidth];
    const when = `${dateTime(timeOf(from))} to ${dateTime(timeOf(until))}`;
    const label = hasLabel && w > 7.5 * title.length ? text(x + 6, y + 15, title, 'class="on"') : '';
    return `<g><title>${escape(`${title}, ${when}`)}</title>${rect(x, y, w, name)}${label}</g>`;
  });
}

function heldBar(held: GroupReport['held'][number], { x, span }: Scale, y: number): string {
  const from = x(Math.max(held.from, span.from));
  const until = x(Math.min(held.until, span.until));
  return `<g><title>${escape(`${held.title}, ${dateTime(held.from)}, ${duration(held)}: ${held.reason}`)}</title>${rect(from, y, Math.max(1.5, until - from), 'held')}</g>`;
}

function eventMarks({ events }: GroupReport, { x, span }: Scale, y: number): readonly string[] {
  const inSpan = events.filter(({ at }) => isIn(at, span));
  return inSpan.map(({ at, title, text: what }) => {
    const center = x(at);
    return `<g><title>${escape(`${dateTime(at)} ${title}: ${what}`)}</title><path class="event" d="M${fixed(center)} ${y + 4}l5 7l-5 7l-5 -7z"/></g>`;
  });
}

/** Numbered as in the table of moves. Marks that would cover each other are put in two rows. */
function moveMarks({ moves }: GroupReport, { x, span }: Scale, bottom: number): readonly string[] {
  let lastAt = -Infinity;
  let row = 0;
  return moves.flatMap(({ at, title }, place) => {
    if (!isIn(at, span)) return [];
    const center = x(at);
    row = center - lastAt < 20 ? 1 - row : 0;
    lastAt = center;
    const y = 12 + row * 18;
    return [
      `<g><title>${escape(`${place + 1}. ${dateTime(at)} ${title}`)}</title>`,
      line(center, y + 8, center, bottom, 'class="mark"'),
      `<circle class="mark-disc" cx="${fixed(center)}" cy="${y}" r="9"/>`,
      text(center, y + 4, String(place + 1), 'class="mark-number" text-anchor="middle"'),
      '</g>',
    ];
  });
}

const stepsMinutes = [5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10_080];
const mostTicks = 12;

function axis({ span, x }: Scale, y: number): readonly string[] {
  const minutes = (span.until - span.from) / 60_000;
  const step = (stepsMinutes.find((each) => minutes / each <= mostTicks) ?? 20_160) * 60_000;
  const ticks: string[] = [line(left, y, right, y, 'class="axis"')];
  for (let at = Math.ceil(span.from / step) * step; at <= span.until; at += step) {
    const label = step >= 86_400_000 ? day(at) : at % 86_400_000 === 0 ? day(at) : clock(at);
    const anchor = x(at) > right - 24 ? 'end' : x(at) < left + 24 ? 'start' : 'middle';
    ticks.push(
      line(x(at), y, x(at), y + 5, 'class="axis"'),
      text(x(at), y + 19, label, `text-anchor="${anchor}" class="soft"`),
    );
  }
  return [...ticks, text(left - 8, y + 19, 'UTC', 'text-anchor="end" class="soft"')];
}

export function className(value: string): string {
  return value.replaceAll(' ', '-');
}

function overlaps(one: Span, other: Span): boolean {
  return one.from < other.until && other.from < one.until;
}

function isIn(at: number, { from, until }: Span): boolean {
  return at >= from && at < until;
}

const longestName = 24;

function shorten(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName - 1)}…` : name;
}

function rect(x: number, y: number, w: number, name: string): string {
  return `<rect class="${name}" x="${fixed(x)}" y="${y}" width="${fixed(Math.max(w, 0.8))}" height="${laneHeight}"/>`;
}

function line(x1: number, y1: number, x2: number, y2: number, attributes: string): string {
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" ${attributes}/>`;
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escape(content)}</text>`;
}

function fixed(value: number): string {
  return String(Number(value.toFixed(1)));
}
