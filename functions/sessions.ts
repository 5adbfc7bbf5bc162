/** The inventory of proxy sessions: wakes on a schedule or by hand, counts and reports. It changes nothing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { clientSettings, perRegion, writeClientSettings } from '../lib/aws/client.ts';
import { Groups } from '../lib/aws/groups.ts';
import { Recorder } from '../lib/aws/record.ts';
import { Sessions } from '../lib/aws/sessions.ts';
import { sessionsEnvironment } from '../lib/environment.ts';
import { logTo, signalsWithin, sleep } from '../lib/lambda.ts';
import type { SessionsPorts } from '../lib/ports.ts';
import { TurnFailedError } from '../lib/result.ts';
import { takeInventory, type SessionsResult } from '../lib/sessions.ts';
import { parseTrigger } from '../lib/trigger.ts';

const environment = sessionsEnvironment(process.env);
const logger = new Logger();
const region = environment.AWS_REGION;

const clientOf = perRegion((controlRegion) => new ChimeSDKVoiceClient({ ...clientSettings, region: controlRegion }));

const ports: SessionsPorts = {
  groups: new Groups({
    clientOf,
    writeClientOf: perRegion(
      (controlRegion) => new ChimeSDKVoiceClient({ ...writeClientSettings, region: controlRegion }),
    ),
    controlRegions: environment.CONTROL_REGIONS,
  }),
  sessions: new Sessions({ clientOf }),
  record: new Recorder({
    client: new EventBridgeClient({ ...clientSettings, region }),
    eventBusName: environment.EVENT_BUS_NAME,
    sleep,
  }),
  log: logTo(logger),
  clock: Date.now,
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<SessionsResult> => {
    const request = { turnId: context.awsRequestId, trigger: parseTrigger(event), monitorRegion: region };
    const result = await takeInventory(ports, request, signalsWithin(context.getRemainingTimeInMillis(), signal));
    const { connectors, ...summary } = result;
    ports.log.info('inventory', { ...summary, connectors: connectors.length });
    if (result.outcome === 'failed') throw new TurnFailedError(result.problems);
    return result;
  });
