import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LocalAws } from '../sim/local-aws.ts';
import { mainLine, twoRegions } from '../sim/two-regions.ts';

type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> };
type Statement = { readonly Action: string | string[]; readonly Resource: unknown };

/**
 * Runs in the project's own environment, so packaging is told neither credentials nor where AWS would be. All of these
 * tests stand in one file because the commands share the folder they build in.
 */
const sls = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(process.execPath, ['node_modules/serverless/bin/serverless.js', ...args], {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 100_000,
  });

let folder: string;
let resources: Record<string, Resource>;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const { status, stdout } = sls(['package', '--package', folder]);
  if (status !== 0) throw new Error(`sls package failed:\n${stdout}`);
  const template = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
  resources = (JSON.parse(template) as { Resources: Record<string, Resource> }).Resources;
}, 120_000);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ofType = (type: string): [string, Resource][] =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

const actionsOf = (role: string): string[] => {
  const [policy] = resources[role]!.Properties['Policies'] as { PolicyDocument: { Statement: Statement[] } }[];
  return policy!.PolicyDocument.Statement.flatMap(({ Action }) => Action).sort();
};

/** The variables an environment schema of lib/environment.ts names. */
const variablesRead = {
  MonitorLambdaFunction: [
    'CODE_VERSION',
    'CONTROL_REGIONS',
    'EVENT_BUS_NAME',
    'OVERRIDES_PATH',
    'PARKING_QUEUE_URL',
    'POLICY_FILE',
  ],
  SessionsLambdaFunction: ['CODE_VERSION', 'CONTROL_REGIONS', 'EVENT_BUS_NAME', 'PARKING_QUEUE_URL'],
};

