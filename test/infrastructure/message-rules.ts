/** The rules that send messages to the alert topics. */
import { ofType, type Properties } from './template.ts';

export type Target = {
  readonly Arn: unknown;
  readonly InputTransformer: {
    readonly InputPathsMap: Readonly<Record<string, string>>;
    readonly InputTemplate: string;
  };
};

export type MessageRule = {
  readonly id: string;
  readonly properties: Properties;
  readonly pattern: Properties;
  readonly target: Target;
};

const topics = ['PageTopic', 'TicketTopic'].map((id) => JSON.stringify({ Ref: id }));

export const rules: readonly MessageRule[] = ofType('AWS::Events::Rule').flatMap(([id, properties]) => {
  const targets = properties['Targets'] as readonly Target[];
  return targets.some(({ Arn }) => topics.includes(JSON.stringify(Arn)))
    ? [{ id, properties, pattern: properties['EventPattern'] as Properties, target: targets[0]! }]
    : [];
});
