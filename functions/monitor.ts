/** The monitor: wakes on a schedule, an alarm, an AWS Health event or by hand, and takes one turn over the groups. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { ApiCalls } from '../lib/aws/api-calls.ts';
import { clientSettings, perRegion, writeClientSettings } from '../lib/aws/client.ts';
import { Changes } from '../lib/aws/changes.ts';
import { Groups } from '../lib/aws/groups.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import { Overrides } from '../lib/aws/overrides.ts';
import { Parking } from '../lib/aws/parking.ts';
import { Recorder } from '../lib/aws/record.ts';
import { monitorEnvironment } from '../lib/environment.ts';
import { logTo, numbersOf, signalsWithin, sleep } from '../lib/lambda.ts';
import { loadPolicy } from '../lib/policy.ts';
import type { Ports } from '../lib/ports.ts';
import { tellingFailure } from '../lib/recording.ts';
import { TurnFailedError, type TurnResult } from '../lib/result.ts';
import { parseTrigger } from '../lib/trigger.ts';
import { turn } from '../lib/turn.ts';
import { publishTurn } from '../lib/turn-numbers.ts';

const environment = monitorEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const apiCalls = new ApiCalls();
const region = environment.AWS_REGION;

const cloudWatchOf = perRegion((itsRegion) =>
  apiCalls.of(new CloudWatchClient({ ...clientSettings, region: itsRegion })),
);

const ports: Ports = {
  groups: new Groups({
    clientOf: perRegion((controlRegion) =>
      apiCalls.of(new ChimeSDKVoiceClient({ ...clientSettings, region: controlRegion })),
    ),
    writeClientOf: perRegion((controlRegion) =>
      apiCalls.of(new ChimeSDKVoiceClient({ ...writeClientSettings, region: controlRegion })),
    ),
    controlRegions: environment.CONTROL_REGIONS,
  }),
  metrics: new Metrics({ clientOf: cloudWatchOf, dimensions: policy.metricDimensions }),
  changes: new Changes({ clientOf: cloudWatchOf, regions: environment.MONITOR_REGIONS }),
  overrides: new Overrides({
    clientOf: perRegion((monitorRegion) => apiCalls.of(new SSMClient({ ...clientSettings, region: monitorRegion }))),
    regions: environment.MONITOR_REGIONS,
    path: environment.OVERRIDES_PATH,
  }),
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
  random: Math.random,
  sleep,
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<TurnResult> => {
    const who = { turnId: context.awsRequestId, codeVersion: environment.CODE_VERSION, monitorRegion: region };
    const callsBefore = apiCalls.count;
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const result = await tellingFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      turn(ports, policy, { ...who, trigger: parseTrigger(event) }, signals),
    );
    const { groups, ...summary } = result;
    ports.log.info('turn', { ...summary, groups: groups.length });
    publishTurn(ports, result, apiCalls.count - callsBefore);
    if (result.outcome === 'failed') throw new TurnFailedError(result.problems);
    return result;
  });
