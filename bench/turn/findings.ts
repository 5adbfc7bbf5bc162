/** What a part of the benchmark found: tables for people, numbers for programs. */
export type Finding = {
  readonly title: string;
  /** What the rows mean, in a sentence or two. */
  readonly meaning: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly data: unknown;
};

export type Progress = (line: string) => void;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(value < 10 ? 2 : 1) : '–';
}

export function seconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(1)} s` : '–';
}

export function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(0)} ms` : '–';
}

export function megabytes(value: number): string {
  return Number.isFinite(value) ? `${value.toFixed(0)} MB` : '–';
}
