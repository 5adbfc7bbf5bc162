import type { Rate } from './tally.ts';

export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

export const percent = (share: number): string => (Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–');

export const count = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

const figure = (value: number): string => {
  if (value === 0) return '0';
  return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(2)));
};

export const rate = ({ perYear, lower, upper }: Rate): string =>
  `${figure(perYear)} [${figure(lower)}, ${figure(upper)}]`;
