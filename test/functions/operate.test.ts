/** An operator's commands, run by the unmodified handler against the local AWS. */
import { describe, expect, it } from 'vitest';
import type { OperateResult } from '../../lib/operate/result.ts';
import type { MisbehaviourRule } from '../../sim/wire/misbehaviour.ts';
import {
  allEventText,
  askedFor,
  eventsOn,
  hour,
  minute,
  now,
  orderOf,
  writes,
  type TestAws,
} from '../wire-support/account.ts';
import { overridesPath } from '../../sim/local-aws.ts';
import { deploy, logged, type Answer, type Deployment } from '../wire-support/functions.ts';
import {
  putOverride,
  seedHealthy,
  seedMainLine,
  seedRecovered,
  seedUnhealthy,
  seedSideLine,
} from '../wire-support/account-fixtures.ts';

const operator = { by: 'anna', reason: 'works on the trunk' };
const until = new Date(now + 2 * hour).toISOString();
const both = { env: { MONITOR_REGIONS: 'us-east-1,us-west-2' } };

async function deployed(
  seed: (aws: TestAws) => void = seedHealthy,
  options: Parameters<typeof deploy>[0] = {},
): Promise<Deployment> {
  const aws = await deploy(options);
  seed(aws);
  return aws;
}

async function run(aws: Deployment, command: object): Promise<OperateResult> {
  const { functionError, payload, error } = await aws.invoke('operate', {
    group: 'main-line',
    ...operator,
    ...command,
  });
  expect(functionError, error.errorMessage).toBeUndefined();
  return payload as OperateResult;
}

async function refusal(aws: Deployment, command: object): Promise<Answer['error']> {
  const answer = await aws.invoke('operate', { group: 'main-line', ...operator, ...command });
  expect(answer.functionError).toBe('Unhandled');
  return answer.error;
}

function storedOverrideIds({ account }: Pick<TestAws, 'account'>, region = 'us-east-1') {
  return Object.fromEntries(
    account.parameters
      .byPath(region, { path: overridesPath, recursive: true })
      .items.map(({ name, value }) => [name.slice(overridesPath.length + 1), JSON.parse(value) as unknown]),
  );
}

function actionsOn(aws: Deployment) {
  return eventsOn(aws).flatMap(({ detailType, data }) => (detailType === 'Operator Action' ? [data] : []));
}

function expectNoChange(aws: Deployment): void {
  expect(writes(aws)).toEqual([]);
  expect(askedFor(aws, 'PutParameter')).toEqual([]);
  expect(askedFor(aws, 'DeleteParameter')).toEqual([]);
}

