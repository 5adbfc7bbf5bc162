/** What people are told, on real events: of turns over the wire, as a rule's target receives them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { holdCodes } from '../../lib/core/model/model.ts';
import { delivered } from '../wire-support/event-validation.ts';
import { minute, now, startAws, type TestAws } from '../wire-support/account.ts';
import { deploy } from '../wire-support/functions.ts';
import {
  drillOf,
  advanceDrill,
  putOverride,
  seedHealthy,
  seedMainLine,
  seedRecovered,
  seedUnhealthy,
} from '../wire-support/account-fixtures.ts';
import { takeTurn, type TurnOptions } from '../wire-support/turns.ts';
import { matchesPattern } from './event-pattern.ts';
import { ofType, resources, type Properties } from './template.ts';

type Target = {
  readonly Arn: unknown;
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
};

const topic = { Ref: 'AlertTopic' };

const rules = ofType('AWS::Events::Rule').flatMap(([id, properties]) => {
  const targets = properties['Targets'] as readonly Target[];
  return targets.some(({ Arn }) => JSON.stringify(Arn) === JSON.stringify(topic))
    ? [{ id, properties, pattern: properties['EventPattern'] as Properties, target: targets[0]! }]
    : [];
});

/** `$.a.b[0]` in an event; EventBridge leaves out what is not there. */
function at(event: unknown, path: string): unknown {
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], event);
}

/** The text of a message, each variable replaced. */
function messageOf({ InputTransformer: { InputPathsMap, InputTemplate } }: Target, event: unknown): string {
  return InputTemplate.split('\n')
    .map((line) => JSON.parse(line) as string)
    .join('\n')
    .replaceAll(/<(\w+)>/g, (_, name: string) => {
      const value = at(event, InputPathsMap[name]!);
      if (typeof value !== 'string') throw new Error(`${name} is no text in the event`);
      return value;
    });
}

