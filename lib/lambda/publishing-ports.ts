/** The ports by which any function tells what it does, made of its environment. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ApiCalls } from '../aws/api-calls.ts';
import { clientSettings } from '../aws/client.ts';
import { Outbox } from '../aws/outbox.ts';
import { EventBus } from '../aws/event-bus.ts';
import type { CommonEnvironment } from '../input/environment.ts';
import { logTo, emfTelemetry, sleep } from './signals.ts';
import type { Ports } from '../ports.ts';

type PublishingPortsInput = {
  readonly environment: CommonEnvironment;
  readonly logger: Logger;
  /** Counts what the clients ask, where anybody wants to know. */
  readonly apiCalls?: ApiCalls;
};

export function publishingPorts({
  environment,
  logger,
  apiCalls = new ApiCalls(),
}: PublishingPortsInput): Pick<Ports, 'eventBus' | 'outbox' | 'log' | 'telemetry' | 'clock'> {
  const region = environment.AWS_REGION;
  return {
    eventBus: new EventBus({
      client: apiCalls.of(new EventBridgeClient({ ...clientSettings, region })),
      eventBusName: environment.EVENT_BUS_NAME,
      sleep,
    }),
    outbox: new Outbox({
      // Not the queue URL's host: one address leads to every service, AWS's own or a local one.
      client: apiCalls.of(new SQSClient({ ...clientSettings, region, useQueueUrlAsEndpoint: false })),
      queueUrl: environment.OUTBOX_QUEUE_URL,
      sleep,
    }),
    log: logTo(logger),
    telemetry: emfTelemetry(environment.AWS_LAMBDA_FUNCTION_NAME),
    clock: Date.now,
  };
}
