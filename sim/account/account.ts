import * as z from 'zod';
import type { EpochMs } from '../clock.ts';
import type { MetricDatum, MetricSink, OptionsPingSink, RoutedGroup, RoutingTable } from '../world/ports.ts';
import { accountId } from './account-id.ts';
import { Alarms, type StateChange } from './alarms/alarms.ts';
import { alarmsSchema } from './alarms/kept.ts';
import { actionPayload, stateChangeDetail, stateChangeType } from './alarms/state-change.ts';
import { Buckets, bucketsSchema } from './buckets.ts';
import { Chime } from './chime/chime.ts';
import { connectorsSchema } from './chime/connectors.ts';
import { groupsSchema } from './chime/groups.ts';
import { phoneNumbersSchema } from './chime/phone-numbers.ts';
import { CloudWatch } from './cloudwatch/cloudwatch.ts';
import { metricsSchema } from './cloudwatch/metric-store.ts';
import { EventBridge, eventBridgeSchema, type StoredEvent } from './eventbridge.ts';
import { EventRules, eventRulesSchema, type EventTarget } from './event-rules.ts';
import { IdCounter } from './ids.ts';
import { Logs, logsSchema } from './logs.ts';
import { Parameters, parametersSchema } from './parameters.ts';
import { Queues, queuesSchema } from './queues.ts';

/** An asynchronous invocation that is due. */
export type DueInvocation = { readonly functionArn: string; readonly payload: string };

/** What an alarm sent to an SNS topic. */
export type Notification = { readonly topicArn: string; readonly alarmName: string; readonly payload: string };

export { accountId };

/** An account as it is kept in a file. */
export const accountSchema = z.object({
  issuedIds: z.number(),
  issuedLogIds: z.number(),
  groups: groupsSchema,
  connectors: connectorsSchema,
  phoneNumbers: phoneNumbersSchema,
  metrics: metricsSchema,
  eventBridge: eventBridgeSchema,
  eventRules: eventRulesSchema,
  parameters: parametersSchema,
  queues: queuesSchema,
  alarms: alarmsSchema,
  logs: logsSchema,
  /** Absent from files of earlier versions. */
  buckets: bucketsSchema.default([]),
});

/**
 * One AWS account: the state of its services and the rules that AWS documents for changing it. It contains no HTTP: the wire
 * server translates requests, and the world reads the routing from it and writes metrics to it.
 *
 * Ids are deterministic: the same operations in the same order give the same ids.
 */
export class Account implements RoutingTable, MetricSink, OptionsPingSink {
  readonly now: () => EpochMs;
  readonly chime: Chime;
  readonly cloudWatch: CloudWatch;
  readonly alarms: Alarms;
  readonly eventBridge: EventBridge;
  readonly eventRules: EventRules;
  readonly parameters: Parameters;
  readonly queues: Queues;
  readonly logs: Logs;
  readonly buckets = new Buckets();
  readonly #ids: IdCounter;
  /** Of its own: the ids of the account do not depend on how much a function logs. */
  readonly #logIds = new IdCounter();
  /** What alarms sent to SNS topics, oldest first. */
  readonly notifications: Notification[] = [];
  #invocations: DueInvocation[] = [];

