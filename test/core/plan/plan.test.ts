import { aDrill } from '../../builders/drill.ts';
import { describe, expect, it } from 'vitest';
import type { HoldCode } from '../../../lib/core/model/codes.ts';
import type { Verdict } from '../../../lib/core/model/verdict.ts';
import type { OverrideState } from '../../../lib/core/model/override.ts';
import { minuteMs } from '../../../lib/core/model/time.ts';
import { plan } from '../../../lib/core/plan/plan.ts';
import { aGroup, items } from '../../builders/group.ts';
import { observedAt } from '../../builders/metrics.ts';
import { aPlanInput, degraded, healthy, unhealthy, unknown } from '../../builders/plan.ts';
import { aPolicy } from '../../builders/policy.ts';
import { idle } from './three-members.ts';

describe('candidate evidence', () => {
  const movedAway = aGroup({ items: items({ tokyo: 1, west: 3, east: 2 }) });
  const auto = aPolicy({ failback: 'auto', preferredOrder: ['east'] });

  it('is requested before any failover, for all other members in their order', () => {
    const input = aPlanInput({ group: movedAway, verdicts: { tokyo: unhealthy } });
    expect(plan({ ...input, candidateEvidence: undefined })).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['east', 'west'],
    });
    expect(plan(input).kind).toBe('failover');
  });

  it('is requested before any failback, for all other members in their order', () => {
    const input = aPlanInput({ group: movedAway, policy: auto });
    expect(plan({ ...input, candidateEvidence: undefined })).toEqual({
      kind: 'need-evidence',
      voiceConnectorIds: ['east', 'west'],
    });
    expect(plan(input).kind).toBe('failback');
  });

  it.each<{ case: string; changes: Parameters<typeof aPlanInput>[0] }>([
    { case: 'the primary is healthy', changes: {} },
    { case: 'the group must not be changed', changes: { group: aGroup({ items: [] }), verdicts: { east: unhealthy } } },
    {
      case: 'an operator paused the group',
      changes: { override: { kind: 'unparseable', message: 'not JSON' }, verdicts: { east: unhealthy } },
    },
    {
      case: 'the primary is unobservable',
      changes: { group: movedAway, policy: auto, verdicts: { tokyo: unknown('stale') } },
    },
    {
      case: 'a failback is left to the operator',
      changes: { group: movedAway, policy: { ...auto, failback: 'never' } },
    },
  ])('is not requested where $case', ({ changes }) => {
    expect(plan({ ...aPlanInput(changes), candidateEvidence: undefined }).kind).toBe('hold');
  });
});

