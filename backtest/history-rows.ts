/** Rows of a history, wherever they come from: checked one by one, and every problem is collected. */
import { slotMs } from '../lib/core/judge/past-calls.ts';
import { beginsWithCalendarDay } from '../lib/input/calendar-day.ts';
import type { MetricName } from '../lib/core/model/observation.ts';
import { dayMs, hourMs, minuteMs, type EpochMs } from '../lib/core/model/time.ts';
import { formatDuration } from '../lib/core/model/format.ts';
import { formatValue } from '../lib/input/format-value.ts';
import { InvalidInputError } from '../lib/input/validation.ts';
import { isoTime } from './account-file.ts';
import { historyMetrics, isCount, type History, type Resolution } from './history.ts';

export const keyColumns = ['time', 'minutes', 'voiceConnectorId'] as const;

/** A file with more problems than this is no history: reading it to its end helps nobody. */
const mostProblems = 1000;

/** Without calls CloudWatch has no datapoint, so that a quiet night is no gap. */
export const gapMs = dayMs;

const knownMetrics: ReadonlySet<string> = new Set(historyMetrics);

/** `row 12` of a CSV file counts its lines, of a JSON history its rows from 1. */
export type RawRow = { readonly row: number; readonly fields: Readonly<Record<string, unknown>> };

type Key = { readonly resolution: Resolution; readonly id: string; readonly at: EpochMs };

export class HistoryRows {
  readonly #what: string;
  readonly #history: History;
  readonly #connectors: ReadonlySet<string>;
  readonly #allowsGaps: boolean;
  readonly #problems: string[] = [];
  readonly #newest = new Map<string, { readonly at: EpochMs; readonly row: number }>();
  #newestMinute: { readonly at: EpochMs; readonly row: number } | undefined;

  /** @param what the name of the file, for messages */
  constructor(what: string, history: History, { allowsGaps }: { readonly allowsGaps: boolean }) {
    this.#what = what;
    this.#history = history;
    this.#connectors = new Set(history.account.connectors.map(({ voiceConnectorId }) => voiceConnectorId));
    this.#allowsGaps = allowsGaps;
  }

  /** @throws InvalidInputError as soon as there are too many problems */
  problem(row: number, text: string): void {
    this.#problems.push(`row ${row}: ${text}`);
    if (this.#problems.length === mostProblems) this.#throw(`reading stopped after ${mostProblems} problems`);
  }

  add({ row, fields }: RawRow): void {
    const key = this.#keyOf({ row, fields });
    for (const [name, raw] of Object.entries(fields)) {
      if (keyColumns.some((column) => column === name) || raw === '' || raw === null) continue;
      const metric = metricNamed(name);
      if (metric === undefined) {
        this.problem(row, `${formatValue(name)} is not a known metric: Expected one of ${historyMetrics.join(', ')}`);
        continue;
      }
      const value = typeof raw === 'string' ? Number(raw) : raw;
      const wrong = valueProblem(metric, value, key?.resolution ?? 'minute');
      if (wrong !== undefined) this.problem(row, `${metric}: ${wrong}, got ${formatValue(raw)}`);
      else if (key !== undefined && typeof value === 'number') {
        this.#history.set(key.resolution, key.id, metric, key.at, value);
      }
    }
  }

  /** @throws InvalidInputError with every problem */
  finish(): void {
    if (this.#history.until === -Infinity) this.problem(1, 'Expected at least one minute with a value, got none');
    if (this.#problems.length > 0) this.#throw();
  }

  #throw(first?: string): never {
    throw new InvalidInputError(this.#what, [...(first === undefined ? [] : [first]), ...this.#problems]);
  }

  #keyOf({ row, fields: { time, minutes = '', voiceConnectorId: id } }: RawRow): Key | undefined {
    const at = typeof time === 'string' ? timeOf(time) : undefined;
    if (at === undefined) {
      this.problem(row, `time: Expected a whole minute such as 2026-11-21T06:00:00Z, got ${formatValue(time)}`);
    }
    const resolution = resolutionOf(minutes);
    if (resolution === undefined) this.problem(row, `minutes: Expected 1 or 30, got ${formatValue(minutes)}`);
    if (typeof id !== 'string' || !this.#connectors.has(id)) {
      this.problem(row, `voiceConnectorId: Expected one of voiceConnectors in the account, got ${formatValue(id)}`);
      return undefined;
    }
    if (at === undefined || resolution === undefined) return undefined;
    if (resolution === 'half-hour' && at % slotMs !== 0) {
      this.problem(row, `time: Expected the start of a half hour of the clock, got ${formatValue(time)}`);
    }
    this.#checkOrder(row, { resolution, id, at });
    return { resolution, id, at };
  }

  #checkOrder(row: number, { resolution, id, at }: Key): void {
    const key = `${resolution} ${id}`;
    const before = this.#newest.get(key);
    if (before?.at === at) this.problem(row, `a second row of ${id} at ${isoTime(at)}: the first is row ${before.row}`);
    else if (before !== undefined && before.at > at) {
      this.problem(
        row,
        `${isoTime(at)} follows ${isoTime(before.at)} of row ${before.row}: Expected rows in the order of time`,
      );
      return;
    }
    this.#newest.set(key, { at, row });
    if (resolution === 'minute') this.#checkGap(row, at);
  }

  #checkGap(row: number, at: EpochMs): void {
    const newest = this.#newestMinute;
    const missingMs = newest === undefined ? 0 : at - newest.at;
    if (missingMs > gapMs && !this.#allowsGaps) {
      const gap = `no row of any Voice Connector for ${formatDuration(missingMs)} since row ${newest?.row ?? 0}`;
      this.problem(row, `${gap}: Expected no gap of more than ${gapMs / hourMs} h, or --allow-gaps`);
    }
    if (newest === undefined || at > newest.at) this.#newestMinute = { at, row };
  }
}

function metricNamed(name: string): MetricName | undefined {
  return knownMetrics.has(name) ? historyMetrics.find((metric) => metric === name) : undefined;
}

const isoMinute = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:00(\.0+)?)?(Z|[+-]\d{2}:\d{2})$/;

function timeOf(text: string): EpochMs | undefined {
  const isTime = isoMinute.test(text) && beginsWithCalendarDay(text);
  const at = isTime ? Date.parse(text.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(at) || at % minuteMs !== 0 ? undefined : at;
}

function resolutionOf(minutes: unknown): Resolution | undefined {
  if (minutes === '' || minutes === 1 || minutes === '1') return 'minute';
  return minutes === 30 || minutes === '30' ? 'half-hour' : undefined;
}

/** No packet goes to a Region and back in less. A time in seconds or milliseconds would be. */
const leastRoundTripMicroseconds = 100;

function valueProblem(metric: MetricName, value: unknown, resolution: Resolution): string | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value)) return 'Expected a number';
  if (isCount(metric)) {
    return Number.isSafeInteger(value) && value >= 0 ? undefined : 'Expected a whole number from 0';
  }
  if (resolution === 'half-hour') return 'Expected no averages in a row of 30 minutes';
  if (metric.startsWith('MOS')) return value >= 1 && value <= 5 ? undefined : 'Expected a score from 1 to 5';
  return value === 0 || value >= leastRoundTripMicroseconds
    ? undefined
    : `Expected microseconds, at least ${leastRoundTripMicroseconds}`;
}
