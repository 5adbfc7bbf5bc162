import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { heldEvent } from '../../lib/audit/event-builders.ts';
import { eventData } from '../../lib/events/data.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { eventSchemas } from '../../scripts/event-schemas.ts';
import type { StoredEvent } from '../../sim/account/eventbridge.ts';
import { aPlanInput } from '../builders/plan.ts';
import { identity } from '../wire-support/events.ts';
import { schemaErrorsOf } from '../wire-support/event-schema.ts';

const schemasFolder = new URL('../../schemas/', import.meta.url);

function stored({ detailType, at, detail }: AuditEvent): StoredEvent {
  return {
    id: 'one',
    region: 'us-east-1',
    eventBusName: 'bus',
    source: 'voice-connector-failover',
    detailType,
    detail: JSON.parse(JSON.stringify(detail)) as unknown,
    time: at,
    resources: [],
  };
}

describe('the committed schemas', () => {
  it('are the output of `npm run schemas`, with one file per event type', () => {
    const committed = readdirSync(schemasFolder).map((file) => [
      file,
      readFileSync(new URL(file, schemasFolder), 'utf8'),
    ]);
    expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(eventSchemas()));
    expect(committed).toHaveLength(Object.keys(eventData).length);
  });

  const hold = { kind: 'hold', code: 'top-healthy', reason: 'calls succeed', rejected: [] } as const;
  const held = stored(heldEvent(identity, identity.observedAt, aPlanInput(), hold));

  it('accept an event of the code', () => {
    expect(schemaErrorsOf(held)).toEqual([]);
  });

  it.each([
    ['an unknown field', { surprise: 1 }, 'must NOT have additional properties'],
    ['an unknown code', { code: 'mood' }, 'must be equal to one of the allowed values'],
    ['a number instead of a text', { reason: 5 }, 'must be string'],
    ['missing evidence', { evidence: undefined }, "must have required property 'evidence'"],
  ])('refuse %s', (_, change, fault) => {
    const detail = held.detail as AuditEvent['detail'];
    const changed = JSON.parse(JSON.stringify({ ...detail, data: { ...detail.data, ...change } })) as unknown;
    expect(schemaErrorsOf({ ...held, detail: changed })).toEqual([expect.stringContaining(fault)]);
  });

  it('refuse an event of an unknown type', () => {
    expect(schemaErrorsOf({ ...held, detailType: 'Good News' })).toEqual([
      expect.stringContaining('Good News has no schema that can be read'),
    ]);
  });
});
