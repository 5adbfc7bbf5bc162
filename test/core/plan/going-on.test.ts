import { describe, expect, it } from 'vitest';
import { goingOn, type RunToFollow } from '../../../lib/core/plan/going-on.ts';
import { holdCodes, type UnknownCause } from '../../../lib/core/model/codes.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { noLoss, type Verdict } from '../../../lib/core/model/verdict.ts';
import { aDrill } from '../../builders/drill.ts';
import { aGroup } from '../../builders/group.ts';
import { inbound, observedAt, read, type Span } from '../../builders/metrics.ts';
import { aPolicy } from '../../builders/policy.ts';

const healthy: Verdict = { health: 'healthy', reason: '' };

type Changes = Partial<Omit<RunToFollow, 'observation' | 'groups'>> & {
  readonly code?: RunToFollow['groups'][number]['code'];
  readonly decision?: RunToFollow['groups'][number]['decision'];
  readonly primary?: Verdict;
  readonly standby?: Verdict;
  readonly calls?: readonly Span[];
};

/** Of one healthy group, with 60 minutes of calls on its primary. */
function reasonsOf({ code = 'top-healthy', decision = 'hold', primary, standby, calls, ...run }: Changes = {}) {
  const group = aGroup();
  const [east = '', west = ''] = group.items.map(({ voiceConnectorId }) => voiceConnectorId);
  const metrics = read(...(calls ?? [inbound(60, 10)]));
  return goingOn({
    observation: {
      observedAt,
      groups: [group],
      connectors: new Map([
        [east, { voiceConnectorId: east, region: 'us-east-1', inbound: metrics, history: undefined }],
      ]),
    },
    policyOf: () => aPolicy(),
    groups: [
      {
        voiceConnectorGroupId: 'main-line',
        decision,
        code: decision === 'hold' ? code : undefined,
        connectors: [
          { voiceConnectorId: east, verdict: primary ?? healthy },
          { voiceConnectorId: west, verdict: standby },
        ],
      },
    ],
    overrides: [],
    problems: 0,
    wokenBy: undefined,
    ...run,
  });
}

function unknown(cause: Extract<Verdict, { health: 'unknown' }>['cause']): Verdict {
  return { health: 'unknown', cause, reason: '' };
}

function endingIn(minutes: number, kind: 'pause' | 'pin' = 'pause'): OverrideState {
  return { kind, by: 'anna', reason: 'works', until: observedAt + minutes * minuteMs };
}

describe('The slower schedule is enough', () => {
  it.each<[string, Changes]>([
    ['while the primary is healthy', {}],
    ['while the line is idle', { primary: unknown('idle'), calls: [] }],
    ['while it has few calls that succeed', { primary: unknown('low-volume'), calls: [inbound(60, 1)] }],
    ['while little is known of a standby', { standby: unknown('inconclusive') }],
    ['under a pause that lasts longer than its interval', { overrides: [{ key: 'main-line', override: endingIn(7) }] }],
    ['under a pause that ends with its interval', { overrides: [{ key: 'main-line', override: endingIn(6) }] }],
    ['without an override', { overrides: [{ key: 'main-line', override: { kind: 'none' } }] }],
    ['five minutes after many calls failed', { calls: [inbound(54, 10), inbound(1, 10, 9), inbound(5, 10)] }],
  ])('%s', (_what, changes) => {
    expect(reasonsOf(changes)).toEqual([]);
  });
});

describe('The monitor runs every minute', () => {
  it.each<[string, Changes, string]>([
    [
      'while the primary is unhealthy',
      { primary: { health: 'unhealthy', reason: '', loss: noLoss } },
      'east of main-line is unhealthy',
    ],
    [
      'while a standby is degraded',
      { standby: { health: 'degraded', reason: '', loss: noLoss } },
      'west of main-line is degraded',
    ],
    [
      'while failures prove nothing yet',
      { primary: unknown('inconclusive') },
      'east of main-line is unknown (inconclusive)',
    ],
    [
      'while the metrics of the primary are missing',
      { primary: unknown('stale') },
      'east of main-line is unknown (stale)',
    ],
    [
      'while a drill is stored',
      { overrides: [{ key: 'main-line', override: { kind: 'drill', ...aDrill() } }] },
      'a drill of main-line',
    ],
    ['after a move', { decision: 'failover' }, 'main-line: failover'],
    ['while a failover is held by the cooldown', { code: 'cooldown' }, 'main-line is held: cooldown'],
    ['after it was woken, whatever it has found', { wokenBy: 'the alarm x' }, 'woken by the alarm x'],
    ['after a step failed', { problems: 2 }, '2 steps of the run failed'],
    [
      'before a pause ends',
      { overrides: [{ key: 'main-line', override: endingIn(5) }] },
      'the pause of main-line ends',
    ],
    [
      'before a pin ends',
      { overrides: [{ key: 'main-line', override: endingIn(5, 'pin') }] },
      'the pin of main-line ends',
    ],
    [
      'within five minutes after many calls failed',
      { calls: [inbound(55, 10), inbound(1, 10, 9), inbound(4, 10)] },
      '9 of 10 calls of east failed in a minute 5 min ago',
    ],
  ])('%s', (_what, changes, reason) => {
    expect(reasonsOf(changes)).toEqual([reason]);
  });

  it.each<UnknownCause>(['fetch-error', 'partial', 'forbidden'])(
    'while the metrics of the primary are not read whole: %s',
    (cause) => {
      expect(reasonsOf({ primary: unknown(cause) })).toEqual([`east of main-line is unknown (${cause})`]);
    },
  );

  it('for every hold that ends by itself, and for none that waits for a person', () => {
    const followed = holdCodes.filter((code) => reasonsOf({ code }).length > 0);
    expect(followed).toEqual([
      'top-degraded',
      'no-target',
      'all-unhealthy',
      'cooldown',
      'operator-stand-off',
      'daily-limit',
      'account-limit',
      'record-unreadable',
      'pin-order-differs',
      'drill',
      'override-unreadable',
      'failback-hold',
    ]);
  });
});
