import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyRole, functions, ofType, resources } from './template.ts';

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string };

describe('The delivery of events', () => {
  it('gets the names of bus and queue from references to them', () => {
    for (const { name, variables } of functions) {
      expect(variables, name).toMatchObject({
        EVENT_BUS_NAME: { Ref: 'Bus' },
        OUTBOX_QUEUE_URL: { Ref: 'OutboxQueue' },
      });
    }
  });

  it('identifies the code by version and commit', () => {
    const codeVersion = new RegExp(`^${version.replaceAll('.', '\\.')}(\\+[0-9a-f]{12}(\\.changed)?)?$`);
    for (const { name, variables } of functions) expect(variables['CODE_VERSION'], name).toMatch(codeVersion);
  });

  it('identifies the code by version alone where there is no git', () => {
    const script = "process.stdout.write(require('./scripts/code-version.cjs')())";
    const { stdout } = spawnSync(process.execPath, ['-e', script], { env: { PATH: '' }, encoding: 'utf8' });
    expect(stdout).toBe(version);
  });

  it('keeps events that the bus refuses for 14 days, encrypted, and retries for more than 3 days before the dead-letter queue', () => {
    const queue = { SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 };
    expect(ofType('AWS::SQS::Queue').map(([, properties]) => properties)).toMatchObject([queue, queue]);
    const { VisibilityTimeout, RedrivePolicy } = resources['OutboxQueue']!.Properties as {
      readonly VisibilityTimeout: number;
      readonly RedrivePolicy: { readonly maxReceiveCount: number; readonly deadLetterTargetArn: unknown };
    };
    expect(RedrivePolicy.deadLetterTargetArn).toEqual({ 'Fn::GetAtt': ['OutboxDeadLetterQueue', 'Arn'] });
    expect(RedrivePolicy.maxReceiveCount * VisibilityTimeout).toBeGreaterThan(3 * 24 * 3600);
  });

  it('has a pipe that publishes a message as the original event, with a role of its own', () => {
    expect(resources['OutboxPipe']!.Properties).toMatchObject({
      RoleArn: { 'Fn::GetAtt': ['OutboxPipeRole', 'Arn'] },
      Source: { 'Fn::GetAtt': ['OutboxQueue', 'Arn'] },
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
    const role = everyRole.find(({ id }) => id === 'OutboxPipeRole');
    expect(role?.statements.flatMap(({ Action }) => Action)).toEqual([
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'events:PutEvents',
    ]);
  });

  it('registers the committed schema of every event type', () => {
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
