/**
 * The process is killed at every request of a turn that moves a group, before the request is sent and again after AWS did what it asks.
 * Afterwards the record names every change there was, and the next life takes it for what it is: the monitor's own.
 */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, hour, minute, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { publishCalls, seedSick } from '../wire-support/scenes.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';
import { Mortal, type Death } from './mortal.ts';

const policy = enforced.replace('mode: enforce', 'mode: enforce, tuning: { operatorStandOffMinutes: 240 }');
const denied = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' } as const;
const throttled = { kind: 'error', status: 429, code: 'ThrottledClientException', message: 'later' } as const;

type World = {
  readonly world: string;
  readonly rules: readonly MisbehaviourRule[];
  /** What is asked in this world only. */
  readonly alsoAsked?: readonly string[];
};

const worlds: readonly World[] = [
  { world: 'in which all is well', rules: [] },
  {
    world: 'in which EventBridge takes nothing',
    rules: [{ operation: 'PutEvents', effect: denied }],
    alsoAsked: ['SendMessageBatchCommand'],
  },
  {
    world: 'in which AWS throttles the first write',
    rules: [{ operation: 'UpdateVoiceConnectorGroup', effect: throttled, times: 1 }],
  },
  {
    world: 'in which AWS takes the write and does not answer',
    rules: [{ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-after' } }],
  },
];

type Killed = { readonly aws: TestAws; readonly mortal: Mortal; readonly end: 'dead' | 'alive' };

async function kill(death: Death, rules: readonly MisbehaviourRule[]): Promise<Killed> {
  const aws = await startAws();
  seedSick(aws);
  for (const rule of rules) aws.misbehave(rule);
  const mortal = new Mortal(death);
  const end = await mortal.live((options) => takeTurn(aws, { ...options, policy }));
  return { aws, mortal, end };
}

const moved = 'vc-west 1, vc-east 2';

/** The orders that intents name, on the bus or, where it did not take them, in the log. */
function ordersNamed({ aws, mortal }: Killed): readonly string[] {
  const logged = mortal.lines.map(({ message, fields }) => ({ detailType: message, data: fields['data'] }));
  return [...eventsOn(aws), ...logged].flatMap(({ detailType, data }) =>
    detailType === 'Priority Change Intended' ? [printed(data as { readonly after: Items })] : [],
  );
}

type Items = readonly { readonly voiceConnectorId: string; readonly priority: number }[];

function printed({ after }: { readonly after: Items }): string {
  return [...after]
    .sort((left, right) => left.priority - right.priority)
    .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority}`)
    .join(', ');
}

/** What the next process decides a minute later. */
async function nextTurn({ aws }: Killed) {
  aws.server.clearMisbehaviour();
  aws.clock.jumpTo(aws.clock.now() + minute);
  return groupIn((await takeTurn(aws, { policy })).result);
}

/** What it decides when the Region has been well for long. A change by hand would be respected for four hours. */
async function turnWhenWell({ aws }: Killed) {
  aws.server.clearMisbehaviour();
  aws.clock.jumpTo(aws.clock.now() + 2 * hour);
  aws.account.recordOptionsPing('vc-east', { at: aws.clock.now() - 20_000, source: '192.0.2.10' });
  publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', direction: 'Outbound', attemptsPerMinute: 4 });
  return groupIn((await takeTurn(aws, { policy })).result);
}

/** Whoever died while it was still reading left nothing that a next life could misunderstand. */
function hadEffect({ asked }: TestAws): boolean {
  return asked.some(({ operation }) => /^(Put|Update)/.test(operation));
}

describe('a monitor that is killed at any request of a turn', () => {
  it.each(worlds)('$world leaves a record of every change, and takes it for its own in its next life', async (each) => {
    const deaths = { before: 0, after: 0, withChange: 0 };
    const at = new Set<string>();
    for (let request = 0, isOver = false; !isOver; request += 1) {
      for (const moment of ['before', 'after'] as const) {
        const killed = await kill({ request, moment }, each.rules);
        isOver = killed.end === 'alive';
        if (isOver) break;
        deaths[moment] += 1;
        const operation = killed.mortal.asked[request] ?? '';
        at.add(operation);
        const death = `${moment} request ${request}, ${operation}`;
        if (orderOf(killed.aws) === moved) {
          deaths.withChange += 1;
          expect({ death, named: ordersNamed(killed) }).toEqual({
            death,
            named: expect.arrayContaining([moved]) as unknown,
          });
          expect({ death, ...(await turnWhenWell(killed)) }).toMatchObject({
            death,
            decision: 'failback',
          });
        } else if (hadEffect(killed.aws)) {
          const next = await nextTurn(killed);
          expect({ death, ...next }).toMatchObject({ death, decision: 'failover', outcome: { kind: 'applied' } });
        }
      }
    }
    const points = deaths.before + deaths.after;
    process.stdout.write(`A world ${each.world}: ${points} deaths, ${deaths.withChange} of them after a change\n`);
    expect([...at].sort()).toEqual([
      'GetMetricDataCommand',
      'GetParametersByPathCommand',
      'GetVoiceConnectorGroupCommand',
      'GetVoiceConnectorOriginationCommand',
      'GetVoiceConnectorTerminationHealthCommand',
      'ListProxySessionsCommand',
      'ListVoiceConnectorGroupsCommand',
      'ListVoiceConnectorsCommand',
      'PutEventsCommand',
      'PutMetricDataCommand',
      ...(each.alsoAsked ?? []),
      'UpdateVoiceConnectorGroupCommand',
    ]);
    expect(deaths.withChange).toBeGreaterThan(3);
  });
});
