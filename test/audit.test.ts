import { describe, expect, it } from 'vitest';
import { turnFailedEvent } from '../lib/audit.ts';

const at = Date.parse('2026-11-20T09:00:04Z');
const identity = {
  turnId: 'turn-1',
  observedAt: at,
  policyHash: 'abc',
  codeVersion: '1.2.3+abc',
  monitorRegion: 'us-east-1',
};
const problems = (count: number) =>
  Array.from({ length: count }, (_, place) => ({ doing: `reading ${place}`, message: 'no answer in time' }));

describe('the event of a failed turn', () => {
  it('names every problem where there are few', () => {
    expect(turnFailedEvent(identity, at, problems(3)).detail.data).toEqual({ count: 3, problems: problems(3) });
  });

  it('counts them all and names the first hundred where there are too many for one event', () => {
    expect(turnFailedEvent(identity, at, problems(5000)).detail.data).toEqual({ count: 5000, problems: problems(100) });
  });
});
