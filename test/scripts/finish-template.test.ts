import { describe, expect, it } from 'vitest';
import { finishTemplate, type Template } from '../../scripts/finish-template.ts';

function finished(permissionsBoundary?: string): Template['Resources'] {
  const template: Template = {
    Resources: {
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90 } },
      Role: { Type: 'AWS::IAM::Role', Properties: { Description: 'of the monitor' } },
      Queue: { Type: 'AWS::SQS::Queue' },
    },
  };
  finishTemplate(template, { permissionsBoundary });
  return template.Resources;
}

describe('The packaged template', () => {
  const log = {
    Type: 'AWS::Logs::LogGroup',
    Properties: { RetentionInDays: 90 },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  };

  it('keeps every log when the stack is removed, and changes nothing else', () => {
    expect(finished()).toEqual({
      Log: log,
      Role: { Type: 'AWS::IAM::Role', Properties: { Description: 'of the monitor' } },
      Queue: { Type: 'AWS::SQS::Queue' },
    });
  });

  it('gives every role the permissions boundary of the stage', () => {
    const PermissionsBoundary = 'arn:aws:iam::111122223333:policy/boundary';
    expect(finished(PermissionsBoundary)).toEqual({
      Log: log,
      Role: { Type: 'AWS::IAM::Role', Properties: { Description: 'of the monitor', PermissionsBoundary } },
      Queue: { Type: 'AWS::SQS::Queue' },
    });
  });
});
