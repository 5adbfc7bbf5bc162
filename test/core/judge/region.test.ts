import { describe, expect, it } from 'vitest';
import { judge } from '../../../lib/core/judge/judge.ts';
import type { MetricsReading } from '../../../lib/core/model/observation.ts';
import { aGroup, items } from '../../builders/group.ts';
import { inbound, nothing, past, read, readPast } from '../../builders/metrics.ts';
import { aConnector, anObservation, inVirginia } from '../../builders/observation.ts';
import { aPolicy } from '../../builders/policy.ts';
import { verdictOnTop, audio } from './verdict-on.ts';

describe('a Region', () => {
  const regionOf = (readings: Readonly<Record<string, MetricsReading>>, groups = [aGroup()]) =>
    judge(anObservation({ groups, connectors: inVirginia(readings) }), () => aPolicy()).regions.get('us-east-1');
  /** Not a proof by itself: three calls in three minutes, all failed. */
  const thin = read(inbound(57, 0), inbound(3, 1, 1));

  it('has the verdict of the one Voice Connector it has', () => {
    expect(regionOf({ east: read(inbound(58, 10), inbound(2, 10, 10)) })).toEqual({
      health: 'unhealthy',
      loss: { least: 0.809, likely: 1 },
      reason:
        '20 of 20 calls failed in 2 min (100 %, baseline 5 % assumed, history not read; likelihood 1e-13, limit 2e-7; began 2 min ago)',
    });
    expect(regionOf({ east: { kind: 'forbidden', message: 'no' } })).toEqual({
      health: 'unknown',
      cause: 'forbidden',
      reason: 'CloudWatch: no',
    });
  });

  it('is unhealthy by pooled calls of Voice Connectors none of which proves it', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin })).toEqual({
      health: 'unhealthy',
      loss: { least: 0.702, likely: 1 },
      reason:
        '12 of 12 calls failed in 3 min (100 %, baseline 5 % of the pool; likelihood 2e-8, limit 2e-7; began 3 to 60 min ago), pooled over 4 Voice Connectors',
    });
    expect(verdictOnTop(thin)?.health).toBe('unknown');
  });

  it('pools what could be read', () => {
    expect(regionOf({ a: thin, b: thin, c: thin, d: thin, e: { kind: 'partial', message: 'some' } })).toEqual({
      health: 'unhealthy',
      loss: { least: 0.702, likely: 1 },
      reason:
        '12 of 12 calls failed in 3 min (100 %, baseline 5 % of the pool; likelihood 2e-8, limit 2e-7; began 3 to 60 min ago), pooled over 4 Voice Connectors',
    });
  });

  it('is not unhealthy by a ratio that is normal for one of its lines', () => {
    const noisy = aConnector({
      voiceConnectorId: 'noisy',
      inbound: read(...Array.from({ length: 12 }, () => [inbound(1, 2, 2), inbound(4, 2)]).flat()),
      history: readPast(past(24, 100, 20)),
    });
    const quiet = aConnector({
      voiceConnectorId: 'quiet',
      inbound: read(inbound(57, 0), inbound(3, 1, 1)),
      history: readPast(past(24, 500, 1)),
    });
    expect(judge(anObservation({ connectors: [noisy, quiet] }), () => aPolicy()).regions.get('us-east-1')).toEqual({
      health: 'healthy',
      reason: '1 healthy and 0 unhealthy of 2 Voice Connectors',
    });
  });

  it('is judged by the baselines of the lines that have calls, not by one of a line without', () => {
    const silent = aConnector({
      voiceConnectorId: 'silent',
      inbound: read(inbound(60, 0)),
      history: readPast(past(24, 500, 100)),
    });
    const busy = aConnector({ voiceConnectorId: 'busy', inbound: thin, history: readPast(past(24, 500, 1)) });
    expect(judge(anObservation({ connectors: [silent, busy] }), () => aPolicy()).regions.get('us-east-1')).toEqual({
      health: 'unknown',
      loss: { least: 0.256, likely: 1 },
      cause: 'inconclusive',
      reason:
        '3 of 3 calls failed in 3 min (100 %, baseline 1 % of the pool; likelihood 1e-3, limit 2e-7; began 3 to 240 min ago), ' +
        'pooled over 2 Voice Connectors',
    });
  });

  it('is pooled over the hour alone, where the history of one of its lines was not read', () => {
    const sparse = read(...Array.from({ length: 8 }, () => [inbound(29, 0), inbound(1, 1, 1)]).flat());
    const asked = aConnector({ voiceConnectorId: 'asked', inbound: sparse, history: readPast(past(24, 5)) });
    const unasked = aConnector({ voiceConnectorId: 'unasked', inbound: sparse });
    const reason = (all: readonly (typeof asked)[]) =>
      judge(anObservation({ connectors: all }), () => aPolicy()).regions.get('us-east-1')?.reason;
    expect(reason([asked, unasked])).toMatch(/^4 of 4 calls failed in 31 min/);
    expect(reason([asked, { ...asked, voiceConnectorId: 'asked-too' }])).toMatch(/^16 of 16 calls failed in 225 min/);
  });

  it('is cleared by one Voice Connector whose own calls contradict the fault', () => {
    const among = (e: MetricsReading) => regionOf({ a: thin, b: thin, c: thin, d: thin, e });
    const cleared = { health: 'healthy', reason: '1 healthy and 0 unhealthy of 5 Voice Connectors' };
    expect(among(read(inbound(60, 10)))).toEqual(cleared);
    expect(among(read(inbound(50, 0), inbound(10, 3)))).toEqual(cleared);
    expect(among(read(inbound(55, 10), inbound(5, 6), inbound(5, 2, 0)))).toEqual(cleared);
  });

  it('is not cleared by one with too few successful calls', () => {
    const among = (e: MetricsReading) => regionOf({ a: thin, b: thin, c: thin, d: thin, e, f: thin });
    expect(among(read(inbound(50, 0), inbound(10, 2)))).toMatchObject({ health: 'unhealthy' });
    expect(among(read(inbound(50, 10), inbound(10, 1)))).toMatchObject({ health: 'unhealthy' });
    expect(among(read(inbound(50, 0), inbound(9, 3), inbound(1, 3, 1)))).toMatchObject({ health: 'unhealthy' });
  });

  it('is cleared only by a significant number of successful calls', () => {
    const among = (e: MetricsReading) =>
      regionOf({ a: thin, b: thin, c: thin, d: thin, e, f: thin, g: thin, h: thin })?.health;
    expect(among(read(inbound(50, 0), inbound(9, 4), inbound(1, 4, 1)))).toBe('healthy');
    expect(among(read(inbound(50, 0), inbound(2, 4, 1), inbound(8, 5)))).toBe('unhealthy');
  });

  it('is healthy by one healthy Voice Connector, where the pooled calls prove nothing', () => {
    expect(regionOf({ a: read(inbound(60, 1)), b: read(nothing(60)) })).toEqual({
      health: 'healthy',
      reason: '1 healthy and 0 unhealthy of 2 Voice Connectors',
    });
  });

  it('does not miss calls that stop: they may go elsewhere', () => {
    const quiet = read(inbound(58, 10), nothing(2));
    expect(regionOf({ a: quiet, b: quiet })).toMatchObject({ health: 'unknown', cause: 'idle' });
  });

  it('has the audio of its one Voice Connector, which is not compared with itself', () => {
    expect(regionOf({ east: read(audio(60, 'MOSBetweenVcAndRemote', 1.5)) })?.health).toBe('unhealthy');
  });

  it('is degraded, and not unhealthy, where one is healthy and one is not', () => {
    expect(regionOf({ a: read(inbound(60, 10)), b: read(inbound(60, 10, 10)) })).toEqual({
      health: 'degraded',
      loss: { least: 0.431, likely: 0.474 },
      reason: '1 healthy and 1 unhealthy of 2 Voice Connectors',
    });
  });

  it('is unknown where nothing in it could be read, with the same reason in any order', () => {
    const readings = {
      a: { kind: 'forbidden', message: 'not allowed' },
      b: { kind: 'fetch-error', message: 'no answer' },
    } as const;
    const verdict = { health: 'unknown', cause: 'forbidden', reason: 'CloudWatch: not allowed' };
    expect(regionOf(readings)).toEqual(verdict);
    expect(regionOf({ b: readings.b, a: readings.a })).toEqual(verdict);
  });

  it('is idle where no one has calls', () => {
    expect(regionOf({ a: read(nothing(60)), b: read(nothing(60)) })).toEqual({
      health: 'unknown',
      cause: 'idle',
      reason: 'no calls in 60 min, pooled over 2 Voice Connectors',
    });
  });
});

describe('the Voice Connector that is expected to have calls', () => {
  it('is the primary of any group, when a Region is judged', () => {
    const silent = read(inbound(58, 10), nothing(2));
    const groups = [aGroup({ items: items({ east: 1, west: 2 }) }), aGroup({ items: items({ west: 1, east: 2 }) })];
    const asTop = anObservation({ groups, connectors: [aConnector({ inbound: silent })] });
    expect(judge(asTop, () => aPolicy()).regions.get('us-east-1')).toMatchObject({ health: 'unknown', cause: 'stale' });
    const asStandby = { ...asTop, groups: groups.slice(1) };
    expect(judge(asStandby, () => aPolicy()).regions.get('us-east-1')).toMatchObject({
      health: 'unknown',
      cause: 'idle',
    });
  });
});
