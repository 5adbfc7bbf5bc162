/** A drill whose group is no longer in the drill's order: restored already, or changed by somebody else. */
import { describe, expect, it } from 'vitest';
import { drillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, duringDrill, withEvidence, minutesAgo, readings } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, observedAt, read } from '../../builders/metrics.ts';
import { aRecord, degraded, losing, unknown, unreadableRecord } from '../../builders/plan.ts';

const before = items({ east: 1, west: 2 });
const after = items({ east: 2, west: 1 });

/** Restored three minutes ago; by default the record has it as a change of the monitor's own. */
function restored(changes: Parameters<typeof withEvidence>[0] = {}) {
  return withEvidence({
    group: aGroup({ items: before, updatedAt: minutesAgo(3) }),
    record: aRecord({ changedAt: [minutesAgo(12.5), minutesAgo(3.5)] }),
    ...changes,
    verdicts: { west: unknown('idle'), ...changes.verdicts },
  });
}

function ended(input: ReturnType<typeof withEvidence>, drill = aDrill(), given = readings()) {
  const step = drillStep(input, drill, given);
  expect(step.kind).toBe('over');
  if (step.kind !== 'over') throw new Error(step.kind);
  const { result, code, reason } = step.ending;
  return { end: `${result} (${code})`, restored: step.ending.restored, reason };
}

/** Calls of the standby until the restore three minutes ago, and failed calls after it. */
function callsUntilRestore(attempts: number, failures = 0) {
  return read(inbound(8, attempts, failures), inbound(2, 100, 100));
}

