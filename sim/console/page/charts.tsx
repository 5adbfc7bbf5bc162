/** Calls, failures and audio of every Voice Connector, minute by minute, with the faults and the moves. */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { ConnectorMinuteView, EventView, FaultView, MinuteView } from '../view.ts';
import { optionsOf, type Marks } from './chart-options.ts';
import { count, percent } from './format.ts';

type Chart = {
  readonly title: string;
  readonly unit: string;
  readonly valueOf: (minute: ConnectorMinuteView) => number | undefined;
  readonly digits: number;
  /** Of the vertical axis, unless a value is beyond it. */
  readonly range: readonly [lowest: number, highest: number];
};

const charts: readonly Chart[] = [
  { title: 'Calls', unit: 'per minute', valueOf: ({ calls }) => calls, digits: 0, range: [0, 30] },
  {
    title: 'Failed',
    unit: '% of calls',
    valueOf: ({ calls, failures }) => (calls === 0 ? undefined : (100 * failures) / calls),
    digits: 1,
    range: [0, 40],
  },
  { title: 'MOS', unit: 'mean of the worse leg', valueOf: ({ mos }) => mos, digits: 2, range: [1, 4.5] },
];

const spansMinutes = [60, 120, 360] as const;

export function Charts({
  minutes,
  events,
  faults,
  now,
}: {
  readonly minutes: readonly MinuteView[];
  readonly events: readonly EventView[];
  readonly faults: readonly FaultView[];
  readonly now: number;
}) {
  const [spanMinutes, setSpan] = useState<number>(60);
  const connectors = Object.keys(minutes.at(-1)?.connectors ?? {});
  const moves = useMemo(() => events.flatMap(({ move }) => move ?? []), [events]);
  const marks = { moves, faults, now, spanMinutes };
  return (
    <section class="panel" aria-labelledby="charts">
      <header class="panel-head">
        <h2 id="charts">Calls</h2>
        <Lost minutes={minutes} />
        <Span minutes={spanMinutes} onChange={setSpan} />
      </header>
      <Keys connectors={connectors} />
      {charts.map((chart, place) => (
        <Plot
          key={chart.title}
          {...{ chart, minutes, connectors, marks }}
          hasLabels={place === 0}
          hasTimes={place === charts.length - 1}
        />
      ))}
    </section>
  );
}

function Span({ minutes, onChange }: { readonly minutes: number; readonly onChange: (minutes: number) => void }) {
  return (
    <label class="push">
      last{' '}
      <select
        aria-label="Span of the charts"
        value={minutes}
        onChange={(event) => {
          onChange(Number(event.currentTarget.value));
        }}
      >
        {spansMinutes.map((span) => (
          <option key={span} value={span}>
            {span / 60} h
          </option>
        ))}
      </select>
    </label>
  );
}

function Keys({ connectors }: { readonly connectors: readonly string[] }) {
  return (
    <ul class="keys" aria-hidden="true">
      {connectors.map((id, place) => (
        <li key={id}>
          <i class={`line line-${place}`} />
          {id}
        </li>
      ))}
      <li>
        <i class="band" />
        fault in force
      </li>
      <li>
        <i class="moved" />
        move
      </li>
    </ul>
  );
}

function Lost({ minutes }: { readonly minutes: readonly MinuteView[] }) {
  const hour = minutes.slice(-60);
  const offered = hour.reduce((sum, { callsOffered }) => sum + callsOffered, 0);
  if (hour.some(({ callsFailedByFaults }) => callsFailedByFaults === undefined)) {
    const all = hour.flatMap(({ connectors }) => Object.values(connectors));
    const failures = all.reduce((sum, each) => sum + each.failures, 0);
    return (
      <span class="muted">
        last hour: {count(offered)} calls, <strong>{count(failures)}</strong> failed ({percent(failures, offered)})
      </span>
    );
  }
  const failed = hour.reduce((sum, { callsFailedByFaults = 0 }) => sum + callsFailedByFaults, 0);
  const dropped = hour.reduce((sum, { callsDropped = 0 }) => sum + callsDropped, 0);
  return (
    <span class="muted">
      last hour: {count(offered)} calls; faults made <strong>{count(failed)}</strong> fail ({percent(failed, offered)})
      and cut <strong>{count(dropped)}</strong> off
    </span>
  );
}

/** Columns of time in seconds and of one value for each Voice Connector. */
function dataOf(minutes: readonly MinuteView[], connectors: readonly string[], { valueOf }: Chart): uPlot.AlignedData {
  return [
    minutes.map(({ startsAt }) => startsAt / 1000),
    ...connectors.map((id) =>
      minutes.map(({ connectors: of }) => (of[id] === undefined ? null : (valueOf(of[id]) ?? null))),
    ),
  ];
}

function Plot({
  chart,
  minutes,
  connectors,
  marks,
  hasLabels,
  hasTimes,
}: {
  readonly chart: Chart;
  readonly minutes: readonly MinuteView[];
  readonly connectors: readonly string[];
  readonly marks: Marks;
  readonly hasLabels: boolean;
  readonly hasTimes: boolean;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const current = useRef(marks);
  current.current = marks;
  const names = connectors.join(' ');
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const options = optionsOf({
      chart,
      connectors: names.split(' '),
      hasLabels,
      hasTimes,
      marks: () => current.current,
    });
    const made = new uPlot({ ...options, width: element.clientWidth }, dataOf([], names.split(' '), chart), element);
    plot.current = made;
    return redrawing(made, element);
  }, [chart, names, hasLabels, hasTimes]);
  const data = useMemo(() => dataOf(minutes, names.split(' '), chart), [minutes, names, chart]);
  useEffect(() => {
    plot.current?.setData(data);
  }, [data, marks.now, marks.spanMinutes, marks.faults.length]);
  const latest = minutes.at(-1)?.connectors ?? {};
  const values = connectors.map((id) => {
    const value = latest[id] === undefined ? undefined : chart.valueOf(latest[id]);
    return `${id} ${value?.toFixed(chart.digits) ?? 'none'}`;
  });
  return (
    <figure class="plot" role="img" aria-label={`${chart.title}, ${chart.unit}. Last minute: ${values.join(', ')}`}>
      <figcaption>
        {chart.title} <span class="muted">{chart.unit}</span>
      </figcaption>
      <div ref={place} />
    </figure>
  );
}

/** Follows the width of the page and its colours. Returns the function that ends it. */
function redrawing(plot: uPlot, element: HTMLElement): () => void {
  const resized = new ResizeObserver(() => {
    plot.setSize({ width: element.clientWidth, height: plot.height });
  });
  resized.observe(element);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = (): void => {
    plot.redraw();
  };
  scheme.addEventListener('change', redraw);
  return () => {
    resized.disconnect();
    scheme.removeEventListener('change', redraw);
    plot.destroy();
  };
}
