import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { levelOf } from '../../lib/audit/level.ts';
import type { AuditEvent } from '../../lib/events/event.ts';

function levelFor(detailType: string, data: object = {}): string {
  return levelOf({ detailType, detail: { data } } as AuditEvent);
}

describe('An event is logged as an error where a change was not made, a run failed or a drill was not undone', () => {
  it.each([
    ['Run Failed', {}],
    ['Priority Change Blocked', {}],
    ['Priority Change Rejected', {}],
    ['Priority Change Unverified', {}],
    ['Operator Action', { stage: 'failed' }],
    ['Drill Ended', { restored: false, result: 'failed' }],
  ])('%s %j', (type, data) => {
    expect(levelFor(type, data)).toBe('error');
  });
});

describe('An event is logged as a warning where a person should look', () => {
  it.each([
    ['Drill Refused', {}],
    ['Operator Action', { stage: 'refused' }],
    ['Drill Ended', { restored: true, result: 'failed' }],
    ['Connector Health Changed', { after: { health: 'unhealthy' } }],
    ['Hold Changed', { code: 'no-target' }],
    ['Priority Held', { code: 'all-unhealthy' }],
    ['Readiness Checked', { outcome: 'fail' }],
    ['Account Readiness Checked', { outcome: 'warn' }],
  ])('%s %j', (type, data) => {
    expect(levelFor(type, data)).toBe('warn');
  });
});

describe('Every other event is logged as information', () => {
  it.each([
    ['Priority Change Applied', {}],
    ['Priority Change Intended', {}],
    ['Priority Change Withheld', {}],
    ['Operator Action', { stage: 'done' }],
    ['Drill Ended', { restored: true, result: 'succeeded' }],
    ['Connector Health Changed', { after: { health: 'unknown' } }],
    ['Hold Changed', { code: 'top-healthy' }],
    ['Readiness Checked', { outcome: 'pass' }],
    ['Override Expired', {}],
    ['Proxy Session Inventory', {}],
    ['Proxy Sessions Unsupported', {}],
  ])('%s %j', (type, data) => {
    expect(levelFor(type, data)).toBe('info');
  });
});

it('docs/events.md states the levels', () => {
  expect(readFileSync('docs/events.md', 'utf8')).toContain('`ERROR`');
});
