import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Finding, ReadinessCheck } from '../../lib/core/readiness/check.ts';
import type { ReadinessResult } from '../../lib/preflight/result.ts';
import { allEventText, eventsOn, eventTypes, minute, now, outboxQueueName } from '../wire-support/account.ts';
import { deploy, logged, requestsToAws, type Deployment } from '../wire-support/functions.ts';
import { datapointsIn, formatDatapoint } from '../wire-support/metric-lines.ts';
import {
  publishCalls,
  putOverride,
  seedHealthy,
  seedMainLine,
  seedUnhealthy,
  seedSideLine,
} from '../wire-support/account-fixtures.ts';

async function looked(aws: Deployment, event: unknown = {}): Promise<ReadinessResult> {
  const { functionError, payload } = await aws.invoke('preflight', event);
  expect(functionError).toBeUndefined();
  return payload as ReadinessResult;
}

/** Every metric that a turn asks for, of both Voice Connectors, for an hour. */
function seedReady(aws: Deployment): void {
  seedHealthy(aws);
  publishCalls(aws, { voiceConnectorId: 'vc-west', region: 'us-west-2' });
  for (const [voiceConnectorId, region] of [
    ['vc-east', 'us-east-1'],
    ['vc-west', 'us-west-2'],
  ] as const) {
    for (const metricName of ['Throttles', 'MOSBetweenVcAndCustomer', 'MOSBetweenVcAndRemote']) {
      aws.account.putMetric({
        region,
        namespace: 'AWS/ChimeVoiceConnector',
        metricName,
        dimensions: { VoiceConnectorId: voiceConnectorId },
        timestamp: now - minute,
        statistics: { sampleCount: 1, sum: 4.2, minimum: 4.2, maximum: 4.2 },
        visibleAt: 0,
      });
    }
  }
}

function found(result: ReadinessResult, check: ReadinessCheck): Finding | undefined {
  return [result.account, ...result.groups]
    .flatMap(({ findings }) => findings)
    .find((finding) => finding.check === check);
}

/** `check level`, of all that are not well. */
function notWell({ account, groups }: ReadinessResult): readonly string[] {
  return [account, ...groups].flatMap(({ findings }) =>
    findings.flatMap(({ check, level }) => (level === 'pass' ? [] : [`${check} ${level}`])),
  );
}

