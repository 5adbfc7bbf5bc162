/** The template of a stage with shards, and the packaged functions in it, held to its roles. */
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { listerEnvironment } from '../../lib/input/environment.ts';
import { LocalAws } from '../../sim/local-aws.ts';
import { outboxQueueName, overridesPath } from '../../sim/stack.ts';
import { mainLine, twoRegions } from '../../sim/two-regions.ts';
import { resolve } from '../../sim/wire/iam/intrinsics.ts';
import { packagedTemplate } from '../../sim/wire/iam/packaged.ts';
import { Permissions } from '../../sim/wire/iam/permissions.ts';
import type { FunctionRole } from '../../sim/wire/iam/roles.ts';
import {
  idsOf,
  packagedWith,
  place,
  removingCopies,
  resourcesOf,
  type PackagedStage,
} from '../wire-support/packaged-with.ts';

const shards = 3;
let stage: PackagedStage = { folder: '', resources: {}, roles: [] };

removingCopies();

/** Of the stage of the local AWS, whose settings have shards. */
beforeAll(() => {
  stage = packagedWith(`shards: ${shards}`);
}, 120_000);

function propertiesOf(id: string): Readonly<Record<string, unknown>> {
  return stage.resources[id]?.Properties ?? {};
}

function variablesOf(id: string): Readonly<Record<string, unknown>> {
  return (propertiesOf(id)['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> }).Variables;
}

describe('A stage with shards', () => {
  it('has these resources besides, and loses none', () => {
    const without = resourcesOf(packagedTemplate(inject('packageFolder')));
    const [with_, before] = [idsOf(stage.resources), idsOf(without)];
    expect([...before.difference(with_)]).toEqual([]);
    expect([...with_.difference(before)].toSorted()).toEqual([
      'ListerDurationAlarm',
      'ListerErrorsAlarm',
      'ListerLambdaEvConf',
      'ListerLambdaFunction',
      'ListerLogGroup',
      'ListerRole',
      'ListerThrottlesAlarm',
      'ListerUndeliveredRecordsAlarm',
      'Shard0NoHeartbeatAlarm',
      'Shard1NoHeartbeatAlarm',
      'Shard2NoHeartbeatAlarm',
      'ShardDeadLetterAlarm',
      'ShardDeadLetterQueue',
      'ShardFailedAlarm',
      'ShardMapping',
      'ShardQueue',
    ]);
  });

  it('invokes the lister every minute in the place of the monitor, which no event wakes between two minutes', () => {
    const target = propertiesOf('MonitorSchedule')['Target'] as { readonly Arn: unknown };
    expect(target.Arn).toEqual({ 'Fn::GetAtt': ['ListerLambdaFunction', 'Arn'] });
    const invoked = JSON.stringify(propertiesOf('ScheduleRole'));
    expect([...invoked.matchAll(/(\w+)LambdaFunction/g)].map(([, name]) => name)).toEqual([
      'Lister',
      'Operate',
      'Preflight',
      'Sessions',
    ]);
    const rules = Object.values(stage.resources).filter(
      ({ Type, Properties }) => Type === 'AWS::Events::Rule' && JSON.stringify(Properties).includes('MonitorLambda'),
    );
    expect(rules.map(({ Properties }) => Properties?.['State'])).toEqual(['DISABLED', 'DISABLED']);
  });

  it('runs every shard at once, one message at a time, and delivers a message again only when its run is over', () => {
    expect(propertiesOf('MonitorLambdaFunction')).toMatchObject({ ReservedConcurrentExecutions: shards + 1 });
    expect(propertiesOf('ShardMapping')).toMatchObject({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: shards } });
    const { VisibilityTimeout, FifoQueue } = propertiesOf('ShardQueue');
    expect(FifoQueue).toBe(true);
    // It is a period of the schedule: the run that gets the message again drops it.
    expect(VisibilityTimeout).toBe(60);
    expect(VisibilityTimeout).toBeGreaterThan(propertiesOf('MonitorLambdaFunction')['Timeout'] as number);
  });

  it('has an alarm for the heartbeat of each shard, which pages', () => {
    for (let shard = 0; shard < shards; shard += 1) {
      expect(propertiesOf(`Shard${shard}NoHeartbeatAlarm`)).toMatchObject({
        AlarmName: `voice-connector-failover-dev-shard${shard}/no-shard-heartbeat`,
        MetricName: 'ShardCompleted',
        Dimensions: [{ Name: 'FunctionName' }, { Name: 'Shard', Value: String(shard) }],
        TreatMissingData: 'breaching',
        AlarmActions: [{ Ref: 'PageTopic' }],
      });
    }
  });

  it('gives the lister the variables that its code reads', () => {
    const variables = resolve(variablesOf('ListerLambdaFunction'), stage.resources, place) as Record<string, string>;
    const environment = listerEnvironment({
      ...variables,
      SHARD_QUEUE_URL: 'https://sqs.us-east-1.amazonaws.com/111122223333/shards.fifo',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'lister',
    });
    expect(environment).toMatchObject({ SHARDS: shards, OVERRIDES_PATH: overridesPath });
  });
});

const scheduled = '{"detail-type":"Scheduled Event","source":"aws.scheduler"}';
const startsAt = Date.UTC(2026, 10, 20, 9);

/** One minute of a stage: the lister, then the monitor over each shard. The bus refuses what the lister publishes. */
async function aMinute(own: readonly FunctionRole[]) {
  const permissions = new Permissions(own);
  const aws = await LocalAws.start({
    world: twoRegions(1, startsAt, []),
    groups: [mainLine],
    policyFile: 'sim/policy.yml',
    packageFolder: stage.folder,
    permissions,
    shards,
    pauses: 'skipped',
  });
  onTestFinished(() => aws.close());
  aws.simulateUntil(startsAt + 65 * 60_000);
  const pause = { action: 'pause', by: 'anna', reason: 'works', until: new Date(startsAt).toISOString() };
  aws.account.parameters.put('us-east-1', {
    name: `${overridesPath}/all`,
    value: JSON.stringify(pause),
    type: 'String',
  });
  aws.server.misbehave({
    operation: 'PutEvents',
    when: ({ input }) => JSON.stringify(input).includes('"DetailType":"Override Expired"'),
    effect: { kind: 'error', status: 400, code: 'ValidationException', message: 'no' },
  });
  const invocations = await aws.runMonitor(scheduled);
  return { aws, invocations, permissions };
}

describe('The roles of a stage with shards', () => {
  it('allow exactly what the lister does, and the monitor to receive its shards', async () => {
    const { aws, invocations, permissions } = await aMinute(stage.roles);
    // The lister fails because of the refused event, which is in the outbox.
    expect(invocations.map(({ functionError }) => functionError)).toEqual([
      'Unhandled',
      undefined,
      undefined,
      undefined,
    ]);
    expect(JSON.stringify(invocations)).not.toContain('not authorized');
    expect(aws.account.queues.depths().find(({ name }) => name === outboxQueueName)?.messages).toBe(1);
    const decided = invocations
      .slice(1)
      .flatMap(({ payload }) => (JSON.parse(payload) as { groups: { name: string }[] }).groups);
    expect(decided).toMatchObject([{ name: 'Main line' }]);
    const used = [...permissions.asked].flatMap((each) =>
      each.startsWith('lister ') ? [each.slice('lister '.length)] : [],
    );
    const granted = stage.roles
      .filter(({ functionName }) => functionName === 'lister')
      .flatMap(({ statements }) => statements.flatMap(({ Action }) => Action))
      .filter((action) => !action.startsWith('logs:'));
    expect(used.toSorted()).toEqual([...new Set(granted)].toSorted());
  }, 60_000);

  it('without sqs:SendMessage the lister reports each shard that it could not send', async () => {
    const fewer = stage.roles.map((role) =>
      role.functionName === 'lister'
        ? { ...role, statements: role.statements.filter(({ Sid }) => Sid !== 'SendShards') }
        : role,
    );
    const { invocations } = await aMinute(fewer);
    expect(invocations).toHaveLength(1);
    const text = invocations[0]?.payload ?? '';
    expect(text.match(/sending shard \d of 3 with \d groups/g)).toHaveLength(shards);
    expect(text).toContain('is not authorized to perform: sqs:SendMessage');
  }, 60_000);
});
