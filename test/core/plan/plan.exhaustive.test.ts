import { beforeAll, describe, expect, it } from 'vitest';
import type { HoldCode } from '../../../lib/core/model/codes.ts';
import type { MoveKind } from '../../../lib/core/model/plan.ts';
import { policies, untouchables, guarded, statesOf, type Grid } from './planner-states.ts';
import { inspect, type Findings } from './broken-rules.ts';

describe('every small state of the planner', () => {
  const found: Findings = { states: 0, moves: 0, passedOver: 0, codes: new Set(), broken: [] };

  beforeAll(() => {
    for (const grid of [untouchables, guarded])
      for (const priorities of grid.priorityLists)
        for (const state of statesOf(grid, priorities)) inspect(state, found);
    process.stdout.write(
      `${found.states} states, ${found.moves} moves, ${found.passedOver} past a preferred member that is only alive\n`,
    );
  }, 300_000);

  it('promotes exactly the member that the rules require, only reorders, raises no unfit member, and then holds', () => {
    expect(found.broken).toEqual([]);
  });

  it('reaches every decision except duplicate-members', () => {
    expect([...found.codes].toSorted()).toEqual([
      'all-unhealthy',
      'cooldown',
      'daily-limit',
      'failback',
      'failback-awaits-approval',
      'failback-hold',
      'failback-never',
      'failback-not-proven',
      'failover',
      'fewer-than-two-members',
      'load-balanced',
      'missing-priority',
      'no-target',
      'operator-stand-off',
      'override-unparseable',
      'override-unreadable',
      'paused',
      'pinned',
      'record-unreadable',
      'tied-priorities',
      'top-degraded',
      'top-healthy',
      'top-unknown',
      'unknown-distribution',
    ] satisfies (HoldCode | MoveKind)[]);
  });

  it('covers the whole grid', () => {
    const sizeOf = (grid: Grid): number => {
      const members = grid.priorityLists.map(({ length }) => grid.knowledge.length ** length);
      const rest =
        grid.distributions.length * grid.carried.length * grid.overrides.length * grid.pasts.length * policies.length;
      return members.reduce((sum, count) => sum + count, 0) * rest;
    };
    expect(found.states).toBe(sizeOf(untouchables) + sizeOf(guarded));
  });
});
