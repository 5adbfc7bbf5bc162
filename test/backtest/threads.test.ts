import { beforeAll, describe, expect, it } from 'vitest';
import { enforced, threadsFor } from '../../backtest/backtest.ts';
import type { History } from '../../backtest/history.ts';
import { replay, type Replay, type ReplayOptions } from '../../backtest/replay.ts';
import { connectorOf, generatedHistory } from '../../bench/generated-history.ts';
import { parsePolicy } from '../../infra/policy-text.ts';
import { day, minuteMs } from './histories.ts';

const rangeMinutes = 90;
const lastRange = day / rangeMinutes - 1;

const lines = [0, 1].map((group) => {
  const order = [0, 1, 2].map((place) => connectorOf(group, place)).join();
  return `  - { group: group-${group}, failback: auto, preferredOrder: [${order}], tuning: { cooldownMinutes: 5, failbackHoldMinutes: 15 } }`;
});
const policy = enforced(parsePolicy(`version: 1\ngroups:\n${lines.join('\n')}\n`, 'a test'));

function fault(group: number, fromMinute: number, minutes: number) {
  const where = { voiceConnectorId: connectorOf(group, 0) };
  return { fromMinute, untilMinute: fromMinute + minutes, where, what: { kind: 'sip-5xx' as const, ratio: 0.8 } };
}

/** Everything that a replay showed, as values. */
function shownBy({ groups, moves, callsOf, usualOf }: Replay, { account, from, until }: History) {
  const ids = account.connectors.map(({ voiceConnectorId }) => voiceConnectorId);
  const minutes = Array.from({ length: (until - from) / minuteMs }, (_, minute) => from + minute * minuteMs);
  return {
    groups,
    moves,
    usual: ids.map(usualOf),
    calls: minutes.map((at) => ids.map((id) => callsOf(id, at))),
  };
}

describe('a replay on several threads', () => {
  let history: History;
  let onOne: ReturnType<typeof shownBy>;

  async function shown(options: Pick<ReplayOptions, 'threads' | 'rangeMinutes'>) {
    const { from, until } = history;
    return shownBy(await replay(history, policy, { from, until, ...options }), history);
  }

  beforeAll(async () => {
    const faults = [
      fault(0, 60, 20),
      // It begins shortly before the end of a range: the way back, and what it waits for, are in the next one.
      fault(0, 8 * rangeMinutes - 12, 10),
      fault(1, 8 * rangeMinutes + 30, 100),
      fault(1, lastRange * rangeMinutes + 5, 15),
    ];
    history = generatedHistory({ seed: 3, groups: 2, days: 1, daysBefore: 1, callsPerMinute: 30, faults });
    onOne = await shown({ threads: 1, rangeMinutes: day });
  });

  it('is tried on moves in the first, the middle and the last range, and on a way back that waits across a border', () => {
    const places = onOne.moves.map(({ at, kind, voiceConnectorGroupId: group }) => {
      const range = Math.floor((at - history.from) / minuteMs / rangeMinutes);
      return `${range}: ${kind} of ${group}`;
    });
    expect(places).toEqual([
      '0: failover of group-0',
      '1: failback of group-0',
      '7: failover of group-0',
      '8: failover of group-1',
      '8: failback of group-0',
      '9: failback of group-1',
      '15: failover of group-1',
      '15: failback of group-1',
    ]);
  });

  it.each([1, 3])('shows with %d and short ranges what one thread shows in one go', async (threads) => {
    expect(await shown({ threads, rangeMinutes })).toEqual(onOne);
  });

  it('fails where one of them fails', async () => {
    const { from, until } = history;
    const broken = { ...policy, groups: undefined as never };
    await expect(replay(history, broken, { from, until, threads: 2 })).rejects.toThrow(TypeError);
  });
});

describe('the number of threads', () => {
  it('is one for a day or less, and at most one for each day', () => {
    expect([0.5, 1, 1.9].map((length) => threadsFor({ from: 0, until: length * day * minuteMs }))).toEqual([1, 1, 1]);
    expect(threadsFor({ from: 0, until: 2 * day * minuteMs })).toBeLessThanOrEqual(2);
  });
});
