import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import type { Observation, MetricsReading } from '../../../lib/core/model/observation.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import { spillOver, type SpillOverInput } from '../../../lib/core/judge/spill-over.ts';
import { aGroup, items } from '../../builders/group.ts';
import { counts, inbound, judgedUntil, nothing, read } from '../../builders/metrics.ts';
import { aConnector, anObservation } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

/** Ten calls a minute moved from the primary to the others four minutes ago; the group has not changed for a day. */
function verdictOn(changes: Partial<SpillOverInput> = {}): Verdict | undefined {
  return spillOver({
    primary: counts(inbound(56, 10), nothing(4)),
    others: counts(inbound(4, 10)),
    usualOfPrimary: () => undefined,
    busiestOfOthers: () => undefined,
    changedAt: judgedUntil - 24 * 60 * minuteMs,
    until: judgedUntil,
    policy: aPolicy(),
    ...changes,
  });
}

function spilt(changes: Partial<SpillOverInput> = {}): string | undefined {
  return verdictOn(changes)?.reason;
}

describe('spill-over', () => {
  it('is proven by calls that disappear from the primary while they appear on the others', () => {
    expect(spilt()).toBe(
      'the primary had 0 calls in 3 min (29.5 expected), while the other members had 30 calls in 3 min (0.6 expected) ' +
        '(likelihood 9e-27, limit 2e-7): AWS is rerouting them',
    );
  });

  it('is proven by additional calls where the others have calls of their own', () => {
    const primary = counts(inbound(50, 10), nothing(10));
    expect(spilt({ primary, others: counts(inbound(50, 5), inbound(10, 15)) })).toMatch(/AWS is rerouting them$/);
    expect(spilt({ primary, others: counts(inbound(50, 5), inbound(10, 6)) })).toBeUndefined();
  });

  it('is not proven by calls that disappear and appear nowhere', () => {
    expect(spilt({ others: [] })).toBeUndefined();
    expect(spilt({ others: counts(inbound(60, 10)) })).toBeUndefined();
  });

  it('is not proven by calls on the others while the primary keeps most of its own', () => {
    expect(spilt({ primary: counts(inbound(60, 10)) })).toBeUndefined();
    const busy = (kept: number) =>
      spilt({ primary: counts(inbound(56, 100), inbound(4, kept)), others: counts(inbound(4, 100 - kept)) });
    expect(busy(51)).toBeUndefined();
    expect(busy(40)).toBeDefined();
  });

  it('loses the primary the share of its calls that disappeared', () => {
    const kept = { primary: counts(inbound(56, 100), inbound(4, 40)), others: counts(inbound(4, 60)) };
    expect(verdictOn(kept)).toMatchObject({ loss: { least: 0.596, likely: 0.596 } });
    expect(verdictOn({ primary: undefined })).toMatchObject({ loss: { least: 1, likely: 1 } });
  });

  it('is not proven by calls that end at this time on every day, while a campaign begins on the standby', () => {
    expect(spilt({ usualOfPrimary: () => 10 })).toBeDefined();
    expect(spilt({ usualOfPrimary: () => 0.5 })).toBeUndefined();
  });

  it('is not proven by so few calls that it may be chance', () => {
    expect(spilt({ primary: counts(inbound(58, 2), nothing(2)), others: counts(inbound(2, 2)) })).toBeUndefined();
    expect(spilt({ primary: counts(inbound(50, 2), nothing(10)), others: counts(inbound(10, 2)) })).toBeDefined();
  });

  it('is not proven by a shift that has ended', () => {
    const primary = counts(inbound(40, 10), nothing(10), inbound(10, 10));
    expect(spilt({ primary, others: counts(inbound(10, 10), nothing(10)) })).toBeUndefined();
  });

  it('is not proven by data that return on the others while they go missing on the primary', () => {
    const primary = counts(inbound(56, 10), nothing(4));
    const holed = (usual: number) => counts(inbound(20, usual), nothing(36), inbound(4, 10));
    expect(spilt({ primary, others: holed(10) })).toBeUndefined();
    expect(spilt({ primary: undefined, others: holed(10) })).toBeUndefined();
    expect(spilt({ primary, others: holed(5) })).toBeDefined();
    expect(spilt({ primary, others: counts(inbound(4, 10), nothing(52), inbound(4, 10)) })).toBeUndefined();
  });

  it('is not proven by a long shift that ended two minutes ago', () => {
    const primary = counts(inbound(34, 10), nothing(24), inbound(2, 10));
    const others = counts(nothing(34), inbound(24, 10), nothing(2));
    expect(spilt({ primary, others })).toBeUndefined();
    expect(spilt({ primary: counts(inbound(34, 10), nothing(26)), others })).toBeUndefined();
    expect(spilt({ primary, others: counts(nothing(34), inbound(26, 10)) })).toBeUndefined();
  });

  it('stays proven for three quarters of an hour', () => {
    const since = (minutes: number) =>
      spilt({ primary: counts(inbound(60 - minutes, 10), nothing(minutes)), others: counts(inbound(minutes, 10)) });
    expect(since(10)).toBeDefined();
    expect(since(45)).toBeDefined();
  });

  it('needs more where calls cluster, or where the policy allows fewer false moves', () => {
    const thin = { primary: counts(inbound(50, 2), nothing(10)), others: counts(inbound(10, 2)) };
    expect(spilt({ ...thin, policy: aPolicy({ dispersion: 6 }) })).toBeUndefined();
    const thinner = { primary: counts(inbound(52, 2), nothing(8)), others: counts(inbound(8, 2)) };
    expect(spilt({ ...thinner, policy: aPolicy({ falseMovesPerGroupYear: 10 }) })).toBeDefined();
    expect(spilt({ ...thinner, policy: aPolicy({ falseMovesPerGroupYear: 0.001 }) })).toBeUndefined();
  });

  it('needs three minutes after a change, and ten minutes of normal calls after those', () => {
    const changedAgo = (minutes: number) => spilt({ changedAt: judgedUntil - minutes * minuteMs });
    expect(changedAgo(2)).toBeUndefined();
    expect(changedAgo(15)).toBeUndefined();
    expect(changedAgo(16)).toBeDefined();
  });

  it('is measured against the calls after the change only', () => {
    const others = counts(inbound(36, 10), nothing(20), inbound(4, 10));
    const primary = counts(nothing(36), inbound(20, 10), nothing(4));
    expect(spilt({ primary, others, changedAt: judgedUntil - 27 * minuteMs })).toBeDefined();
    expect(spilt({ primary, others })).toBeUndefined();
  });

  it('covers the last hour where AWS reports no time of the change', () => {
    expect(spilt({ changedAt: undefined })).toBe(spilt());
  });
});

