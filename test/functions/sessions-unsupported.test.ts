/** AWS ended proxy sessions on 2026-04-07; its answers since then are one finding for the account. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { SessionsResult } from '../../lib/sessions/result.ts';
import type { ProxySessionSeed } from '../../sim/account/chime/proxy-sessions.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, eventTypes, hour, minute } from '../wire-support/account.ts';
import { deploy, logged, type Deployment } from '../wire-support/functions.ts';
import { seedHealthy } from '../wire-support/account-fixtures.ts';

const scheduled = readFileSync(new URL('../../events/scheduled.json', import.meta.url), 'utf8');

async function deployed(seed: (aws: Deployment) => void = seedHealthy): Promise<Deployment> {
  const aws = await deploy();
  seed(aws);
  aws.account.chime.proxySessions.mode = 'served';
  return aws;
}

function seedSession({ account }: Deployment, session: ProxySessionSeed): string {
  return account.chime.seedProxySession(session);
}

async function inventory(aws: Deployment, event: unknown = {}): Promise<SessionsResult> {
  const { functionError, payload } = await aws.invoke('sessions', event);
  expect(functionError).toBeUndefined();
  return payload as SessionsResult;
}

/** The findings in the inventory events. */
function publishedFindings(aws: Deployment) {
  return eventsOn(aws).map(({ detailType, data }) => [detailType, data['voiceConnectorId'], data['findings']]);
}

function refusing(status: number, code: string, on: readonly string[] = ['vc-east', 'vc-west']): MisbehaviourRule {
  return {
    operation: 'ListProxySessions',
    when: ({ resource = '' }) => on.includes(resource),
    effect: { kind: 'error', status, code, message: 'ended' },
  };
}

/** Runs an inventory the given minutes after the next midnight, UTC. */
async function atMinutesOfDay(aws: Deployment, minutes: number, event: unknown = scheduled): Promise<SessionsResult> {
  const day = 24 * hour;
  aws.clock.jumpTo((Math.floor(aws.clock.now() / day) + 1) * day + minutes * minute);
  return inventory(aws, event);
}

describe('A feature that AWS has ended', () => {
  const all404 =
    'AWS lists no proxy sessions for 2 of 2 Voice Connectors: 2 not-found (NotFoundException: ended (HTTP 404)); AWS ended proxy sessions on 2026-04-07';

  it.each([
    ['404', refusing(404, 'NotFoundException'), all404],
    [
      '403',
      refusing(403, 'ForbiddenException'),
      'AWS lists no proxy sessions for 2 of 2 Voice Connectors: 2 forbidden (ForbiddenException: ended (HTTP 403)); AWS ended proxy sessions on 2026-04-07; a 403 can also mean that this role lacks chime:ListProxySessions',
    ],
    [
      '400',
      refusing(400, 'BadRequestException'),
      'AWS lists no proxy sessions for 2 of 2 Voice Connectors: 2 invalid (BadRequestException: ended (HTTP 400)); AWS ended proxy sessions on 2026-04-07',
    ],
    [
      '410',
      refusing(410, 'GoneException'),
      'AWS lists no proxy sessions for 2 of 2 Voice Connectors: 2 gone (GoneException: ended (HTTP 410)); AWS ended proxy sessions on 2026-04-07',
    ],
  ])('with answer %s is one finding of the account in a manual run, and no event', async (_, rule, reason) => {
    const aws = await deployed();
    aws.misbehave(rule);
    const { findings, outcome } = await inventory(aws);
    expect({ findings, outcome }).toEqual({ findings: [{ code: 'unsupported', reason }], outcome: 'succeeded' });
    expect(eventTypes(aws)).toEqual([]);
    expect(logged(aws.lines, 'inventory')).toMatchObject([{ data: { findings: [{ code: 'unsupported' }] } }]);
  });

  it('is published by scheduled runs at the beginning of the day, under one id, and not again that day', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException'));
    await atMinutesOfDay(aws, 0.2);
    for (let slot = 1; slot < 6; slot += 1) {
      aws.clock.jumpTo(aws.clock.now() + 5 * minute);
      await inventory(aws, scheduled);
    }
    const data = {
      code: 'unsupported',
      reason: all404,
      askedVoiceConnectors: 2,
      refusedVoiceConnectors: 2,
      answers: [{ answer: 'not-found', voiceConnectors: 2, message: 'NotFoundException: ended (HTTP 404)' }],
    };
    const report = { detailType: 'Proxy Sessions Unsupported', data };
    expect(eventsOn(aws)).toEqual([report, report]);
    const ids = () =>
      aws.account.eventBridge.events.map(
        ({ detail }) => (detail as { metadata: { eventId: string } }).metadata.eventId,
      );
    expect(new Set(ids()).size).toBe(1);
    await atMinutesOfDay(aws, 1);
    expect(new Set(ids()).size, 'another day has another id').toBe(2);
  });

  it('is not published by a manual run, not even at the beginning of the day', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException'));
    const { findings } = await atMinutesOfDay(aws, 1, {});
    expect(findings).toHaveLength(1);
    expect(eventTypes(aws)).toEqual([]);
  });

  it('for some Voice Connectors only is published beside the inventories of the others', async () => {
    const aws = await deployed();
    seedSession(aws, { voiceConnectorId: 'vc-east' });
    aws.misbehave(refusing(404, 'NotFoundException', ['vc-west']));
    const { findings, table } = await atMinutesOfDay(aws, 1);
    const reason =
      'AWS lists no proxy sessions for 1 of 2 Voice Connectors: 1 not-found (NotFoundException: ended (HTTP 404)); AWS ended proxy sessions on 2026-04-07; AWS still lists those of 1: check how the others differ';
    expect(findings.filter(({ code }) => code === 'unsupported')).toEqual([{ code: 'unsupported', reason }]);
    expect(eventsOn(aws).map(({ detailType, data }) => [detailType, data['voiceConnectorId']])).toEqual([
      ['Proxy Session Inventory', 'vc-east'],
      ['Proxy Sessions Unsupported', undefined],
    ]);
    expect(table.filter((line) => line.startsWith('vc-west'))).toEqual([
      'vc-west          us-west-2  not-found  not-found   not-found',
    ]);
  });

  it('is published also while another Voice Connector fails, and so is the failure', async () => {
    const aws = await deployed();
    aws.misbehave(refusing(404, 'NotFoundException', ['vc-west']));
    aws.misbehave(refusing(500, 'ServiceFailureException', ['vc-east']));
    aws.clock.jumpTo(Date.UTC(2026, 10, 21, 0, 2));
    const { error } = await aws.invoke('sessions', scheduled);
    expect(error.errorMessage).toMatch(/^3 problems\n {2}- listing Open proxy sessions of vc-east: /);
    expect(eventTypes(aws)).toEqual(['Proxy Session Inventory', 'Proxy Sessions Unsupported', 'Run Failed']);
    expect(eventsOn(aws)[1]?.data['reason']).not.toContain('still lists');
  });

  it('for one status only does not prevent the inventory event', async () => {
    const aws = await deployed();
    const { when, ...rule } = refusing(404, 'NotFoundException', ['vc-west']);
    const isOpen = (input: unknown): boolean => (input as { readonly Status: string }).Status === 'Open';
    aws.misbehave({ ...rule, when: (request) => when?.(request) === true && isOpen(request.input) });
    await inventory(aws);
    expect(publishedFindings(aws).map(([, voiceConnectorId]) => voiceConnectorId)).toEqual(['vc-east', 'vc-west']);
  });
});
