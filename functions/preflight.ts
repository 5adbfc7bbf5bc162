/** Readiness: wakes on a schedule or by hand, looks whether each group could fail over right now, and tells. It changes nothing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { ChimeSDKVoiceClient } from '@aws-sdk/client-chime-sdk-voice';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SSMClient } from '@aws-sdk/client-ssm';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { Answers } from '../lib/aws/sdk-observer.ts';
import { clientSettings, perRegion, writeClientSettings } from '../lib/aws/client.ts';
import { Changes, ownNamespace } from '../lib/aws/changes.ts';
import { Groups } from '../lib/aws/groups.ts';
import { MetricNames } from '../lib/aws/metric-names.ts';
import { Metrics } from '../lib/aws/metrics.ts';
import { Overrides } from '../lib/aws/overrides.ts';
import { PastReadinessMetrics } from '../lib/aws/past-readiness.ts';
import { PhoneNumbers } from '../lib/aws/phone-numbers.ts';
import { preflightEnvironment } from '../lib/input/environment.ts';
import { signalsWithin } from '../lib/lambda/signals.ts';
import { loadPolicy } from '../lib/input/policy.ts';
import type { PreflightPorts } from '../lib/ports.ts';
import { preflight } from '../lib/preflight/preflight.ts';
import type { ReadinessResult } from '../lib/preflight/result.ts';
import { publishFailure } from '../lib/audit/publish.ts';
import { RunFailedError } from '../lib/context.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { publishingPorts } from '../lib/lambda/publishing-ports.ts';

const environment = preflightEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const answers = new Answers({ clock: Date.now });
const region = environment.AWS_REGION;

const chimeOf = perRegion((itsRegion) =>
  answers.of('chime', itsRegion, new ChimeSDKVoiceClient({ ...clientSettings, region: itsRegion })),
);
const cloudWatchOf = perRegion((itsRegion) =>
  answers.of('cloudwatch', itsRegion, new CloudWatchClient({ ...clientSettings, region: itsRegion })),
);

const ports: PreflightPorts = {
  groups: new Groups({
    clientOf: chimeOf,
    writeClientOf: perRegion((itsRegion) => new ChimeSDKVoiceClient({ ...writeClientSettings, region: itsRegion })),
    controlRegions: environment.CONTROL_REGIONS,
  }),
  metrics: new Metrics({ clientOf: cloudWatchOf, dimensions: policy.metricDimensions }),
  metricNames: new MetricNames({ clientOf: cloudWatchOf }),
  phoneNumbers: new PhoneNumbers({ clientOf: chimeOf }),
  changes: new Changes({ clientOf: cloudWatchOf, regions: environment.MONITOR_REGIONS }),
  overrides: new Overrides({
    clientOf: perRegion((itsRegion) =>
      answers.of('ssm', itsRegion, new SSMClient({ ...clientSettings, region: itsRegion })),
    ),
    regions: environment.MONITOR_REGIONS,
    path: environment.OVERRIDES_PATH,
  }),
  past: new PastReadinessMetrics({
    client: cloudWatchOf(region),
    namespace: ownNamespace,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
  }),
  answers,
  ...publishingPorts({ environment, logger }),
};

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<ReadinessResult> => {
    const who = { runId: context.awsRequestId, codeVersion: environment.CODE_VERSION, monitorRegion: region };
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const result = await publishFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      preflight(ports, policy, { ...who, trigger: parseTrigger(event) }, signals),
    );
    const { trigger, outcome, readiness, groups, problems } = result;
    ports.log.info('readiness', { trigger, outcome, readiness, groups: groups.length, problems });
    if (result.outcome === 'failed') throw new RunFailedError(result.problems);
    return result;
  });
