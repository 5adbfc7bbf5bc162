/** The text that the deployed stack sends to its subscribers for an event: the rules and templates of infra/alerts.yml. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { StoredEvent } from '../account/eventbridge.ts';

const ruleSchema = z.object({
  Type: z.literal('AWS::Events::Rule'),
  Properties: z.object({
    EventPattern: z.object({
      'detail-type': z.array(z.string()),
      detail: z.object({ data: z.object({ decision: z.array(z.string()) }) }),
    }),
    Targets: z.array(
      z.object({
        InputTransformer: z.object({ InputPathsMap: z.record(z.string(), z.string()), InputTemplate: z.string() }),
      }),
    ),
  }),
});

const detailSchema = z.object({ data: z.object({ decision: z.string() }) });
const lineSchema = z.string();

/** The lines of the notification about an applied change; empty where no rule matches it. */
export function changeNotification(event: StoredEvent): readonly string[] {
  const detail = detailSchema.safeParse(event.detail);
  if (!detail.success) return [];
  const { decision } = detail.data.data;
  const matching = changeRules().find(
    ({ EventPattern: pattern }) =>
      pattern['detail-type'].includes(event.detailType) && pattern.detail.data.decision.includes(decision),
  );
  return (matching?.Targets ?? []).flatMap(({ InputTransformer: { InputPathsMap, InputTemplate } }) =>
    InputTemplate.split('\n').map((line) =>
      lineSchema
        .parse(JSON.parse(line))
        .replaceAll(/<(\w+)>/g, (_, name: string) => String(valueAt(event, InputPathsMap[name] ?? ''))),
    ),
  );
}

/** The rules that select changes by their decision. CloudFormation's own tags, such as `!Ref`, are of no use here. */
function changeRules() {
  const yaml = readFileSync(`${import.meta.dirname}/../../infra/alerts.yml`, 'utf8');
  const template = z
    .object({ Resources: z.record(z.string(), z.unknown()) })
    .parse(parse(yaml, { merge: true, logLevel: 'error' }));
  return Object.values(template.Resources).flatMap((resource) => {
    const rule = ruleSchema.safeParse(resource);
    return rule.success ? [rule.data.Properties] : [];
  });
}

/** The value at a JSON path such as `$.detail.data.name`. */
function valueAt(event: StoredEvent, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), event);
}
