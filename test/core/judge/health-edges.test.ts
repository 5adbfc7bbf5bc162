import { describe, expect, it } from 'vitest';
import { healthEdges } from '../../../lib/core/judge/health-edges.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import { healthy, unhealthy } from '../../builders/plan.ts';

const idle: Verdict = { health: 'unknown', cause: 'idle', reason: 'no calls' };
function verdicts(all: Readonly<Record<string, Verdict>>) {
  return new Map(Object.entries(all));
}

describe('a health edge', () => {
  it('is a Voice Connector whose health differs from the previous run', () => {
    const before = verdicts({ east: healthy, west: idle });
    expect(healthEdges(before, verdicts({ east: unhealthy, west: idle }))).toEqual([
      { voiceConnectorId: 'east', before: healthy, after: unhealthy },
    ]);
  });

  it('is not a new reason for the same health', () => {
    const before = verdicts({ east: healthy });
    expect(healthEdges(before, verdicts({ east: { health: 'healthy', reason: 'other numbers' } }))).toEqual([]);
  });

  it('is not a Voice Connector that joined or left the group', () => {
    expect(healthEdges(verdicts({ east: healthy }), verdicts({ west: unhealthy }))).toEqual([]);
  });
});
