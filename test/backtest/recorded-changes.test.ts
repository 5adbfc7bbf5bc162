import { describe, expect, it } from 'vitest';
import { pastOf } from '../../backtest/recorded-changes.ts';
import type { ChangeRecord } from '../../lib/core/model/observation.ts';
import type { VoiceConnectorGroup } from '../../lib/core/model/group.ts';
import { account, minuteMs, start } from './histories.ts';

type ReadRecord = Extract<ChangeRecord, { readonly kind: 'read' }>;

function at(minute: number): number {
  return start + minute * minuteMs;
}

function endOf(minute: number): number {
  return at(minute) + 59_000;
}

function items(...ids: readonly string[]) {
  return ids.map((voiceConnectorId, place) => ({ voiceConnectorId, priority: place + 1 }));
}

const east = items('vc-east', 'vc-west');
const west = items('vc-west', 'vc-east');
const [recorded] = account.groups;

function group(changes: Partial<VoiceConnectorGroup> = {}): VoiceConnectorGroup {
  return { ...recorded!, items: east, updatedAt: start - minuteMs, ...changes };
}

function record(changes: Partial<ReadRecord> = {}): ReadRecord {
  return {
    kind: 'read',
    changedAt: [],
    demotedAt: new Map(),
    promotedAt: new Map(),
    drilledAt: [],
    ordersSeen: [],
    localFailovers: new Map(),
    ...changes,
  };
}

const failedOver = { changedAt: [at(100)], demotedAt: new Map([['vc-east', [at(100)]]]) };

function summaryOf({ group: before, changes, unknown }: ReturnType<typeof pastOf>) {
  return { first: before.items.map(({ voiceConnectorId }) => voiceConnectorId), changes, unknown };
}

function change(time: number, order: readonly string[], kind: string) {
  return { at: time, voiceConnectorGroupId: 'main-line', order, kind };
}

describe('the past of a group', () => {
  it('that nobody changed has its present order', () => {
    const past = summaryOf(pastOf(group(), record(), start));
    expect(past).toEqual({ first: ['vc-east', 'vc-west'], changes: [], unknown: undefined });
  });

  it('has a failover of the monitor in the minute that its record names', () => {
    const seen = [
      { at: at(0), items: east },
      { at: at(101), items: west },
    ];
    const past = pastOf(
      group({ items: west, updatedAt: at(100) + 5000 }),
      record({ ...failedOver, ordersSeen: seen }),
      start,
    );
    expect(summaryOf(past)).toEqual({
      first: ['vc-east', 'vc-west'],
      changes: [change(endOf(100), ['vc-west', 'vc-east'], 'failover')],
      unknown: undefined,
    });
  });

  it('begins with the primary that the monitor left, where no order was seen before', () => {
    const seen = [{ at: at(101), items: west }];
    const past = pastOf(
      group({ items: west, updatedAt: at(100) + 5000 }),
      record({ ...failedOver, ordersSeen: seen }),
      start,
    );
    expect(summaryOf(past).first).toEqual(['vc-east', 'vc-west']);
  });

  it('has a change by hand when AWS says that it was made', () => {
    const seen = [{ at: at(0), items: east }];
    const past = pastOf(group({ items: west, updatedAt: at(70) + 5000 }), record({ ordersSeen: seen }), start);
    expect(summaryOf(past).changes).toEqual([change(at(70) + 5000, ['vc-west', 'vc-east'], 'by-hand')]);
  });

  it('takes the present order for the whole time where nothing tells the past, and says so', () => {
    const changed = pastOf(group({ updatedAt: at(70) }), record(), start);
    const unreadable = pastOf(group(), { kind: 'unreadable', message: 'not allowed' }, start);
    expect(changed.unknown).toMatch(/^group main-line was changed since, and no monitor has a record/);
    expect(unreadable.unknown).toMatch(/not known \(not allowed\): the present one is taken/);
    expect([changed.changes, unreadable.changes]).toEqual([[], []]);
  });
});
