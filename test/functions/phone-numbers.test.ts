/**
 * No phone number leaves a function, in whatever form it was written, by whatever channel: the log, an event, a metric, the answer, a
 * thrown error. Each test brings every form in through another entrance.
 */
import { describe, expect, it } from 'vitest';
import { allEventText } from '../wire-support/account.ts';
import { putOverride, seedHealthy, seedMainLine, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { deploy, type Answer, type Deployment } from '../wire-support/functions.ts';
import { storedOverrideIds } from '../wire-support/operator.ts';
import { writtenNumbers } from '../builders/phone-numbers.ts';

const everyForm = writtenNumbers.join(' | ');

/** The forms in parts that fit in the 500 characters of a reason. */
const parts = [0, 1, 2, 3].map((part) => writtenNumbers.filter((_, place) => place % 4 === part).join(' | '));

/** As text, as JSON, and as JSON in JSON. */
function spellings(number: string): readonly string[] {
  const json = JSON.stringify(number).slice(1, -1);
  return [number, json, JSON.stringify(json).slice(1, -1)];
}

function expectNoNumber(aws: Deployment, answers: readonly Answer[]): void {
  const channels = [...aws.lines, allEventText(aws), JSON.stringify(answers)];
  for (const text of channels) {
    for (const number of writtenNumbers.flatMap(spellings)) expect(text).not.toContain(number);
  }
  expect(channels.join('\n')).toContain('(number withheld)');
}

const until = '2030-01-01T00:00:00Z';

function alarmEvent(alarmName: string) {
  return {
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    detail: { alarmName, state: { value: 'ALARM' } },
  };
}

describe('A phone number of any form', () => {
  it('in the reason of an override that a person wrote by hand reaches no channel', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    putOverride(aws, 'main-line', { action: 'pause', by: writtenNumbers[0], reason: everyForm, until });
    const answers = [
      await aws.invoke('monitor', {}),
      await aws.invoke('operate', { action: 'status' }),
      await aws.invoke('preflight', {}),
      await aws.invoke('operate', { action: 'pause', group: 'main-line', by: 'anna', reason: 'x', until: '1h' }),
      await aws.invoke('operate', { action: 'resume', group: 'main-line', by: 'anna', reason: 'x' }),
    ];
    expectNoNumber(aws, answers);
  });

  it('in an override that cannot be parsed reaches no channel', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    putOverride(aws, 'main-line', { action: everyForm, [everyForm]: 1 });
    putOverride(aws, 'all', `{ ${everyForm}`);
    expectNoNumber(aws, [await aws.invoke('monitor', {}), await aws.invoke('operate', { action: 'status' })]);
  });

  it('in the name of an alarm, or in the fields of an AWS Health event, reaches no channel', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const answers: Answer[] = [];
    for (const number of writtenNumbers) answers.push(await aws.invoke('sessions', alarmEvent(`late ${number}`)));
    const detail = { service: parts[0], eventTypeCode: parts[1], eventRegion: parts[2] };
    const health = { 'detail-type': 'AWS Health Event', source: 'aws.health', detail };
    answers.push(await aws.invoke('monitor', health), await aws.invoke('preflight', health));
    expectNoNumber(aws, answers);
  });

  it('in a command reaches no channel, and neither does Parameter Store get it', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const answers: Answer[] = [];
    for (const [place, reason] of parts.entries()) {
      const by = `anna ${writtenNumbers[place] ?? ''}`;
      answers.push(
        await aws.invoke('operate', { action: 'pause', group: 'main-line', by, reason, until: `${place + 1}h` }),
        await aws.invoke('operate', { action: 'switchover', group: reason, by, reason, to: reason, [reason]: reason }),
        await aws.invoke('operate', { action: reason, group: reason, by, until: reason, order: [reason] }),
      );
    }
    expectNoNumber(aws, answers);
    const stored = JSON.stringify(storedOverrideIds(aws));
    for (const number of writtenNumbers.flatMap(spellings)) expect(stored).not.toContain(number);
  });

  it('in the error of AWS for a request, or for one entry of a request, reaches no channel', async () => {
    const aws = await deploy();
    seedUnhealthy(aws);
    const message = everyForm;
    aws.misbehave({ service: 'events', effect: { kind: 'event-entry-failure', code: 'InvalidArgument', message } });
    aws.misbehave({ service: 'sqs', effect: { kind: 'message-failure', code: 'No', message, senderFault: true } });
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message },
    });
    aws.misbehave({
      operation: 'ListPhoneNumbers',
      effect: { kind: 'error', status: 400, code: 'BadRequestException', message },
    });
    const answers = [await aws.invoke('monitor', {}), await aws.invoke('preflight', {})];
    expectNoNumber(aws, answers);
  });

  it('in the name of a group reaches no channel', async () => {
    const aws = await deploy();
    seedMainLine(aws, { name: `Support ${writtenNumbers[1] ?? ''}` });
    const answers = [
      await aws.invoke('monitor', {}),
      await aws.invoke('preflight', {}),
      await aws.invoke('operate', { action: 'status', group: 'main-line' }),
    ];
    expectNoNumber(aws, answers);
  });

  it('in an event that is no trigger reaches no channel', async () => {
    const aws = await deploy();
    seedHealthy(aws);
    const answers: Answer[] = [];
    for (const reason of parts) {
      for (const name of ['monitor', 'preflight', 'sessions'] as const) {
        answers.push(await aws.invoke(name, { groupId: reason, [reason]: reason }));
        answers.push(await aws.invoke(name, { 'detail-type': reason }));
      }
    }
    expectNoNumber(aws, answers);
  });
});

describe('A group whose name looks like a phone number', () => {
  it('can be given to a command by that name', async () => {
    const aws = await deploy();
    const name = 'Line 415-555-0100';
    seedHealthy(aws, { name });
    const answer = await aws.invoke('operate', {
      action: 'pause',
      group: name,
      by: 'anna',
      reason: 'works on the trunk',
      until: '1h',
    });
    expect(answer.functionError, answer.error.errorMessage).toBeUndefined();
    expect(Object.keys(storedOverrideIds(aws))).toEqual(['main-line']);
  });
});