describe('a drill whose group is already restored', () => {
  it.each([
    ['at its time', aDrill({ until: minutesAgo(3) }), 'succeeded (passed)'],
    ['at its time, by a clock that is a minute behind', aDrill({ until: minutesAgo(2) }), 'succeeded (passed)'],
    ['well before its time', aDrill({ until: minutesAgo(1.9) }), 'interrupted (group-changed)'],
    [
      'at its time, with too few calls',
      aDrill({ until: minutesAgo(3), pass: { minCalls: 81, maxFailureRatio: 0 } }),
      'failed (too-few-calls)',
    ],
    ['early, for a reason that is no longer visible', aDrill(), 'interrupted (group-changed)'],
    [
      'early, because an operator stopped it',
      aDrill({ stopped: { by: 'boss', reason: 'no' } }),
      'interrupted (stopped)',
    ],
  ])('is over: %s', (_case, drill, end) => {
    expect(ended(restored(), drill, readings({ standby: callsUntilRestore(10) }))).toMatchObject({
      end,
      restored: true,
    });
  });

  it('counts the minutes up to the restore, and no calls after it', () => {
    const { reason } = ended(
      restored(),
      aDrill({ until: minutesAgo(3) }),
      readings({ standby: callsUntilRestore(10) }),
    );
    expect(reason).toMatch(/^west \(us-west-2\): 0 of 80 calls failed in 8 min \(0 %\)/);
  });

  it('has no result when its calls cannot be read', () => {
    const unread = readings({ standby: { kind: 'fetch-error', message: 'no' } });
    expect(ended(restored(), aDrill({ until: minutesAgo(3) }), unread)).toEqual({
      end: 'interrupted (standby-unobservable)',
      restored: true,
      reason: 'west (us-west-2): the metrics of its calls during the drill could not be read',
    });
  });

  it('recomputes from its calls why it was restored early', () => {
    expect(ended(restored(), aDrill(), readings({ standby: callsUntilRestore(10, 4) }))).toMatchObject({
      end: 'failed (standby-impaired)',
    });
    expect(ended(restored(), aDrill(), readings({ others: read(inbound(8, 5), inbound(2, 0)) }))).toMatchObject({
      end: 'failed (standby-bypassed)',
    });
  });

  it('reports a reason that is still visible', () => {
    expect(ended(restored({ verdicts: { west: degraded } }))).toMatchObject({ end: 'failed (standby-impaired)' });
    expect(ended(restored({ regions: { 'us-west-2': losing('unhealthy', 1, 'out') } }))).toMatchObject({
      end: 'interrupted (member-unhealthy)',
    });
  });

  it('was restored outside the monitor when the record has no second change then', () => {
    const outsideMonitor = restored({ record: aRecord({ changedAt: [minutesAgo(12.5)] }) });
    expect(ended(outsideMonitor)).toEqual({
      end: 'interrupted (group-changed)',
      restored: true,
      reason: 'put back 11 min early, outside the monitor',
    });
    expect(ended(outsideMonitor, aDrill({ until: minutesAgo(3) }))).toMatchObject({ end: 'succeeded (passed)' });
  });

  it('was restored outside the monitor also just after it began: the record of the first move is no record of a second', () => {
    const group = aGroup({ items: before, updatedAt: minutesAgo(11) });
    const soon = (...changedAt: readonly number[]) => restored({ group, record: aRecord({ changedAt }) });
    const reason = 'put back 19 min early, outside the monitor';
    expect(ended(soon(minutesAgo(12.5)))).toMatchObject({ end: 'interrupted (group-changed)', reason });
    expect(ended(soon(minutesAgo(800), minutesAgo(12.5)))).toMatchObject({
      end: 'interrupted (group-changed)',
      reason,
    });
  });

  it('was restored by a monitor only if the recorded time differs by at most two minutes', () => {
    const recorded = (at: number) => restored({ record: aRecord({ changedAt: [minutesAgo(12.5), at] }) });
    expect(ended(recorded(minutesAgo(5)))).toMatchObject({
      end: 'interrupted (group-changed)',
      reason: 'put back 11 min early; see the event of that change',
    });
    expect(ended(recorded(minutesAgo(5.1)))).toMatchObject({
      end: 'interrupted (group-changed)',
      reason: 'put back 11 min early, outside the monitor',
    });
  });

  it('was restored by somebody unknown when the record cannot be read', () => {
    expect(ended(restored({ record: unreadableRecord }))).toEqual({
      end: 'interrupted (group-changed)',
      restored: true,
      reason: 'put back 11 min early; see the event of that change',
    });
  });

  it('does not use a record that does not reach back to the drill', () => {
    const old = aDrill({ startedAt: minutesAgo(24 * 60), until: minutesAgo(24 * 60 - 15) });
    const input = restored({
      group: aGroup({ items: before, updatedAt: minutesAgo(24 * 60 - 16) }),
      record: aRecord(),
    });
    expect(ended(input, { ...old, groupUpdatedAt: 1 })).toMatchObject({ end: 'failed (too-few-calls)' });
  });

  it('never began when the record has no change since the order', () => {
    expect(ended(restored({ record: aRecord() }))).toMatchObject({ end: 'interrupted (never-began)' });
  });
});

