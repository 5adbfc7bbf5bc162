import { describe, expect, it } from 'vitest';
import { notificationOf } from '../../sim/notification.ts';

function event(detailType: string, data: object) {
  const time = Date.UTC(2026, 10, 20, 9);
  const detail = { metadata: { time: '2026-11-20T09:00:00Z', runId: 'run-1', monitorRegion: 'us-east-1' }, data };
  const place = { region: 'us-east-1', eventBusName: 'bus', source: 'voice-connector-failover', resources: [] };
  return { id: 'event-1', ...place, detailType, detail, time };
}

describe('The notification of an event', () => {
  it('is of the rule that matches every value, with the values of the event', () => {
    const refusals = [{ code: 'not-healthy', reason: 'vc-east is not healthy' }];
    const data = { name: 'Main line', voiceConnectorGroupId: 'main-line', by: 'schedule', reason: 'weekly', refusals };
    const [what, why] = notificationOf(event('Drill Refused', data));
    expect([what, why]).toEqual([
      'NO DRILL: the weekly drill of Main line is due (weekly) and did not start (not-healthy).',
      'Why (the first reason, if there are several): vc-east is not healthy',
    ]);
  });

  it('names the Region of the stack that published it in its commands', () => {
    const data = { name: 'Main line', voiceConnectorGroupId: 'main-line', by: 'schedule', reason: 'x', refusals: [] };
    const commands = notificationOf(event('Drill Refused', data)).filter((line) => line.includes('--region'));
    expect(commands.join()).toMatch(/^(?!.*us-west-2).*--stage dev --region us-east-1/);
  });

  it('is none where one value differs', () => {
    expect(notificationOf(event('Drill Refused', { by: 'anna' }))).toEqual([]);
    expect(notificationOf(event('Drill Ended', { restored: 'true' }))).toEqual([]);
  });

  it('is none for a type without a rule', () => {
    expect(notificationOf(event('Connector Health Changed', {}))).toEqual([]);
  });
});
