/** The curves of false moves against calls lost as an SVG picture, with two logarithmic axes. */
import { curveOf, shownRate, type Point } from './curve.ts';
import type { Findings } from './findings.ts';
import { label, labels, line } from './svg.ts';

const width = 960;
const height = 620;
const frame = { left: 80, right: 930, top: 84, bottom: 540 };

type Axis = { readonly from: number; readonly until: number; readonly at: (value: number) => number };

function logAxis(values: readonly number[], start: number, end: number): Axis {
  const from = Math.floor(Math.log10(Math.min(...values)) * 4) / 4 - 0.05;
  const until = Math.ceil(Math.log10(Math.max(...values)) * 4) / 4 + 0.05;
  return { from, until, at: (value) => start + ((Math.log10(value) - from) / (until - from)) * (end - start) };
}

function marks({ from, until }: Axis, steps: readonly number[]): readonly number[] {
  const decades = Array.from(
    { length: Math.ceil(until) - Math.floor(from) + 1 },
    (_, place) => Math.floor(from) + place,
  );
  return decades
    .flatMap((decade) => steps.map((step) => step * 10 ** decade))
    .filter((value) => Math.log10(value) >= from && Math.log10(value) <= until);
}

function short(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function grid(x: Axis, y: Axis): readonly string[] {
  return [
    ...marks(x, [1]).flatMap((value) => [
      line(x.at(value), frame.top, x.at(value), frame.bottom, 'class="grid"'),
      label(x.at(value), frame.bottom + 20, short(value), 'text-anchor="middle"'),
    ]),
    ...marks(y, [1, 2, 5]).flatMap((value) => [
      line(frame.left, y.at(value), frame.right, y.at(value), 'class="grid"'),
      label(frame.left - 8, y.at(value) + 4, short(value), 'text-anchor="end"'),
    ]),
  ];
}

/** The 95 % interval. One that includes zero extends to the left edge. */
function whisker({ rate, lost }: Point, x: Axis, y: Axis, colour: string): string {
  const lower = rate.lower > 0 ? Math.max(frame.left, x.at(rate.lower)) : frame.left;
  return line(
    lower,
    y.at(lost),
    x.at(rate.upper),
    y.at(lost),
    `stroke="${colour}" stroke-opacity="0.35" stroke-width="4"`,
  );
}

function spot(point: Point, x: Axis, y: Axis, colour: string): string {
  return `<circle cx="${x.at(shownRate(point.rate)).toFixed(1)}" cy="${y.at(point.lost).toFixed(1)}" r="5" ${
    point.rate.count === 0 ? `fill="white" stroke="${colour}" stroke-width="2"` : `fill="${colour}"`
  }/>`;
}

function curveThrough(points: readonly Point[], x: Axis, y: Axis, colour: string): string {
  const path = [...points]
    .sort((left, right) => shownRate(left.rate) - shownRate(right.rate))
    .map(({ rate, lost }) => `${x.at(shownRate(rate)).toFixed(1)},${y.at(lost).toFixed(1)}`);
  return `<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2.5"/>`;
}

const projectColour = '#0b6e4f';
const glrColour = '#5b7fb5';
const peerColour = '#b3261e';

export function picture(findings: Findings): string {
  const { ours, glr, others, none, oracle } = curveOf(findings);
  const points = [...ours, ...glr, ...others];
  const x = logAxis(
    points.flatMap(({ rate }) => [shownRate(rate)]),
    frame.left,
    frame.right,
  );
  const y = logAxis([...points.map(({ lost }) => lost), none, oracle], frame.bottom, frame.top);
  const spots = [...others, ...ours, ...glr].map((point) => ({
    x: x.at(shownRate(point.rate)),
    y: y.at(point.lost),
    text: glr.includes(point) ? '' : point.name,
  }));
  const bounds = [
    { lost: none, name: '(a) no monitor' },
    { lost: oracle, name: '(h) oracle' },
  ];
  const budgets = ours.map(({ name }) => name).join(', ');
  const legend = `green: this project at budgets of ${budgets} a group-year; blue: the GLR yardstick at the same budgets; red: other contenders`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="13" fill="#222">`,
    '<style>.grid{stroke:#ddd}.bound{stroke:#777;stroke-dasharray:6 4}</style>',
    `<rect width="${width}" height="${height}" fill="white"/>`,
    label(frame.left, 30, 'False moves against calls lost', 'font-size="18" font-weight="bold"'),
    label(frame.left, 48, legend),
    label(
      frame.left,
      64,
      `bars: 95 % intervals; hollow: no false move, drawn at the upper end of the interval; seed ${findings.options.seed}`,
    ),
    ...grid(x, y),
    ...bounds.flatMap(({ lost, name }) => [
      line(frame.left, y.at(lost), frame.right, y.at(lost), 'class="bound"'),
      label(frame.left + 6, y.at(lost) - 5, `${name}: ${short(lost)}`, 'fill="#555"'),
    ]),
    curveThrough(glr, x, y, glrColour),
    curveThrough(ours, x, y, projectColour),
    ...glr.map((point) => spot(point, x, y, glrColour)),
    ...ours.flatMap((point) => [whisker(point, x, y, projectColour), spot(point, x, y, projectColour)]),
    ...others.flatMap((point) => [whisker(point, x, y, peerColour), spot(point, x, y, peerColour)]),
    ...labels(spots, frame),
    label(
      (frame.left + frame.right) / 2,
      height - 32,
      'false moves per group-year on healthy traffic',
      'text-anchor="middle" font-size="15"',
    ),
    `<text transform="translate(24 ${(frame.top + frame.bottom) / 2}) rotate(-90)" text-anchor="middle" font-size="15">calls lost per outage</text>`,
    '</svg>',
    '',
  ].join('\n');
}
