/** An operator's commands, by the unmodified handler over the wire. */
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

const who = { by: 'anna', reason: 'works on the trunk' };
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

async function order(aws: Deployment, command: object): Promise<OperateResult> {
  const { functionError, payload, error } = await aws.invoke('operate', { group: 'main-line', ...who, ...command });
  expect(functionError, error.errorMessage).toBeUndefined();
  return payload as OperateResult;
}

async function refusal(aws: Deployment, command: object): Promise<Answer['error']> {
  const answer = await aws.invoke('operate', { group: 'main-line', ...who, ...command });
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

function isNothingDone(aws: Deployment): void {
  expect(writes(aws)).toEqual([]);
  expect(askedFor(aws, 'PutParameter')).toEqual([]);
  expect(askedFor(aws, 'DeleteParameter')).toEqual([]);
}

describe('a pause', () => {
  it('of a group is said in Parameter Store, and the monitor heeds it', async () => {
    const aws = await deployed(seedUnhealthy);
    expect(await order(aws, { action: 'pause', until: '2h' })).toEqual({
      shape: 'operate-result',
      version: 1,
      runId: expect.any(String) as string,
      action: 'pause',
      outcome: 'done',
      summary: `main-line (Main line) is paused until ${until} by anna: works on the trunk; said in us-east-1`,
      table: [],
      warnings: [],
    });
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': { action: 'pause', ...who, until } });
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'paused' }] } });
    expect(writes(aws)).toEqual([]);
  });

  it('is told before it is said and when it is, with everything that was ordered', async () => {
    const aws = await deployed();
    aws.onFirst('PutParameter', () => {
      expect(actionsOn(aws)).toMatchObject([{ stage: 'asked', summary: 'pause main-line (Main line) for 2 h' }]);
    });
    await order(aws, { action: 'pause', until: '2h' });
    const command = { action: 'pause', group: 'main-line', ...who, until, force: [] };
    expect(actionsOn(aws)).toEqual([
      { stage: 'asked', command, summary: 'pause main-line (Main line) for 2 h', problems: [] },
      { stage: 'done', command, summary: expect.stringContaining('is paused until') as string, problems: [] },
    ]);
  });

  it.each<[string, MisbehaviourRule]>([
    ['the control planes', { service: 'chime', effect: { kind: 'region-down' } }],
    ['CloudWatch', { service: 'monitoring', effect: { kind: 'region-down' } }],
  ])('of all groups needs nothing of %s', async (_, rule) => {
    const aws = await deployed(seedUnhealthy);
    aws.misbehave(rule);
    expect(await order(aws, { action: 'pause', group: 'all', until: '1h' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toMatchObject({ all: { action: 'pause' } });
  });

  it('is said in every Region that a monitor runs in', async () => {
    const aws = await deployed(seedHealthy, both);
    expect((await order(aws, { action: 'pause', until: '2h' })).summary).toContain('said in us-east-1, us-west-2');
    expect(storedOverrideIds(aws, 'us-west-2')).toEqual(storedOverrideIds(aws));
  });

  it('that one Region did not hear stands in the other, and the command says so and fails', async () => {
    const aws = await deployed(seedHealthy, both);
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is paused until .* said in us-east-1\n {2}- storing the override in us-west-2: /,
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('is said over what could not be read, and says that it could not', async () => {
    const aws = await deployed();
    const refused = { kind: 'error', status: 400, code: 'AccessDeniedException', message: 'no' } as const;
    aws.misbehave({ operation: 'GetParametersByPath', effect: refused });
    expect(await order(aws, { action: 'pause', until: '2h' })).toMatchObject({
      outcome: 'done',
      warnings: [expect.stringMatching(/^reading the overrides in us-east-1: AccessDeniedException: no/)],
    });
  });

  it('that nobody heard is a command that failed', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'PutParameter',
      effect: { kind: 'error', status: 400, code: 'AccessDenied', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, { action: 'pause', until: '2h' });
    expect(errorMessage).toMatch(
      /^main-line \(Main line\) is not paused\n {2}- storing the override in us-east-1: AccessDenied: no/,
    );
    expect(actionsOn(aws)).toMatchObject([{ stage: 'asked' }, { stage: 'failed' }]);
  });

  it('may be made longer by anybody, and shorter only by force', async () => {
    const aws = await deployed();
    await order(aws, { action: 'pause', until: '2h' });
    await order(aws, { action: 'pause', until: '3h', by: 'ben' });
    const { errorType, errorMessage } = await refusal(aws, { action: 'pause', until: '1h' });
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage).toContain(
      '  - paused: in us-east-1 there is: pause by ben, 3 h left: works on the trunk. To replace it: "force": ["paused"]',
    );
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'ben' } });
    await order(aws, { action: 'pause', until: '1h', force: ['paused'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { by: 'anna' } });
  });

  it('does not silently replace a pin', async () => {
    const aws = await deployed();
    await order(aws, { action: 'pin', order: ['vc-east', 'vc-west'], until: '1h' });
    expect((await refusal(aws, { action: 'pause', until: '2h' })).errorMessage).toContain('"force": ["pinned"]');
    await order(aws, { action: 'pause', until: '2h', force: ['pinned'] });
    expect(storedOverrideIds(aws)).toMatchObject({ 'main-line': { action: 'pause' } });
  });

  it('replaces a word that nobody can understand only by force, and one that has run out by itself', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pin', ...who, until: new Date(now - minute).toISOString() });
    await order(aws, { action: 'pause', until: '1h' });
    aws.account.parameters.put('us-east-1', { name: `${overridesPath}/main-line`, value: 'what?', overwrite: true });
    expect((await refusal(aws, { action: 'pause', until: '1h' })).errorMessage).toContain(
      '"force": ["override-unparseable"]',
    );
    await order(aws, { action: 'pause', until: '1h', force: ['override-unparseable'] });
  });
});