describe('a pause', () => {
  it('of a group is stored in Parameter Store and holds the group in the monitor', async () => {
    const aws = await deployed(seedUnhealthy);
    expect(await run(aws, { action: 'pause', until: '2h' })).toEqual({
      shape: 'operate-result',
      version: 1,
      runId: expect.any(String) as string,
      action: 'pause',
      outcome: 'done',
      summary: `main-line (Main line) is paused until ${until} by anna: works on the trunk; stored in us-east-1`,
      table: [],
      warnings: [],
    });
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': { action: 'pause', ...operator, until } });
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'paused' }] } });
    expect(writes(aws)).toEqual([]);
  });

  it('is published before and after it is stored, with the whole command', async () => {
    const aws = await deployed();
    aws.onFirst('PutParameter', () => {
      expect(actionsOn(aws)).toMatchObject([{ stage: 'requested', summary: 'pause main-line (Main line) for 2 h' }]);
    });
    await run(aws, { action: 'pause', until: '2h' });
    const command = { action: 'pause', group: 'main-line', ...operator, until, force: [] };
    expect(actionsOn(aws)).toEqual([
      { stage: 'requested', command, summary: 'pause main-line (Main line) for 2 h', problems: [] },
      { stage: 'done', command, summary: expect.stringContaining('is paused until') as string, problems: [] },
    ]);
  });

  it.each<[string, MisbehaviourRule]>([
    ['the control planes', { service: 'chime', effect: { kind: 'region-down' } }],
    ['CloudWatch', { service: 'monitoring', effect: { kind: 'region-down' } }],
  ])('of all groups does not need %s', async (_, rule) => {
    const aws = await deployed(seedUnhealthy);
    aws.misbehave(rule);
    expect(await run(aws, { action: 'pause', group: 'all', until: '1h' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toMatchObject({ all: { action: 'pause' } });
  });

  it('is stored in every Region that a monitor runs in', async () => {
    const aws = await deployed(seedHealthy, both);
    expect((await run(aws, { action: 'pause', until: '2h' })).summary).toContain('stored in us-east-1, us-west-2');
    expect(storedOverrideIds(aws, 'us-west-2')).toEqual(storedOverrideIds(aws));
  });

  it('that could not be stored in one Region is in force in the other, and the command fails with both facts', async () => {
    const aws = await deployed(seedHealthy, both);
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is paused until .* stored in us-east-1\n {2}- storing the override in us-west-2: /,
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('is stored without reading the present override if that fails, with a warning', async () => {
    const aws = await deployed();
    const refused = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'GetParametersByPath', effect: refused });
    expect(await run(aws, { action: 'pause', until: '2h' })).toMatchObject({
      outcome: 'done',
      warnings: [expect.stringMatching(/^reading the overrides in us-east-1: AccessDeniedException: no/)],
    });
  });

  it('that no Region stored fails the command', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'PutParameter',
      effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is not paused\n {2}- storing the override in us-east-1: AccessDenied: no/,
    );
    expect(actionsOn(aws)).toMatchObject([{ stage: 'requested' }, { stage: 'failed' }]);
  });

  it('can be extended by any operator, and shortened only with force', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    await run(aws, { action: 'pause', until: '3h', by: 'ben' });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '1h' });
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage).toContain(
      '  - paused: in us-east-1 there is: pause by ben, 3 h left: works on the trunk. To replace it: "force": ["paused"]',
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'ben' } });
    await run(aws, { action: 'pause', until: '1h', force: ['paused'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'anna' } });
  });

  it('replaces a pin only with force', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pin', order: ['vc-east', 'vc-west'], until: '1h' });
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain('"force": ["pinned"]');
    await run(aws, { action: 'pause', until: '2h', force: ['pinned'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('replaces an unparseable override only with force, and an expired one without', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pin', ...operator, until: new Date(now - minute).toISOString() });
    await run(aws, { action: 'pause', until: '1h' });
    aws.account.parameters.put('us-east-1', { name: `${overridesPath}/main-line`, value: 'not JSON', overwrite: true });
    expect((await refusal(aws, { action: 'pause', until: '1h' })).errorMessage).toContain(
      '"force": ["override-unparseable"]',
    );
    await run(aws, { action: 'pause', until: '1h', force: ['override-unparseable'] });
  });
});

describe('resuming', () => {
  it('removes the override of the group in every Region', async () => {
    const aws = await deployed(seedHealthy, both);
    await run(aws, { action: 'pause', until: '2h' });
    const { outcome, summary } = await run(aws, { action: 'resume', by: 'ben' });
    expect({ outcome, summary }).toEqual({
      outcome: 'done',
      summary: 'removed from main-line (Main line): pause by anna, 2 h left: works on the trunk',
    });
    expect([storedOverrideIds(aws), storedOverrideIds(aws, 'us-west-2')]).toEqual([{}, {}]);
  });

  it('reports how long ago a removed pause expired', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pause', ...operator, until: new Date(now - 5 * minute).toISOString() });
    expect((await run(aws, { action: 'resume' })).summary).toBe(
      'removed from main-line (Main line): pause by anna, expired 5 min ago: works on the trunk',
    );
  });

  it('keeps the override of every group and reports it', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', group: 'all', until: '1h' });
    await run(aws, { action: 'pause', until: '2h' });
    expect((await run(aws, { action: 'resume' })).summary).toMatch(
      /; the override of every group stays in force: pause by anna, 60 min left/,
    );
    expect(await run(aws, { action: 'resume' })).toMatchObject({ outcome: 'unchanged' });
    expect(await run(aws, { action: 'resume', group: 'all' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toEqual({});
  });

  it('does not remove an override that someone put at the same moment', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    const later = { action: 'pause', by: 'ben', reason: 'mine', until };
    aws.onFirst('GetParameter', () => {
      const name = `${overridesPath}/main-line`;
      aws.account.parameters.put('us-east-1', { name, value: JSON.stringify(later), overwrite: true });
    });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('the override was replaced meanwhile');
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': later });
  });

  it('succeeds when someone else removed the override at the same moment', async () => {
    const aws = await deployed();
    await run(aws, { action: 'pause', until: '2h' });
    aws.onFirst('GetParameter', () => {
      aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
    });
    expect(await run(aws, { action: 'resume' })).toMatchObject({ outcome: 'done' });
  });

  it('fails when a Region cannot be read, because an override may still be in force there', async () => {
    const aws = await deployed(seedHealthy, both);
    await run(aws, { action: 'pause', until: '2h' });
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('reading the overrides in us-west-2');
  });
});

describe('a switchover', () => {
  it('moves the group, in mode observe too, and publishes the operator and the reason', async () => {
    const aws = await deployed(seedHealthy, { policy: 'version: 1\n' });
    const result = await run(aws, { action: 'switchover', to: 'vc-west' });
    expect(result).toMatchObject({
      outcome: 'done',
      summary:
        'switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2: accepted by AWS, confirmed as vc-west 1, vc-east 2',
      table: [
        '  1  vc-west  us-west-2  unknown (idle)  no calls in 60 min',
        expect.stringMatching(/^ {2}2 {2}vc-east {2}us-east-1 {2}healthy {9}\d+ of \d+ calls failed/),
        expect.stringContaining('does not change this order for 60 min'),
        expect.stringContaining('To keep it for longer: pin.'),
      ],
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(eventsOn(aws).map(({ detailType, data }) => [detailType, data['stage'] ?? data['command']])).toEqual([
      ['Operator Action', 'requested'],
      ['Priority Change Intended', { ...operator, forced: [] }],
      ['Priority Change Applied', { ...operator, forced: [] }],
      ['Operator Action', 'done'],
    ]);
  });

  it('counts as a change by someone else: the monitor does not revert it', async () => {
    const aws = await deployed();
    await run(aws, { action: 'switchover', to: 'vc-west' });
    expect(askedFor(aws, 'PutMetricData')).toEqual([]);
    aws.clock.jumpTo(now + 45 * minute);
    expect(await aws.invoke('monitor', {})).toMatchObject({
      payload: { groups: [{ decision: 'hold', reason: expect.stringMatching(/vc-east|no calls/) as string }] },
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('to an unhealthy member is refused with every obstacle, and nothing is written', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each, {
        items: [
          { voiceConnectorId: 'vc-west', priority: 1 },
          { voiceConnectorId: 'vc-east', priority: 2 },
        ],
      });
    });
    putOverride(aws, 'main-line', { action: 'pause', by: 'ben', reason: 'lunch', until });
    const { errorType, errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-east' });
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage).toMatch(
      /^the command: main-line \(Main line\) is not moved: 2 problems\n {2}- paused: paused by ben, 2 h left: lunch\. To do it anyway: "force": \["paused"\]\n {2}- unhealthy: vc-east \(us-east-1\): .* calls failed .*"force": \["unhealthy"\]$/,
    );
    expect(writes(aws)).toEqual([]);
    expect(actionsOn(aws)).toMatchObject([
      { stage: 'refused', problems: [/^paused/, /^unhealthy/].map((each) => expect.stringMatching(each) as string) },
    ]);
  });

  it('overrides the forced rules, and its event lists them', async () => {
    const aws = await deployed(seedUnhealthy);
    await run(aws, { action: 'switchover', to: 'vc-west' });
    const forcedSummary = (await run(aws, { action: 'switchover', to: 'vc-east', force: ['unhealthy'] })).summary;
    expect(forcedSummary).toContain('; forced past unhealthy (vc-east (us-east-1): ');
    expect(eventsOn(aws).at(-2)).toMatchObject({
      detailType: 'Priority Change Applied',
      data: { decision: 'switchover', command: { forced: [{ rule: 'unhealthy' }] } },
    });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('as a dry run reports what it would do, and changes and publishes nothing', async () => {
    const aws = await deployed();
    expect(await run(aws, { action: 'switchover', to: 'vc-west', dryRun: true })).toMatchObject({
      outcome: 'dry-run',
      summary: 'would do: switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
    });
    expectNoChange(aws);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('accepts the name of the group', async () => {
    const aws = await deployed();
    await run(aws, { action: 'switchover', group: 'Main line', to: 'vc-west' });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it.each<[string, (aws: Deployment) => void, RegExp]>([
    [
      'that someone renamed in the meantime',
      (aws) => {
        aws.onFirst('GetVoiceConnectorGroup', () => {
          const { groups } = aws.account.chime;
          const { items, callDistributionType } = groups.get('us-east-1', 'main-line');
          groups.update('us-east-1', 'main-line', { name: 'Other', items, callDistributionType });
        });
      },
      /^withheld \(group-changed\): switchover of .*\n {2}- the group changed after it was judged: Name was Main line, is Other/,
    ],
    [
      "that the operator's role may not write",
      (aws) => {
        const effect = { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } as const;
        aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
      },
      /^rejected \(forbidden\): switchover of .*\n {2}- ForbiddenException: no/,
    ],
  ])('of a group %s fails with the reason', async (_, inject, message) => {
    const aws = await deployed();
    inject(aws);
    const { errorType, errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-west' });
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(message);
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(actionsOn(aws)).toMatchObject([{ stage: 'requested' }, { stage: 'failed' }]);
  });

  it('stays in force when its events cannot be published, and the command fails with both facts', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'PutEvents',
      effect: { kind: 'error', status: 400, code: 'ValidationException', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-west' });
    expect(errorMessage).toMatch(
      /^switchover of .* confirmed as vc-west 1, vc-east 2\n(?: {2}- publishing .* in the outbox until EventBridge takes it\n?){4}$/,
    );
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('is carried out on what could be read, with a warning for the rest', async () => {
    const aws = await deployed();
    aws.misbehave({ operation: 'ListVoiceConnectorGroups', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { outcome, warnings } = await run(aws, { action: 'switchover', to: 'vc-west' });
    expect(outcome).toBe('done');
    expect(warnings).toEqual([expect.stringContaining('us-west-2')]);
  });
});

describe("an operator's failback", () => {
  it("restores the preferred order, and is recorded as the monitor's own change", async () => {
    const aws = await deployed(seedRecovered);
    expect(await run(aws, { action: 'failback' })).toMatchObject({ outcome: 'done' });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(askedFor(aws, 'PutMetricData').map(({ input }) => input)).toMatchObject([
      { MetricData: [{ MetricName: 'PriorityChange' }] },
    ]);
  });

  it('changes nothing when the group already has that order', async () => {
    const aws = await deployed();
    expect(await run(aws, { action: 'failback' })).toMatchObject({
      outcome: 'unchanged',
      summary: 'main-line (Main line) already has that order: vc-east 1, vc-west 2',
    });
    expectNoChange(aws);
  });
});

describe('a pin', () => {
  it('puts the group in its order and keeps the monitor from moving it', async () => {
    const aws = await deployed();
    const pin = { action: 'pin', order: ['vc-west', 'vc-east'], until: '2h' };
    expect((await run(aws, pin)).summary).toMatch(
      / confirmed as vc-west 1, vc-east 2; main-line \(Main line\) is pinned until /,
    );
    expect(storedOverrideIds(aws)).toEqual({
      'main-line': { action: 'pin', ...operator, until, order: ['vc-west', 'vc-east'] },
    });
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'pinned' }] } });
    expect(await run(aws, { ...pin, until: '3h' })).toMatchObject({ outcome: 'done' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('is not stored when the move failed: the pin would prevent a failover from the present order', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'UpdateVoiceConnectorGroup',
      effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' },
    });
    await refusal(aws, { action: 'pin', order: ['vc-west', 'vc-east'], until: '2h' });
    expect(storedOverrideIds(aws)).toEqual({});
  });
});

describe('the status', () => {
  it('shows the decision that the monitor would make for every group, and changes nothing', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
    });
    putOverride(aws, 'side-line', { action: 'pause', ...operator, until });
    const { summary, table } = await run(aws, {
      action: 'status',
      group: undefined,
      by: undefined,
      reason: undefined,
    });
    expect(summary).toBe('2 groups at 2026-11-20T09:00:30.000Z');
    expect(table).toEqual([
      'Main line (main-line)  mode enforce, failback auto, changed 24 h ago',
      expect.stringMatching(/^ {2}1 {2}vc-east {2}us-east-1 {2}unhealthy {7}/),
      expect.stringMatching(/^ {2}2 {2}vc-west {2}us-west-2 {2}unknown \(idle\) {2}no calls in 60 min$/),
      expect.stringMatching(/^ {2}now: failover: vc-east \(us-east-1\) unhealthy: .*; promoting vc-west/),
      '',
      'Side line (side-line)  mode enforce, failback never, changed 24 h ago',
      expect.stringMatching(/^ {2}1 {2}vc-west-2 {2}us-west-2 {2}healthy/),
      expect.stringMatching(/^ {2}2 {2}vc-east-2 {2}us-east-1 {2}unknown \(idle\)/),
      '  now: hold (paused): paused by anna, 2 h left: works on the trunk',
      '  override: pause by anna, 2 h left: works on the trunk',
    ]);
    expectNoChange(aws);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('of one group shows why each unsuitable member was rejected', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
      each.account.chime.seedConnector({ voiceConnectorId: 'vc-west', awsRegion: 'us-west-2' });
    });
    const { table } = await run(aws, { action: 'status', by: undefined, reason: undefined });
    expect(table.slice(3)).toEqual([
      expect.stringMatching(/^ {2}now: hold \(no-target\): vc-east/),
      expect.stringMatching(/^ {2}not vc-west \(no-standby-signal\): AWS reports no OPTIONS ping/),
    ]);
  });

  it('shows what could be read, with a warning for the rest', async () => {
    const aws = await deployed();
    aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
    aws.misbehave({ service: 'ssm', effect: { kind: 'region-down' } });
    const { outcome, table, warnings } = await run(aws, { action: 'status', by: undefined, reason: undefined });
    expect(outcome).toBe('done');
    expect(table.at(-1)).toMatch(/^ {2}override: unreadable: /);
    expect(warnings).toEqual([
      expect.stringMatching(/^reading metrics in us-west-2: /),
      expect.stringMatching(/^reading the overrides in us-east-1: /),
    ]);
  });
});

describe('a command with mistakes', () => {
  it('is refused with all of them at once, including those that only the account reveals, and nothing is changed', async () => {
    const aws = await deployed((each) => {
      seedMainLine(each);
      seedSideLine(each);
    });
    const command = {
      action: 'switchover',
      group: 'main-line',
      by: 'anna',
      reason: undefined,
      to: 'vc-paris',
      force: ['physics'],
    };
    const { errorType, errorMessage } = await refusal(aws, command);
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage.split('\n')).toEqual([
      'the command: nothing is changed: 3 problems',
      '  - reason: Expected a reason, 1 to 500 characters, got nothing',
      expect.stringMatching(/^ {2}- force\[0\]: Invalid option: expected one of "paused"\|.*, got "physics"$/),
      '  - to: Expected one of vc-east, vc-west, got "vc-paris"',
    ]);
    expectNoChange(aws);
    expect(actionsOn(aws)).toMatchObject([
      { stage: 'refused', command: { action: 'switchover', group: 'main-line', to: 'vc-paris', by: 'anna' } },
    ]);
  });

  it.each([
    [
      { action: 'pause', until: '1h' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"; or all',
    ],
    [
      { action: 'resume' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"; or all',
    ],
    [
      { action: 'switchover', to: 'vc-west' },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"',
    ],
    [
      { action: 'status', by: undefined, reason: undefined },
      '  - group: Expected one of main-line (Main line), side-line (Side line), got "paris"',
    ],
  ])('about a group that does not exist: %j', async (command, line) => {
    const aws = await deployed((each) => {
      seedMainLine(each);
      seedSideLine(each);
    });
    expect((await refusal(aws, { ...command, group: 'paris' })).errorMessage.split('\n').slice(1)).toEqual([line]);
    expectNoChange(aws);
  });

  it.each([
    [
      { action: 'switchover', to: 'vc-west-2' },
      'not-a-member: vc-west-2 is not among the members vc-east, vc-west. This cannot be forced',
    ],
    [
      { action: 'pin', until: '1h', order: ['vc-east'] },
      'missing-member: vc-west is a member of the group but not in the order vc-east. This cannot be forced',
    ],
  ])('about the members of a group: %j', async (command, line) => {
    const aws = await deployed();
    expect((await refusal(aws, command)).errorMessage).toContain(`\n  - ${line}`);
    expectNoChange(aws);
  });

  it('lets no phone number into a log line, an event or an answer', async () => {
    const aws = await deployed();
    const number = '+12065550147';
    const { errorMessage } = await refusal(aws, { action: number, group: number, by: number, reason: number });
    const wrongUntil = await refusal(aws, { action: 'pause', until: number });
    await run(aws, { action: 'pause', until: '1h', by: `anna ${number}`, reason: `ask ${number}` });
    const everything = [
      errorMessage,
      wrongUntil.errorMessage,
      allEventText(aws),
      ...aws.lines,
      JSON.stringify(storedOverrideIds(aws)),
    ];
    expect(everything.join('\n')).not.toContain(number);
    expect(everything.join('\n')).toContain('number withheld');
  });
});

it('a command is logged with its result', async () => {
  const aws = await deployed();
  await run(aws, { action: 'pause', until: '2h' });
  expect(logged(aws.lines, 'operate')).toMatchObject([
    { data: { result: { action: 'pause', outcome: 'done' }, problems: [] } },
  ]);
});
