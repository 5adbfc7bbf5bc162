/** The messages to an on-call person, made of the events of real runs over the wire, as a rule's target receives them. */
import { describe, expect, it } from 'vitest';
import { delivered } from '../wire-support/event-schema.ts';
import { minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { deploy } from '../wire-support/functions.ts';
import {
  drillOf,
  seedHealthy,
  seedMainLine,
  seedRecovered,
  advanceDrill,
  putOverride,
  seedUnhealthy,
  seedUnhealthySince,
} from '../wire-support/account-fixtures.ts';
import { takeTurn, type TurnOptions } from '../wire-support/turns.ts';
import { matchesPattern } from './event-pattern.ts';
import { rules, type Target } from './message-rules.ts';

/** The value of a path such as `$.a.b[0]` in an event. */
function at(event: unknown, path: string): unknown {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], event);
}

/** The text of a message, with each variable replaced by its value. */
function messageOf({ InputTransformer: { InputPathsMap, InputTemplate } }: Target, event: unknown): string {
  return InputTemplate.split('\n')
    .map((line) => line.replaceAll(/^"|"$/g, ''))
    .join('\n')
    .replaceAll(/<(\w+)>/g, (_, name: string) => {
      const value = at(event, InputPathsMap[name]!);
      if (typeof value !== 'string') throw new Error(`${name} is not a text in the event`);
      return value;
    });
}

/** The messages of every run so far, by rule. */
function messagesOf(aws: TestAws): Readonly<Record<string, readonly string[]>> {
  const events = aws.account.eventBridge.events.map(delivered);
  return Object.fromEntries(
    rules.flatMap(({ id, pattern, target }) => {
      const messages = events
        .filter((event) => matchesPattern(pattern, event))
        .map((event) => messageOf(target, event));
      return messages.length === 0 ? [] : [[id, messages]];
    }),
  );
}

async function messagesOfRun(
  seed: (aws: TestAws) => void,
  options?: TurnOptions,
): Promise<ReturnType<typeof messagesOf>> {
  const aws = await startAws();
  aws.clock.jumpTo(now + 7 * minute);
  seed(aws);
  await takeTurn(aws, options);
  return messagesOf(aws);
}

const footer = 'At 2026-11-20T09:07:30.000Z, group main-line, run turn-1 of the monitor in us-east-1.';

/** A command line of the message. */
function vcf(command: string): string {
  return `npm run vcf -- ${command} --stage dev --region us-east-1`;
}

const statusLine = `To see the group: ${vcf("status 'main-line'")}`;

const historyLine = `To see what happened: ${vcf("history 'main-line' --since 2h")}`;

const pauseMainLine = vcf("pause 'main-line' --until 2h --reason WHY");

