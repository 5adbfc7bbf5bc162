/** A value of outside input as a problem quotes it: in at most 120 characters, whatever its size. */
import { safeLine } from './safe-text.ts';

const maxLength = 120;

/** More would not fit in the text. */
const maxValues = 60;
const maxCharacters = 300;

export function shorten(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

export function formatValue(value: unknown): string {
  // JSON has neither NaN nor Infinity.
  const text =
    value === undefined
      ? 'nothing'
      : typeof value === 'number'
        ? String(value)
        : JSON.stringify(beginningOf(value, { values: maxValues }));
  return shorten(safeLine(text), maxLength);
}

/** A copy of at most {@link maxValues} values, and so of bounded depth: a value may be nested so deeply, or contain itself, that it cannot be serialized. */
function beginningOf(value: unknown, left: { values: number }): unknown {
  left.values -= 1;
  if (typeof value === 'string') return value.slice(0, maxCharacters);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const elements: unknown[] = [];
    for (const each of value) {
      if (left.values <= 0) break;
      elements.push(beginningOf(each, left));
    }
    return elements;
  }
  const entries: [string, unknown][] = [];
  for (const [key, each] of Object.entries(value)) {
    if (left.values <= 0) break;
    entries.push([key.slice(0, maxCharacters), beginningOf(each, left)]);
  }
  return Object.fromEntries(entries);
}
