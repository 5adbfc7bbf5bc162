/** The permissions that each request needs, from the Service Authorization Reference: https://docs.aws.amazon.com/service-authorization/latest/reference/ */
import * as z from 'zod';
import type { ServiceName } from '../service-name.ts';
import type { RequestContext } from './conditions.ts';
import type { Place } from './intrinsics.ts';
import type { AccessRequest } from './policy.ts';

/** The request, its account and its Region, which determine the needed permissions. */
export type NeedingRequest = {
  readonly service: ServiceName;
  readonly operation: string;
  readonly region: string;
  readonly input: unknown;
};

type Need = Omit<AccessRequest, 'action'> & { readonly action?: string };
type NeedsOf = (input: unknown, place: Place) => readonly Need[];

/** An action that IAM scopes to no resource: only a statement on `*` allows it. */
const unscoped: NeedsOf = () => [{ resource: '*', context: {} }];

/**
 * Reads the relevant part of the input. Input without it, which the service rejects anyway, needs the permission for every
 * resource.
 */
function reading<Schema extends z.ZodType>(
  schema: Schema,
  needs: (input: z.output<Schema>, place: Place) => readonly Need[],
): NeedsOf {
  return (input, place) => {
    const parsed = schema.safeParse(input);
    return parsed.success ? needs(parsed.data, place) : unscoped(input, place);
  };
}

function arn(service: string, { region, accountId }: Place, resource: string): string {
  return `arn:aws:${service}:${region}:${accountId}:${resource}`;
}

function on(resource: string, context: RequestContext = {}): Need {
  return { resource, context };
}

const oneConnector = reading(z.object({ VoiceConnectorId: z.string() }), ({ VoiceConnectorId }, place) => [
  on(arn('chime', place, `vc/${VoiceConnectorId}`)),
]);

/** IAM has no resource type for groups: a write needs the permission for each Voice Connector in the request. */
const everyMember = reading(
  z.object({ VoiceConnectorItems: z.array(z.object({ VoiceConnectorId: z.string() })).min(1) }),
  ({ VoiceConnectorItems }, place) =>
    VoiceConnectorItems.map(({ VoiceConnectorId }) => on(arn('chime', place, `vc/${VoiceConnectorId}`))),
);

const eventEntries = reading(
  z.object({
    Entries: z
      .array(
        z.object({
          Source: z.string().optional(),
          DetailType: z.string().optional(),
          EventBusName: z.string().default('default'),
        }),
      )
      .min(1),
  }),
  ({ Entries }, place) =>
    [...Map.groupBy(Entries, ({ EventBusName }) => EventBusName)].map(([bus, entries]) =>
      on(bus.startsWith('arn:') ? bus : arn('events', place, `event-bus/${bus}`), {
        'events:source': entries.flatMap(({ Source }) => Source ?? []),
        'events:detail-type': entries.flatMap(({ DetailType }) => DetailType ?? []),
        'events:eventBusInvocation': 'false',
      }),
    ),
);

