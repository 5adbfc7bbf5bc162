/** A rule that makes a message for people of an event, and sends it to its alert topic. */
import { eventSource } from '../lib/events/event.ts';
import { messageRoute, topicIds } from './alert-routes.ts';
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
  impact: '$.detail.data.ledger.sentence',
  key: '$.detail.data.key',
  override: '$.detail.data.override',
  at: '$.detail.metadata.time',
  eventId: '$.detail.metadata.eventId',
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
  /** It is about a move that was made, and has the link to its report where reports are written. */
  readonly isOfMove?: true;
};

/** Each line is a JSON string, which EventBridge needs of a template with several lines. */
function inputTransformer(lines: readonly string[]) {
  const used = new Set(lines.flatMap((line) => [...line.matchAll(/<(\w+)>/g)].map(([, name]) => name)));
  return {
    InputPathsMap: Object.fromEntries(Object.entries(paths).filter(([name]) => used.has(name))),
    InputTemplate: lines.map((line) => JSON.stringify(withRunbookLinks(line))).join('\n'),
  };
}

/** The last line says where the event comes from. */
function linesWith({ lines, isOfMove }: Message, reportLink: string | undefined): readonly string[] {
  if (isOfMove === undefined || reportLink === undefined) return lines;
  const report = `Report, written again when <promoting> is proven healthy: ${reportLink}`;
  return [...lines.slice(0, -1), report, ...lines.slice(-1)];
}

/**
 * @param id the rule's logical id, by which infra/alert-routes.ts names its topic
 * @param reportLink of a stage whose reports are written
 */
export function messageRule(id: string, message: Message, reportLink?: string) {
  const { description, detailTypes, data } = message;
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
      Targets: [
        { Id: 'alerts', Arn: { Ref: topic }, InputTransformer: inputTransformer(linesWith(message, reportLink)) },
      ],
    },
  };
}
