import { describe, expect, it } from 'vitest';
import { groupReadiness } from '../../../lib/core/readiness/group.ts';
import type { WakeAlarmFacts } from '../../../lib/core/readiness/wake-alarms.ts';
import { aReadyGroup, findingOf } from '../../builders/readiness.ts';

const fix = 'Name it in wakeAlarms of config/<stage>.yml and deploy the template of its Region: docs/alarm-driven.md';

function inRegions(east: readonly string[], west: readonly string[]): WakeAlarmFacts['wakeAlarms'] {
  return new Map([
    ['us-east-1', { kind: 'read', voiceConnectorIds: new Set(east) }],
    ['us-west-2', { kind: 'read', voiceConnectorIds: new Set(west) }],
  ]);
}

function findingWith(changes: Partial<WakeAlarmFacts>) {
  return findingOf(groupReadiness(aReadyGroup(changes)), 'wake-alarms');
}

describe('The check of the alarms that wake the monitor', () => {
  it('is not made where the schedule runs the monitor every minute', () => {
    expect(findingWith({ wakeAlarms: undefined })).toBeUndefined();
  });

  it('passes if every member has one in the Region of its metrics', () => {
    const metricsRegions = new Map([['west', 'us-east-1']]);
    expect(findingWith({ wakeAlarms: inRegions(['east', 'west'], []), metricsRegions })).toEqual({
      check: 'wake-alarms',
      level: 'pass',
      sentence: 'east has an alarm in us-east-1; west has an alarm in us-east-1',
    });
  });

  it('fails for a primary that has none', () => {
    expect(findingWith({ wakeAlarms: inRegions([], ['west']) })).toEqual({
      check: 'wake-alarms',
      level: 'fail',
      sentence: 'east, the primary, has no alarm in us-east-1: its faults are found up to 4 min later',
      fix,
    });
  });

  it('warns of a standby that has none', () => {
    expect(findingWith({ wakeAlarms: inRegions(['east'], []) })).toEqual({
      check: 'wake-alarms',
      level: 'warn',
      sentence: 'west has no alarm in us-west-2: once it is the primary, its faults are found up to 4 min later',
      fix,
    });
  });

  it.each([
    ['is unknown', new Map([['east', 'us-east-1']]), new Map<string, string>()],
    ['is none whose alarms were listed', undefined, new Map([['west', 'eu-west-1']])],
  ])('is unproven for a member whose Region %s', (_case, connectorRegions, metricsRegions) => {
    const facts = { wakeAlarms: inRegions(['east'], ['west']), metricsRegions };
    const input = connectorRegions === undefined ? {} : { connectorRegions };
    const { unproven } = groupReadiness(aReadyGroup({ ...facts, input }));
    expect(unproven.filter(({ check }) => check === 'wake-alarms')).toEqual([
      { check: 'wake-alarms', sentence: 'west: its Region is unknown' },
    ]);
  });

  it('warns of a Region whose alarms cannot be listed', () => {
    const wakeAlarms: WakeAlarmFacts['wakeAlarms'] = new Map([
      ['us-east-1', { kind: 'unreadable', message: 'AccessDenied' }],
      ['us-west-2', { kind: 'read', voiceConnectorIds: new Set(['west']) }],
    ]);
    expect(findingWith({ wakeAlarms })).toEqual({
      check: 'wake-alarms',
      level: 'warn',
      sentence: 'the alarms of us-east-1 could not be listed: AccessDenied',
      fix: 'Check CloudWatch in us-east-1',
    });
  });
});
