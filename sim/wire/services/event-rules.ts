/** The operations of EventBridge on buses, rules and targets, by name. */
import * as z from 'zod';
import { accountId, deliveryTargetOf } from '../../account/account.ts';
import { clientError } from '../../account/errors.ts';
import { patternMatcher, type BusPlace, type EventRule } from '../../account/event-rules.ts';
import { defined, operation, type Operation, type OperationContext } from '../operation.ts';

function refuse(message: string) {
  return clientError('ValidationException', message);
}

const onBus = { EventBusName: z.string().max(1600).optional() };
const oneRule = z.object({ ...onBus, Name: z.string() });
const ofRule = { ...onBus, Rule: z.string() };

const putRule = z.object({
  ...onBus,
  Name: z.string(),
  EventPattern: z.string().optional(),
  ScheduleExpression: z.string().max(256).optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Description: z.string().max(512).optional(),
});

const targetSchema = z.object({
  Id: z.string().regex(/^[.\-_A-Za-z0-9]{1,64}$/),
  Arn: z.string(),
  // Not simulated: to be refused, and not ignored.
  Input: z.undefined({ error: 'the local AWS delivers the whole event' }).optional(),
  InputPath: z.undefined({ error: 'the local AWS delivers the whole event' }).optional(),
  InputTransformer: z.undefined({ error: 'the local AWS delivers the whole event' }).optional(),
});

function placeOf(
  { account, region }: OperationContext,
  { EventBusName }: { readonly EventBusName?: string | undefined },
) {
  return account.eventBridge.busPlace(region, EventBusName);
}

export const eventRuleOperations: Readonly<Record<string, Operation>> = {
  CreateEventBus: operation(z.object({ Name: z.string() }), refuse, ({ Name }, { account, region }) => {
    account.eventBridge.createBus(region, Name);
    return { EventBusArn: `arn:aws:events:${region}:${accountId}:event-bus/${Name}` };
  }),
  PutRule: operation(putRule, refuse, (input, context) => {
    const place = placeOf(context, input);
    const { Name, EventPattern, ScheduleExpression, State, Description } = input;
    context.account.eventRules.put(place, {
      name: Name,
      eventPattern: EventPattern,
      scheduleExpression: ScheduleExpression,
      state: State,
      description: Description,
    });
    return { RuleArn: arnOf(place, Name) };
  }),
  DescribeRule: operation(oneRule, refuse, (input, context) => {
    const place = placeOf(context, input);
    return ruleView(place, context.account.eventRules.describe(place, input.Name));
  }),
  ListRules: operation(z.object({ ...onBus, NamePrefix: z.string().optional() }), refuse, (input, context) => {
    const place = placeOf(context, input);
    const rules = context.account.eventRules.list(place, input.NamePrefix);
    return { Rules: rules.map((rule) => ruleView(place, rule)) };
  }),
  EnableRule: settingState('ENABLED'),
  DisableRule: settingState('DISABLED'),
  DeleteRule: operation(oneRule, refuse, (input, context) => {
    context.account.eventRules.delete(placeOf(context, input), input.Name);
    return {};
  }),
  PutTargets: operation(z.object({ ...ofRule, Targets: z.array(targetSchema).min(1) }), refuse, (input, context) => {
    const deliverable = input.Targets.filter(({ Arn }) => deliveryTargetOf(Arn) !== undefined);
    const targets = deliverable.map(({ Id, Arn }) => ({ id: Id, arn: Arn }));
    context.account.eventRules.putTargets(placeOf(context, input), input.Rule, targets);
    const failed = input.Targets.filter((target) => !deliverable.includes(target));
    return {
      FailedEntryCount: failed.length,
      FailedEntries: failed.map(({ Id }) => ({
        TargetId: Id,
        ErrorCode: 'ValidationException',
        ErrorMessage: 'The local AWS delivers to SQS queues, log groups, Lambda functions and event buses only.',
      })),
    };
  }),
  RemoveTargets: operation(z.object({ ...ofRule, Ids: z.array(z.string()).min(1) }), refuse, (input, context) => {
    context.account.eventRules.removeTargets(placeOf(context, input), input.Rule, input.Ids);
    return { FailedEntryCount: 0, FailedEntries: [] };
  }),
  ListTargetsByRule: operation(z.object(ofRule), refuse, (input, context) => ({
    Targets: context.account.eventRules
      .targets(placeOf(context, input), input.Rule)
      .map(({ id, arn }) => ({ Id: id, Arn: arn })),
  })),
  TestEventPattern: operation(
    z.object({ EventPattern: z.string(), Event: z.string() }),
    refuse,
    ({ EventPattern, Event }) => ({ Result: patternMatcher(EventPattern)(parsedEvent(Event)) }),
  ),
};

function settingState(state: EventRule['state']): Operation {
  return operation(oneRule, refuse, (input, context) => {
    context.account.eventRules.setState(placeOf(context, input), input.Name, state);
    return {};
  });
}

function ruleView(place: BusPlace, { name, eventPattern, scheduleExpression, state, description }: EventRule) {
  return defined({
    Name: name,
    Arn: arnOf(place, name),
    EventPattern: eventPattern,
    ScheduleExpression: scheduleExpression,
    State: state,
    Description: description,
    EventBusName: place.eventBusName,
  });
}

/** The bus `default` is left out of the ARN. */
function arnOf({ region, eventBusName }: BusPlace, ruleName: string): string {
  const bus = eventBusName === 'default' ? '' : `${eventBusName}/`;
  return `arn:aws:events:${region}:${accountId}:rule/${bus}${ruleName}`;
}

function parsedEvent(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuse('Parameter Event is not valid.');
  }
}
