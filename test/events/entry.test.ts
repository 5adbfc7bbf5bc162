import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventData } from '../../lib/events/data.ts';
import { entryBytes, entryOf } from '../../lib/events/entry.ts';
import type { AuditEvent, DetailType } from '../../lib/events/event.ts';
import { schemaErrorsOf } from '../wire-support/event-schema.ts';

type JsonSchema = {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

const at = Date.parse('2026-11-20T09:00:04Z');
const time = new Date(at).toISOString();
const longText = 'ü'.repeat(10_000);

/** A value of the schema with every optional field, long texts and long lists. */
function largest(schema: JsonSchema): unknown {
  const choice = (schema.anyOf ?? schema.oneOf)?.at(-1);
  if (choice !== undefined) return largest(choice);
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.properties !== undefined) {
    return Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, largest(each)]));
  }
  if (schema.items !== undefined) return Array.from({ length: 100 }, () => largest(schema.items ?? {}));
  if (schema.type === 'boolean') return true;
  if (schema.type !== 'string') return schema.maximum ?? 123_456_789.5;
  if (schema.format === 'date-time') return time;
  return schema.pattern === undefined ? longText : '0'.repeat(32);
}

function largestEvent(detailType: DetailType): AuditEvent {
  const file = `schemas/${detailType.replaceAll(' ', '')}.json`;
  const schema = JSON.parse(readFileSync(file, 'utf8')) as { readonly properties: { readonly detail: JsonSchema } };
  const { metadata, data } = largest(schema.properties.detail) as AuditEvent['detail'];
  const short = { ...metadata, schema: 1, runId: 'run', policyHash: 'abc', codeVersion: '1', monitorRegion: 'r' };
  return { detailType, at, detail: { metadata: { ...short, cut: undefined }, data } } as AuditEvent;
}

describe('the largest event of a type', () => {
  it.each(Object.keys(eventData) as DetailType[])('%s fits EventBridge and its schema', (detailType) => {
    const event = largestEvent(detailType);
    const entry = entryOf(event);
    expect(entryBytes(entry)).toBeLessThanOrEqual(255 * 1024);
    const detail = JSON.parse(entry.detail) as AuditEvent['detail'];
    const isWhole = entryBytes({ ...entry, detail: JSON.stringify(event.detail) }) <= 255 * 1024;
    expect(detail.metadata.cut === undefined).toBe(isWhole);
    expect(isWhole ? detail.data : []).toEqual(isWhole ? JSON.parse(JSON.stringify(event.detail.data)) : []);
    const stored = { id: 'one', region: 'us-east-1', eventBusName: 'bus', source: entry.source, resources: [] };
    expect(schemaErrorsOf({ ...stored, detailType, detail, time: at })).toEqual([]);
  });
});