describe('a group that somebody changed during a drill', () => {
  const changed = (group: Parameters<typeof aGroup>[0], changes: Parameters<typeof duringDrill>[0] = {}) =>
    duringDrill({ group: aGroup({ items: after, updatedAt: minutesAgo(3), ...group }), ...changes });

  it.each([
    ['reordered', { items: items({ east: 3, west: 1 }) }, 'changed outside the monitor to west 1, east 3'],
    [
      'given another member',
      { items: items({ east: 2, west: 1, tokyo: 3 }) },
      'the members are now west 1, east 2, tokyo 3',
    ],
    [
      'given another member in place of one',
      { items: items({ tokyo: 2, west: 1 }) },
      'the members are now west 1, tokyo 2',
    ],
    ['emptied', { items: [] }, 'the members are now none'],
    [
      'tied',
      { items: items({ east: 1, west: 1 }) },
      'east and west share priority 1: AWS spreads calls over both (active/active)',
    ],
    [
      'spread',
      { callDistributionType: 'LoadBalancedDistribution' },
      'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
    ],
  ])('stays as it is when it was %s', (_case, group, reason) => {
    expect(ended(changed(group))).toEqual({ end: 'interrupted (group-changed)', restored: false, reason });
  });

  it('may have been moved by a monitor that could not read the drill’s override', () => {
    const moved = changed(
      { items: items({ east: 3, west: 2, tokyo: 1 }) },
      { record: aRecord({ changedAt: [minutesAgo(12.5), minutesAgo(3.5)] }) },
    );
    const three = aDrill({
      before: items({ east: 1, west: 2, tokyo: 3 }),
      after: items({ east: 2, west: 1, tokyo: 3 }),
    });
    expect(ended(moved, three)).toMatchObject({ reason: 'changed by a monitor to tokyo 1, west 2, east 3' });
  });

  it('is not taken for the drill’s own order after a failover to that order', () => {
    const since = changed(
      {},
      { record: aRecord({ changedAt: [minutesAgo(12.5)], demotedAt: { east: [minutesAgo(4)] } }) },
    );
    expect(ended(since)).toMatchObject({
      end: 'interrupted (group-changed)',
      restored: false,
      reason: 'a monitor has failed over from east (us-east-1) since',
    });
    const atOnce = changed({}, { record: aRecord({ demotedAt: { east: [minutesAgo(12)] } }) });
    expect(ended(atOnce)).toMatchObject({ reason: 'a monitor has failed over from east (us-east-1) since' });
    const earlier = changed(
      {},
      { record: aRecord({ changedAt: [minutesAgo(12.5)], demotedAt: { east: [minutesAgo(40)] } }) },
    );
    expect(drillStep(earlier, aDrill(), readings()).kind).toBe('watch');
  });

  it('is not taken for the drill’s own order when no monitor has recorded the move to it', () => {
    const byHand = (updatedAt: number) => changed({ updatedAt }, { record: aRecord() });
    expect(ended(byHand(minutesAgo(3.1)))).toEqual({
      end: 'interrupted (group-changed)',
      restored: false,
      reason: 'changed outside the monitor to the order of the drill, before it began',
    });
    // CloudWatch may not show the record of the drill's own move yet.
    expect(drillStep(byHand(minutesAgo(3)), aDrill(), readings()).kind).toBe('watch');
    expect(drillStep(changed({}, { record: unreadableRecord }), aDrill(), readings()).kind).toBe('watch');
  });

  it('is taken for the drill’s own order when the record no longer reaches back to the move', () => {
    const days = 24 * 60;
    const old = aDrill({ startedAt: minutesAgo(days), until: minutesAgo(days - 15), groupUpdatedAt: 1 });
    const moved = changed({ updatedAt: minutesAgo(days - 0.1) }, { record: aRecord() });
    expect(drillStep(moved, old, readings()).kind).toBe('restore');
    const young = { ...old, startedAt: minutesAgo(days - 0.1) };
    expect(ended(moved, young)).toMatchObject({
      reason: 'changed outside the monitor to the order of the drill, before it began',
    });
  });

  it('is not taken for the drill’s own order when it was changed long after the end time', () => {
    const late = aDrill({ startedAt: minutesAgo(20), until: minutesAgo(6) });
    expect(ended(changed({}), late)).toMatchObject({ reason: 'changed outside the monitor 3 min after the end time' });
    expect(drillStep(changed({}), { ...late, until: minutesAgo(5) }, readings()).kind).toBe('restore');
  });
});

it('a group without UpdatedTimestamp is recognised by its order', () => {
  const group = aGroup({ items: before, updatedAt: undefined });
  expect(ended(restored({ group }))).toMatchObject({ end: 'succeeded (passed)', restored: true });
  expect(drillStep(duringDrill({ group: { ...group, items: after } }), aDrill(), readings()).kind).toBe('watch');
  expect(observedAt).toBe(restored().observedAt);
});
