/** Text in HTML. */
import type { Course } from './report.ts';

export function courseName({ name, isAssumed }: Course): string {
  return isAssumed ? `${name} (assumed)` : name;
}

export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

export function dateTime(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

export function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

export function day(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
}

export function duration({ from, until }: { readonly from: number; readonly until: number }): string {
  const minutes = Math.round((until - from) / 60_000);
  if (minutes < 120) return `${minutes} min`;
  const hours = minutes / 60;
  return hours < 48 ? `${Number(hours.toFixed(1))} h` : `${Number((hours / 24).toFixed(1))} days`;
}
