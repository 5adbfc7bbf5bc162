/** The operator's hands: one command by `sls invoke`, as events/operate-*.json show; and the drills that the policy wants every week. */
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
import { TurnFailedError } from '../lib/result.ts';
import { orderScheduledDrills, type ScheduledDrills } from '../lib/scheduled-drills.ts';
import { isScheduled } from '../lib/trigger.ts';
import { portsOf } from '../lib/wiring/ports.ts';

const environment = operateEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const ports = portsOf({ environment, policy, logger, apiCalls: new ApiCalls() });

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(
    async (
      event: unknown,
      context: Context,
      { signal }: { signal: AbortSignal },
    ): Promise<OperateResult | ScheduledDrills> => {
      const { CODE_VERSION: codeVersion, AWS_REGION: monitorRegion } = environment;
      const who = { turnId: context.awsRequestId, codeVersion, monitorRegion };
      const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
      const identity = { ...who, policyHash: policy.hash };
      if (isScheduled(event)) {
        const scheduled = await tellingFailure(ports, identity, signals, () =>
          orderScheduledDrills(ports, policy, who, signals),
        );
        ports.log.info('scheduled drills', { ...scheduled });
        if (scheduled.problems.length > 0) throw new TurnFailedError(scheduled.problems);
        return scheduled;
      }
      const operated = await tellingFailure(ports, identity, signals, () =>
        operate(ports, policy, { ...who, event }, signals),
      );
      ports.log.info('operate', { ...operated });
      return answerOf(operated);
    },
  );
