/** Inputs for a function: its documented events with random changes, and values of any shape. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { writtenNumbers } from '../builders/phone-numbers.ts';

/** The events of events/, and empty payloads. */
const documented: readonly unknown[] = [
  ...readdirSync('events')
    .filter((file) => file.endsWith('.json'))
    .map((file): unknown => JSON.parse(readFileSync(`events/${file}`, 'utf8'))),
  {},
  null,
  '',
];

function nested(levels: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { key: value };
  return value;
}

const oddText = fc.oneof(
  fc.constantFrom(...writtenNumbers),
  fc.constantFrom(
    '',
    ' ',
    'all',
    'ALL',
    '__proto__',
    'constructor',
    'main-line',
    'Main line',
    'vc-east',
    'vc-west',
    '\u0000',
  ),
  fc.constantFrom('\u001b[31mred', 'a\nb\r\n  - c', '\u202eabc', '\ud800', '1h', '90m', '-1h', '2026-11-20T10:00:00Z'),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.nat({ max: 20_000 }).map((length) => 'x'.repeat(length)),
);

const oddNumber = fc.oneof(fc.constantFrom(0, -0, -1, 1e308, 2 ** 53, 0.1), fc.integer(), fc.double({ noNaN: true }));

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: oddText },
  { weight: 2, arbitrary: oddNumber },
  { weight: 2, arbitrary: fc.constantFrom<unknown>(null, true, false, {}, [], [[]], { a: 1 }) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.nat({ max: 500 }).map(nested) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(oddText, fc.nat({ max: 3000 }))
      .map(([text, count]): unknown => Array.from({ length: count }, () => text.slice(0, 100))),
  },
);

type Change = {
  readonly at: number;
  readonly kind: 'replace' | 'remove' | 'add';
  readonly key: string;
  readonly value: unknown;
};

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'remove', 'add'),
  key: oddText,
  value: oddValue,
});

/** Every object and list in a value. */
function containersIn(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap((each) => containersIn(each))];
}

function changed(event: unknown, { at, kind, key, value }: Change): unknown {
  const copy: unknown = structuredClone(event);
  const containers = containersIn(copy);
  const container = containers[at % Math.max(1, containers.length)];
  if (container === undefined) return value;
  const keys = Object.keys(container);
  const existing = keys[at % Math.max(1, keys.length)] ?? key;
  // A number as the key of a list would make it sparse, and billions long when serialized.
  if (kind === 'add' && Array.isArray(container)) container.push(value);
  else if (kind === 'remove') Reflect.deleteProperty(container, existing);
  else
    Object.defineProperty(container, kind === 'add' ? key : existing, { value, enumerable: true, configurable: true });
  return copy;
}

export const anyInput: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: oddValue },
  {
    weight: 6,
    arbitrary: fc
      .tuple(fc.constantFrom(...documented), fc.array(change, { maxLength: 2 }))
      .map(([event, changes]) => changes.reduce<unknown>(changed, event)),
  },
);