/** The bus `default` is not part of a rule's ARN. */
function ruleArn(place: Place, bus: string, rule: string): string {
  const name = bus.replace(/^arn:.*:event-bus\//, '');
  return arn('events', place, `rule/${name === 'default' ? '' : `${name}/`}${rule}`);
}

const busOfRule = z.string().default('default');

const ruleNamed = reading(z.object({ Name: z.string(), EventBusName: busOfRule }), ({ Name, EventBusName }, place) => [
  on(ruleArn(place, EventBusName, Name)),
]);

const targetsOf = reading(z.object({ Rule: z.string(), EventBusName: busOfRule }), ({ Rule, EventBusName }, place) => [
  on(ruleArn(place, EventBusName, Rule)),
]);

const busNamed = reading(z.object({ Name: z.string() }), ({ Name }, place) => [
  on(arn('events', place, `event-bus/${Name}`)),
]);

function alarmArn(place: Place, name: string): string {
  return arn('cloudwatch', place, `alarm:${name}`);
}

const alarmNamed = reading(z.object({ AlarmName: z.string() }), ({ AlarmName }, place) => [
  on(alarmArn(place, AlarmName)),
]);

const alarmsNamed = reading(z.object({ AlarmNames: z.array(z.string()) }), ({ AlarmNames }, place) =>
  AlarmNames.map((name) => on(alarmArn(place, name))),
);

const namespaced = reading(z.object({ Namespace: z.string() }), ({ Namespace }) => [
  on('*', { 'cloudwatch:namespace': Namespace }),
]);

/** The resource is the path itself, `parameter/a/b`, which `parameter/a/b/*` does not cover. */
const parameterPath = reading(
  z.object({ Path: z.string(), Recursive: z.boolean().default(false) }),
  ({ Path, Recursive }, place) => [on(arn('ssm', place, `parameter${Path}`), { 'ssm:Recursive': String(Recursive) })],
);

/** All versions of a parameter, `name:3`, are one resource. */
const parameterName = reading(z.object({ Name: z.string() }), ({ Name }, place) => [
  on(arn('ssm', place, `parameter/${Name.replace(/^\//, '').replace(/:\d+$/, '')}`)),
]);

const queueNamed = reading(z.object({ QueueName: z.string() }), ({ QueueName }, place) => [
  on(arn('sqs', place, QueueName)),
]);

const queueAt = reading(z.object({ QueueUrl: z.string() }), ({ QueueUrl }, place) => [
  on(arn('sqs', place, QueueUrl.slice(QueueUrl.lastIndexOf('/') + 1))),
]);

const logGroup = reading(z.object({ logGroupName: z.string() }), ({ logGroupName }, place) => [
  on(arn('logs', place, `log-group:${logGroupName}`)),
]);

/** The names of buckets are unique among all accounts: an ARN names neither Region nor account. Every simulated bucket is of this account. */
const objectAt = reading(z.object({ Bucket: z.string(), Key: z.string() }), ({ Bucket, Key }, { accountId }) => [
  on(`arn:aws:s3:::${Bucket}/${Key}`, { 's3:ResourceAccount': accountId }),
]);

function called(action: string, needs: NeedsOf): NeedsOf {
  return (input, place) => needs(input, place).map((need) => ({ ...need, action }));
}

const invoked = called(
  'InvokeFunction',
  reading(z.object({ functionName: z.string() }), ({ functionName }, place) => [
    on(arn('lambda', place, `function:${functionName}`)),
  ]),
);

/** The IAM prefix and the needs of each operation, by the service's signing name. */
const services: Readonly<
  Record<ServiceName, { readonly prefix: string; readonly operations: Readonly<Record<string, NeedsOf>> }>
> = {
  chime: {
    prefix: 'chime',
    operations: {
      ListVoiceConnectorGroups: unscoped,
      GetVoiceConnectorGroup: unscoped,
      CreateVoiceConnectorGroup: everyMember,
      UpdateVoiceConnectorGroup: everyMember,
      DeleteVoiceConnectorGroup: unscoped,
      ListVoiceConnectors: unscoped,
      CreateVoiceConnector: unscoped,
      GetVoiceConnector: oneConnector,
      DeleteVoiceConnector: oneConnector,
      GetVoiceConnectorTerminationHealth: oneConnector,
      GetVoiceConnectorOrigination: oneConnector,
      PutVoiceConnectorOrigination: oneConnector,
      GetVoiceConnectorLoggingConfiguration: oneConnector,
      PutVoiceConnectorLoggingConfiguration: oneConnector,
      ListPhoneNumbers: unscoped,
      AssociatePhoneNumbersWithVoiceConnector: oneConnector,
      DisassociatePhoneNumbersFromVoiceConnector: oneConnector,
      AssociatePhoneNumbersWithVoiceConnectorGroup: unscoped,
      DisassociatePhoneNumbersFromVoiceConnectorGroup: unscoped,
      ListProxySessions: oneConnector,
      ListAvailableVoiceConnectorRegions: unscoped,
    },
  },
  monitoring: {
    prefix: 'cloudwatch',
    operations: {
      GetMetricData: unscoped,
      ListMetrics: unscoped,
      PutMetricData: namespaced,
      PutMetricAlarm: alarmNamed,
      PutCompositeAlarm: alarmNamed,
      DescribeAlarms: unscoped,
      DeleteAlarms: alarmsNamed,
      SetAlarmState: alarmNamed,
    },
  },
  events: {
    prefix: 'events',
    operations: {
      PutEvents: eventEntries,
      CreateEventBus: busNamed,
      PutRule: ruleNamed,
      DescribeRule: ruleNamed,
      EnableRule: ruleNamed,
      DisableRule: ruleNamed,
      DeleteRule: ruleNamed,
      PutTargets: targetsOf,
      RemoveTargets: targetsOf,
      ListTargetsByRule: targetsOf,
      ListRules: unscoped,
      TestEventPattern: unscoped,
    },
  },
  ssm: {
    prefix: 'ssm',
    operations: {
      GetParametersByPath: parameterPath,
      GetParameter: parameterName,
      PutParameter: parameterName,
      DeleteParameter: parameterName,
    },
  },
  sqs: {
    prefix: 'sqs',
    operations: {
      CreateQueue: queueNamed,
      GetQueueUrl: queueNamed,
      SendMessage: queueAt,
      SendMessageBatch: called('SendMessage', queueAt),
      ReceiveMessage: queueAt,
      DeleteMessage: queueAt,
      DeleteMessageBatch: called('DeleteMessage', queueAt),
    },
  },
  lambda: { prefix: 'lambda', operations: { Invoke: invoked } },
  logs: { prefix: 'logs', operations: { FilterLogEvents: logGroup } },
  s3: { prefix: 's3', operations: { PutObject: objectAt, GetObject: objectAt } },
};

/** @throws Error for an operation without a declared need, which must not be allowed by accident. */
export function needsOf(
  { service, operation, region, input }: NeedingRequest,
  accountId: string,
): readonly AccessRequest[] {
  const { prefix, operations } = services[service];
  const needs = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (needs === undefined) throw new Error(`the permission that ${service} ${operation} needs is not declared`);
  const global = { 'aws:RequestedRegion': region, 'aws:PrincipalAccount': accountId };
  return needs(input, { region, accountId }).map(({ action = operation, resource, context }) => ({
    action: `${prefix}:${action}`,
    resource,
    context: { ...global, ...context },
  }));
}
