/** An event as an EventBridge entry. An event that is too large is shortened, and its metadata says where. */
import { eventSource, type AuditEvent } from './event.ts';

type Entry = {
  readonly source: string;
  readonly detailType: string;
  /** ISO 8601. */
  readonly time: string;
  /** JSON. */
  readonly detail: string;
};

/** 256 KB, because not every Region accepts 1 MB yet, less what an outbox message has around its event. */
const maxEntryBytes = 255 * 1024;

/** As AWS counts: 14 bytes for the time, and the UTF-8 length of the three texts. */
export function entryBytes({ source, detailType, detail }: Entry): number {
  return 14 + Buffer.byteLength(source + detailType + detail);
}

export function entryOf(event: AuditEvent): Entry {
  const { metadata, data } = event.detail;
  let entry = withDetail(event, event.detail);
  for (let maxLength = 4096; entryBytes(entry) > maxEntryBytes && maxLength >= 64; maxLength /= 2) {
    const { value, cuts } = shorten(data, maxLength);
    entry = withDetail(event, { metadata: { ...metadata, cut: cuts }, data: value });
  }
  return entry;
}

function withDetail({ detailType, at }: AuditEvent, detail: unknown): Entry {
  return {
    source: eventSource,
    detailType,
    time: new Date(at).toISOString(),
    detail: JSON.stringify(detail),
  };
}

type Cut = { readonly kept: number; readonly of: number; readonly unit: 'characters' | 'elements' };

/** Keeps the beginning of long texts and lists, so that the result still fits the schema of the event. */
function shorten(data: unknown, maxLength: number): { readonly value: unknown; readonly cuts: readonly string[] } {
  const maxElements = maxLength / 32;
  const longest = new Map<string, Cut>();
  const report = (path: string, cut: Cut): void => {
    longest.set(path, { ...cut, of: Math.max(cut.of, longest.get(path)?.of ?? 0) });
  };
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      if (value.length <= maxLength) return value;
      report(path, { kept: maxLength, of: value.length, unit: 'characters' });
      return value.slice(0, maxLength).toWellFormed();
    }
    if (Array.isArray(value)) {
      if (value.length > maxElements) report(path, { kept: maxElements, of: value.length, unit: 'elements' });
      return value.slice(0, maxElements).map((element: unknown) => visit(element, `${path}[]`));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each, `${path}.${key}`)]));
  };
  const value = visit(data, 'data');
  return { value, cuts: [...longest].map(([path, { kept, of, unit }]) => `${path}: ${kept} of ${of} ${unit}`) };
}
