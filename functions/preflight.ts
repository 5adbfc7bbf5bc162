/** Readiness: wakes on a schedule or by hand, looks whether each group could fail over right now, and tells. It changes nothing. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { ownNamespace } from '../lib/core/model/own-metrics.ts';
import { MetricNames } from '../lib/aws/metric-names.ts';
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
import { clientsOf, readPorts } from '../lib/lambda/reading-ports.ts';

const environment = preflightEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const observer = new SdkObserver({ clock: Date.now });
const region = environment.AWS_REGION;
const clients = clientsOf(observer);

const ports: PreflightPorts = {
  ...readPorts({ environment, policy, logger, observer }, clients),
  metricNames: new MetricNames({ clientOf: clients.cloudWatchOf }),
  phoneNumbers: new PhoneNumbers({ clientOf: clients.chimeOf }),
  past: new PastReadinessMetrics({
    client: clients.cloudWatchOf(region),
    namespace: ownNamespace,
    functionName: environment.AWS_LAMBDA_FUNCTION_NAME,
  }),
  sdkObserver: observer,
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