describe('spill-over from a primary that cannot be read', () => {
  it('is proven by the calls on the others alone', () => {
    expect(spilt({ primary: undefined })).toBe(
      'the other members had 30 calls in 3 min (0.6 expected) (likelihood 2e-20, limit 2e-7): AWS is rerouting them',
    );
  });

  it('is not proven where the others were half as busy within the fortnight: the calls may be their own', () => {
    const busiest = (busiestOfOthers: number) => spilt({ primary: undefined, busiestOfOthers: () => busiestOfOthers });
    expect(busiest(4.9)).toBeDefined();
    expect(busiest(5)).toBeUndefined();
  });

  it('adds half a call for a standby that never had one', () => {
    const primary = counts(inbound(50, 3), nothing(10));
    const thin = { primary, others: counts(inbound(10, 1)), changedAt: judgedUntil - 23 * minuteMs };
    expect(spilt(thin)).toBe(
      'the primary had 0 calls in 10 min (30.0 expected), while the other members had 10 calls in 10 min (0.5 expected) ' +
        '(likelihood 1e-11, limit 2e-7): AWS is rerouting them',
    );
  });

  it('is not proven by half of the proof', () => {
    const others = counts(inbound(10, 1));
    const half = (dispersion: number) => spilt({ primary: undefined, others, policy: aPolicy({ dispersion }) });
    expect(half(2)).toBeDefined();
    expect(half(3)).toBeUndefined();
  });

  it('needs the whole proof from the others, and enough calls', () => {
    expect(spilt({ primary: undefined, others: counts(inbound(60, 10)) })).toBeUndefined();
    const arrived = (attempts: number, minAttempts: number) =>
      spilt({
        primary: undefined,
        others: counts(inbound(2, attempts)),
        policy: aPolicy({ minAttempts, falseMovesPerGroupYear: 10, dispersion: 1 }),
      });
    expect(arrived(1, 5)).toBeUndefined();
    expect(arrived(8, 16)).toBeDefined();
    expect(arrived(8, 17)).toBeUndefined();
  });
});

