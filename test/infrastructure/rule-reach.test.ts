/** Every rule that notifies a person matches an event that can exist, and does not match the events that differ from it in one value. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventData } from '../../lib/events/data.ts';
import type { DetailType } from '../../lib/events/event.ts';
import { matchesPattern } from './event-pattern.ts';
import { rules } from './message-rules.ts';

type Pattern = {
  readonly source: readonly string[];
  readonly 'detail-type': readonly DetailType[];
  readonly detail?: { readonly data: Readonly<Record<string, readonly unknown[]>> };
};

type Schema = {
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
};

/** The values that a field of an event's data may have, as its committed schema lists them; undefined for a text of any content. */
function valuesOf(type: DetailType, field: string): readonly unknown[] | undefined {
  const text = readFileSync(`schemas/${type.replaceAll(' ', '')}.json`, 'utf8');
  const own = (JSON.parse(text) as Schema).properties?.['detail']?.properties?.['data']?.properties?.[field];
  if (own === undefined) throw new Error(`${type} has no field ${field}`);
  return own.enum ?? (own.type === 'boolean' ? [true, false] : undefined);
}

function eventOf(type: string, data: Readonly<Record<string, unknown>>, source = 'voice-connector-failover') {
  return { source, 'detail-type': type, detail: { metadata: {}, data } };
}

/** The first value of every field that the rule names. */
function firstValues({ detail }: Pattern): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(detail?.data ?? {}).map(([field, [value]]) => [field, value]));
}

describe.each(rules.map(({ id, pattern }) => [id, pattern as unknown as Pattern] as const))(
  'The rule %s',
  (_id, pattern) => {
    const fields = Object.entries(pattern.detail?.data ?? {});

    it.each(pattern['detail-type'])(
      'matches %s with each value that it names, all of which the event may have',
      (type) => {
        expect(matchesPattern(pattern, eventOf(type, firstValues(pattern)))).toBe(true);
        for (const [field, values] of fields) {
          const possible = valuesOf(type, field);
          for (const value of values) {
            if (possible !== undefined) expect(possible).toContain(value);
            expect(matchesPattern(pattern, eventOf(type, { ...firstValues(pattern), [field]: value }))).toBe(true);
          }
        }
      },
    );

    it.each(pattern['detail-type'])('does not match %s with any other value', (type) => {
      for (const [field, values] of fields) {
        const others = (valuesOf(type, field) ?? ['anna']).filter((value) => !values.includes(value));
        expect(others).not.toEqual([]);
        for (const value of others) {
          expect(matchesPattern(pattern, eventOf(type, { ...firstValues(pattern), [field]: value }))).toBe(false);
        }
      }
    });

    it('matches no other type of event, and no event of another source', () => {
      for (const type of Object.keys(eventData)) {
        const isNamed = pattern['detail-type'].some((each) => each === type);
        expect(matchesPattern(pattern, eventOf(type, firstValues(pattern)))).toBe(isNamed);
        expect(matchesPattern(pattern, eventOf(type, firstValues(pattern), 'aws.chime'))).toBe(false);
      }
    });
  },
);