describe('resuming', () => {
  it('takes back what was said of the group, in every Region', async () => {
    const aws = await deployed(seedHealthy, both);
    await order(aws, { action: 'pause', until: '2h' });
    const { outcome, summary } = await order(aws, { action: 'resume', by: 'ben' });
    expect({ outcome, summary }).toEqual({
      outcome: 'done',
      summary: 'taken back from main-line (Main line): pause by anna, 2 h left: works on the trunk',
    });
    expect([storedOverrideIds(aws), storedOverrideIds(aws, 'us-west-2')]).toEqual([{}, {}]);
  });

  it('says of a pause that has run out for how long it has', async () => {
    const aws = await deployed();
    putOverride(aws, 'main-line', { action: 'pause', ...who, until: new Date(now - 5 * minute).toISOString() });
    expect((await order(aws, { action: 'resume' })).summary).toBe(
      'taken back from main-line (Main line): pause by anna, its time was up 5 min ago: works on the trunk',
    );
  });

  it('leaves what was said of every group, and says that it stands', async () => {
    const aws = await deployed();
    await order(aws, { action: 'pause', group: 'all', until: '1h' });
    await order(aws, { action: 'pause', until: '2h' });
    expect((await order(aws, { action: 'resume' })).summary).toMatch(
      /; what is said of every group stands: pause by anna, 60 min left/,
    );
    expect(await order(aws, { action: 'resume' })).toMatchObject({ outcome: 'unchanged' });
    expect(await order(aws, { action: 'resume', group: 'all' })).toMatchObject({ outcome: 'done' });
    expect(storedOverrideIds(aws)).toEqual({});
  });

  it('does not take back what somebody said in the same moment', async () => {
    const aws = await deployed();
    await order(aws, { action: 'pause', until: '2h' });
    const later = { action: 'pause', by: 'ben', reason: 'mine', until };
    aws.onFirst('GetParameter', () => {
      const name = `${overridesPath}/main-line`;
      aws.account.parameters.put('us-east-1', { name, value: JSON.stringify(later), overwrite: true });
    });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('the override was replaced meanwhile');
    expect(storedOverrideIds(aws)).toEqual({ 'main-line': later });
  });

  it('takes for done what somebody else took back in the same moment', async () => {
    const aws = await deployed();
    await order(aws, { action: 'pause', until: '2h' });
    aws.onFirst('GetParameter', () => {
      aws.account.parameters.delete('us-east-1', `${overridesPath}/main-line`);
    });
    expect(await order(aws, { action: 'resume' })).toMatchObject({ outcome: 'done' });
  });

  it('fails where a Region cannot be read: nobody knows what still stands there', async () => {
    const aws = await deployed(seedHealthy, both);
    await order(aws, { action: 'pause', until: '2h' });
    aws.misbehave({ service: 'ssm', region: 'us-west-2', effect: { kind: 'region-down' } });
    expect((await refusal(aws, { action: 'resume' })).errorMessage).toContain('reading the overrides in us-west-2');
  });
});