describe('The package', () => {
  it('is made without credentials and without a network', () => {
    expect(ofType('AWS::Lambda::Function').map(([name]) => name)).toEqual([
      'MonitorLambdaFunction',
      'SessionsLambdaFunction',
    ]);
  });

  it('runs every function on arm64 and Node.js 24, with a log group that forgets', () => {
    for (const [name, { Properties }] of ofType('AWS::Lambda::Function')) {
      expect(Properties, name).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
    }
    expect(ofType('AWS::Logs::LogGroup').map(([, { Properties }]) => Properties['RetentionInDays'])).toEqual([90, 90]);
  });

  it('gives each function exactly the variables its code reads, and those of the logger', () => {
    const logger = ['POWERTOOLS_LOG_LEVEL', 'POWERTOOLS_SERVICE_NAME'];
    for (const [name, variables] of Object.entries(variablesRead)) {
      const environment = resources[name]!.Properties['Environment'] as { Variables: Record<string, string> };
      expect(Object.keys(environment.Variables).sort(), name).toEqual([...variables, ...logger].sort());
    }
    const read = readFileSync('lib/environment.ts', 'utf8').match(/\b[A-Z]+_[A-Z_]+(?=:)/g);
    expect(new Set(read)).toEqual(new Set(['AWS_REGION', ...variablesRead.MonitorLambdaFunction]));
  });

  it('lets one monitor run at a time, end within its minute, and never be retried', () => {
    expect(resources['MonitorLambdaFunction']!.Properties).toMatchObject({
      ReservedConcurrentExecutions: 1,
      Timeout: 50,
    });
    expect(resources['MonitorLambdaEvConf']!.Properties).toMatchObject({
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });

  it('wakes the monitor every minute, the sessions every five, and the monitor on alarms and on Health events', () => {
    const schedules = ofType('AWS::Scheduler::Schedule').map(([, { Properties }]) => Properties['ScheduleExpression']);
    expect(schedules).toEqual(['rate(1 minute)', 'rate(5 minutes)']);
    const sources = ofType('AWS::Events::Rule').map(
      ([, { Properties }]) => (Properties['EventPattern'] as { source: string[] }).source[0],
    );
    expect(sources).toEqual(['aws.cloudwatch', 'aws.health']);
  });

  it('gives every function a role of its own with no action it does not use', () => {
    expect(actionsOf('MonitorRole')).toEqual([
      'chime:GetVoiceConnectorGroup',
      'chime:GetVoiceConnectorOrigination',
      'chime:GetVoiceConnectorTerminationHealth',
      'chime:ListVoiceConnectorGroups',
      'chime:ListVoiceConnectors',
      'chime:UpdateVoiceConnectorGroup',
      'cloudwatch:GetMetricData',
      'cloudwatch:PutMetricData',
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
      'ssm:GetParametersByPath',
    ]);
    expect(actionsOf('SessionsRole')).toEqual([
      'chime:ListProxySessions',
      'chime:ListVoiceConnectorGroups',
      'chime:ListVoiceConnectors',
      'events:PutEvents',
      'logs:CreateLogStream',
      'logs:PutLogEvents',
      'sqs:SendMessage',
    ]);
    expect(actionsOf('ScheduleRole')).toEqual(['lambda:InvokeFunction']);
    const roles = ofType('AWS::Lambda::Function').map(([, { Properties }]) => JSON.stringify(Properties['Role']));
    expect(new Set(roles).size).toBe(2);
  });

  it('has a bus of its own, and an archive of it', () => {
    expect(ofType('AWS::Events::EventBus').map(([, { Properties }]) => Properties['Name'])).toEqual([
      'voice-connector-failover-dev',
    ]);
    expect(ofType('AWS::Events::Archive').map(([, { Properties }]) => Properties['SourceArn'])).toEqual([
      { 'Fn::GetAtt': ['Bus', 'Arn'] },
    ]);
  });

  it('tells its functions of the bus and the queue by the resources themselves', () => {
    for (const name of Object.keys(variablesRead)) {
      expect(resources[name]!.Properties['Environment'], name).toMatchObject({
        Variables: { EVENT_BUS_NAME: { Ref: 'Bus' }, PARKING_QUEUE_URL: { Ref: 'RecordQueue' } },
      });
    }
  });

  it('names the code by its version and commit', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const { Variables } = resources['MonitorLambdaFunction']!.Properties['Environment'] as {
      Variables: Record<string, string>;
    };
    expect(Variables['CODE_VERSION']).toMatch(
      new RegExp(`^${version.replaceAll('.', '\\.')}(\\+[0-9a-f]{12}(\\.changed)?)?$`),
    );
  });

  it('names the code by its version alone where there is no git', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    const script = "process.stdout.write(require('./scripts/code-version.cjs')())";
    const { stdout } = spawnSync(process.execPath, ['-e', script], { env: { PATH: '' }, encoding: 'utf8' });
    expect(stdout).toBe(version);
  });

  it('keeps what the bus refuses for 14 days, encrypted, and gives it up to a person only after 3 days', () => {
    const queue = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 };
    expect(ofType('AWS::SQS::Queue').map(([, { Properties }]) => Properties)).toMatchObject([queue, queue]);
    const { VisibilityTimeout, RedrivePolicy } = resources['RecordQueue']!.Properties as {
      VisibilityTimeout: number;
      RedrivePolicy: { maxReceiveCount: number; deadLetterTargetArn: unknown };
    };
    expect(RedrivePolicy.deadLetterTargetArn).toEqual({ 'Fn::GetAtt': ['RecordDeadLetterQueue', 'Arn'] });
    expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeGreaterThan(3 * 24 * 3600);
  });

  it('has a pipe that makes of a message the event it was, with a role of its own', () => {
    expect(resources['RecordPipe']!.Properties).toMatchObject({
      RoleArn: { 'Fn::GetAtt': ['RecordPipeRole', 'Arn'] },
      Source: { 'Fn::GetAtt': ['RecordQueue', 'Arn'] },
      Target: { 'Fn::GetAtt': ['Bus', 'Arn'] },
      TargetParameters: {
        InputTemplate: '<$.body.detail>',
        EventBridgeEventBusParameters: {
          DetailType: '$.body.detailType',
          Source: '$.body.source',
          Time: '$.body.time',
        },
      },
    });
    const [policy] = resources['RecordPipeRole']!.Properties['Policies'] as {
      PolicyDocument: { Statement: Statement[] };
    }[];
    expect(policy!.PolicyDocument.Statement.flatMap(({ Action }) => Action)).toEqual([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'events:PutEvents',
    ]);
  });

  it('registers the schema of every type of event as it is committed', () => {
    const schemas = ofType('AWS::EventSchemas::Schema').map(([, { Properties }]) => Properties);
    expect(schemas).toEqual(
      readdirSync('schemas').map((file) => ({
        RegistryName: { 'Fn::GetAtt': ['SchemaRegistry', 'RegistryName'] },
        SchemaName: `voice-connector-failover@${file.replace('.json', '')}`,
        Type: 'JSONSchemaDraft4',
        Content: JSON.stringify(JSON.parse(readFileSync(`schemas/${file}`, 'utf8'))),
      })),
    );
  });

  it('refuses to be made with a policy that has mistakes', () => {
    const { status, stdout } = sls(['package', '--package', folder], {
      POLICY_FILE: 'test/fixtures/five-mistakes.yml',
    });
    expect(status).toBe(1);
    expect(stdout.slice(stdout.indexOf('test/fixtures'))).toBe(`test/fixtures/five-mistakes.yml: 5 problems
  - defaults.mode: Invalid option: expected one of "observe"|"enforce", got "enfroce"
  - defaults.minExcessRatio: Expected a number from 0.02 to 0.5, got 50
  - defaults.coldownMinutes is not a known setting
  - defaults.riseMinutes: Expected at least 2 × judgingMinutes (10): recovery must take longer to believe than failure, got 6
  - groups[0].failback: auto needs a preferredOrder to go back to
`);
  }, 120_000);
});

