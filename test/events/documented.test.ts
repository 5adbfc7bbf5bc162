import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { eventData } from '../../lib/events/data.ts';
import type { DetailType } from '../../lib/events/event.ts';
import { schemaErrorsOf } from '../wire-support/event-validation.ts';

type Documented = { readonly detail: { readonly metadata: object; readonly data: object } };

/** The example under each heading of the third level. */
const examples = new Map(
  readFileSync('docs/events.md', 'utf8')
    .split(/^### /m)
    .flatMap((chapter) => {
      const [, json] = /^```json\n(.*?)^```$/ms.exec(chapter) ?? [];
      return json === undefined ? [] : [[chapter.slice(0, chapter.indexOf('\n')), JSON.parse(json) as object]];
    }),
);

const whole = examples.get('Priority Change Applied') as Documented;

/** As much of a value as a schema of its fields knows, to any depth. */
function knownOf(shape: object, value: object): object {
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const field = Reflect.get(shape, key) as { readonly shape?: object } | undefined;
      if (field === undefined) return [];
      return [[key, field.shape === undefined ? (each as unknown) : knownOf(field.shape, each as object)]];
    }),
  );
}

/** What the page says once is said of every event that has it; an outcome is an event's own. */
function completed(detailType: DetailType, example: object): object {
  const known = knownOf(eventData[detailType].shape, whole.detail.data);
  const shared = Object.entries(known).filter(([key]) => key !== 'outcome');
  return { ...Object.fromEntries(shared), ...example };
}

describe('docs/events.md', () => {
  const types = Object.keys(eventData) as DetailType[];

  it('has an example of every type of event, and of no other', () => {
    expect([...examples.keys()].sort()).toEqual([...types].sort());
  });

  it.each(types)('shows a %s as its schema has it', (detailType) => {
    const example = examples.get(detailType)!;
    const data = detailType === 'Priority Change Applied' ? whole.detail.data : completed(detailType, example);
    const event = { id: 'one', region: 'us-east-1', eventBusName: 'bus', source: 'voice-connector-failover' };
    const detail = { metadata: whole.detail.metadata, data };
    expect(schemaErrorsOf({ ...event, detailType, detail, time: 0, resources: [] })).toEqual([]);
  });

  it('lists every type of event, and no other, in its table', () => {
    const rows = [...readFileSync('docs/events.md', 'utf8').matchAll(/^\| `([A-Z][A-Za-z ]+)` /gm)];
    expect(rows.map(([, type]) => type).sort()).toEqual([...types].sort());
  });
});
