import type { Period } from './spec.ts';

/** Whether the period is active at `minute`, in minutes since the start of the world. */
export function isOnAt(period: Period, minute: number): boolean {
  if (minute < period.fromMinute || minute >= period.untilMinute) return false;
  const { every } = period;
  return every === undefined || (minute - period.fromMinute) % every.minutes < every.forMinutes;
}

/** The number of minutes in [from, until) during which the period is active. */
export function minutesOn(period: Period, from: number, until: number): number {
  const start = Math.max(from, period.fromMinute);
  const end = Math.min(until, period.untilMinute);
  if (start >= end) return 0;
  return onSinceBegin(period, end) - onSinceBegin(period, start);
}

/** The first moment in [from, until) at which the period is active, if any. */
export function firstOn(period: Period, from: number, until: number): number | undefined {
  const start = Math.max(from, period.fromMinute);
  const moment = isOnAt(period, start) ? start : nextPulse(period, start);
  return moment < Math.min(until, period.untilMinute) ? moment : undefined;
}

function onSinceBegin(period: Period, minute: number): number {
  const elapsed = minute - period.fromMinute;
  if (period.every === undefined) return elapsed;
  const { minutes, forMinutes } = period.every;
  return Math.floor(elapsed / minutes) * forMinutes + Math.min(elapsed % minutes, forMinutes);
}

function nextPulse({ fromMinute, every }: Period, minute: number): number {
  if (every === undefined) return Infinity;
  return fromMinute + Math.ceil((minute - fromMinute) / every.minutes) * every.minutes;
}
