import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyRole, functions, ofType, resources } from './template.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

describe('The record', () => {
  it('is told to every function by the bus and the queue themselves', () => {
    for (const { name, variables } of functions) {
      expect(variables, name).toMatchObject({
        EVENT_BUS_NAME: { Ref: 'Bus' },
        OUTBOX_QUEUE_URL: { Ref: 'RecordQueue' },
      });
    }
  });

  it('names the code by its version and commit', () => {
    const named = new RegExp(`^${version.replaceAll('.', '\\.')}(\\+[0-9a-f]{12}(\\.changed)?)?$`);
    for (const { name, variables } of functions) expect(variables['CODE_VERSION'], name).toMatch(named);
  });

  it('names the code by its version alone where there is no git', () => {
    const script = "process.stdout.write(require('./scripts/code-version.cjs')())";
    const { stdout } = spawnSync(process.execPath, ['-e', script], { env: { PATH: '' }, encoding: 'utf8' });
    expect(stdout).toBe(version);
  });

  it('keeps what the bus refuses for 14 days, encrypted, and gives it up to a person only after 3 days', () => {
    const queue = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 };
    expect(ofType('AWS::SQS::Queue').map(([, properties]) => properties)).toMatchObject([queue, queue]);
    const { VisibilityTimeout, RedrivePolicy } = resources['RecordQueue']!.Properties as {
      readonly VisibilityTimeout: number;
      readonly RedrivePolicy: { readonly maxReceiveCount: number; readonly deadLetterTargetArn: unknown };
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
    const role = everyRole.find(({ id }) => id === 'RecordPipeRole');
    expect(role?.statements.flatMap(({ Action }) => Action)).toEqual([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'events:PutEvents',
    ]);
  });

  it('has the schema of every type of event registered as it is committed', () => {
    const schemas = ofType('AWS::EventSchemas::Schema').map(([, properties]) => properties);
    expect(schemas).toEqual(
      readdirSync('schemas').map((file) => ({
        RegistryName: { 'Fn::GetAtt': ['SchemaRegistry', 'RegistryName'] },
        SchemaName: `voice-connector-failover@${file.replace('.json', '')}`,
        Type: 'JSONSchemaDraft4',
        Content: JSON.stringify(JSON.parse(readFileSync(`schemas/${file}`, 'utf8'))),
      })),
    );
  });
});
