/** The text that the deployed stack sends to its subscribers for an event: the rules and templates of infra/messages.ts. */
import * as z from 'zod';
import { messageResources } from '../infra/messages.ts';
import { runbookPath } from '../infra/runbook.ts';
import { matcherOf } from './account/event-pattern.ts';
import type { StoredEvent } from './account/eventbridge.ts';

/** Of the stack, besides its stage and Region, for the command lines in a message. */
const variables: Readonly<Record<string, string>> = {
  'self:custom.settings.runbook': runbookPath,
};

const lineSchema = z.string();

/** The lines of the notification about an event; empty if no rule matches it. */
export function notificationOf(
  event: StoredEvent,
  stage = 'dev',
  reportBucket: string | null = null,
): readonly string[] {
  const { source, detailType, detail, region } = event;
  const values: Readonly<Record<string, string>> = { ...variables, 'sls:stage': stage, 'self:provider.region': region };
  const matching = Object.values(messageResources(reportBucket).Resources)
    .map(({ Properties }) => Properties)
    .find(({ EventPattern }) => matcherOf(EventPattern, unexpected)({ source, 'detail-type': detailType, detail }));
  return (matching?.Targets ?? []).flatMap(({ InputTransformer: { InputPathsMap, InputTemplate } }) =>
    InputTemplate.split('\n').map((line) =>
      lineSchema
        .parse(JSON.parse(line))
        .replaceAll(/\$\{([^}]+)\}/g, (whole, name: string) => values[name] ?? whole)
        .replaceAll(/<(\w+)>/g, (_, name: string) => String(valueAt(event, InputPathsMap[name] ?? ''))),
    ),
  );
}

function unexpected(reason: string): Error {
  return new Error(`a rule of infra/messages.ts: ${reason}`);
}

/** The value at a JSON path such as `$.detail.data.refusals[0].code`. */
function valueAt(event: StoredEvent, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .slice(1)
    .filter((key) => key !== '')
    .reduce<unknown>((value, key) => Reflect.get(Object(value), key), event);
}