describe('An on-call person', () => {
  it('is notified of a failover: from where to where, why, and what to do', async () => {
    const { FailoverDoneRule: messages, ...others } = await messagesOfRun(seedUnhealthy);
    expect(others).toEqual({});
    expect(messages).toHaveLength(1);
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe('DONE: failover of Main line. New calls now try vc-west before vc-east.');
    expect(lines[1]).toMatch(/^Why: vc-east \(us-east-1\) unhealthy: 108 of 216 calls failed in 9 min/);
    expect(lines[2]).toMatch(
      /^Impact: calls failed since 08:57 UTC, beyond the usual ones: about 97 \(86 to 106\), counted up to 09:06 UTC; 24 calls a minute at risk$/,
    );
    expect(lines.slice(3)).toEqual([
      'Result: accepted by AWS, confirmed as vc-west 1, vc-east 2',
      'Next: confirm that calls arrive at vc-west, then diagnose vc-east: docs/runbook.md#an-incident',
      statusLine,
      historyLine,
      `To stop the monitor for this group: ${pauseMainLine}`,
      `To undo the change: ${vcf("switchover 'main-line' 'vc-east' --reason WHY")}`,
      'If a check refuses that, it says how to force it: docs/runbook.md#undoing-a-change',
      footer,
    ]);
  });

  it('is notified of a failback in the same form', async () => {
    const { GroupMovedRule: messages } = await messagesOfRun(seedRecovered);
    expect(messages?.[0]).toMatch(/^DONE: failback of Main line\. New calls now try vc-east before vc-west\./);
  });

  it.each([
    {
      code: 'failing',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' } as const,
    },
    { code: 'gone', effect: { kind: 'error', status: 410, code: 'GoneException', message: 'no' } as const },
  ])('is notified of a change that is needed and blocked: $code', async ({ code, effect }) => {
    const { ChangeBlockedRule: messages, ...others } = await messagesOfRun((aws) => {
      // Proven by this run, and not a minute before.
      seedUnhealthySince(aws, now + 2.5 * minute);
      aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
    });
    expect(others).toEqual({});
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe(
      `BLOCKED: failover of Main line from vc-east to vc-west is needed but was not made (${code}).`,
    );
    expect(lines[2]).toMatch(/^Impact: calls failed since /);
    expect(lines[3]).toMatch(new RegExp(`^What blocks it: .*${effect.code}`));
    expect(lines.slice(6, 8)).toEqual([
      statusLine,
      `The monitor retries every minute and sends this message every quarter of an hour. To stop both: ${pauseMainLine}`,
    ]);
  });

  it('is notified of a change that stays blocked once, and then every quarter of an hour', async () => {
    const aws = await startAws();
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' },
    });
    const timesOfMessages: number[] = [];
    for (let at = 10; at <= 32; at += 1) {
      aws.clock.jumpTo(now + at * minute);
      seedUnhealthySince(aws, now + 5.5 * minute);
      const before = messagesOf(aws)['ChangeBlockedRule']?.length ?? 0;
      await takeTurn(aws);
      const after = messagesOf(aws)['ChangeBlockedRule']?.length ?? 0;
      timesOfMessages.push(...Array.from({ length: after - before }, () => at));
    }
    expect(timesOfMessages).toEqual([10, 15, 30]);
  });

  it('is notified of a change that AWS does not show', async () => {
    const { ChangeUnverifiedRule: messages, ...others } = await messagesOfRun((aws) => {
      seedUnhealthy(aws);
      aws.account.chime.groups.updatePropagation = { visibleAfterMs: 10 * minute };
    });
    expect(others).toEqual({});
    expect(messages?.[0]).toMatch(
      /^UNVERIFIED: failover of Main line from vc-east to vc-west .*\n.*\nImpact: .*\nWhat is known: /,
    );
  });

  it('is notified when calls fail and no member can take them', async () => {
    const { NoMoveRule: messages, ...others } = await messagesOfRun((aws) => {
      seedUnhealthy(aws);
      // The ping was fresh enough for a move a minute ago, and is too old now.
      const pingedAt = aws.clock.now() - 5 * minute - 10_000;
      aws.account.recordOptionsPing('vc-west', { at: pingedAt, source: '192.0.2.10' });
    });
    expect(others).toEqual({});
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe('NO MOVE: Main line has a problem, and the monitor leaves its order as it is (no-target).');
    expect(lines[2]).toMatch(/^Impact: calls failed since /);
    expect(lines[3]).toBe('A person must decide. What to do: docs/runbook.md#no-target');
  });

  const tied = [
    { voiceConnectorId: 'vc-east', priority: 1 },
    { voiceConnectorId: 'vc-west', priority: 1 },
  ];
  it.each([
    {
      code: 'tied-priorities',
      seed: (aws: TestAws) => {
        seedMainLine(aws, { items: tied, updatedAt: now + 7 * minute });
      },
    },
    {
      code: 'load-balanced',
      seed: (aws: TestAws) => {
        seedMainLine(aws, { callDistributionType: 'LoadBalancedDistribution', updatedAt: now + 7 * minute });
      },
    },
    {
      code: 'override-unparseable',
      seed: (aws: TestAws) => {
        seedHealthy(aws);
        putOverride(aws, 'main-line', 'puase');
      },
    },
  ])('is notified of a group that could not be failed over: $code', async ({ code, seed }) => {
    const { CannotFailOverRule: messages, ...others } = await messagesOfRun(seed);
    expect(others).toEqual({});
    expect(messages).toHaveLength(1);
    expect(messages![0]).toMatch(
      new RegExp(
        `^NOT READY: Main line cannot be failed over as it is configured \\(${code}\\)\\..*\\nWhy: .*\\n.*#${code}\\n${footer}$`,
        's',
      ),
    );
  });

  it('is notified of failed readiness checks of a group and of the account, and of what to do', async () => {
    const aws = await deploy();
    seedMainLine(aws, { voiceConnectorGroupId: 'other-line', name: 'Other line' });
    await aws.invoke('preflight', {});
    const { GroupNotReadyRule: ofGroup, AccountNotReadyRule: ofAccount, ...others } = messagesOf(aws);
    expect(others).toEqual({});
    expect(ofGroup).toHaveLength(1);
    expect(ofGroup![0]).toMatch(
      /^NOT READY: Other line could not .*\nWhat fails: phone-numbers: 0 .* To do: Assign the numbers /,
    );
    expect(ofAccount).toHaveLength(1);
    expect(ofAccount![0]).toMatch(
      /^NOT READY: a check that .*\nWhat fails: policy-entries: .* main-line\. To do: Correct /,
    );
  });

  it.each(['lasts', 'ended', 'none'] as const)(
    'is not notified again where the change of a readiness check is %s',
    (change) => {
      const failing = { source: 'voice-connector-failover', detail: { data: { outcome: 'fail', change } } };
      for (const type of ['Readiness Checked', 'Account Readiness Checked']) {
        const event = { ...failing, 'detail-type': type };
        expect(rules.filter(({ pattern }) => matchesPattern(pattern, event))).toEqual([]);
      }
    },
  );

  it('is notified that a drill starts, and how it ended', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', drillOf(aws, 5));
    await takeTurn(aws);
    const { DrillStartedRule: started, ...nothingElse } = messagesOf(aws);
    expect(nothingElse).toEqual({});
    expect(started?.[0]?.split('\n').slice(0, 2)).toEqual([
      'DRILL STARTED: new calls of Main line try vc-west first until the drill ends, then vc-east again.',
      'Ordered by ops: does the standby work',
    ]);
    advanceDrill(aws, 5);
    await takeTurn(aws);
    const { DrillEndedRule: ended, ...others } = messagesOf(aws);
    expect(Object.keys(others)).toEqual(['DrillStartedRule']);
    expect(ended?.[0]).toMatch(
      /^DRILL succeeded \(passed\): new calls of Main line try vc-east first\.\nThe drill was to send calls to vc-west, ordered by ops\.\nWhy it ended like this: vc-west \(us-west-2\): 0 of 72 calls failed/,
    );
  });

  it('is notified of a drill whose group is not restored', async () => {
    const { DrillNotRestoredRule: messages, ...others } = await messagesOfRun((aws) => {
      seedHealthy(aws);
      const drill = drillOf(aws, 5);
      seedMainLine(aws, {
        items: [
          { voiceConnectorId: 'vc-east', priority: 3 },
          { voiceConnectorId: 'vc-west', priority: 2 },
        ],
        updatedAt: aws.clock.now(),
      });
      putOverride(aws, 'main-line', drill);
    });
    expect(others).toEqual({});
    expect(messages?.[0]).toMatch(
      /^DRILL interrupted \(group-changed\), NOT RESTORED: the order of Main line stays as it is, and vc-east is not its primary\.\n.*Why it ended like this: changed outside the monitor to vc-west 2, vc-east 3\n/,
    );
  });

  it('is notified of a weekly drill that could not start', async () => {
    const policy = `
version: 1
groups:
  - { group: main-line, mode: enforce, drill: { day: fri, from: '08:30', until: '10:00' } }
`;
    const aws = await deploy({ policy });
    seedHealthy(aws);
    putOverride(aws, 'all', { action: 'pause', by: 'boss', reason: 'storm', until: '2030-01-01T00:00:00Z' });
    await aws.invoke('operate', { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' });
    const { WeeklyDrillRefusedRule: messages, ...others } = messagesOf(aws);
    expect(others).toEqual({});
    expect(messages?.[0]?.split('\n').slice(0, 2)).toEqual([
      'NO DRILL: the weekly drill of Main line is due (every fri, 08:30 to 10:00) and did not start (paused).',
      'Why (the first reason, if there are several): pause by boss: storm',
    ]);
  });

  it('is notified of an override that holds nothing, because no group has its key', async () => {
    const { OverrideUnmatchedRule: messages, ...others } = await messagesOfRun((aws) => {
      seedHealthy(aws);
      putOverride(aws, 'Main-Line', { action: 'pause', by: 'anna', reason: 'works', until: '2026-11-20T10:07:30Z' });
    });
    expect(others).toEqual({});
    expect(messages?.[0]?.split('\n').slice(0, 2)).toEqual([
      'NO EFFECT: an override is stored under the key Main-Line, and no group has that id or name. It holds nothing.',
      'What is stored: pause by anna, 60 min left: works',
    ]);
  });

  it('receives no message while all is well, nor for a group in mode observe', async () => {
    expect(await messagesOfRun(seedHealthy)).toEqual({});
    expect(await messagesOfRun(seedUnhealthy, { policy: '{ version: 1, defaults: { mode: observe } }' })).toEqual({});
  });
});
