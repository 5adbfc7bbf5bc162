/** The inventory of proxy sessions: wakes on a schedule or by hand, counts and reports. It changes nothing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { clientSettings, perRegion, writeClientSettings } from '../lib/aws/client.ts';
import { Groups } from '../lib/aws/groups.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import { Sessions } from '../lib/aws/sessions.ts';
import { sessionsEnvironment } from '../lib/input/environment.ts';
import { signalsWithin } from '../lib/lambda/signals.ts';
import { loadPolicy } from '../lib/input/policy.ts';
import type { SessionsPorts } from '../lib/ports.ts';
import { publishFailure } from '../lib/audit/publish.ts';
import { RunFailedError } from '../lib/context.ts';
import { takeInventory } from '../lib/sessions/inventory.ts';
import type { SessionsResult } from '../lib/sessions/result.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { publishingPorts } from '../lib/lambda/publishing-ports.ts';

const environment = sessionsEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
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
  metrics: new Metrics({
    clientOf: perRegion((itsRegion) => new CloudWatchClient({ ...clientSettings, region: itsRegion })),
    dimensions: policy.metricDimensions,
  }),
  sessions: new Sessions({ clientOf }),
  ...publishingPorts({ environment, logger }),
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<SessionsResult> => {
    const who = { runId: context.awsRequestId, codeVersion: environment.CODE_VERSION, monitorRegion: region };
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const result = await publishFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      takeInventory(ports, policy, { ...who, trigger: parseTrigger(event) }, signals),
    );
    const { trigger, observedAt, outcome, connectors, findings, problems } = result;
    ports.log.info('inventory', { trigger, observedAt, outcome, connectors: connectors.length, findings, problems });
    if (result.outcome === 'failed') throw new RunFailedError(result.problems);
    return result;
  });
