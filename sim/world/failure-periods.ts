import type { EpochMs } from '../clock.ts';
import { weekdays, type FailurePeriodSpec } from './spec.ts';

const minutesPerDay = 24 * 60;
const minutesPerWeek = 7 * minutesPerDay;
const millisecondsPerMinute = 60_000;

/** Thursday, the day of 1970-01-01, counted from Sunday. */
const firstDayOfEpoch = 4;

type Span = { readonly startsAtMinuteOfWeek: number; readonly minutes: number; readonly period: FailurePeriodSpec };

/** The weekly periods of a group. */
export class FailurePeriods {
  readonly #startsAt: EpochMs;
  /** The last entry first, because it applies where periods overlap. */
  readonly #spans: readonly Span[];

  constructor(startsAt: EpochMs, periods: readonly FailurePeriodSpec[]) {
    this.#startsAt = startsAt;
    this.#spans = periods.toReversed().flatMap(spansOf);
  }

  at(minute: number): FailurePeriodSpec | undefined {
    if (this.#spans.length === 0) return undefined;
    const minuteOfWeek = minuteOfWeekAt(this.#startsAt + minute * millisecondsPerMinute);
    return this.#spans.find(
      ({ startsAtMinuteOfWeek, minutes }) =>
        (minuteOfWeek - startsAtMinuteOfWeek + minutesPerWeek) % minutesPerWeek < minutes,
    )?.period;
  }
}

/** Minutes since midnight of a time such as `12:30` or `24:00`; undefined if it is none. */
export function minuteOfDay(time: string): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-4]):([0-5]\d)$/.exec(time) ?? [];
  if (hours === undefined || minutes === undefined) return undefined;
  const minute = Number(hours) * 60 + Number(minutes);
  return minute <= minutesPerDay ? minute : undefined;
}

function spansOf(period: FailurePeriodSpec): readonly Span[] {
  const from = minuteOfDay(period.from);
  const until = minuteOfDay(period.until);
  if (from === undefined || until === undefined) return [];
  const minutes = until > from ? until - from : until - from + minutesPerDay;
  return (period.days ?? weekdays).map((day) => ({
    startsAtMinuteOfWeek: weekdays.indexOf(day) * minutesPerDay + from,
    minutes,
    period,
  }));
}

function minuteOfWeekAt(time: EpochMs): number {
  const minutes = Math.floor(time / millisecondsPerMinute) + firstDayOfEpoch * minutesPerDay;
  return ((minutes % minutesPerWeek) + minutesPerWeek) % minutesPerWeek;
}
