/** The end of a pause or a pin, as people write it. */
const dayMinutes = 24 * 60;

export type Until =
  | { readonly kind: 'read'; /** ISO 8601, UTC. */ readonly text: string }
  | { readonly kind: 'unreadable'; readonly expected: string };

const duration = /^(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?$/;

/** Without its zone a time means another hour on each laptop. */
const time = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?(?:\.\d+)? ?(?:Z|[+-]\d{2}:?\d{2})$/;

/** @param now in epoch milliseconds */
export function untilFrom(text: string, now: number): Until {
  const parts = duration.exec(text.trim());
  if (parts !== null && text.trim() !== '') {
    const [days = 0, hours = 0, minutes = 0] = parts.slice(1).map((part) => Number(part || 0));
    return read(now + (days * dayMinutes + hours * 60 + minutes) * 60_000);
  }
  const at = time.test(text.trim()) ? Date.parse(text.trim().replace(' ', 'T').replace(' ', '')) : Number.NaN;
  return Number.isNaN(at)
    ? {
        kind: 'unreadable',
        expected: 'Expected a duration such as 90m, 2h30m or 1d, or a time with its zone such as 2026-11-21T06:00:00Z.',
      }
    : read(at);
}

function read(at: number): Until {
  return { kind: 'read', text: new Date(at).toISOString() };
}