  constructor({ now, ids = new IdCounter() }: { readonly now: () => EpochMs; readonly ids?: IdCounter }) {
    this.now = now;
    this.#ids = ids;
    this.chime = new Chime({ now, ids });
    this.cloudWatch = new CloudWatch({ now });
    this.alarms = new Alarms({
      now,
      cloudWatch: this.cloudWatch,
      onChange: (change) => {
        this.#onStateChange(change);
      },
    });
    this.eventRules = new EventRules((target, event) => {
      this.#deliver(target, event);
    });
    this.eventBridge = new EventBridge({
      now,
      ids,
      onEvent: (event) => {
        this.eventRules.onEvent(event, deliveredForm(event));
      },
    });
    this.parameters = new Parameters({ now });
    this.queues = new Queues({ now, ids });
    this.logs = new Logs({ now, ids: this.#logIds });
  }

  /** As plain data for {@link accountSchema}. Proxy sessions are not kept: AWS ended them, and nothing creates one while it runs. */
  kept() {
    const { groups, connectors, phoneNumbers } = this.chime;
    return {
      issuedIds: this.#ids.issued,
      issuedLogIds: this.#logIds.issued,
      groups: groups.kept(),
      connectors: connectors.all(),
      phoneNumbers: phoneNumbers.kept(),
      metrics: this.cloudWatch.kept(),
      eventBridge: this.eventBridge.kept(),
      eventRules: this.eventRules.kept(),
      parameters: this.parameters.kept(),
      queues: this.queues.kept(),
      alarms: this.alarms.kept(),
      logs: this.logs.kept(),
      buckets: this.buckets.kept(),
    };
  }

  /** Becomes the account that was kept. Its phone numbers must have been seeded as in that one. */
  restore(kept: z.output<typeof accountSchema>): void {
    const { groups, connectors, phoneNumbers } = this.chime;
    groups.restore(kept.groups);
    connectors.restore(kept.connectors);
    phoneNumbers.restore(kept.phoneNumbers);
    this.cloudWatch.restore(kept.metrics);
    this.eventBridge.restore(kept.eventBridge);
    this.eventRules.restore(kept.eventRules);
    this.parameters.restore(kept.parameters);
    this.queues.restore(kept.queues);
    this.alarms.restore(kept.alarms);
    this.logs.restore(kept.logs);
    this.buckets.restore(kept.buckets);
    this.#ids.issued = kept.issuedIds;
    this.#logIds.issued = kept.issuedLogIds;
  }

  routedGroups(): readonly RoutedGroup[] {
    return this.chime.groups.routed();
  }

  putMetric(datum: MetricDatum): void {
    this.cloudWatch.record(datum);
  }

  recordOptionsPing(voiceConnectorId: string, ping: { readonly at: EpochMs; readonly source: string }): void {
    this.chime.connectors.recordOptionsPing(voiceConnectorId, ping);
  }

  /** Once a minute: evaluates the alarms and fires the schedules of rules. */
  onMinute(): void {
    this.alarms.evaluate();
    this.eventRules.onMinute(this.now());
  }

  /** The asynchronous invocations of functions that events and alarms made since the last call. */
  takeInvocations(): readonly DueInvocation[] {
    const due = this.#invocations;
    this.#invocations = [];
    return due;
  }

  #onStateChange(change: StateChange): void {
    const { region, alarm, state } = change;
    const alarmArn = `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm.name}`;
    this.eventBridge.sendFromService(region, {
      source: 'aws.cloudwatch',
      detailType: stateChangeType,
      detail: stateChangeDetail(change),
      resources: [alarmArn],
    });
    if (!alarm.actions.isEnabled) return;
    const { onAlarm, onOk, onInsufficientData } = alarm.actions;
    const payload = JSON.stringify(actionPayload(change, { alarmArn, accountId }));
    for (const arn of { ALARM: onAlarm, OK: onOk, INSUFFICIENT_DATA: onInsufficientData }[state.state]) {
      if (arn.startsWith('arn:aws:sns:')) this.notifications.push({ topicArn: arn, alarmName: alarm.name, payload });
      else this.#deliver({ id: alarm.name, arn }, payload);
    }
  }

  /** What has gone since the target was put is not delivered to, as in AWS. */
  #deliver({ arn }: EventTarget, event: string): void {
    const target = deliveryTargetOf(arn);
    if (target?.kind === 'log-group') {
      this.logs.write(target.region, { logGroupName: target.name, message: event });
    } else if (target?.kind === 'bus') {
      // A rule sends an event on as it is: its Region stays the one that it comes from.
      this.eventRules.onEvent({ region: target.region, eventBusName: target.name }, objectIn(event));
    } else if (target?.kind === 'function') {
      this.#invocations.push({ functionArn: arn, payload: event });
    } else if (target?.kind === 'queue' && this.queues.has(target.region, target.name)) {
      this.queues.send(target.region, target.name, { body: event });
    }
  }
}

/** Where the local AWS can deliver an event to; undefined for any other ARN. */
export function deliveryTargetOf(
  arn: string,
): { readonly kind: (typeof targetArns)[number]['kind']; readonly region: string; readonly name: string } | undefined {
  for (const { kind, pattern } of targetArns) {
    const [, region, name] = pattern.exec(arn) ?? [];
    if (region !== undefined && name !== undefined) return { kind, region, name };
  }
  return undefined;
}

const targetArns = [
  { kind: 'queue', pattern: /^arn:aws:sqs:([^:]+):\d{12}:([^:]+)$/ },
  { kind: 'log-group', pattern: /^arn:aws:logs:([^:]+):\d{12}:log-group:([^:]+)(?::\*)?$/ },
  { kind: 'function', pattern: /^arn:aws:lambda:([^:]+):\d{12}:function:([^:]+)$/ },
  { kind: 'bus', pattern: /^arn:aws:events:([^:]+):\d{12}:event-bus\/([^:]+)$/ },
] as const;

function objectIn(json: string): object {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('a rule delivered what is no event');
  return value;
}

/** The event as a target of a rule gets it. */
function deliveredForm({ id, source, detailType, detail, time, region, resources }: StoredEvent): object {
  return {
    version: '0',
    id,
    'detail-type': detailType,
    source,
    account: accountId,
    time: new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region,
    resources,
    detail,
  };
}