describe('a group from which calls spill over', () => {
  const spill = read(inbound(56, 10), nothing(4));
  const arrivals = read(inbound(4, 10));
  const east = (reading: MetricsReading) => aConnector({ inbound: reading });
  const west = (reading: MetricsReading) =>
    aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: reading });
  const verdictsOf = (observation: Observation) => {
    const policy = aPolicy();
    return judge(observation, () => policy).verdictsOf(observation.groups[0]!);
  };

  it('has an unhealthy primary, and the other verdicts are unchanged', () => {
    const verdicts = verdictsOf(anObservation({ connectors: [east(spill), west(arrivals)] }));
    expect(verdicts.get('east')).toEqual({ health: 'unhealthy', loss: { least: 1, likely: 1 }, reason: spilt() });
    expect(verdicts.get('west')).toMatchObject({ health: 'healthy' });
  });

  it.each(['fetch-error', 'forbidden', 'partial'] as const)(
    'has an unhealthy primary even where its own metrics cannot be read (%s)',
    (kind) => {
      const verdicts = verdictsOf(anObservation({ connectors: [east({ kind, message: 'no' }), west(arrivals)] }));
      expect(verdicts.get('east')).toEqual({
        health: 'unhealthy',
        loss: { least: 1, likely: 1 },
        reason: spilt({ primary: undefined }),
      });
    },
  );

  it('proves nothing where the standby cannot be read', () => {
    const seen = anObservation({ connectors: [east(spill), west({ kind: 'forbidden', message: 'no' })] });
    expect(verdictsOf(seen).get('east')).toMatchObject({ health: 'unknown', cause: 'stale' });
  });

  it('proves nothing right after a change, which moves calls too', () => {
    const groups = [aGroup({ updatedAt: judgedUntil - 10 * minuteMs })];
    const seen = anObservation({ groups, connectors: [east(spill), west(arrivals)] });
    expect(verdictsOf(seen).get('east')).toMatchObject({ health: 'unknown', cause: 'stale' });
  });

  it('does not overrule the primary’s own calls', () => {
    const leaving = read(inbound(56, 100), inbound(4, 40));
    const seen = anObservation({ connectors: [east(leaving), west(read(inbound(4, 60)))] });
    expect(verdictsOf(seen).get('east')).toMatchObject({ health: 'healthy' });
  });

  it('does not count the calls of another group whose primary is our standby', () => {
    const own = aGroup();
    const other = aGroup({ voiceConnectorGroupId: 'back-line-id', items: items({ west: 1, east: 2 }) });
    const seen = anObservation({ groups: [own, other], connectors: [east(spill), west(arrivals)] });
    expect(verdictsOf(seen).get('east')).toMatchObject({ health: 'unknown', cause: 'stale' });
    expect(verdictsOf({ ...seen, groups: [own] }).get('east')).toMatchObject({ health: 'unhealthy' });
  });

  it('counts the calls of a standby whose groups all have the same primary', () => {
    const own = aGroup();
    const other = aGroup({ voiceConnectorGroupId: 'back-line-id' });
    const unread = east({ kind: 'fetch-error', message: 'no answer' });
    const seen = anObservation({ groups: [own, other], connectors: [unread, west(arrivals)] });
    expect(verdictsOf(seen).get('east')).toMatchObject({ health: 'unhealthy' });
    const third = aGroup({ voiceConnectorGroupId: 'third-line-id', items: items({ tokyo: 1, west: 2 }) });
    expect(verdictsOf({ ...seen, groups: [own, other, third] }).get('east')).toMatchObject({ cause: 'fetch-error' });
  });

  it('does not count the calls of a shared standby, unless the primary is observed to be idle', () => {
    const own = aGroup();
    const other = aGroup({ voiceConnectorGroupId: 'back-line-id', items: items({ tokyo: 1, west: 2 }) });
    const verdictOnEast = (reading: MetricsReading, groups = [own, other]) =>
      verdictsOf(anObservation({ groups, connectors: [east(reading), west(arrivals)] })).get('east');
    const unread: MetricsReading = { kind: 'fetch-error', message: 'no answer in time' };
    expect(verdictOnEast(unread)).toMatchObject({ health: 'unknown', cause: 'fetch-error' });
    expect(verdictOnEast(spill)).toMatchObject({ health: 'unknown', cause: 'stale' });
    expect(verdictOnEast(read(inbound(56, 10), inbound(4, 0)))).toMatchObject({ health: 'unhealthy' });
    expect(verdictOnEast(unread, [own])).toMatchObject({ health: 'unhealthy' });
  });

  it('makes only the primary unhealthy, never a standby that lost calls', () => {
    const seen = anObservation({ connectors: [east(arrivals), west(spill)] });
    expect(verdictsOf(seen).get('west')).toMatchObject({ health: 'unknown', cause: 'idle' });
    const tokyo = aConnector({ voiceConnectorId: 'tokyo', region: 'ap-northeast-1', inbound: read(nothing(60)) });
    const three = verdictsOf(anObservation({ connectors: [east(spill), west(arrivals), tokyo] }));
    expect([...three.values()].map(({ health }) => health)).toEqual(['unhealthy', 'healthy', 'unknown']);
  });
});
