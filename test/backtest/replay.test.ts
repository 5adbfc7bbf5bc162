import { describe, expect, it } from 'vitest';
import { backtest } from '../../backtest/backtest.ts';
import type { RecordedChange } from '../../backtest/history.ts';
import { itemsInOrder, ReplayedGroups } from '../../backtest/replayed-groups.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { account, day, historyOf, minuteMs, policy, start, withFault, type Calls } from './histories.ts';

const span = { from: start, until: start + day * minuteMs };

async function findingsFor(
  callsAt: (minute: number) => Calls,
  changes: readonly RecordedChange[] = [],
  used: typeof policy = policy,
) {
  const history = historyOf(day, callsAt, changes);
  const { findings } = await backtest(history, { name: 'policy.yml', policy: used }, span);
  return findings[0]!;
}

function change(minute: number, order: readonly string[], kind: RecordedChange['kind']): RecordedChange {
  return { at: start + minute * minuteMs, voiceConnectorGroupId: 'main-line', order, kind };
}

const west = ['vc-west', 'vc-east'];
const east = ['vc-east', 'vc-west'];

describe('a replay', () => {
  it('of a healthy line moves nothing, and its calls are those of the history', async () => {
    const { moves, held, recorded, replayed, assumedMinutes, falseMoves } = await findingsFor(() => ({}));
    expect({ moves, held, assumedMinutes }).toEqual({ moves: [], held: [], assumedMinutes: 0 });
    expect(replayed).toEqual(recorded);
    expect(falseMoves).toMatchObject({ count: 0, perYear: 0, interval: { lower: 0 } });
    expect(falseMoves.interval.upper).toBeCloseTo(3.689 * 365, 0);
  });

  it('of a fault moves although the history did not, and assumes that calls then fail as is usual', async () => {
    const { moves, recorded, replayed, assumedMinutes } = await findingsFor(withFault);
    expect(moves).toHaveLength(1);
    expect(moves[0]).toMatchObject({
      kind: 'failover',
      leaving: 'vc-east',
      promoting: 'vc-west',
      wasMade: false,
      assessment: 'borne-out',
      afterwards: { attempts: 300, failures: 150 },
    });
    const minute = Math.floor((moves[0]!.at - start) / minuteMs);
    expect(assumedMinutes).toBe(day - minute);
    // The failures before the move are facts, and a healthy line fails none.
    expect({ recorded, replayed }).toEqual({
      recorded: { attempts: 10 * day, failures: 300 },
      replayed: { attempts: 10 * day, failures: 5 * (minute - 1000) },
    });
  });

  it('takes quiet calls after a move that was not made as they were', async () => {
    const quiet = await findingsFor(withFault);
    const busy = await findingsFor((minute) => (minute === 1300 ? { failures: 1 } : withFault(minute)));
    expect(busy.replayed.failures - quiet.replayed.failures).toBe(1);
  });

  it('counts a move as unneeded where the left Voice Connector did not go on failing', async () => {
    const { moves, falseMoves } = await findingsFor((minute) =>
      minute >= 1000 && minute < 1006 ? { failures: 5 } : {},
    );
    expect(moves.map(({ assessment }) => assessment)).toEqual(['unneeded']);
    expect(falseMoves).toMatchObject({ count: 1, perYear: 365 });
  });

  it('says that it cannot know whether a move was needed that was really made', async () => {
    const { moves, falseMoves, falseMovesAtMost } = await findingsFor(
      (minute) => (minute < 1005 ? withFault(minute) : {}),
      [change(1005, west, 'failover')],
    );
    expect(moves.map(({ wasMade, assessment }) => ({ wasMade, assessment }))).toEqual([
      { wasMade: true, assessment: 'not-known' },
    ]);
    expect([falseMoves.count, falseMovesAtMost.count]).toEqual([0, 1]);
  });

  it('does not make a move that another policy of the monitor made, and goes on without it', async () => {
    const { moves, assumedMinutes } = await findingsFor(() => ({}), [change(700, west, 'failover')]);
    expect({ moves, assumedMinutes }).toEqual({ moves: [], assumedMinutes: day - 700 });
  });

  it('follows what a person changed, and then respects it', async () => {
    const { moves, held, assumedMinutes } = await findingsFor(
      (minute) => (minute < 1020 ? withFault(minute) : {}),
      [change(995, west, 'by-hand')],
    );
    expect({ moves, assumedMinutes }).toEqual({ moves: [], assumedMinutes: 0 });
    expect(held.map(({ value }) => value.code)).toContain('operator-stand-off');
  });

  it('is as recorded again once a person has made the order that the replay has', async () => {
    const { moves, assumedMinutes } = await findingsFor(withFault, [change(1010, west, 'by-hand')]);
    const minute = Math.floor((moves[0]!.at - start) / minuteMs);
    expect(assumedMinutes).toBe(1010 - minute);
  });

  it('does not take note of a change that people made from another order than the one it has', () => {
    const changes = [change(700, west, 'failover'), change(800, east, 'by-hand')];
    const groups = new ReplayedGroups({ ...account, changes });
    groups.passUntil(start + 900 * minuteMs, true);
    expect(groups.groupOf('main-line')).toEqual(account.groups[0]);
    expect(groups.isAsRecorded('main-line')).toBe(true);
  });

  it('takes a move as really made if the history has it within two minutes before or after, and not because its order is that of the history', () => {
    const groups = new ReplayedGroups({
      ...account,
      changes: [change(100, west, 'failover'), change(200, east, 'failback'), change(400, west, 'failover')],
    });
    const items = account.groups[0]!.items;
    const made = (kind: 'failover' | 'failback', minute: number): boolean => {
      const at = start + minute * minuteMs;
      groups.passUntil(at, true);
      const [leaving = '', promoting = ''] = kind === 'failover' ? east : west;
      const after = itemsInOrder(items, kind === 'failover' ? west : east);
      const move = { kind, reason: '', leaving, promoting, before: items, after, rejected: [] };
      return groups.move(move, 'main-line', at);
    };
    const moves = [made('failover', 99), made('failback', 202), made('failover', 300), made('failback', 340)];
    expect(moves).toEqual([true, true, false, false]);
    expect([made('failover', 403), groups.isAsRecorded('main-line')]).toEqual([false, true]);
  });

  it('shows what a guard held back, and how many calls failed meanwhile', async () => {
    const window = '{ day: daily, from: "16:30", until: "17:00", timeZone: UTC, reason: works }';
    const paused = parsePolicy(
      `version: 1\ngroups:\n  - { group: main-line, mode: observe, maintenance: [${window}] }`,
      'a test',
    );
    const { held, moves } = await findingsFor(withFault, [], paused);
    expect(
      held.map(({ value, failures, from }) => ({ code: value.code, failures, from: (from - start) / minuteMs })),
    ).toEqual([{ code: 'paused', failures: expect.any(Number) as number, from: expect.any(Number) as number }]);
    expect(moves.map(({ at }) => Math.floor((at - start) / minuteMs))).toEqual([1020]);
  });
});
