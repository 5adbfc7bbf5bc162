/** A monitor that ran on the local AWS, and what it decided minute by minute. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { FaultSpec } from '../../sim/world/spec.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { appliedMove, turnOf } from '../../sim/scenario/turn.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';

export const minuteMs = 60_000;

export const policyText = `version: 1
groups:
  - group: main-line
    mode: enforce
    failback: auto
    preferredOrder: [vc-east, vc-west]
    tuning: { failbackHoldMinutes: 15, cooldownMinutes: 5 }
`;

export type LiveRun = {
  readonly aws: LocalAws;
  readonly policyFile: string;
  /** The minute of the first run. */
  readonly from: number;
  readonly until: number;
  /** The code of a hold, or the kind of a move, of each run. */
  readonly decisions: readonly string[];
  readonly moves: readonly {
    readonly minute: number;
    readonly kind: string;
    readonly from: string;
    readonly to: string;
    readonly evidence: string;
  }[];
};

/** Without what a replay cannot know: the seconds since the last ping. */
export function evidenceIn(reason: string): string {
  return reason.replaceAll(/last OPTIONS ping \d+ s ago/g, 'last OPTIONS ping');
}

/** @param faults their minutes count from the first run */
export async function liveRun(minutes: number, warmUpDays: number, faults: readonly FaultSpec[]): Promise<LiveRun> {
  const from = Date.UTC(2026, 10, 20, 8, 0);
  const warmUp = warmUpDays * 1440;
  const folder = mkdtempSync(join(tmpdir(), 'backtest-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  const policyFile = join(folder, 'policy.yml');
  writeFileSync(policyFile, policyText);
  const log: string[] = [];
  const inWorld = faults.map((fault) => ({
    ...fault,
    fromMinute: fault.fromMinute + warmUp,
    untilMinute: fault.untilMinute + warmUp,
  }));
  const world = twoRegions(7, from - warmUp * minuteMs, inWorld);
  const aws = await LocalAws.start({
    world,
    groups: [mainLine],
    policyFile,
    speed: 0,
    pauses: 'skipped',
    onLog: ({ line }) => log.push(line),
  });
  onTestFinished(() => aws.close());
  const decisions: string[] = [];
  const moves: LiveRun['moves'][number][] = [];
  for (let at = from; at < from + minutes * minuteMs; at += minuteMs) {
    aws.simulateUntil(at + 4000);
    log.length = 0;
    const { decisions: made } = turnOf(await aws.invoke('monitor', '{}'), log);
    for (const decision of made) {
      decisions.push(decision.code ?? decision.decision);
      const move = appliedMove(decision);
      if (move !== undefined)
        moves.push({ minute: (at - from) / minuteMs, ...move, evidence: evidenceIn(decision.reason) });
    }
  }
  return { aws, policyFile, from, until: from + minutes * minuteMs, decisions, moves };
}

/** The SDK of this process speaks to the local AWS. */
export function useAws(aws: LocalAws): void {
  vi.stubEnv('AWS_ENDPOINT_URL', aws.server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
}
