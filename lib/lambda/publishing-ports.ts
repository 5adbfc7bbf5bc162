/** The ports by which any function tells what it does, made of its environment. */
import type { Logger } from '@aws-lambda-powertools/logger';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ApiCalls } from '../aws/api-calls.ts';
import { clientSettings } from '../aws/client.ts';
import { Parking } from '../aws/outbox.ts';
import { Recorder } from '../aws/event-bus.ts';
import type { CommonEnvironment } from '../input/environment.ts';
import { logTo, numbersOf, sleep } from './signals.ts';
import type { Ports } from '../ports.ts';

type Telling = {
  readonly environment: CommonEnvironment;
  readonly logger: Logger;
  /** Counts what the clients ask, where anybody wants to know. */
  readonly apiCalls?: ApiCalls;
};

export const tellingPorts = ({
  environment,
  logger,
  apiCalls = new ApiCalls(),
}: Telling): Pick<Ports, 'record' | 'parking' | 'log' | 'numbers' | 'clock'> => {
  const region = environment.AWS_REGION;
  return {
    record: new Recorder({
      client: apiCalls.of(new EventBridgeClient({ ...clientSettings, region })),
      eventBusName: environment.EVENT_BUS_NAME,
      sleep,
    }),
    parking: new Parking({
      // Not the queue URL's host: one address leads to every service, AWS's own or a local one.
      client: apiCalls.of(new SQSClient({ ...clientSettings, region, useQueueUrlAsEndpoint: false })),
      queueUrl: environment.PARKING_QUEUE_URL,
      sleep,
    }),
    log: logTo(logger),
    numbers: numbersOf(environment.AWS_LAMBDA_FUNCTION_NAME),
    clock: Date.now,
  };
};
