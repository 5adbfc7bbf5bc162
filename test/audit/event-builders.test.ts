import { describe, expect, it } from 'vitest';
import {
  heldEvent,
  holdChangedEvent,
  intendedEvent,
  outcomeEvent,
  runFailedEvent,
} from '../../lib/audit/event-builders.ts';
import type { Outcome } from '../../lib/core/model/outcome.ts';
import type { Move } from '../../lib/core/model/plan.ts';
import type { AuditEvent } from '../../lib/events/event.ts';
import { entryOf } from '../../lib/events/entry.ts';
import { aPlanInput } from '../builders/plan.ts';

const at = Date.parse('2026-11-20T09:00:04Z');
const identity = {
  runId: 'turn-1',
  observedAt: at,
  policyHash: 'abc',
  codeVersion: '1.2.3+abc',
  monitorRegion: 'us-east-1',
};
function problems(count: number) {
  return Array.from({ length: count }, (_, place) => ({ doing: `reading ${place}`, message: 'no answer in time' }));
}

describe('the event of a failed run', () => {
  it('lists every problem if they are few', () => {
    expect(runFailedEvent(identity, at, problems(3)).detail.data).toEqual({ count: 3, problems: problems(3) });
  });

  it('counts all problems and lists the first hundred if they are too many for one event', () => {
    expect(runFailedEvent(identity, at, problems(5000)).detail.data).toEqual({ count: 5000, problems: problems(100) });
  });
});

describe('an event that is too large for EventBridge', () => {
  it('truncates its lists and records their full lengths', () => {
    const rejected = Array.from({ length: 3000 }, (_, place) => ({
      voiceConnectorId: `vc-${place}`,
      code: 'degraded' as const,
      reason: 'x'.repeat(100),
    }));
    const event = heldEvent(identity, at, aPlanInput(), { kind: 'hold', code: 'no-target', reason: 'none', rejected });
    const { detail } = JSON.parse(`{"detail":${entryOf(event).detail}}`) as AuditEvent<'Priority Held'>;
    expect(detail.metadata.cut).toEqual(['data.rejected: 128 of 3000 elements']);
    expect(detail.data.rejected).toEqual(rejected.slice(0, 128));
  });
});

const minuteMs = 60_000;
const input = aPlanInput();
const move: Move = {
  kind: 'failover',
  reason: 'vc-a fails',
  leaving: 'vc-a',
  promoting: 'vc-b',
  before: [
    { voiceConnectorId: 'vc-a', priority: 1 },
    { voiceConnectorId: 'vc-b', priority: 2 },
    { voiceConnectorId: 'vc-c', priority: 3 },
  ],
  after: [
    { voiceConnectorId: 'vc-a', priority: 3 },
    { voiceConnectorId: 'vc-b', priority: 1 },
    { voiceConnectorId: 'vc-c', priority: 2 },
  ],
  rejected: [],
};
const otherOrder: Move = { ...move, after: [...move.after.slice(0, 1), ...move.before.slice(1)] };
const hold = { kind: 'hold', code: 'cooldown', reason: 'changed 2 min ago', rejected: [] } as const;

function idOf({ detail }: AuditEvent): string {
  return detail.metadata.eventId;
}
function outcomeId(outcome: Outcome): string {
  return idOf(outcomeEvent(identity, at, input, move, outcome));
}

describe('the id of an event', () => {
  it('does not depend on the monitor that publishes it, nor on the time within its minute', () => {
    const otherMonitor = { ...identity, runId: 'turn-2', monitorRegion: 'us-west-2', observedAt: at + 20_000 };
    const later = at + 25_000;
    const reworded = { ...hold, reason: 'changed 3 min ago' };
    expect(idOf(heldEvent(otherMonitor, later, input, reworded))).toBe(idOf(heldEvent(identity, at, input, hold)));
    expect(idOf(intendedEvent(otherMonitor, later, input, move))).toBe(idOf(intendedEvent(identity, at, input, move)));
  });

  it('differs by minute, group, code, order, outcome and type', () => {
    const otherGroup = aPlanInput({ group: { ...input.group, voiceConnectorGroupId: 'other' } });
    const nextMinute = { ...identity, observedAt: at + minuteMs };
    const unknown = { decision: 'unknown', reason: 'the group was changed since' } as const;
    const ids = [
      idOf(heldEvent(identity, at, input, hold)),
      idOf(heldEvent(nextMinute, at, input, hold)),
      idOf(heldEvent(identity, at, otherGroup, hold)),
      idOf(heldEvent(identity, at, input, { ...hold, code: 'daily-limit' })),
      idOf(holdChangedEvent(identity, at, input, hold, unknown)),
      idOf(intendedEvent(identity, at, input, move)),
      idOf(intendedEvent(identity, at, input, { ...move, kind: 'failback' })),
      idOf(intendedEvent(identity, at, input, otherOrder)),
      outcomeId({ kind: 'applied', reason: '', sentAt: 0 }),
      outcomeId({ kind: 'unverified', reason: '' }),
      outcomeId({ kind: 'withheld', code: 'observe-mode', reason: '' }),
      outcomeId({ kind: 'withheld', code: 'evidence-expired', reason: '' }),
      outcomeId({ kind: 'rejected', code: 'throttled', reason: '' }),
      outcomeId({ kind: 'rejected', code: 'conflict', reason: '' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('of a failed run differs in every run', () => {
    const other = { ...identity, runId: 'turn-2' };
    expect(idOf(runFailedEvent(other, at, problems(1)))).not.toBe(idOf(runFailedEvent(identity, at, problems(1))));
  });
});

describe('the evidence of a decision', () => {
  it('contains only the Regions of the members', () => {
    const healthy = { health: 'healthy', reason: 'calls go through' } as const;
    const regions = new Map([...input.connectorRegions.values(), 'mx-central-1'].map((region) => [region, healthy]));
    const { data } = heldEvent(identity, at, { ...input, regions }, hold).detail;
    const own = new Set(data.evidence.connectors.map(({ region }) => region));
    expect(new Set(data.evidence.regions.map(({ region }) => region))).toEqual(own);
  });
});
