/** An operator's moves, by the unmodified handler against the local AWS. */
import { describe, expect, it } from 'vitest';
import { askedFor, eventsOn, minute, now, orderOf, writes } from '../wire-support/account.ts';
import { type Deployment } from '../wire-support/functions.ts';
import { putOverride, seedHealthy, seedRecovered, seedUnhealthy } from '../wire-support/account-fixtures.ts';
import {
  operator,
  until,
  deployed,
  run,
  refusal,
  storedOverrideIds,
  actionsOn,
  expectNoChange,
} from '../wire-support/operator.ts';

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
      /^switchover of .* confirmed as vc-west 1, vc-east 2\n(?: {2}- publishing .* in the outbox until EventBridge takes it\n){4} {2}1 {2}vc-west /,
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
      { MetricData: [{ MetricName: 'PriorityChange' }, { MetricName: 'RecordVersion' }, { MetricName: 'Promotion' }] },
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
      'main-line': { version: 1, action: 'pin', ...operator, until, order: ['vc-west', 'vc-east'] },
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
