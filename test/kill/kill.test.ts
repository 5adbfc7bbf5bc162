/**
 * The process crashes at every request of a run that moves a group: before the request is sent, and again after AWS carried it out.
 * Afterwards the record contains every change, and the next process recognises the change as the monitor's own.
 */
import { describe, expect, it } from 'vitest';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import { eventsOn, hour, minute, orderOf, startAws, type TestAws } from '../wire-support/account.ts';
import { publishCalls, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import { enforced, groupIn, takeTurn } from '../wire-support/turns.ts';
import { CrashingProcess, type CrashPoint } from './crashing-process.ts';

const policy = enforced.replace('mode: enforce', 'mode: enforce, tuning: { operatorStandOffMinutes: 240 }');
const denied = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'not on this bus' } as const;
const throttled = { kind: 'error', status: 429, code: 'ThrottledClientException', message: 'later' } as const;

type World = {
  readonly world: string;
  readonly rules: readonly MisbehaviourRule[];
  /** Requests of this world alone. */
  readonly alsoAsked?: readonly string[];
};

const worlds: readonly World[] = [
  { world: 'without another fault', rules: [] },
  {
    world: 'in which EventBridge refuses every event',
    rules: [{ operation: 'PutEvents', effect: denied }],
    alsoAsked: ['SendMessageBatchCommand'],
  },
  {
    world: 'in which AWS throttles the first write',
    rules: [{ operation: 'UpdateVoiceConnectorGroup', effect: throttled, times: 1 }],
  },
  {
    world: 'in which AWS applies the write and does not answer',
    rules: [{ operation: 'UpdateVoiceConnectorGroup', effect: { kind: 'reset-after' } }],
  },
];

type Crashed = { readonly aws: TestAws; readonly crashing: CrashingProcess; readonly end: 'crashed' | 'completed' };

async function crashAt(crash: CrashPoint, rules: readonly MisbehaviourRule[]): Promise<Crashed> {
  const aws = await startAws();
  seedUnhealthy(aws);
  for (const rule of rules) aws.misbehave(rule);
  const crashing = new CrashingProcess(crash);
  const end = await crashing.run((options) => takeTurn(aws, { ...options, policy }));
  return { aws, crashing, end };
}

const moved = 'vc-west 1, vc-east 2';

/** The orders in the published intents: on the bus or, if the bus refused them, in the log. */
function intendedOrders({ aws, crashing }: Crashed): readonly string[] {
  const logged = crashing.lines.map(({ message, fields }) => ({ detailType: message, data: fields['data'] }));
  return [...eventsOn(aws), ...logged].flatMap(({ detailType, data }) =>
    detailType === 'Priority Change Intended' ? [formatOrder(data as { readonly after: Items })] : [],
  );
}

type Items = readonly { readonly voiceConnectorId: string; readonly priority: number }[];

function formatOrder({ after }: { readonly after: Items }): string {
  return [...after]
    .sort((left, right) => left.priority - right.priority)
    .map(({ voiceConnectorId, priority }) => `${voiceConnectorId} ${priority}`)
    .join(', ');
}

/** The decision of the next process a minute later. */
async function nextRun({ aws }: Crashed) {
  aws.server.clearMisbehaviour();
  aws.clock.jumpTo(aws.clock.now() + minute);
  return groupIn((await takeTurn(aws, { policy })).result);
}

/** The decision after the Region has long been healthy. The monitor would respect an operator's change for four hours. */
async function runWhenHealthy({ aws }: Crashed) {
  aws.server.clearMisbehaviour();
  aws.clock.jumpTo(aws.clock.now() + 2 * hour);
  aws.account.recordOptionsPing('vc-east', { at: aws.clock.now() - 20_000, source: '192.0.2.10' });
  publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
  publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', direction: 'Outbound', attemptsPerMinute: 4 });
  return groupIn((await takeTurn(aws, { policy })).result);
}

/** Whether the process wrote anything: a crash before that leaves nothing to recognise. */
function hadEffect({ asked }: TestAws): boolean {
  return asked.some(({ operation }) => /^(Put|Update)/.test(operation));
}

describe('a monitor that crashes at any request of a run', () => {
  it.each(worlds)(
    'in a world $world publishes every change, and its next process recognises it as its own',
    async (each) => {
      const crashes = { before: 0, after: 0, withChange: 0 };
      const at = new Set<string>();
      for (let request = 0, isOver = false; !isOver; request += 1) {
        for (const moment of ['before', 'after'] as const) {
          const crashed = await crashAt({ request, moment }, each.rules);
          isOver = crashed.end === 'completed';
          if (isOver) break;
          crashes[moment] += 1;
          const operation = crashed.crashing.asked[request] ?? '';
          at.add(operation);
          const crash = `${moment} request ${request}, ${operation}`;
          if (orderOf(crashed.aws) === moved) {
            crashes.withChange += 1;
            expect({ crash, intended: intendedOrders(crashed) }).toEqual({
              crash,
              intended: expect.arrayContaining([moved]) as unknown,
            });
            expect({ crash, ...(await runWhenHealthy(crashed)) }).toMatchObject({
              crash,
              decision: 'failback',
            });
          } else if (hadEffect(crashed.aws)) {
            const next = await nextRun(crashed);
            expect({ crash, ...next }).toMatchObject({ crash, decision: 'failover', outcome: { kind: 'applied' } });
          }
        }
      }
      const points = crashes.before + crashes.after;
      process.stdout.write(`A world ${each.world}: ${points} crashes, ${crashes.withChange} of them after a change\n`);
      expect([...at].sort()).toEqual([
        'GetMetricDataCommand',
        'GetParametersByPathCommand',
        'GetVoiceConnectorGroupCommand',
        'GetVoiceConnectorOriginationCommand',
        'GetVoiceConnectorTerminationHealthCommand',
        'ListVoiceConnectorGroupsCommand',
        'ListVoiceConnectorsCommand',
        'PutEventsCommand',
        'PutMetricDataCommand',
        ...(each.alsoAsked ?? []),
        'UpdateVoiceConnectorGroupCommand',
      ]);
      expect(crashes.withChange).toBeGreaterThan(3);
    },
  );
});
