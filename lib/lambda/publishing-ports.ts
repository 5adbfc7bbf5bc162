/** Builds the ports by which every function reports its run, from its environment. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../aws/client.ts';
import { EventBus } from '../aws/event-bus.ts';
import { Outbox } from '../aws/outbox.ts';
import type { SdkObserver } from '../aws/sdk-observer.ts';
import type { CommonEnvironment } from '../input/environment.ts';
import type { PublishingPorts } from '../ports.ts';
import { emfTelemetry } from './emf.ts';
import { logTo } from './log.ts';
import { sleep } from './sleep.ts';

export function publishingPorts({
  environment,
  logger,
  observer,
}: {
  readonly environment: CommonEnvironment;
  readonly logger: Logger;
  readonly observer: SdkObserver;
}): PublishingPorts {
  const region = environment.AWS_REGION;
  return {
    eventBus: new EventBus({
      client: observer.observe('events', region, new EventBridgeClient({ ...clientSettings, region })),
      eventBusName: environment.EVENT_BUS_NAME,
      sleep,
    }),
    outbox: new Outbox({
      // The queue URL's host would override the endpoint that every other client uses, such as a local one.
      client: observer.observe(
        'sqs',
        region,
        new SQSClient({ ...clientSettings, region, useQueueUrlAsEndpoint: false }),
      ),
      queueUrl: environment.OUTBOX_QUEUE_URL,
      sleep,
    }),
    log: logTo(logger),
    telemetry: emfTelemetry(environment.AWS_LAMBDA_FUNCTION_NAME),
    clock: Date.now,
  };
}
