/** A drill whose group is no longer in its order: put back already, or changed by somebody else. */
import { describe, expect, it } from 'vitest';
import { drillStep } from '../../../lib/core/drill/step.ts';
import { aDrill, drilled, examined, minutesAgo, readings } from '../../builders/drill.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, observedAt, read } from '../../builders/metrics.ts';
import { aRecord, degraded, unknown, unreadableRecord } from '../../builders/plan.ts';

const before = items({ east: 1, west: 2 });
const after = items({ east: 2, west: 1 });

/** Put back three minutes ago, and noted as the monitor's own by default. */
function putBack(changes: Parameters<typeof examined>[0] = {}) {
  return examined({
    group: aGroup({ items: before, updatedAt: minutesAgo(3) }),
    record: aRecord({ changedAt: [minutesAgo(12.5), minutesAgo(3.5)] }),
    ...changes,
    verdicts: { west: unknown('idle'), ...changes.verdicts },
  });
}

function ended(input: ReturnType<typeof examined>, drill = aDrill(), seen = readings()) {
  const step = drillStep(input, drill, seen);
  expect(step.kind).toBe('over');
  if (step.kind !== 'over') throw new Error(step.kind);
  const { result, code, restored, reason } = step.ending;
  return { end: `${result} (${code})`, restored, reason };
}

/** Its last minute is the newest complete one before it was put back. */
function until3(attempts: number, failures = 0) {
  return read(inbound(8, attempts, failures), inbound(2, 100, 100));
}

describe('a drill whose group is back', () => {
  it.each([
    ['at its time', aDrill({ until: minutesAgo(3) }), 'succeeded (passed)'],
    ['by a clock that is a minute behind', aDrill({ until: minutesAgo(2) }), 'succeeded (passed)'],
    ['well before its time', aDrill({ until: minutesAgo(1.9) }), 'interrupted (put-back-early)'],
    [
      'at its time, with too few calls',
      aDrill({ until: minutesAgo(3), pass: { minCalls: 81, maxFailureRatio: 0 } }),
      'failed (too-few-calls)',
    ],
    ['early, for nobody knows what', aDrill(), 'interrupted (put-back-early)'],
    ['early, being stopped', aDrill({ stopped: { by: 'boss', reason: 'no' } }), 'interrupted (stopped)'],
  ])('is over: %s', (_case, drill, end) => {
    expect(ended(putBack(), drill, readings({ promoted: until3(10) }))).toMatchObject({ end, restored: true });
  });

  it('counts the minutes up to that moment, and no calls of after it', () => {
    const { reason } = ended(putBack(), aDrill({ until: minutesAgo(3) }), readings({ promoted: until3(10) }));
    expect(reason).toMatch(/^west \(us-west-2\): 0 of 80 calls failed in 8 min \(0 %\)/);
  });

  it('has shown nothing where its calls cannot be read', () => {
    const unread = readings({ promoted: { kind: 'fetch-error', message: 'no' } });
    expect(ended(putBack(), aDrill({ until: minutesAgo(3) }), unread)).toEqual({
      end: 'interrupted (standby-unseen)',
      restored: true,
      reason: 'west (us-west-2): its calls in the drill could not be read',
    });
  });

  it('tells again by its calls why it was put back early', () => {
    expect(ended(putBack(), aDrill(), readings({ promoted: until3(10, 4) }))).toMatchObject({
      end: 'failed (standby-failing)',
    });
    expect(ended(putBack(), aDrill(), readings({ others: read(inbound(8, 5), inbound(2, 0)) }))).toMatchObject({
      end: 'failed (calls-elsewhere)',
    });
  });

  it('tells what is still to be seen of the reason', () => {
    expect(ended(putBack({ verdicts: { west: degraded } }))).toMatchObject({ end: 'failed (standby-unwell)' });
    expect(ended(putBack({ regions: { 'us-west-2': { health: 'unhealthy', reason: 'out' } } }))).toMatchObject({
      end: 'interrupted (region-unhealthy)',
    });
  });

  it('was put back by hand where the monitor noted no second change then', () => {
    const byHand = putBack({ record: aRecord({ changedAt: [minutesAgo(12.5)] }) });
    expect(ended(byHand)).toEqual({
      end: 'interrupted (put-back-by-hand)',
      restored: true,
      reason: 'put back 11 min early, by hand',
    });
    expect(ended(byHand, aDrill({ until: minutesAgo(3) }))).toMatchObject({ end: 'succeeded (passed)' });
  });

  it('was put back by hand just after it began too: the note of the first move is no note of a second', () => {
    const group = aGroup({ items: before, updatedAt: minutesAgo(11) });
    const soon = (...changedAt: readonly number[]) => putBack({ group, record: aRecord({ changedAt }) });
    expect(ended(soon(minutesAgo(12.5)))).toMatchObject({ end: 'interrupted (put-back-by-hand)' });
    expect(ended(soon(minutesAgo(800), minutesAgo(12.5)))).toMatchObject({ end: 'interrupted (put-back-by-hand)' });
  });

  it('was put back by the monitor only where the note of it is no more than two minutes off', () => {
    const noted = (at: number) => putBack({ record: aRecord({ changedAt: [minutesAgo(12.5), at] }) });
    expect(ended(noted(minutesAgo(5)))).toMatchObject({ end: 'interrupted (put-back-early)' });
    expect(ended(noted(minutesAgo(5.1)))).toMatchObject({ end: 'interrupted (put-back-by-hand)' });
  });

  it('was put back by whomever, as far as anybody can say, where the record cannot be read', () => {
    expect(ended(putBack({ record: unreadableRecord }))).toEqual({
      end: 'interrupted (put-back-early)',
      restored: true,
      reason: 'put back 11 min early; the event of that change has the reason',
    });
  });

  it('makes nothing of a record that does not go back so far', () => {
    const old = aDrill({ startedAt: minutesAgo(24 * 60), until: minutesAgo(24 * 60 - 15) });
    const input = putBack({
      group: aGroup({ items: before, updatedAt: minutesAgo(24 * 60 - 16) }),
      record: aRecord(),
    });
    expect(ended(input, { ...old, groupUpdatedAt: 1 })).toMatchObject({ end: 'failed (too-few-calls)' });
  });

  it('was never begun where the monitor noted nothing at all', () => {
    expect(ended(putBack({ record: aRecord() }))).toMatchObject({ end: 'interrupted (never-began)' });
  });
});