describe('a switchover', () => {
  it('moves the group, in mode observe too, and records who and why', async () => {
    const aws = await deployed(seedHealthy, { policy: 'version: 1\n' });
    const result = await order(aws, { action: 'switchover', to: 'vc-west' });
    expect(result).toMatchObject({
      outcome: 'done',
      summary:
        'switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2: accepted by AWS, seen as vc-west 1, vc-east 2',
      table: [
        '  1  vc-west  us-west-2  unknown (idle)  no calls in 60 min',
        expect.stringMatching(/^ {2}2 {2}vc-east {2}us-east-1 {2}healthy {9}\d+ of \d+ calls failed/),
        expect.stringContaining('leaves this order alone for 60 min'),
        expect.stringContaining('To keep it for longer: pin.'),
      ],
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
    expect(eventsOn(aws).map(({ detailType, data }) => [detailType, data['stage'] ?? data['command']])).toEqual([
      ['Operator Action', 'asked'],
      ['Priority Change Intended', { ...who, forced: [] }],
      ['Priority Change Applied', { ...who, forced: [] }],
      ['Operator Action', 'done'],
    ]);
  });

  it('is an edit by hand to the monitor, which stands off from it', async () => {
    const aws = await deployed();
    await order(aws, { action: 'switchover', to: 'vc-west' });
    expect(askedFor(aws, 'PutMetricData')).toEqual([]);
    aws.clock.jumpTo(now + 45 * minute);
    expect(await aws.invoke('monitor', {})).toMatchObject({
      payload: { groups: [{ decision: 'hold', reason: expect.stringMatching(/vc-east|no calls/) as string }] },
    });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('to an unhealthy one is refused with everything in the way, and nothing is written', async () => {
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
      /^the command: main-line \(Main line\) is not moved: 2 problems\n {2}- paused: paused by ben, 2 h left: lunch\. To do it all the same: "force": \["paused"\]\n {2}- unhealthy: vc-east \(us-east-1\): .* calls failed .*"force": \["unhealthy"\]$/,
    );
    expect(writes(aws)).toEqual([]);
    expect(actionsOn(aws)).toMatchObject([
      { stage: 'refused', problems: [/^paused/, /^unhealthy/].map((each) => expect.stringMatching(each) as string) },
    ]);
  });

  it('goes past what is forced by name, and the record says past what', async () => {
    const aws = await deployed(seedUnhealthy);
    await order(aws, { action: 'switchover', to: 'vc-west' });
    const said = (await order(aws, { action: 'switchover', to: 'vc-east', force: ['unhealthy'] })).summary;
    expect(said).toContain('; forced past unhealthy (vc-east (us-east-1): ');
    expect(eventsOn(aws).at(-2)).toMatchObject({
      detailType: 'Priority Change Applied',
      data: { decision: 'switchover', command: { forced: [{ rule: 'unhealthy' }] } },
    });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
  });

  it('tried out says what it would do, and nothing is done nor recorded', async () => {
    const aws = await deployed();
    expect(await order(aws, { action: 'switchover', to: 'vc-west', dryRun: true })).toMatchObject({
      outcome: 'dry-run',
      summary: 'would do: switchover of main-line (Main line): vc-east 1, vc-west 2 → vc-west 1, vc-east 2',
    });
    isNothingDone(aws);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('finds its group by name', async () => {
    const aws = await deployed();
    await order(aws, { action: 'switchover', group: 'Main line', to: 'vc-west' });
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it.each<[string, (aws: Deployment) => void, RegExp]>([
    [
      'that somebody renamed meanwhile',
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
      'that AWS does not let us write',
      (aws) => {
        const effect = { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } as const;
        aws.misbehave({ operation: 'UpdateVoiceConnectorGroup', effect });
      },
      /^rejected \(forbidden\): switchover of .*\n {2}- ForbiddenException: no/,
    ],
  ])('of a group %s looks again, fails and says why', async (_, meanwhile, message) => {
    const aws = await deployed();
    meanwhile(aws);
    const { errorType, errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-west' });
    expect(errorType).toBe('CommandFailedError');
    expect(errorMessage).toMatch(message);
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(actionsOn(aws)).toMatchObject([{ stage: 'asked' }, { stage: 'failed' }]);
  });

  it('that was made and could not be told on the bus stands, and the command fails and says both', async () => {
    const aws = await deployed();
    aws.misbehave({
      operation: 'PutEvents',
      effect: { kind: 'error', status: 400, code: 'ValidationException', message: 'no' },
    });
    const { errorMessage } = await refusal(aws, { action: 'switchover', to: 'vc-west' });
    expect(errorMessage).toMatch(
      /^switchover of .* seen as vc-west 1, vc-east 2\n(?: {2}- publishing .* parked until EventBridge takes it\n?){4}$/,
    );
    expect(orderOf(aws)).toBe('vc-west 1, vc-east 2');
  });

  it('is carried out with what can be seen, and says what could not', async () => {
    const aws = await deployed();
    aws.misbehave({ operation: 'ListVoiceConnectorGroups', region: 'us-west-2', effect: { kind: 'region-down' } });
    const { outcome, warnings } = await order(aws, { action: 'switchover', to: 'vc-west' });
    expect(outcome).toBe('done');
    expect(warnings).toEqual([expect.stringContaining('us-west-2')]);
  });
});

describe("an operator's failback", () => {
  it('restores the preferred order, and the monitor counts it as its own', async () => {
    const aws = await deployed(seedRecovered);
    expect(await order(aws, { action: 'failback' })).toMatchObject({ outcome: 'done' });
    expect(orderOf(aws)).toBe('vc-east 1, vc-west 2');
    expect(askedFor(aws, 'PutMetricData').map(({ input }) => input)).toMatchObject([
      { MetricData: [{ MetricName: 'PriorityChange' }] },
    ]);
  });

  it('has nothing to do where the group is in that order', async () => {
    const aws = await deployed();
    expect(await order(aws, { action: 'failback' })).toMatchObject({
      outcome: 'unchanged',
      summary: 'main-line (Main line) is in that order: vc-east 1, vc-west 2',
    });
    isNothingDone(aws);
  });
});

describe('a pin', () => {
  it('puts the group in its order and keeps the monitor from moving it', async () => {
    const aws = await deployed();
    const pin = { action: 'pin', order: ['vc-west', 'vc-east'], until: '2h' };
    expect((await order(aws, pin)).summary).toMatch(
      / seen as vc-west 1, vc-east 2; main-line \(Main line\) is pinned until /,
    );
    expect(storedOverrideIds(aws)).toEqual({
      'main-line': { action: 'pin', ...who, until, order: ['vc-west', 'vc-east'] },
    });
    expect(await aws.invoke('monitor', {})).toMatchObject({ payload: { groups: [{ code: 'pinned' }] } });
    expect(await order(aws, { ...pin, until: '3h' })).toMatchObject({ outcome: 'done' });
    expect(writes(aws)).toHaveLength(1);
  });

  it('of a group that could not be moved is not made: nobody could rescue it from there', async () => {
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
  it('shows every group as the monitor would decide on it, and touches nothing', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
    });
    putOverride(aws, 'side-line', { action: 'pause', ...who, until });
    const { summary, table } = await order(aws, {
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
      '  word: pause by anna, 2 h left: works on the trunk',
    ]);
    isNothingDone(aws);
    expect(eventsOn(aws)).toEqual([]);
  });

  it('of one group says why who was not fit was not', async () => {
    const aws = await deployed((each) => {
      seedUnhealthy(each);
      seedSideLine(each);
      each.account.chime.seedConnector({ voiceConnectorId: 'vc-west', awsRegion: 'us-west-2' });
    });
    const { table } = await order(aws, { action: 'status', by: undefined, reason: undefined });
    expect(table.slice(3)).toEqual([
      expect.stringMatching(/^ {2}now: hold \(no-target\): vc-east/),
      expect.stringMatching(/^ {2}not vc-west \(no-standby-signal\): AWS reports no OPTIONS ping/),
    ]);
  });

  it('shows what can be seen, and what cannot', async () => {
    const aws = await deployed();
    aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
    aws.misbehave({ service: 'ssm', effect: { kind: 'region-down' } });
    const { outcome, table, warnings } = await order(aws, { action: 'status', by: undefined, reason: undefined });
    expect(outcome).toBe('done');
    expect(table.at(-1)).toMatch(/^ {2}word: unreadable: /);
    expect(warnings).toEqual([
      expect.stringMatching(/^reading metrics in us-west-2: /),
      expect.stringMatching(/^reading the overrides in us-east-1: /),
    ]);
  });
});

describe('a command with mistakes', () => {
  it('is told all of them at once, those that only the account knows among them, and nothing is done', async () => {
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
      force: ['luck'],
    };
    const { errorType, errorMessage } = await refusal(aws, command);
    expect(errorType).toBe('InvalidInputError');
    expect(errorMessage.split('\n')).toEqual([
      'the command: nothing is changed: 3 problems',
      '  - reason: Expected a reason, 1 to 500 characters, got nothing',
      expect.stringMatching(/^ {2}- force\[0\]: Invalid option: expected one of "paused"\|.*, got "luck"$/),
      '  - to: Expected one of vc-east, vc-west, got "vc-paris"',
    ]);
    isNothingDone(aws);
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
  ])('about a group that there is not: %j', async (command, line) => {
    const aws = await deployed((each) => {
      seedMainLine(each);
      seedSideLine(each);
    });
    expect((await refusal(aws, { ...command, group: 'paris' })).errorMessage.split('\n').slice(1)).toEqual([line]);
    isNothingDone(aws);
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
  ])('about members: %j', async (command, line) => {
    const aws = await deployed();
    expect((await refusal(aws, command)).errorMessage).toContain(`\n  - ${line}`);
    isNothingDone(aws);
  });

  it('lets no phone number into a log line, an event or an answer', async () => {
    const aws = await deployed();
    const number = '+12065550147';
    const { errorMessage } = await refusal(aws, { action: number, group: number, by: number, reason: number });
    const wrongUntil = await refusal(aws, { action: 'pause', until: number });
    await order(aws, { action: 'pause', until: '1h', by: `anna ${number}`, reason: `ask ${number}` });
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

it('a command is logged with what became of it', async () => {
  const aws = await deployed();
  await order(aws, { action: 'pause', until: '2h' });
  expect(logged(aws.lines, 'operate')).toMatchObject([
    { data: { result: { action: 'pause', outcome: 'done' }, problems: [] } },
  ]);
});
