/** A rule that makes a message for people of an event, and sends it to its alert topic. */
import { eventSource } from '../lib/events/event.ts';
import { messageRoute, topicIds } from './alert-routes.ts';
import { invokeCommand, type InvokeCommand } from './commands.ts';
import { withRunbookLinks } from './runbook.ts';

/** Every value of an event that a message may show as `<name>`. */
const paths = {
  group: '$.detail.data.name',
  groupId: '$.detail.data.voiceConnectorGroupId',
  decision: '$.detail.data.decision',
  leaving: '$.detail.data.leaving',
  promoting: '$.detail.data.promoting',
  reason: '$.detail.data.reason',
  code: '$.detail.data.code',
  summary: '$.detail.data.summary',
  result: '$.detail.data.result',
  outcome: '$.detail.data.outcome.reason',
  outcomeCode: '$.detail.data.outcome.code',
  orderedBy: '$.detail.data.command.by',
  orderedFor: '$.detail.data.command.reason',
  drillBy: '$.detail.data.drill.by',
  drillLeaving: '$.detail.data.drill.leaving',
  drillPromoting: '$.detail.data.drill.promoting',
  refusal: '$.detail.data.refusals[0].reason',
  refusalCode: '$.detail.data.refusals[0].code',
  key: '$.detail.data.key',
  override: '$.detail.data.override',
  at: '$.detail.metadata.time',
  run: '$.detail.metadata.runId',
  monitor: '$.detail.metadata.monitorRegion',
} as const;

export type Message = {
  /** When the message is sent. */
  readonly description: string;
  readonly detailTypes: readonly string[];
  /** What the event's `data` must be. Default: anything. */
  readonly data?: Readonly<Record<string, readonly (string | boolean)[]>>;
  readonly lines: readonly string[];
};

/**
 * `$'…'`. EventBridge delivers the quotes inside a message as `\"`. Bash, zsh and ksh read `\"` as a quote here, and between plain single
 * quotes they would not, so that a command can be copied out of an e-mail.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html ("String with escaped quotes")
 */
function ansiCQuoted(text: string): string {
  return `$'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}

/** A command line for a message. The payload may have `<name>` in it, for an id. */
export function command(functionName: InvokeCommand['functionName'], payload?: InvokeCommand['payload']): string {
  return invokeCommand(functionName, payload, ansiCQuoted);
}

/** Each line is a JSON string, which EventBridge needs of a template with several lines. */
function inputTransformer(lines: readonly string[]) {
  const used = new Set(lines.flatMap((line) => [...line.matchAll(/<(\w+)>/g)].map(([, name]) => name)));
  return {
    InputPathsMap: Object.fromEntries(Object.entries(paths).filter(([name]) => used.has(name))),
    InputTemplate: lines.map((line) => JSON.stringify(withRunbookLinks(line))).join('\n'),
  };
}

/** @param id the rule's logical id, by which infra/alert-routes.ts names its topic */
export function messageRule(id: string, { description, detailTypes, data, lines }: Message) {
  const topic = topicIds[messageRoute(id).topic];
  return {
    Type: 'AWS::Events::Rule',
    Properties: {
      Description: description,
      EventBusName: { Ref: 'Bus' },
      EventPattern: {
        source: [eventSource],
        'detail-type': detailTypes,
        ...(data === undefined ? {} : { detail: { data } }),
      },
      Targets: [{ Id: 'alerts', Arn: { Ref: topic }, InputTransformer: inputTransformer(lines) }],
    },
  };
}