/** By rule, the messages of the turns that were taken. */
function told(aws: TestAws): Readonly<Record<string, readonly string[]>> {
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

async function turned(seed: (aws: TestAws) => void, options?: TurnOptions): Promise<ReturnType<typeof told>> {
  const aws = await startAws();
  aws.clock.jumpTo(now + 7 * minute);
  seed(aws);
  await takeTurn(aws, options);
  return told(aws);
}

const foot = 'At 2026-11-20T09:07:30.000Z, group main-line, turn turn-1 of the monitor in us-east-1.';

describe('An on-call person', () => {
  it('is told of a failover: from where to where, why, and what to check', async () => {
    const { FailoverAppliedRule: messages, ...others } = await turned(seedUnhealthy);
    expect(others).toEqual({});
    expect(messages).toHaveLength(1);
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe('DONE: failover of Main line. New calls now try vc-west before vc-east.');
    expect(lines[1]).toMatch(/^Why: vc-east \(us-east-1\) unhealthy: 108 of 216 calls failed in 9 min/);
    expect(lines.slice(2)).toEqual([
      'AWS: accepted by AWS, seen as vc-west 1, vc-east 2',
      'Check that calls arrive at vc-west, then find out what ails vc-east.',
      'To stop the monitor or to undo this: docs/runbook.md#undoing-a-change',
      foot,
    ]);
  });

  it('is told of a return to the preferred order in the same words', async () => {
    const { FailoverAppliedRule: messages } = await turned(seedRecovered);
    expect(messages?.[0]).toMatch(/^DONE: failback of Main line\. New calls now try vc-east before vc-west\./);
  });

  it.each([
    {
      what: 'failing',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'no' } as const,
    },
    { what: 'gone', effect: { kind: 'error', status: 410, code: 'GoneException', message: 'no' } as const },
  ])('is told of a change that is needed and $what', async ({ what, effect }) => {
    const { FailoverBlockedRule: messages, ...others } = await turned((aws) => {
      seedUnhealthy(aws);
      aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
    });
    expect(others).toEqual({});
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe(
      `BLOCKED: failover of Main line from vc-east to vc-west is needed and was not made (${what}).`,
    );
    expect(lines[2]).toMatch(new RegExp(`^What stands in the way: .*${effect.code}`));
  });

  it('is told of a change that AWS does not show', async () => {
    const { FailoverUnverifiedRule: messages, ...others } = await turned((aws) => {
      seedUnhealthy(aws);
      aws.account.chime.groups.updatePropagation = { visibleAfterMs: 10 * minute };
    });
    expect(others).toEqual({});
    expect(messages?.[0]).toMatch(/^UNVERIFIED: failover of Main line from vc-east to vc-west .*\n.*\nWhat is known: /);
  });

  it('is told of calls that fail with nowhere to go', async () => {
    const { NoWayOutRule: messages, ...others } = await turned((aws) => {
      seedUnhealthy(aws);
      // Fresh a minute ago, and too old to move to now.
      const pingedAt = aws.clock.now() - 5 * minute - 10_000;
      aws.account.recordOptionsPing('vc-west', { at: pingedAt, source: '192.0.2.10' });
    });
    expect(others).toEqual({});
    const lines = messages![0]!.split('\n');
    expect(lines[0]).toBe('NO WAY OUT: Main line is in trouble and the monitor leaves it as it is (no-target).');
    expect(lines[2]).toBe('This needs a person. What to do: docs/runbook.md#no-target');
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
  ])('is told of a group that could not be failed over: $code', async ({ code, seed }) => {
    const { NotReadyRule: messages, ...others } = await turned(seed);
    expect(others).toEqual({});
    expect(messages).toHaveLength(1);
    expect(messages![0]).toMatch(
      new RegExp(
        `^NOT READY: Main line cannot be failed over as it is \\(${code}\\)\\..*\\nWhy: .*\\n.*#${code}\\n${foot}$`,
        's',
      ),
    );
  });

  it('is told of a group whose readiness fails, what and what to do, and of the account', async () => {
    const aws = await deploy();
    seedMainLine(aws, { voiceConnectorGroupId: 'other-line', name: 'Other line' });
    await aws.invoke('preflight', {});
    const { GroupNotReadyRule: ofGroup, AccountNotReadyRule: ofAccount, ...others } = told(aws);
    expect(others).toEqual({});
    expect(ofGroup).toHaveLength(1);
    expect(ofGroup![0]).toMatch(
      /^NOT READY: Other line could not .*\nWhat: phone-numbers: 0 .* To do: Assign the numbers /,
    );
    expect(ofAccount).toHaveLength(1);
    expect(ofAccount![0]).toMatch(/^NOT READY: something .*\nWhat: policy-entries: .* main-line\. To do: Correct /);
  });

  it.each(['lasts', 'ended', 'none'] as const)('is not told again of a readiness that %s', (change) => {
    const failing = { source: 'voice-connector-failover', detail: { data: { outcome: 'fail', change } } };
    for (const type of ['Readiness Checked', 'Account Readiness Checked']) {
      const event = { ...failing, 'detail-type': type };
      expect(rules.filter(({ pattern }) => matchesPattern(pattern, event))).toEqual([]);
    }
  });

  it('is told that a drill begins, and how it ended', async () => {
    const aws = await startAws();
    seedHealthy(aws);
    putOverride(aws, 'main-line', drillOf(aws, 5));
    await takeTurn(aws);
    const { DrillBegunRule: begun, ...nothingElse } = told(aws);
    expect(nothingElse).toEqual({});
    expect(begun?.[0]?.split('\n').slice(0, 2)).toEqual([
      'DRILL: vc-west carries the calls of Main line for a while, and vc-east gets them back.',
      'Ordered by ops: does the standby work',
    ]);
    advanceDrill(aws, 5);
    await takeTurn(aws);
    const { DrillEndedRule: ended, ...others } = told(aws);
    expect(Object.keys(others)).toEqual(['DrillBegunRule']);
    expect(ended?.[0]).toMatch(
      /^DRILL succeeded \(passed\): vc-west was to carry the calls of Main line, by order of ops\. New calls try vc-east first again\.\nWhy: vc-west \(us-west-2\): 0 of 72 calls failed/,
    );
  });

  it('is told of a drill whose group is not put back', async () => {
    const { DrillNotPutBackRule: messages, ...others } = await turned((aws) => {
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
      /^DRILL interrupted \(changed-meanwhile\), NOT PUT BACK: Main line stays as it is, and vc-east is not its first choice\.\n.*Why it ended like this: changed by hand to vc-west 2, vc-east 3\n/,
    );
  });

  it('is told of a weekly drill that could not begin', async () => {
    const policy = `
version: 1
groups:
  - { group: main-line, mode: enforce, drill: { day: fri, from: '08:30', until: '10:00' } }
`;
    const aws = await deploy({ policy });
    seedHealthy(aws);
    putOverride(aws, 'all', { action: 'pause', by: 'boss', reason: 'storm', until: '2030-01-01T00:00:00Z' });
    await aws.invoke('operate', { 'detail-type': 'Scheduled Event', source: 'aws.scheduler' });
    const { WeeklyDrillRefusedRule: messages, ...others } = told(aws);
    expect(others).toEqual({});
    expect(messages?.[0]?.split('\n').slice(0, 2)).toEqual([
      'NO DRILL: the weekly drill of Main line is due (every fri, 08:30 to 10:00) and does not begin (word-in-force).',
      'Why, to begin with: pause by boss: storm',
    ]);
  });

  it('is told of nothing while all is well, nor of what is only watched', async () => {
    expect(await turned(seedHealthy)).toEqual({});
    expect(await turned(seedUnhealthy, { policy: '{ version: 1, defaults: { mode: observe } }' })).toEqual({});
  });

  it('has every path of every message filled by the events it is made of, and uses every one', () => {
    for (const { id, target } of rules) {
      const { InputPathsMap, InputTemplate } = target.InputTransformer;
      const used = new Set([...InputTemplate.matchAll(/<(\w+)>/g)].map(([, name]) => name!));
      expect(
        [...used].filter((name) => InputPathsMap[name] === undefined),
        id,
      ).toEqual([]);
    }
  });

  it('finds every chapter of the runbook that a message names', () => {
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const anchors = rules.flatMap(({ target, pattern }) => {
      const { detail } = pattern as { readonly detail?: { readonly data: { readonly code: readonly string[] } } };
      const named = [...target.InputTransformer.InputTemplate.matchAll(/docs\/runbook\.md#([\w-]+|<code>)/g)];
      return named.flatMap(([, anchor]) => (anchor === '<code>' ? detail!.data.code : [anchor!]));
    });
    expect(anchors.length).toBeGreaterThan(rules.length);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('is told only by codes that there are', () => {
    const codes = rules.flatMap(({ pattern }) => {
      const { detail } = pattern as { readonly detail?: { readonly data: { readonly code: readonly string[] } } };
      return detail?.data.code ?? [];
    });
    expect(codes.filter((code) => !(holdCodes as readonly string[]).includes(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('The topic', () => {
  it('is told by rules of the monitor’s own bus', () => {
    expect(rules.length).toBeGreaterThan(0);
    for (const { id, properties } of rules) expect(properties['EventBusName'], id).toEqual({ Ref: 'Bus' });
  });

  it('is encrypted by a key that alarms and rules may use, and lets nobody but them publish', () => {
    expect(resources['AlertTopic']!.Properties).toMatchObject({ KmsMasterKeyId: { Ref: 'AlertKey' } });
    type Statement = { readonly Principal: { readonly Service?: string }; readonly Action: string | readonly string[] };
    const statements = (id: string, document: string) =>
      (resources[id]!.Properties![document] as { readonly Statement: readonly Statement[] }).Statement;
    const publishers = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];
    const policy = statements('AlertTopicPolicy', 'PolicyDocument');
    expect(policy.map(({ Principal, Action }) => [Principal.Service, Action])).toEqual(
      publishers.map((service) => [service, 'sns:Publish']),
    );
    const users = statements('AlertKey', 'KeyPolicy').filter(({ Principal }) => Principal.Service !== undefined);
    expect(users.map(({ Principal, Action }) => [Principal.Service, Action])).toEqual(
      publishers.map((service) => [service, ['kms:Decrypt', 'kms:GenerateDataKey*']]),
    );
  });

  it('has a subscriber only where an address was given', () => {
    expect(ofType('AWS::SNS::Subscription')).toHaveLength(1);
    expect(resources['AlertSubscription']).toMatchObject({ Condition: 'HasAlertEmail' });
  });
});
