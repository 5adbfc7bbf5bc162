import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { enforced } from '../../backtest/backtest.ts';
import type { Source } from '../../backtest/options.ts';
import { AccountError, readAccount, type ReadingIo } from '../../backtest/read-account.ts';
import { replay, type Replay } from '../../backtest/replay.ts';
import { loadPolicy } from '../../infra/policy-text.ts';
import { evidenceIn, liveRun, minuteMs, useAws, type LiveRun } from './live.ts';

function sourceOf(policy: string): Source {
  const cache = mkdtempSync(join(tmpdir(), 'backtest-cache-'));
  onTestFinished(() => {
    rmSync(cache, { recursive: true });
  });
  return { days: 1, controlRegions: ['us-east-1', 'us-west-2'], monitorRegions: ['us-east-1'], policy, cache };
}

function ioAt(now: number): ReadingIo & { readonly texts: string[] } {
  const texts: string[] = [];
  return {
    texts,
    now: () => now,
    agrees: (text) => {
      texts.push(text);
      return Promise.resolve(true);
    },
    onPart: () => undefined,
    warn: (text) => texts.push(text),
  };
}

/** Codes of holds and kinds of moves, one for each minute. */
function decisionsIn({ groups }: Replay): readonly string[] {
  return groups.flatMap(({ decisions }) =>
    decisions.flatMap(({ from, until, value }) => Array<string>((until - from) / minuteMs).fill(value.code)),
  );
}

function movesIn({ moves }: Replay, from: number): LiveRun['moves'] {
  return moves.map(({ at, kind, leaving, promoting, reason }) => ({
    minute: Math.floor((at - from) / minuteMs),
    kind,
    from: leaving,
    to: promoting,
    evidence: evidenceIn(reason),
  }));
}

const fault = {
  fromMinute: 5,
  untilMinute: 45,
  where: { voiceConnectorId: 'vc-east' },
  what: { kind: 'sip-5xx', ratio: 0.4 },
} as const;

describe('the replay of an account in which the monitor ran', () => {
  it(
    'decides minute by minute what the live run decided, and moves as it moved, for the same reasons',
    { timeout: 300_000 },
    async () => {
      const live = await liveRun(75, 1, [fault]);
      useAws(live.aws);
      const policy = loadPolicy(live.policyFile);
      const later = live.until + 15 * minuteMs;
      live.aws.simulateUntil(later);
      const { history } = await readAccount(sourceOf(live.policyFile), policy, ioAt(later));
      const replayed = await replay(history, enforced(policy), { from: live.from, until: live.until });
      expect(live.moves.map(({ kind }) => kind)).toEqual(['failover', 'failback']);
      expect(movesIn(replayed, live.from)).toEqual(live.moves);
      expect(decisionsIn(replayed)).toEqual(live.decisions);
      expect(replayed.moves.map(({ wasMade }) => wasMade)).toEqual([true, true]);
    },
  );

  it('goes on after a Region did not answer, without reading again what it has', async () => {
    const live = await liveRun(1, 1, []);
    useAws(live.aws);
    const policy = loadPolicy(live.policyFile);
    const source = sourceOf(live.policyFile);
    const { server } = live.aws;
    const later = live.until + 15 * minuteMs;
    live.aws.simulateUntil(later);
    const end = server.misbehave({
      service: 'monitoring',
      region: 'us-west-2',
      when: ({ operation }) =>
        operation === 'GetMetricData' && readdirSync(source.cache, { recursive: true }).length > 2,
      effect: { kind: 'error', status: 403, code: 'AccessDenied', message: 'not allowed' },
    });
    await expect(readAccount(source, policy, ioAt(later))).rejects.toThrow(AccountError);
    end();
    const kept = readdirSync(source.cache, { recursive: true }).length;
    const before = server.requests.length;
    const io = ioAt(later);
    const { history, from, until } = await readAccount(source, policy, io);
    expect(kept).toBeGreaterThan(1);
    expect(io.texts[0]).toMatch(
      /^Reading the metrics of 2 Voice Connectors from CloudWatch costs less than 0\.01 USD, \d of \d parts are known already\.$/,
    );
    expect(history.value('minute', 'vc-east', 'InboundCallAttempts', live.from - minuteMs)).toBeGreaterThan(0);
    expect(until - from).toBeGreaterThan(23 * 60 * minuteMs);
    expect(server.requests.slice(before).map(({ operation }) => operation)).not.toContain('UpdateVoiceConnectorGroup');
  });
});