describe('sls invoke', () => {
  let aws: LocalAws;
  let toAws: Record<string, string>;

  beforeAll(async () => {
    // The commands below run in real time, so the world ends now.
    const startsAt = Math.floor(Date.now() / 60_000) * 60_000 - 65 * 60_000;
    aws = await LocalAws.start({
      world: twoRegions(1, startsAt, []),
      groups: [mainLine],
      policyFile: 'sim/policy.yml',
    });
    aws.playUntil(Date.now());
    toAws = { AWS_ENDPOINT_URL: aws.server.url, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
  }, 60_000);

  afterAll(async () => {
    await aws.close();
  });

  /** The command must not block this process: the local AWS answers from it. */
  const invoke = (
    args: string[],
    env: Record<string, string> = {},
  ): Promise<{ status: number | null; stdout: string; stderr: string }> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['node_modules/serverless/bin/serverless.js', 'invoke', ...args], {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...toAws, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 60_000,
      });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      child.on('error', reject);
      child.on('close', (status) => {
        resolve({ status, stdout, stderr });
      });
    });

  /** What is printed last is the answer; log lines come before it. */
  const answerIn = (stdout: string): unknown => JSON.parse(stdout.slice(stdout.search(/^\{$/m)));

  it.each([
    ['scheduled', { kind: 'scheduled' }],
    ['alarm-state-change', { kind: 'alarm', alarmName: 'main-line-failed-calls', state: 'ALARM' }],
    [
      'health-event',
      { kind: 'health-event', service: 'CHIME', eventTypeCode: 'AWS_CHIME_OPERATIONAL_ISSUE', region: 'us-east-1' },
    ],
    ['manual-all-groups', { kind: 'manual' }],
    ['manual-one-group', { kind: 'manual', groupId: 'main-line' }],
  ])('local -f monitor -p events/%s.json prints the turn as JSON', { timeout: 60_000 }, async (event, trigger) => {
    const { status, stdout } = await invoke(['local', '-f', 'monitor', '-p', `events/${event}.json`]);
    expect(answerIn(stdout)).toMatchObject({
      shape: 'turn-result',
      version: 1,
      trigger,
      outcome: 'succeeded',
      groups: [{ voiceConnectorGroupId: 'main-line', mode: 'observe', decision: 'hold', code: 'top-healthy' }],
      problems: [],
    });
    expect(status).toBe(0);
  });

  it('local -f sessions prints the inventory as JSON', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['local', '-f', 'sessions', '-d', '{}']);
    expect(answerIn(stdout)).toMatchObject({
      shape: 'sessions-result',
      outcome: 'succeeded',
      connectors: [
        { voiceConnectorId: 'vc-east', sessions: { Open: { answer: 'not-found' } } },
        { voiceConnectorId: 'vc-west', sessions: { Open: { answer: 'not-found' } } },
      ],
    });
    expect(status).toBe(0);
  });

  it('-f monitor reaches the deployed handler, with the policy it was deployed with', { timeout: 60_000 }, async () => {
    const { status, stdout } = await invoke(['-f', 'monitor']);
    expect(answerIn(stdout)).toMatchObject({
      shape: 'turn-result',
      trigger: { kind: 'manual' },
      groups: [{ voiceConnectorGroupId: 'main-line', mode: 'enforce', decision: 'hold', code: 'top-healthy' }],
    });
    expect(status).toBe(0);
  });

  it('local takes another policy where POLICY_FILE says so', { timeout: 60_000 }, async () => {
    const { stdout } = await invoke(['local', '-f', 'monitor', '-d', '{}'], { POLICY_FILE: 'sim/policy.yml' });
    expect(answerIn(stdout)).toMatchObject({ groups: [{ mode: 'enforce' }] });
  });

  it('local ends, and fails, where the function refuses to start', { timeout: 60_000 }, async () => {
    const { status, stderr } = await invoke(['local', '-f', 'monitor', '-d', '{}'], { CONTROL_REGIONS: 'moon' });
    expect(status).toBe(1);
    expect(stderr).toContain('the environment of the function monitor: 1 problem');
    expect(stderr).toContain('such as us-east-1,us-west-2, got "moon"');
  });
});
