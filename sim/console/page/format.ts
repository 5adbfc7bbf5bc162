/** `09:41` in UTC. */
export function clockTime(at: number): string {
  return new Date(at).toISOString().slice(11, 16);
}

/** `2026-11-20 09:41:07` in UTC. */
export function dateAndTime(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

export type Likelihood = { readonly value: number; readonly limit: number };

/** The reported likelihood of a verdict: how probable its failures are without a fault, and the limit below which the monitor acts. */
export function likelihoodIn(reason: string): Likelihood | undefined {
  const [, value, limit] = /likelihood ([\d.e+-]+), limit ([\d.e+-]+)/.exec(reason) ?? [];
  return value === undefined || limit === undefined ? undefined : { value: Number(value), limit: Number(limit) };
}
