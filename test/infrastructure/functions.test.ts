import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { functions, ofType, resources } from './template.ts';

const byName = functions.map((each) => [each.name, each] as const);

describe('The package', () => {
  it('has one function for each file in functions/, but for those that only some stages have', () => {
    const files = readdirSync('functions').flatMap((file) =>
      ['lister.ts', 'report.ts'].includes(file) ? [] : [file.replace('.ts', '')],
    );
    expect(functions.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  it('has its own event bus, with an archive', () => {
    expect(ofType('AWS::Events::EventBus').map(([, { Name }]) => Name)).toEqual(['voice-connector-failover-dev']);
    expect(ofType('AWS::Events::Archive').map(([, { SourceArn }]) => SourceArn)).toEqual([
      { 'Fn::GetAtt': ['Bus', 'Arn'] },
    ]);
  });

  it('runs one monitor at a time, and drops a trigger that waited for a minute', () => {
    expect(resources['MonitorLambdaFunction']?.Properties).toMatchObject({ ReservedConcurrentExecutions: 1 });
    expect(resources['MonitorLambdaEvConf']?.Properties).toMatchObject({ MaximumEventAgeInSeconds: 60 });
  });
});

describe.each(byName)('The function %s', (_name, { functionName, logicalId, properties }) => {
  it('runs on arm64 and Node.js 24', () => {
    expect(properties).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'] });
  });

  it('has its own log group, created before the function, that keeps 90 days', () => {
    const groups = ofType('AWS::Logs::LogGroup').filter(
      ([, { LogGroupName }]) => LogGroupName === `/aws/lambda/${functionName}`,
    );
    expect(groups).toMatchObject([[expect.any(String), { RetentionInDays: 90 }]]);
    expect(Object.entries(resources).find(([id]) => id === logicalId)?.[1]).toMatchObject({
      DependsOn: [groups[0]?.[0]],
    });
  });

  it('is never retried: the next run starts from scratch', () => {
    const configs = ofType('AWS::Lambda::EventInvokeConfig').filter(
      ([, { FunctionName }]) => JSON.stringify(FunctionName) === JSON.stringify({ Ref: logicalId }),
    );
    expect(configs).toMatchObject([[expect.any(String), { MaximumRetryAttempts: 0 }]]);
  });
});
