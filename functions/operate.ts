/** The operator's hands: one command by `sls invoke`, as events/operate-*.json show; and the drills that the policy wants every week. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { SdkObserver } from '../lib/aws/sdk-observer.ts';
import { operateEnvironment } from '../lib/input/environment.ts';
import { signalsWithin } from '../lib/lambda/signals.ts';
import { operate } from '../lib/operate/operate.ts';
import { answerOf, type OperateResult } from '../lib/operate/result.ts';
import { loadPolicy } from '../lib/input/policy.ts';
import { publishFailure } from '../lib/audit/publish.ts';
import { RunFailedError } from '../lib/context.ts';
import { orderScheduledDrills, type ScheduledDrills } from '../lib/drill/schedule.ts';
import { isScheduled } from '../lib/input/trigger.ts';
import { portsOf } from '../lib/lambda/ports.ts';

const environment = operateEnvironment(process.env);
const policy = loadPolicy(environment.POLICY_FILE);
const logger = new Logger();
const ports = portsOf({ environment, policy, logger, observer: new SdkObserver({ clock: Date.now }) });

export const handler = middy()
  .use(injectLambdaContext(logger))
  .handler(
    async (
      event: unknown,
      context: Context,
      { signal }: { signal: AbortSignal },
    ): Promise<OperateResult | ScheduledDrills> => {
      const { CODE_VERSION: codeVersion, AWS_REGION: monitorRegion } = environment;
      const who = { runId: context.awsRequestId, codeVersion, monitorRegion };
      const signals = signalsWithin(context.getRemainingTimeInMillis(), signal);
      const identity = { ...who, policyHash: policy.hash };
      if (isScheduled(event)) {
        const scheduled = await publishFailure(ports, identity, signals, () =>
          orderScheduledDrills(ports, policy, who, signals),
        );
        ports.log.info('scheduled drills', { ...scheduled });
        if (scheduled.problems.length > 0) throw new RunFailedError(scheduled.problems);
        return scheduled;
      }
      const operated = await publishFailure(ports, identity, signals, () =>
        operate(ports, policy, { ...who, event }, signals),
      );
      ports.log.info('operate', { ...operated });
      return answerOf(operated);
    },
  );
