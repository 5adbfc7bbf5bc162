/** A pin says which order is meant: a group that has another one is put into it, unless somebody changed the group since. */
import { describe, expect, it } from 'vitest';
import { decideGroup, pinDifference } from '../../../lib/core/plan/pinned.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minutesAgo } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aPlanInput, aRecord, isMove, someStandbySignals, unhealthy, unreadableRecord } from '../../builders/plan.ts';

const until = observedAt + 60 * 60_000;

function pin(...order: readonly string[]): OverrideState {
  return { kind: 'pin', by: 'anna', reason: 'works', until, order };
}

/** East is first, and the pin of five minutes ago wants west first. */
function input(changes: Parameters<typeof aPlanInput>[0] = {}) {
  return aPlanInput({
    group: aGroup({ updatedAt: minutesAgo(90) }),
    override: pin('west', 'east'),
    overridePutAt: minutesAgo(5),
    standbySignals: { east: someStandbySignals(), west: someStandbySignals() },
    ...changes,
  });
}

function held(changes: Parameters<typeof aPlanInput>[0]) {
  const decision = decideGroup(input(changes));
  return decision.kind === 'hold' ? `${decision.code}: ${decision.reason}` : decision.kind;
}

const differs =
  'pin-order-differs: pinned by anna: works; not in the pinned order west, east: east 1, west 2; not restored: ';

describe('a pinned group in another order', () => {
  it('is put into the pinned order, as the operator’s own move', () => {
    expect(pinDifference(input())).toBe('not in the pinned order west, east: east 1, west 2');
    const decision = decideGroup(input());
    expect(isMove(decision) && decision).toMatchObject({
      kind: 'switchover',
      leaving: 'east',
      promoting: 'west',
      after: items({ east: 2, west: 1 }),
      reason: 'restores the order pinned by anna: works',
      command: { by: 'anna', reason: 'works', forced: [] },
    });
  });

  it('is put into it after a monitor moved it, and left as it is after anybody else did', () => {
    const group = aGroup({ updatedAt: minutesAgo(3) });
    const own = aRecord({ changedAt: [minutesAgo(3.5)], promotedAt: { east: [minutesAgo(3.5)] } });
    expect(decideGroup(input({ group, record: own })).kind).toBe('switchover');
    expect(held({ group })).toBe(
      `${differs}somebody changed the group after it was pinned: put the pin again, or remove it`,
    );
    expect(held({ group, record: unreadableRecord })).toMatch(/^pin-order-differs: .*record of own changes/);
  });

  it('asks for evidence before it says who changed it', () => {
    const asking = { ...input({ group: aGroup({ updatedAt: minutesAgo(3) }) }), candidateEvidence: undefined };
    expect(decideGroup(asking).kind).toBe('need-evidence');
  });

  it('asks for it too where the pin keeps the primary, because only the record says who changed the others', () => {
    const group = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }), updatedAt: minutesAgo(3) });
    const asking = input({ group, override: pin('east', 'tokyo', 'west') });
    expect(decideGroup({ ...asking, candidateEvidence: undefined })).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['east', 'west', 'tokyo'],
    });
  });

  it('is put into it where the group was written as the pin was put, and not since', () => {
    expect(decideGroup(input({ overridePutAt: minutesAgo(90) })).kind).toBe('switchover');
    expect(held({ overridePutAt: minutesAgo(90) - 1 })).toMatch(/not restored: somebody changed the group/);
  });

  it('stays as it is when a member that would rise is unhealthy', () => {
    expect(held({ verdicts: { west: unhealthy } })).toMatch(/^pin-order-differs: .*not restored: unhealthy: west/);
    const group = aGroup({ items: items({ east: 1, west: 2, tokyo: 3 }), updatedAt: minutesAgo(90) });
    const both = { group, override: pin('west', 'tokyo', 'east'), verdicts: { west: unhealthy, tokyo: unhealthy } };
    expect(held(both)).toMatch(
      /not restored: unhealthy: west \(us-west-2\): calls fail; unhealthy: tokyo \(ap-northeast-1\) would move up: calls fail$/,
    );
  });

  it('stays as it is when the pin does not name its members, or its order is not known', () => {
    expect(held({ override: pin('west') })).toMatch(/not restored: missing-member: east/);
    expect(held({ override: pin('west', 'tokyo') })).toMatch(/not restored: not-a-member: tokyo/);
    expect(held({ group: aGroup({ items: items({ east: 1, west: 1 }) }) })).toMatch(
      /not restored: east and west share/,
    );
  });

  it('stays as it is when it is not known which came first', () => {
    expect(held({ overridePutAt: undefined })).toMatch(/not restored: it is not known when the pin was put/);
    expect(held({ group: aGroup({ updatedAt: undefined }) })).toMatch(/AWS does not report when the group was last/);
  });
});

describe('any other group', () => {
  it.each([
    ['pinned in the order that it has', pin('east', 'west')],
    ['pinned without an order', { kind: 'pin', by: 'anna', reason: 'works', until } as const],
    ['paused', { kind: 'pause', by: 'anna', reason: 'works', until } as const],
    ['without an override', { kind: 'none' } as const],
  ])('is planned as usual: %s', (_what, override) => {
    const given = input({ override });
    expect(pinDifference(given)).toBeUndefined();
    expect(decideGroup(given)).toEqual(plan(given));
  });

  it('is planned as usual: pinned in the order in which AWS lists two members of one priority', () => {
    const given = input({ group: aGroup({ items: items({ east: 1, west: 1 }) }), override: pin('east', 'west') });
    expect(decideGroup(given)).toEqual(plan(given));
  });
});
