/** The operator's hands: one command by `sls invoke`, as events/operate-*.json show. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { ApiCalls } from '../lib/aws/api-calls.ts';
import { operateEnvironment } from '../lib/environment.ts';
import { signalsWithin } from '../lib/lambda.ts';
import { operate } from '../lib/operate/operate.ts';
import { answerOf, type OperateResult } from '../lib/operate/operation.ts';
import { loadPolicy } from '../lib/policy.ts';
import { tellingFailure } from '../lib/recording.ts';
import { portsOf } from '../lib/wiring/ports.ts';

const environment = operateEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const ports = portsOf({ environment, policy, logger, apiCalls: new ApiCalls() });

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(async (event: unknown, context: Context, { signal }: { signal: AbortSignal }): Promise<OperateResult> => {
    const { CODE_VERSION: codeVersion, AWS_REGION: monitorRegion } = environment;
    const who = { turnId: context.awsRequestId, codeVersion, monitorRegion };
    const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
    const operated = await tellingFailure(ports, { ...who, policyHash: policy.hash }, signals, () =>
      operate(ports, policy, { ...who, event }, signals),
    );
    ports.log.info('operate', { ...operated });
    return answerOf(operated);
  });
