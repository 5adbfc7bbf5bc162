import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, read } from '../../builders/metrics.ts';
import { aConnector, anObservation, inVirginia } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';

describe('an unhealthy Region', () => {
  /** Not a proof by itself: four calls in four minutes, all failed. */
  const thin = read(inbound(56, 0), inbound(4, 1, 1));
  /** The verdict on `east` in a group of its own, with other Voice Connectors in its Region. */
  const verdictAmong = (others: Readonly<Record<string, MetricsReading>>, reading: MetricsReading) => {
    const connectors = [aConnector({ inbound: reading }), ...inVirginia(others)];
    const observation = anObservation({ connectors, groups: [aGroup({ items: items({ east: 1 }) })] });
    const { verdictsOf } = judge(observation, () => aPolicy());
    return verdictsOf(observation.groups[0]!).get('east');
  };
  const verdictIn = (reading: MetricsReading) => verdictAmong({ a: thin, b: thin, c: thin, d: thin }, reading);

  it('makes a Voice Connector unhealthy whose own calls fail too, but are too few to prove it', () => {
    expect(verdictIn(read(inbound(57, 0), inbound(3, 1, 1)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.8, likely: 1 },
      reason:
        '3 of 3 calls failed in 10 min; its Region is unhealthy: 19 of 19 calls failed in 4 min ' +
        '(100 %, baseline 5 % of the pool; likelihood 4e-13, limit 2e-7; began 4 to 60 min ago), pooled over 5 Voice Connectors',
    });
  });

  it('makes none unhealthy because of one Voice Connector’s own fault', () => {
    const failing = read(inbound(56, 0), inbound(4, 10, 10));
    const once = read(inbound(59, 0), inbound(1, 1, 1));
    expect(verdictAmong({ a: failing, b: read(inbound(60, 1)) }, once)?.health).toBe('unknown');
    expect(verdictAmong({ a: failing }, once)?.health).toBe('unknown');
    expect(verdictAmong({ a: failing, b: thin }, once)?.health).toBe('unhealthy');
  });

  it('makes none unhealthy where one of its Voice Connectors clears it', () => {
    const all = { a: thin, b: thin, c: thin, d: thin };
    expect(verdictAmong(all, thin)?.health).toBe('unhealthy');
    expect(verdictAmong({ ...all, e: read(inbound(60, 10)) }, thin)?.health).toBe('unknown');
  });

  it('is not proven by failures in another Region', () => {
    const failing = read(inbound(56, 0), inbound(4, 10, 10));
    const once = aConnector({ inbound: read(inbound(59, 0), inbound(1, 1, 1)) });
    const elsewhere = aConnector({ voiceConnectorId: 'west', region: 'us-west-2', inbound: thin });
    const connectors = [once, ...inVirginia({ a: failing }), elsewhere];
    const seen = anObservation({ connectors, groups: [aGroup({ items: items({ east: 1 }) })] });
    const verdicts = judge(seen, () => aPolicy()).verdictsOf(seen.groups[0]!);
    expect(verdicts.get('east')?.health).toBe('unknown');
  });

  it('leaves one whose few calls succeed, an idle one, and an unreadable one unknown', () => {
    expect(verdictIn(read(inbound(57, 0), inbound(3, 1)))?.health).toBe('unknown');
    expect(verdictIn(read(nothing(60)))?.health).toBe('unknown');
    expect(verdictIn({ kind: 'partial', message: 'some' })).toEqual({
      health: 'unknown',
      cause: 'partial',
      reason: 'CloudWatch: some',
    });
  });

  it('does not count failures that have ended', () => {
    expect(verdictIn(read(inbound(3, 1, 1), inbound(10, 0)))?.health).toBe('unknown');
    expect(verdictIn(read(inbound(3, 1, 1), inbound(7, 0)))?.health).toBe('unhealthy');
  });

  it('does not count failures that the own baseline explains', () => {
    const few = read(inbound(50, 0), inbound(6, 1), inbound(4, 1, 1), inbound(0, 0));
    expect(verdictIn(few)?.health).toBe('unhealthy');
    expect(verdictIn(read(inbound(50, 0), inbound(9, 1), inbound(1, 1, 1)))).toMatchObject({ health: 'unknown' });
  });

  it('does not overrule a Voice Connector’s own proof', () => {
    expect(verdictIn(read(inbound(30, 1), inbound(1, 1, 1), inbound(29, 1)))).toEqual({
      health: 'healthy',
      reason: '0 of 10 calls failed in 10 min (0 %, baseline 5 % assumed, history not read)',
    });
    expect(verdictIn(read(inbound(58, 10), inbound(2, 10, 10)))).toEqual({
      health: 'unhealthy',
      loss: { least: 0.809, likely: 1 },
      reason:
        '20 of 20 calls failed in 2 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-13, limit 2e-7; began 2 min ago)',
    });
  });
});
