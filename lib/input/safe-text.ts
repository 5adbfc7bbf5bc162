/**
 * What every text must be that leaves a function, by whatever channel: without phone numbers, and without characters that control a
 * terminal. lib/audit/publish.ts applies it to events, lib/lambda/ to the log, metrics, answers and errors.
 */
import { redactPhoneNumbers } from './redact.ts';

/** Controls other than line feed and tab, and the marks that change the direction of text. */
const controls = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu;

function escaped(character: string): string {
  return String.raw`\u` + character.charCodeAt(0).toString(16).padStart(4, '0');
}

/** A text without phone numbers, in which control characters are escaped as in JSON. */
export function safeText(text: string): string {
  return redactPhoneNumbers(text).replaceAll(controls, escaped);
}

/** {@link safeText} on one line. */
export function safeLine(text: string): string {
  return safeText(text).replaceAll(/[\n\t\u2028\u2029]/g, escaped);
}

/** A value in which every text and every key is a {@link safeText}. An error stays one: only its serialization can be made safe. */
export function safe<Value>(value: Value): Value;
export function safe(value: unknown): unknown {
  if (typeof value === 'string') return safeText(value);
  if (Array.isArray(value)) return value.map((each: unknown) => safe(each));
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [safeText(key), safe(each)]));
}

/** For `JSON.stringify`: {@link safe} for each value that it visits, whatever produced it. */
export function safeReplacer(_key: string, value: unknown): unknown {
  if (typeof value === 'string') return safeText(value);
  if (!isPlainObject(value)) return value;
  const keys = Object.keys(value);
  return keys.every((key) => safeText(key) === key)
    ? value
    : Object.fromEntries(Object.entries(value).map(([key, each]) => [safeText(key), each]));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
