/** Stretches and minutes → columns of a picture, each of at least a minute. */
import type { Health, Span, Stretch } from './report.ts';
import { minuteMs } from '../core/model/time.ts';

/** Consecutive columns with one value. `from` and `until` count columns. */
export type Run<Value> = { readonly from: number; readonly until: number; readonly value: Value };

/** Shown however short they are: a fault stays visible in a fortnight. The first comes first. */
const alwaysShown: readonly Health[] = ['unhealthy', 'degraded'];

export function columnsIn({ from, until }: Span, most: number): number {
  return Math.max(1, Math.min(most, Math.round((until - from) / minuteMs)));
}

/** A fault in a column is shown, otherwise what filled most of it. */
export function healthRuns(stretches: readonly Stretch<Health>[], span: Span, columns: number): readonly Run<Health>[] {
  return runsOf(stretches, span, columns, (parts) => {
    const fault = alwaysShown.find((health) => parts.some(({ value }) => value === health));
    return fault ?? longest(parts);
  });
}

/** What filled most of a column is shown. */
export function valueRuns(stretches: readonly Stretch<string>[], span: Span, columns: number): readonly Run<string>[] {
  return runsOf(stretches, span, columns, longest);
}

type Part<Value> = { readonly value: Value; readonly width: number };

function longest<Value>(parts: readonly [Part<Value>, ...Part<Value>[]]): Value {
  const [first] = parts;
  const widths = new Map<Value, number>();
  for (const { value, width } of parts) widths.set(value, (widths.get(value) ?? 0) + width);
  let [shown, most] = [first.value, 0];
  for (const [value, width] of widths) if (width > most) [shown, most] = [value, width];
  return shown;
}

function runsOf<Value>(
  stretches: readonly Stretch<Value>[],
  span: Span,
  columns: number,
  choose: (parts: readonly [Part<Value>, ...Part<Value>[]]) => Value,
): readonly Run<Value>[] {
  const width = (span.until - span.from) / columns;
  const cells = Array.from({ length: columns }, (): Part<Value>[] => []);
  for (const { from, until, value } of stretches) {
    const first = Math.max(0, Math.floor((from - span.from) / width));
    const end = Math.min(columns, Math.ceil((until - span.from) / width));
    for (let column = first; column < end; column += 1) {
      const start = span.from + column * width;
      cells[column]?.push({ value, width: Math.min(until, start + width) - Math.max(from, start) });
    }
  }
  const runs: Run<Value>[] = [];
  cells.forEach(([part, ...parts], column) => {
    if (part === undefined) return;
    const value = choose([part, ...parts]);
    const last = runs.at(-1);
    if (last?.until === column && last.value === value) runs[runs.length - 1] = { ...last, until: column + 1 };
    else runs.push({ from: column, until: column + 1, value });
  });
  return runs;
}

/**
 * Sums of a column, per minute.
 *
 * @param minutes from the beginning of the report
 */
export function perMinute(
  minutes: readonly number[],
  startsAt: number,
  span: Span,
  columns: number,
): readonly number[] {
  const width = (span.until - span.from) / columns / minuteMs;
  const offset = (span.from - startsAt) / minuteMs;
  return Array.from({ length: columns }, (_, column) => {
    const first = Math.floor(offset + column * width);
    const end = Math.max(first + 1, Math.floor(offset + (column + 1) * width));
    let sum = 0;
    for (let minute = first; minute < end; minute += 1) sum += minutes[minute] ?? 0;
    return sum / (end - first);
  });
}
