import uPlot from 'uplot';
import type { FaultView, MoveView } from '../view.ts';
import { clockTime } from './format.ts';

/** What is marked in every chart. */
export type Marks = {
  readonly moves: readonly MoveView[];
  readonly faults: readonly FaultView[];
  readonly now: number;
  readonly spanMinutes: number;
};

type ChartSettings = {
  readonly chart: { readonly digits: number; readonly range: readonly [lowest: number, highest: number] };
  readonly connectors: readonly string[];
  /** Whether the marks are named above this chart. */
  readonly hasLabels: boolean;
  /** Whether the times are written below this chart. */
  readonly hasTimes: boolean;
  readonly marks: () => Marks;
};

const valuesHeight = 84;
const timesHeight = 22;

/** Above the values, for the names of the marks. */
const labelRows = 3;
const labelRowPixels = 14;
const labelGapPixels = 8;

/** A second sign beside the colour: one line is whole, the next is dashed. */
const dashes: readonly (readonly number[])[] = [[], [6, 4], [2, 3]];

/** A colour of the style sheet, light or dark. */
function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name);
}

export function optionsOf({
  chart,
  connectors,
  hasLabels,
  hasTimes,
  marks,
}: ChartSettings): Omit<uPlot.Options, 'width'> {
  const axis: uPlot.Axis = {
    stroke: () => color('--muted'),
    grid: { stroke: () => color('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui, sans-serif',
  };
  const [lowest, highest] = chart.range;
  const above = hasLabels ? labelRows * labelRowPixels : 8;
  const below = hasTimes ? timesHeight : 4;
  return {
    height: valuesHeight + above + below,
    padding: [above, 12, 0, 0],
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, sync: { key: 'console' }, points: { size: 6 } },
    scales: {
      x: { range: () => spanOf(marks()) },
      y: { range: (_, __: number | null, most: number | null) => [lowest, Math.max(highest, (most ?? 0) * 1.1)] },
    },
    axes: [
      { ...axis, size: below, space: 60, ...(hasTimes ? { values: timesAt } : { values: () => [] }) },
      { ...axis, size: 34, space: 26 },
    ],
    series: [
      {},
      ...connectors.map((label, place) => ({
        label,
        stroke: () => color(`--series-${place % dashes.length}`),
        width: 1.75,
        dash: [...(dashes[place % dashes.length] ?? [])],
        points: { show: false },
        spanGaps: false,
      })),
    ],
    hooks: {
      drawClear: [
        (plot) => {
          drawFaults(plot, marks(), hasLabels);
        },
      ],
      draw: [
        (plot) => {
          drawMoves(plot, marks(), hasLabels);
        },
      ],
    },
  };
}

/** At the ends of grid lines, in seconds. */
function timesAt(_: uPlot, splits: number[]): string[] {
  return splits.map((seconds) => clockTime(1000 * seconds));
}

/** In seconds. */
function spanOf({ now, spanMinutes }: Marks): [from: number, until: number] {
  return [now / 1000 - spanMinutes * 60, now / 1000];
}

function drawFaults(plot: uPlot, { faults, now }: Marks, hasLabels: boolean): void {
  const { ctx, bbox } = plot;
  const inOrderOfTime = faults.toSorted((one, other) => one.beganAt - other.beganAt);
  ctx.save();
  const freeFrom = [-Infinity, -Infinity];
  for (const [place, { beganAt, endedAt = now, title, at }] of inOrderOfTime.entries()) {
    const from = Math.max(bbox.left, plot.valToPos(beganAt / 1000, 'x', true));
    const until = plot.valToPos(endedAt / 1000, 'x', true);
    if (until <= bbox.left) continue;
    ctx.fillStyle = color('--fault-band');
    ctx.fillRect(from, bbox.top, until - from, bbox.height);
    ctx.fillStyle = color('--unhealthy');
    ctx.fillRect(from, bbox.top, until - from, 2 * devicePixelRatio);
    if (!hasLabels) continue;
    const row = place % freeFrom.length;
    const where = { x: from, row, fill: color('--unhealthy'), freeFrom: freeFrom[row] ?? -Infinity };
    freeFrom[row] = label(plot, `⚡ ${title} ${at}`, where);
  }
  ctx.restore();
}

function drawMoves(plot: uPlot, { moves }: Marks, hasLabels: boolean): void {
  const { ctx, bbox } = plot;
  ctx.save();
  let freeFrom = -Infinity;
  for (const { at, kind, to } of moves) {
    const x = plot.valToPos(at / 1000, 'x', true);
    if (x < bbox.left) continue;
    ctx.strokeStyle = color('--accent');
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    if (!hasLabels) continue;
    freeFrom = label(plot, `▼ ${kind} to ${to}`, { x, row: labelRows - 1, fill: color('--accent'), freeFrom });
  }
  ctx.restore();
}

/**
 * In one of the rows above the values. A name that would leave the chart is moved to the left, and one that would cover the name before it is
 * left out: the list of events has it too. Returns where the row is free again.
 */
function label(
  { ctx, bbox }: uPlot,
  text: string,
  {
    x,
    row,
    fill,
    freeFrom,
  }: { readonly x: number; readonly row: number; readonly fill: string; readonly freeFrom: number },
): number {
  ctx.fillStyle = fill;
  ctx.font = `600 ${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'bottom';
  const { width } = ctx.measureText(text);
  const left = Math.min(x, bbox.left + bbox.width - width);
  if (left < freeFrom) return freeFrom;
  ctx.fillText(text, left, bbox.top - (labelRows - 1 - row) * labelRowPixels * devicePixelRatio - 2);
  return left + width + labelGapPixels * devicePixelRatio;
}
