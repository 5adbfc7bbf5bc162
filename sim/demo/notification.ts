/** The text that the deployed stack sends to its subscribers for an event: the rules and templates of infra/messages.ts. */
import * as z from 'zod';
import { messageResources } from '../../infra/messages.ts';
import { runbookPath } from '../../infra/runbook.ts';
import type { StoredEvent } from '../account/eventbridge.ts';

/** The demo's stack, for the command lines in a message. */
const variables: Readonly<Record<string, string>> = {
  'sls:stage': 'dev',
  'self:provider.region': 'us-west-2',
  'self:custom.settings.runbook': runbookPath,
};

const detailSchema = z.object({ data: z.object({ decision: z.string() }) });
const lineSchema = z.string();

/** The lines of the notification about an applied change; empty if no rule matches it. */
export function changeNotification(event: StoredEvent): readonly string[] {
  const detail = detailSchema.safeParse(event.detail);
  if (!detail.success) return [];
  const { decision } = detail.data.data;
  const matching = Object.values(messageResources.Resources).find(({ Properties: { EventPattern: pattern } }) => {
    const decisions = pattern.detail?.data['decision'];
    return pattern['detail-type'].includes(event.detailType) && decisions?.includes(decision) === true;
  });
  return (matching?.Properties.Targets ?? []).flatMap(({ InputTransformer: { InputPathsMap, InputTemplate } }) =>
    InputTemplate.split('\n').map((line) =>
      lineSchema
        .parse(JSON.parse(line))
        .replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => variables[name] ?? whole)
        .replaceAll(/<(\w+)>/g, (_, name: string) => String(valueAt(event, InputPathsMap[name] ?? ''))),
    ),
  );
}

/** The value at a JSON path such as `$.detail.data.name`. */
function valueAt(event: StoredEvent, path: string): unknown {
  return path
    .split('.')
    .slice(1)
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), event);
}
