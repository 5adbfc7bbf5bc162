/** An event as a bus takes it. What is too large for one is cut where it is longest, and says so. */
import { eventSource, type AuditEvent } from './event.ts';

export type Entry = {
  readonly source: string;
  readonly detailType: string;
  /** ISO 8601. */
  readonly time: string;
  /** JSON. */
  readonly detail: string;
};

/** 256 KB: the newer 1 MB is not yet in every Region. Room is left for what a message in the queue has around its event. */
const maxEntryBytes = 255 * 1024;

/** As AWS counts: 14 bytes for the time, and the UTF-8 of the three texts. */
export function entryBytes({ source, detailType, detail }: Entry): number {
  return 14 + Buffer.byteLength(source + detailType + detail);
}

export function entryOf(event: AuditEvent): Entry {
  const { metadata, data } = event.detail;
  let entry = withDetail(event, event.detail);
  for (let limit = 4096; entryBytes(entry) > maxEntryBytes && limit >= 64; limit /= 2) {
    const { value, told } = cutTo(limit, data);
    entry = withDetail(event, { metadata: { ...metadata, cut: told }, data: value });
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

/** Texts keep their first `limit` characters and lists their first elements, so what is left still fits the event's schema. */
function cutTo(limit: number, data: unknown): { readonly value: unknown; readonly told: readonly string[] } {
  const elements = limit / 32;
  const longest = new Map<string, { readonly kept: number; readonly of: number; readonly what: string }>();
  const note = (path: string, kept: number, of: number, what: string): void => {
    longest.set(path, { kept, of: Math.max(of, longest.get(path)?.of ?? 0), what });
  };
  const visit = (value: unknown, path: string): unknown => {
    if (typeof value === 'string') {
      if (value.length <= limit) return value;
      note(path, limit, value.length, 'characters');
      return value.slice(0, limit).toWellFormed();
    }
    if (Array.isArray(value)) {
      if (value.length > elements) note(path, elements, value.length, 'elements');
      return value.slice(0, elements).map((element: unknown) => visit(element, `${path}[]`));
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, visit(each, `${path}.${key}`)]));
  };
  const value = visit(data, 'data');
  return { value, told: [...longest].map(([path, { kept, of, what }]) => `${path}: ${kept} of ${of} ${what}`) };
}
