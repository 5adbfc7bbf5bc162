import { describe, expect, it } from 'vitest';
import { hold } from '../../../lib/core/model/hold.ts';
import { heldFailover } from '../../../lib/core/plan/held-failover.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup, items } from '../../builders/group.ts';
import { aPlanInput, aRecord, healthy, losing, unreadableRecord } from '../../builders/plan.ts';
import { minutesAgo } from './three-members.ts';

function held(changes: Parameters<typeof aPlanInput>[0]) {
  const input = aPlanInput(changes);
  const decision = plan(input);
  if (decision.kind === 'need-evidence') throw new Error('the evidence is there');
  return heldFailover(input, decision);
}

const east = losing('unhealthy', 0.9);

describe('a held failover', () => {
  it('is one where the primary is unhealthy, and the group stays', () => {
    expect(held({ verdicts: { east, west: east } })).toEqual({ isUndone: false });
    expect(held({ verdicts: { east }, override: { kind: 'unparseable', message: 'not JSON' } })).toEqual({
      isUndone: false,
    });
  });

  it('is none where the group moves, or the primary is not unhealthy', () => {
    expect(held({ verdicts: { east } })).toBeUndefined();
    expect(held({ verdicts: { east: healthy } })).toBeUndefined();
    expect(held({ verdicts: { east: losing('degraded', 0.5) } })).toBeUndefined();
    expect(held({ group: aGroup({ items: items({ paris: 1, west: 2 }) }) })).toBeUndefined();
  });

  it('was undone where somebody else put the primary back that the monitor had left', () => {
    const group = aGroup({ updatedAt: minutesAgo(5) });
    const left = { changedAt: [minutesAgo(20)], demotedAt: { east: [minutesAgo(20)] } };
    expect(held({ verdicts: { east }, group, record: aRecord(left) })).toEqual({ isUndone: true });
    expect(held({ verdicts: { east }, group, record: aRecord() })).toEqual({ isUndone: false });
  });

  it('was not undone where the monitor itself put the primary back, or nobody knows who did', () => {
    const demotedAt = { east: [minutesAgo(80)] };
    const returned = aRecord({ changedAt: [minutesAgo(80), minutesAgo(5)], demotedAt });
    const verdicts = { east, west: east };
    expect(held({ verdicts, group: aGroup({ updatedAt: minutesAgo(5) }), record: returned })).toEqual({
      isUndone: false,
    });
    const unsaid = aGroup({ updatedAt: undefined });
    expect(held({ verdicts, group: unsaid, record: aRecord({ demotedAt }) })).toEqual({ isUndone: false });
    expect(held({ verdicts, record: unreadableRecord })).toEqual({ isUndone: false });
  });

  it('is not said to be undone where the record was not needed, and so not read', () => {
    const override = { kind: 'unparseable', message: 'not JSON' } as const;
    const input = { ...aPlanInput({ verdicts: { east }, override }), candidateEvidence: undefined };
    expect(heldFailover(input, hold('override-unparseable', 'not JSON'))).toEqual({ isUndone: false });
  });
});