describe('a drill', () => {
  it('holds, with the members and the time left', () => {
    expect(plan(aPlanInput({ override: { kind: 'drill', ...aDrill() }, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code: 'drill',
      reason: 'drill by ops, 8 min left: west carries the calls of east; does the standby work',
      rejected: [],
    });
  });
});

describe('a primary that is not unhealthy', () => {
  it.each<{ verdict: Verdict; code: HoldCode; text: string }>([
    { verdict: healthy, code: 'top-healthy', text: 'healthy: calls go through' },
    { verdict: degraded, code: 'top-degraded', text: 'degraded: MOS is low' },
    { verdict: idle, code: 'top-unknown', text: 'unknown (idle): cannot tell: idle' },
    { verdict: unknown('low-volume'), code: 'top-unknown', text: 'unknown (low-volume): cannot tell: low-volume' },
    { verdict: unknown('stale'), code: 'top-unknown', text: 'unknown (stale): cannot tell: stale' },
    { verdict: unknown('fetch-error'), code: 'top-unknown', text: 'unknown (fetch-error): cannot tell: fetch-error' },
    { verdict: unknown('partial'), code: 'top-unknown', text: 'unknown (partial): cannot tell: partial' },
    { verdict: unknown('forbidden'), code: 'top-unknown', text: 'unknown (forbidden): cannot tell: forbidden' },
    {
      verdict: unknown('inconclusive'),
      code: 'top-unknown',
      text: 'unknown (inconclusive): cannot tell: inconclusive',
    },
  ])('holds: $text', ({ verdict, code, text }) => {
    expect(plan(aPlanInput({ verdicts: { east: verdict } }))).toEqual({
      kind: 'hold',
      code,
      reason: `east (us-east-1) ${text}`,
      rejected: [],
    });
  });

  it('holds where AWS did not list the primary', () => {
    expect(plan(aPlanInput({ group: aGroup({ items: items({ ghost: 1, west: 2 }) }) }))).toEqual({
      kind: 'hold',
      code: 'top-unknown',
      reason: 'ghost (Region unknown) unknown (fetch-error): AWS does not know this Voice Connector, or did not answer',
      rejected: [],
    });
  });

  it('holds where only its Region is unhealthy: its own calls decide', () => {
    expect(plan(aPlanInput({ regions: { 'us-east-1': unhealthy } }))).toMatchObject({ code: 'top-healthy' });
  });
});

describe('a group without an unambiguous order', () => {
  it.each<{ case: string; group: Parameters<typeof aGroup>[0]; code: HoldCode; reason: string }>([
    {
      case: 'one member',
      group: { items: items({ east: 1 }) },
      code: 'fewer-than-two-members',
      reason: 'the group has 1 of the 2 members that a failover needs',
    },
    {
      case: 'no member',
      group: { items: [] },
      code: 'fewer-than-two-members',
      reason: 'the group has 0 of the 2 members that a failover needs',
    },
    {
      case: 'a tie at the top',
      group: { items: items({ east: 1, west: 1 }) },
      code: 'tied-priorities',
      reason: 'east and west share priority 1: AWS spreads calls over both (active/active)',
    },
    {
      case: 'a tie below the top',
      group: { items: items({ east: 1, west: 2, tokyo: 2 }) },
      code: 'tied-priorities',
      reason: 'west and tokyo share priority 2: AWS spreads calls over both (active/active)',
    },
    {
      case: 'a member without priority',
      group: { items: items({ east: 1, west: undefined }) },
      code: 'missing-priority',
      reason: 'west has no Priority',
    },
    {
      case: 'a member that is listed twice',
      group: { items: [...items({ east: 1 }), ...items({ east: 2 })] },
      code: 'duplicate-members',
      reason: 'east is a member more than once',
    },
    {
      case: 'load balancing',
      group: { callDistributionType: 'LoadBalancedDistribution' },
      code: 'load-balanced',
      reason: 'LoadBalancedDistribution spreads calls over all members: priorities have no effect',
    },
    {
      case: 'an unknown distribution',
      group: { callDistributionType: 'AstrologicalDistribution' },
      code: 'unknown-distribution',
      reason: 'CallDistributionType AstrologicalDistribution is unknown: it may not follow priorities',
    },
  ])('is left alone with $case', ({ group, code, reason }) => {
    const input = aPlanInput({ group: aGroup(group), verdicts: { east: unhealthy } });
    expect(plan(input)).toEqual({ kind: 'hold', code, reason, rejected: [] });
  });

  it('is ordered by priority where AWS reports no distribution', () => {
    const group = aGroup({ callDistributionType: undefined });
    expect(plan(aPlanInput({ group, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });
});

describe('an override', () => {
  const until = observedAt + 90 * minuteMs;

  it.each<{ override: OverrideState; code: HoldCode; reason: string }>([
    {
      override: { kind: 'pause', by: 'ana', reason: 'carrier maintenance', until },
      code: 'paused',
      reason: 'paused by ana, 90 min left: carrier maintenance',
    },
    {
      override: { kind: 'pin', by: 'ana', reason: 'audit day', until },
      code: 'pinned',
      reason: 'pinned by ana, 90 min left: audit day',
    },
    {
      override: { kind: 'unparseable', message: '/overrides/all: not JSON' },
      code: 'override-unparseable',
      reason: 'counts as a pause until it is corrected: /overrides/all: not JSON',
    },
  ])('holds a failover: $code', ({ override, code, reason }) => {
    expect(plan(aPlanInput({ override, verdicts: { east: unhealthy } }))).toEqual({
      kind: 'hold',
      code,
      reason,
      rejected: [],
    });
  });

  it('comes before any other reason to hold', () => {
    const override: OverrideState = { kind: 'pause', by: 'ana', reason: 'maintenance', until };
    expect(plan(aPlanInput({ override, group: aGroup({ items: [] }) }))).toMatchObject({ code: 'paused' });
  });

  it('does not stop a failover where Parameter Store cannot be read', () => {
    const override: OverrideState = { kind: 'unreadable', message: 'AccessDenied' };
    expect(plan(aPlanInput({ override, verdicts: { east: unhealthy } }))).toMatchObject({ kind: 'failover' });
  });
});
