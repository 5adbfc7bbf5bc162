import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { holdCodes } from '../../lib/core/model/codes.ts';
import { subscriptionResources } from '../../infra/subscriptions.ts';
import { messageRoute, topicIds } from '../../infra/alert-routes.ts';
import { rules } from './message-rules.ts';
import { ofType, resources } from './template.ts';

describe('Every message', () => {
  it('is a list of JSON strings, and maps exactly the values that it shows', () => {
    for (const { id, target } of rules) {
      const { InputPathsMap, InputTemplate } = target.InputTransformer;
      const used = new Set([...InputTemplate.matchAll(/<(\w+)>/g)].map(([, name]) => name!));
      expect(Object.keys(InputPathsMap).sort(), id).toEqual([...used].sort());
      for (const line of InputTemplate.split('\n')) expect(JSON.parse(line), id).toEqual(expect.any(String));
    }
  });

  it('links to headings that the runbook has', () => {
    const headings = [...readFileSync('docs/runbook.md', 'utf8').matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );
    const anchors = rules.flatMap(({ target, pattern }) => {
      const { detail } = pattern as { readonly detail?: { readonly data: { readonly code: readonly string[] } } };
      const named = [...target.InputTransformer.InputTemplate.matchAll(/docs\/runbook\.md#([\w-]+|<code>)/g)];
      return named.flatMap(([, anchor]) => (anchor === '<code>' ? detail!.data.code : [anchor!]));
    });
    expect(anchors.length).toBeGreaterThan(rules.length);
    expect(anchors.filter((anchor) => !headings.includes(anchor))).toEqual([]);
  });

  it('is sent for hold codes that exist, each by one rule', () => {
    const codes = rules.flatMap(({ pattern }) => {
      const { detail } = pattern as { readonly detail?: { readonly data: { readonly code?: readonly string[] } } };
      return detail?.data.code ?? [];
    });
    expect(codes.filter((code) => !(holdCodes as readonly string[]).includes(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });
});

describe('The alert topics', () => {
  it('receive messages of rules on the stack’s own bus only', () => {
    expect(rules.length).toBeGreaterThan(0);
    for (const { id, properties } of rules) expect(properties['EventBusName'], id).toEqual({ Ref: 'Bus' });
  });

  it.each(['PageTopic', 'TicketTopic'])(
    '%s is encrypted with a key that alarms and rules may use, and lets only them publish',
    (topic) => {
      expect(resources[topic]!.Properties).toMatchObject({ KmsMasterKeyId: { Ref: 'AlertKey' } });
      type Statement = {
        readonly Principal: { readonly Service?: string };
        readonly Action: string | readonly string[];
      };
      const statements = (id: string, document: string) =>
        (resources[id]!.Properties![document] as { readonly Statement: readonly Statement[] }).Statement;
      const publishers = ['cloudwatch.amazonaws.com', 'events.amazonaws.com'];
      const policy = statements(`${topic}Policy`, 'PolicyDocument');
      expect(policy.map(({ Principal, Action }) => [Principal.Service, Action])).toEqual(
        publishers.map((service) => [service, 'sns:Publish']),
      );
      const users = statements('AlertKey', 'KeyPolicy').filter(({ Principal }) => Principal.Service !== undefined);
      expect(users.map(({ Principal, Action }) => [Principal.Service, Action])).toEqual(
        publishers.map((service) => [service, ['kms:Decrypt', 'kms:GenerateDataKey*']]),
      );
    },
  );

  it('have a subscription for each address of the stage', async () => {
    expect(ofType('AWS::SNS::Subscription')).toEqual([]);
    const alerts = { page: ['oncall@example.com', 'https://pager.example.com/x'], ticket: ['oncall@example.com'] };
    const { Resources } = await subscriptionResources({
      resolveConfigurationProperty: (path) => Promise.resolve(path.join('.') === 'custom.settings.alerts' && alerts),
    });
    expect(Object.values(Resources).map(({ Properties }) => Properties)).toEqual([
      { TopicArn: { Ref: 'PageTopic' }, Protocol: 'email', Endpoint: 'oncall@example.com' },
      { TopicArn: { Ref: 'PageTopic' }, Protocol: 'https', Endpoint: 'https://pager.example.com/x' },
      { TopicArn: { Ref: 'TicketTopic' }, Protocol: 'email', Endpoint: 'oncall@example.com' },
    ]);
  });
});

describe('Every message', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s goes to its topic, for a reason', (id, { target }) => {
    const { topic, because } = messageRoute(id);
    expect(target).toMatchObject({ Arn: { Ref: topicIds[topic] } });
    expect(because).toMatch(/^[A-Z].*\.$/);
  });
});
