/**
 * Active in every test file: each event that reaches a bus of the simulated EventBridge, over the wire or from the queue, must match
 * the committed JSON Schema of its type.
 */
import { afterAll, afterEach, expect } from 'vitest';
import { eventSource } from '../../lib/events/event.ts';
import { EventBridge } from '../../sim/account/eventbridge.ts';
import { schemaErrorsOf } from './event-schema.ts';

const schemaErrors: string[] = [];
const original = Object.getOwnPropertyDescriptor(EventBridge.prototype, 'putEvents')!.value as EventBridge['putEvents'];

EventBridge.prototype.putEvents = function (this: EventBridge, ...given) {
  const before = this.events.length;
  const results = original.apply(this, given);
  schemaErrors.push(
    ...this.events
      .slice(before)
      .filter(({ source }) => source === eventSource)
      .flatMap(schemaErrorsOf),
  );
  return results;
};

// The next file of the same worker gets the class as this one found it.
afterAll(() => {
  EventBridge.prototype.putEvents = original;
});

afterEach(() => {
  // Each violation fails one test: the one it occurred in, or the next.
  expect(schemaErrors.splice(0)).toEqual([]);
});
