/** The subscriptions of the stage's addresses to the alert topics. */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import { topicIds, type AlertTopic } from './alert-routes.ts';
import type { VariableContext } from './service.ts';

const alertsSchema = z.record(z.enum(['page', 'ticket']), z.array(z.string()));

function subscription(topic: AlertTopic, address: string) {
  return {
    Type: 'AWS::SNS::Subscription',
    Properties: {
      TopicArn: { Ref: topicIds[topic] },
      Protocol: address.startsWith('https:') ? 'https' : 'email',
      Endpoint: address,
    },
  };
}

/** A logical id that goes with the address: by its place in the list, an earlier one's removal would subscribe the others again. */
function idOf(topic: AlertTopic, address: string): string {
  const digest = createHash('sha256').update(address).digest('hex').slice(0, 12);
  return `${topicIds[topic]}Subscription${digest}`;
}

export async function subscriptionResources({ resolveConfigurationProperty }: VariableContext) {
  const alerts = alertsSchema.parse(await resolveConfigurationProperty(['custom', 'settings', 'alerts']));
  const resources = (['page', 'ticket'] as const).flatMap((topic) =>
    alerts[topic].map((address) => [idOf(topic, address), subscription(topic, address)] as const),
  );
  return { Resources: Object.fromEntries(resources) };
}
