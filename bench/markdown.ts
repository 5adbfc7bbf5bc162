import type { Interval } from './statistics.ts';
import type { Rate } from './tally.ts';

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–';
}

export function count(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1);
}

function figure(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
}

export function rate({ years, perYear, lower, upper }: Rate): string {
  if (years === 0) return '–';
  return `${figure(perYear)} [${figure(lower)}, ${figure(upper)}]`;
}

/** An interval of a share, in percent. */
export function interval({ lower, upper }: Interval): string {
  return `${figure(100 * lower)} to ${figure(100 * upper)} %`;
}