describe('a look at an account that could fail over', () => {
  it('finds nothing to do, and says so on the bus, in the log and in its answer', async () => {
    const aws = await deploy();
    seedReady(aws);
    const result = await looked(aws);
    expect(notWell(result)).toEqual([]);
    expect(result).toMatchObject({
      shape: 'readiness-result',
      version: 1,
      trigger: { kind: 'manual' },
      observedAt: '2026-11-20T09:00:30.000Z',
      outcome: 'succeeded',
      readiness: 'pass',
      groups: [{ voiceConnectorGroupId: 'main-line', name: 'Main line', controlRegion: 'us-east-1', outcome: 'pass' }],
      problems: [],
    });
    const { account, groups } = result;
    const quiet = { change: 'none', summary: '' };
    expect(eventsOn(aws)).toEqual([
      {
        detailType: 'Account Readiness Checked',
        data: { controlRegions: ['us-east-1', 'us-west-2'], ...account, ...quiet },
      },
      { detailType: 'Readiness Checked', data: { ...groups[0], ...quiet } },
    ]);
    expect(logged(aws.lines, 'readiness')).toMatchObject([{ data: { readiness: 'pass', groups: 1 } }]);
    expect(datapointsIn(aws.lines)).toEqual([]);
  });

  it('makes every read that the monitor makes, and changes nothing', async () => {
    const aws = await deploy();
    seedReady(aws);
    const result = await looked(aws);
    expect(found(result, 'permissions')?.sentence).toBe("7 of the monitor's 7 reads were allowed");
    expect([...new Set(requestsToAws(aws).map(({ operation }) => operation))].sort()).toEqual([
      'GetMetricData',
      'GetParametersByPath',
      'GetVoiceConnectorGroup',
      'GetVoiceConnectorOrigination',
      'GetVoiceConnectorTerminationHealth',
      'ListMetrics',
      'ListPhoneNumbers',
      'ListVoiceConnectorGroups',
      'ListVoiceConnectors',
      'PutEvents',
    ]);
  });

  it('has a table for a person, the worst first, then what to do and what no look can tell', async () => {
    const aws = await deploy({ policy: '{ version: 1 }' });
    seedReady(aws);
    aws.account.chime.seedGroup({ voiceConnectorGroupId: 'empty-line', name: 'Empty', createdAt: 0 });
    const { table } = await looked(aws, { groupId: 'main-line' });
    expect(table[0]).toBe(
      'WARN  Main line  mode             mode observe: a failover is decided and recorded, and not written; so the policy chose',
    );
    expect(table[1]).toMatch(
      /^PASS {2}\(account\) {2}control-regions {2}us-east-1, us-west-2 list 2 groups and 2 Voice/,
    );
    expect(table.slice(-8)).toEqual([
      '',
      'What to do:',
      'Main line  mode  Set mode: enforce for the group in policy.yml and deploy, once its decisions have convinced you',
      '',
      'What no look can tell:',
      expect.stringMatching(/^\(account\) {2}writes {2}nothing harmless proves chime:UpdateVoiceConnectorGroup and /),
      expect.any(String),
      expect.any(String),
    ]);
    expect(Math.max(...table.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it.each([
    { file: 'scheduled.json', groups: ['main-line', 'side-line'] },
    { file: 'preflight.json', groups: ['main-line', 'side-line'] },
    { file: 'preflight-one-group.json', groups: ['main-line'] },
  ])('is woken by events/$file', async ({ file, groups }) => {
    const aws = await deploy();
    seedReady(aws);
    seedSideLine(aws);
    const result = await looked(aws, readFileSync(new URL(`../../events/${file}`, import.meta.url), 'utf8'));
    expect(result.groups.map(({ voiceConnectorGroupId }) => voiceConnectorGroupId)).toEqual(groups);
    expect(eventTypes(aws)).toEqual(['Account Readiness Checked', ...groups.map(() => 'Readiness Checked')]);
  });
});

describe('a look finds', () => {
  const lookedAt = async (seed: (aws: Deployment) => void, options?: Parameters<typeof deploy>[0]) => {
    const aws = await deploy(options);
    seed(aws);
    return looked(aws);
  };
  const after = (act: (aws: Deployment) => void) => (aws: Deployment) => {
    seedReady(aws);
    act(aws);
  };

  it.each<{ what: string; seed: (aws: Deployment) => void; ill: readonly string[] }>([
    {
      what: 'an idle standby, of which nobody knows whether calls would arrive',
      seed: seedHealthy,
      ill: ['metric-names warn'],
    },
    {
      what: 'origination that is disabled',
      seed: after(({ account }) => {
        account.chime.connectors.putOrigination('us-west-2', 'vc-west', { routes: [], disabled: true });
      }),
      ill: ['origination fail'],
    },
    {
      what: 'an idle standby that nobody pings: there is no way out',
      seed: (aws) => {
        seedHealthy(aws);
        aws.account.recordOptionsPing('vc-west', { at: now - 10 * minute, source: '192.0.2.10' });
      },
      ill: ['metric-names warn', 'options-ping warn', 'rehearsal fail'],
    },
    {
      what: 'a pause',
      seed: after((aws) => {
        const until = '2026-11-20T10:00:00Z';
        putOverride(aws, 'main-line', { action: 'pause', by: 'kim', reason: 'works', until });
      }),
      ill: ['override warn', 'rehearsal warn'],
    },
    {
      what: 'a pause that nobody can understand',
      seed: after((aws) => {
        putOverride(aws, 'all', 'puase');
      }),
      ill: ['override fail', 'rehearsal fail'],
    },
    {
      what: 'a first choice without a way out of its sickness, also while it is sick',
      seed: (aws) => {
        seedUnhealthy(aws);
        aws.account.recordOptionsPing('vc-west', { at: now - 10 * minute, source: '192.0.2.10' });
      },
      ill: ['metric-names warn', 'options-ping warn', 'rehearsal fail'],
    },
    {
      what: 'a group that is shown otherwise when asked for alone',
      seed: after((aws) => {
        aws.onFirst('GetVoiceConnectorGroup', () => {
          const items = [
            { voiceConnectorId: 'vc-west', priority: 1 },
            { voiceConnectorId: 'vc-east', priority: 2 },
          ];
          aws.account.chime.groups.update('us-east-1', 'main-line', { name: 'Main line', items });
        });
      }),
      ill: ['look-again warn'],
    },
  ])('$what', async ({ seed, ill }) => {
    expect(notWell(await lookedAt(seed))).toEqual(ill);
  });

  it('metrics under another dimension set than the policy asks by', async () => {
    const result = await lookedAt((aws) => {
      seedMainLine(aws);
      const dimensions = { VoiceConnectorId: 'vc-east', Region: 'us-east-1' };
      publishCalls(aws, { voiceConnectorId: 'vc-east', region: 'us-east-1', dimensions });
    });
    expect(found(result, 'metric-names')).toMatchObject({
      level: 'fail',
      fix: expect.stringContaining('Set metricDimensions in policy.yml to [VoiceConnectorId, Region]') as string,
    });
  });

  it('metrics that come later than the policy thinks', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.clock.jumpTo(now + 4 * minute);
    expect(found(await looked(aws), 'metric-lag')).toMatchObject({
      level: 'warn',
      fix: 'If calls were coming in: set metricLagSeconds in policy.yml above 210 and deploy',
    });
  });

  it('a policy whose entries are for nobody, and an order with strangers in it', async () => {
    const policy = `
version: 1
defaults: { mode: enforce }
groups:
  - { group: main-lin, mode: observe }
  - { group: Main line, failback: auto, preferredOrder: [vc-esat, vc-west] }
`;
    expect(notWell(await lookedAt(seedReady, { policy }))).toEqual(['policy-entries fail', 'preferred-order fail']);
  });

  it('a clock that is not that of AWS', async () => {
    const result = await lookedAt(seedReady, { clockAheadMs: 12_000 });
    expect(found(result, 'clock')).toMatchObject({
      level: 'warn',
      sentence: expect.stringMatching(/^own clock is at least 11 s ahead of AWS's/) as string,
    });
  });

  it('a read that the role does not allow, by its name', async () => {
    const result = await lookedAt(
      after((aws) => {
        aws.misbehave({
          operation: 'GetVoiceConnectorOrigination',
          effect: { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' },
        });
      }),
    );
    expect(found(result, 'permissions')).toMatchObject({
      level: 'fail',
      sentence:
        'chime:GetVoiceConnectorOrigination in us-east-1: ForbiddenException: no (HTTP 403); chime:GetVoiceConnectorOrigination in us-west-2: ForbiddenException: no (HTTP 403)',
    });
    expect(result.readiness).toBe('fail');
  });

  it('a Region whose control plane does not answer, and still looks at the rest', async () => {
    const result = await lookedAt(
      after((aws) => {
        aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
      }),
    );
    expect(notWell(result)).toEqual(['control-regions fail', 'origination warn', 'options-ping warn']);
    expect(result.outcome).toBe('succeeded');
  });

  it('an idle standby of which nobody tells the Region while its control plane does not answer', async () => {
    const result = await lookedAt((aws) => {
      seedHealthy(aws);
      aws.misbehave({ service: 'chime', region: 'us-west-2', effect: { kind: 'region-down' } });
    });
    expect(found(result, 'regions')).toMatchObject({
      level: 'warn',
      sentence: 'the Region of vc-west is not known: not every control Region could list',
    });
  });

  it('a Region whose CloudWatch does not answer, and still looks at the rest', async () => {
    const result = await lookedAt(
      after((aws) => {
        aws.misbehave({ service: 'monitoring', region: 'us-west-2', effect: { kind: 'region-down' } });
      }),
    );
    expect(notWell(result)).toEqual(['metrics fail', 'rehearsal fail']);
    expect(result.groups[0]?.unproven.map(({ check }) => check)).toEqual(['metric-names']);
  });
});

describe('what fails', () => {
  const failing = (aws: Deployment): void => {
    seedReady(aws);
    aws.account.chime.connectors.putOrigination('us-west-2', 'vc-west', { routes: [], disabled: false });
  };
  const functionName = 'failover-dev-preflight';
  const env = { AWS_LAMBDA_FUNCTION_NAME: functionName };
  /** As CloudWatch makes a metric of the log line of the look before. */
  const remember = (aws: Deployment, sum: number): void => {
    aws.account.putMetric({
      region: 'us-east-1',
      namespace: 'VoiceConnectorFailover',
      metricName: 'ReadinessFailures',
      dimensions: { FunctionName: functionName, VoiceConnectorGroupId: 'main-line' },
      timestamp: now - 30 * minute,
      statistics: { sampleCount: 1, sum, minimum: sum, maximum: sum },
      visibleAt: 0,
    });
  };
  const told = (aws: Deployment) => eventsOn(aws).find(({ detailType }) => detailType === 'Readiness Checked')?.data;

  it('is counted, for its group and for the alarm', async () => {
    const aws = await deploy({ env });
    failing(aws);
    await looked(aws);
    expect(datapointsIn(aws.lines).map(formatDatapoint)).toEqual([
      `ReadinessFailures{FunctionName=${functionName}}: 1`,
      `ReadinessFailures{FunctionName=${functionName},VoiceConnectorGroupId=main-line}: 1`,
    ]);
  });

  it('of the account is counted apart', async () => {
    const aws = await deploy({ env, policy: '{ version: 1, defaults: { mode: enforce }, groups: [{ group: mine }] }' });
    seedReady(aws);
    const result = await looked(aws);
    expect(result).toMatchObject({ readiness: 'fail', account: { outcome: 'fail' }, groups: [{ outcome: 'pass' }] });
    expect(datapointsIn(aws.lines).map(formatDatapoint)).toEqual([
      `AccountReadinessFailures{FunctionName=${functionName}}: 1`,
    ]);
  });

  it.each([
    { before: 0, change: 'began' },
    { before: 1, change: 'lasts' },
    { before: 2, change: 'changed' },
  ])('$change after a look by which $before failed', async ({ before, change }) => {
    const aws = await deploy({ env });
    failing(aws);
    if (before > 0) remember(aws, before);
    await looked(aws);
    expect(told(aws)).toMatchObject({
      outcome: 'fail',
      change,
      summary:
        'origination: vc-west has no route: no inbound call would arrive. To do: Enable origination with a route to your hosts now, not during the outage',
    });
  });

  it('is over where nothing fails any more', async () => {
    const aws = await deploy({ env });
    seedReady(aws);
    remember(aws, 1);
    await looked(aws);
    expect(told(aws)).toMatchObject({ outcome: 'pass', change: 'ended' });
  });

  it('began where nobody can remember, and the log says so', async () => {
    const aws = await deploy({ env });
    failing(aws);
    remember(aws, 1);
    aws.misbehave({
      operation: 'GetMetricData',
      when: ({ input }) => JSON.stringify(input).includes('AccountReadinessFailures'),
      effect: { kind: 'error', status: 500, code: 'InternalFailure', message: 'no' },
    });
    await looked(aws);
    expect(told(aws)).toMatchObject({ change: 'began' });
    expect(logged(aws.lines, 'the last look is not remembered')).toMatchObject([
      { data: { message: 'InternalFailure: no (HTTP 500)' } },
    ]);
  });
});

describe('a look that cannot be taken', () => {
  it('fails where no control Region lists anything', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.misbehave({ service: 'chime', effect: { kind: 'region-down' } });
    const { functionError, error } = await aws.invoke('preflight', {});
    expect(functionError).toBe('Unhandled');
    expect(error.errorType).toBe('TurnFailedError');
    expect(error.errorMessage).toMatch(/^4 problems\n {2}- listing Voice Connector groups in us-east-1: /);
    expect(eventTypes(aws)).toEqual(['Run Failed']);
  });

  it('leaves nothing of what it was refused to the next', async () => {
    const aws = await deploy();
    seedReady(aws);
    const refused = { kind: 'error', status: 403, code: 'ForbiddenException', message: 'no' } as const;
    const allowAgain = aws.server.misbehave({ service: 'chime', effect: refused });
    expect(await aws.invoke('preflight', {})).toMatchObject({ functionError: 'Unhandled' });
    allowAgain();
    expect(notWell(await looked(aws))).toEqual([]);
  });

  it('of a group that does not exist is refused, and says which there are', async () => {
    const aws = await deploy();
    seedReady(aws);
    const { error } = await aws.invoke('preflight', { groupId: 'main-lin' });
    expect(error).toMatchObject({
      errorType: 'InvalidInputError',
      errorMessage: 'the event: 1 problem\n  - groupId: Expected one of main-line (Main line), got "main-lin"',
    });
  });

  it('fails when an event is not delivered, and has parked it', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.misbehave({
      times: 1,
      effect: { kind: 'event-entry-failure', code: 'NotAuthorizedForSource', message: 'no', indexes: [1] },
    });
    const { error } = await aws.invoke('preflight', {});
    expect(error.errorMessage).toMatch(/^1 problem\n {2}- publishing Readiness Checked /);
    const parked = aws.account.queues.receive('us-east-1', outboxQueueName, { maxMessages: 10 });
    expect(parked.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([{ detailType: 'Readiness Checked' }]);
    expect(eventTypes(aws)).toEqual(['Account Readiness Checked', 'Run Failed']);
  });

  it('succeeds in an account without any group, and says that there is none', async () => {
    const aws = await deploy({ policy: '{ version: 1 }' });
    const result = await looked(aws);
    expect(notWell(result)).toEqual(['control-regions warn']);
    expect(result.groups).toEqual([]);
  });
});

describe('phone numbers', () => {
  it('are counted and told to nobody', async () => {
    const aws = await deploy();
    seedReady(aws);
    aws.account.chime.seedPhoneNumber({ voiceConnectorGroupId: 'main-line', e164PhoneNumber: '+12065550147' });
    const result = await looked(aws);
    expect(found(result, 'phone-numbers')?.sentence).toBe('2 assigned to the group');
    aws.misbehave({
      operation: 'ListPhoneNumbers',
      effect: { kind: 'error', status: 500, code: 'ServiceFailureException', message: 'at +12065550147' },
    });
    const second = await looked(aws);
    expect(second.groups[0]?.unproven).toMatchObject([
      { check: 'phone-numbers', sentence: expect.stringContaining('at +(number withheld)') as string },
    ]);
    const told = [JSON.stringify([result, second]), allEventText(aws), ...aws.lines];
    for (const text of told) expect(text).not.toMatch(/206555|0147/);
  });
});