describe('a group that somebody changed in a drill', () => {
  const changed = (group: Parameters<typeof aGroup>[0], changes: Parameters<typeof drilled>[0] = {}) =>
    drilled({ group: aGroup({ items: after, updatedAt: minutesAgo(3), ...group }), ...changes });

  it.each([
    ['reordered', { items: items({ east: 3, west: 1 }) }, 'changed by hand to west 1, east 3'],
    [
      'given another member',
      { items: items({ east: 2, west: 1, tokyo: 3 }) },
      'the members are west 1, east 2, tokyo 3',
    ],
    [
      'given another member in place of one',
      { items: items({ tokyo: 2, west: 1 }) },
      'the members are west 1, tokyo 2',
    ],
    ['emptied', { items: [] }, 'the members are gone'],
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
  ])('stays as it was left: %s', (_case, group, reason) => {
    expect(ended(changed(group))).toEqual({ end: 'interrupted (changed-meanwhile)', restored: false, reason });
  });

  it('may have been moved by a monitor that did not hear of the drill', () => {
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

  it('is not taken for its own drill where it was failed over to that order since', () => {
    const since = changed(
      {},
      { record: aRecord({ changedAt: [minutesAgo(12.5)], demotedAt: { east: [minutesAgo(4)] } }) },
    );
    expect(ended(since)).toMatchObject({
      end: 'interrupted (changed-meanwhile)',
      restored: false,
      reason: 'east (us-east-1) was failed over from since',
    });
    const atOnce = changed({}, { record: aRecord({ demotedAt: { east: [minutesAgo(12)] } }) });
    expect(ended(atOnce)).toMatchObject({ reason: 'east (us-east-1) was failed over from since' });
    const earlier = changed(
      {},
      { record: aRecord({ changedAt: [minutesAgo(12.5)], demotedAt: { east: [minutesAgo(40)] } }) },
    );
    expect(drillStep(earlier, aDrill(), readings()).kind).toBe('watch');
  });

  it('is not taken for it where it came to that order long after its time', () => {
    const late = aDrill({ startedAt: minutesAgo(20), until: minutesAgo(6) });
    expect(ended(changed({}), late)).toMatchObject({ reason: 'changed by hand 3 min after its time' });
    expect(drillStep(changed({}), { ...late, until: minutesAgo(5) }, readings()).kind).toBe('restore');
  });
});

it('a group that AWS no longer says the time of is taken by its order', () => {
  const group = aGroup({ items: before, updatedAt: undefined });
  expect(ended(putBack({ group }))).toMatchObject({ end: 'succeeded (passed)', restored: true });
  expect(drillStep(drilled({ group: { ...group, items: after } }), aDrill(), readings()).kind).toBe('watch');
  expect(observedAt).toBe(putBack().observedAt);
});
