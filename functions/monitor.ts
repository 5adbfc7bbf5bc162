/** The monitor: wakes on a schedule, an alarm, an AWS Health event or by hand, and takes one turn over the groups. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { monitorEnvironment } from '../lib/input/environment.ts';
import { signalsWithin } from '../lib/lambda/signals.ts';
import { loadPolicy } from '../lib/input/policy.ts';
import { publishFailure } from '../lib/audit/publish.ts';
import { type RunResult } from '../lib/monitor/result.ts';
import { RunFailedError } from '../lib/context.ts';
import { parseTrigger } from '../lib/input/trigger.ts';
import { turn } from '../lib/monitor/turn.ts';
import { publishRunMetrics } from '../lib/monitor/run-metrics.ts';
import { portsOf } from '../lib/lambda/ports.ts';

const environment = monitorEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const observer = new SdkObserver({ clock: Date.now });
const region = environment.AWS_REGION;

const ports = portsOf({ environment, policy, logger, observer });

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<RunResult> => {
    const who = { runId: context.awsRequestId, codeVersion: environment.CODE_VERSION, monitorRegion: region };
    const observedCalls = observer.start();
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const result = await publishFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      turn(ports, policy, { ...who, trigger: parseTrigger(event) }, signals),
    );
    const { groups, ...summary } = result;
    ports.log.info('turn', { ...summary, groups: groups.length });
    publishRunMetrics(ports, result, observedCalls().apiCalls);
    if (result.outcome === 'failed') throw new RunFailedError(result.problems);
    return result;
  });
